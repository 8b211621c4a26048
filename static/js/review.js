// Keys for those who look through many proposals: j and k go from row to row (or field to field), a to “Accept”, r to the reason of a
// refusal. They work only while the list or the form has the focus and nobody is typing (WCAG 2.1.4); every page does without them.
const part = document.querySelector("[data-keys]");
const stops = { rows: "tbody th a", fields: "input[name=take]" };

function typing(element) {
  return element.matches("textarea, select, input:not([type=checkbox], [type=radio])");
}

function step(by) {
  const all = [...part.querySelectorAll(stops[part.dataset.keys])];
  const at = all.findIndex((found) => found === document.activeElement || found.closest("tr, li")?.contains(document.activeElement));
  all[Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
}

if (part) {
  document.querySelectorAll(".keys").forEach((words) => { words.hidden = false; });
  part.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || typing(event.target)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.focus();
  });
}
