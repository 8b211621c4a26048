// What a list gains from JavaScript: the filters stand open on a wide screen, and htmx exchanges the list in place.
const wide = matchMedia("(min-width: 62rem)");
let waiting;

function openFilters() {
  const filters = document.querySelector("details.filters");
  if (filters && wide.matches) filters.open = true;
}

// An empty field is no filter, and has no place in the address.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  for (const [name, value] of [...detail.formData]) if (!value) detail.formData.delete(name);
});

// A wait is worth words from a third of a second.
document.addEventListener("htmx:beforeRequest", () => {
  waiting = setTimeout(() => document.getElementById("listing").setAttribute("aria-busy", "true"), 300);
});
document.addEventListener("htmx:afterRequest", () => {
  clearTimeout(waiting);
  document.getElementById("listing").removeAttribute("aria-busy");
});

// The focus stays where it was; a link that is gone (a chip, a page number) hands it to the heading of the list.
document.addEventListener("htmx:afterSettle", () => {
  openFilters();
  if (document.activeElement === document.body) document.getElementById("results")?.focus();
});

// Whatever fails, the plain address still answers.
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:swapError"]) {
  document.addEventListener(failure, ({ detail }) => location.assign(detail.pathInfo.finalRequestPath));
}

openFilters();
