// A button that copies the citation, where the browser lets a page copy. The text itself stands on the page for everybody.
const citation = document.querySelector("[data-copy]");
if (citation && navigator.clipboard) {
  const text = citation.innerText.trim();
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button copy", textContent: citation.dataset.copy });
  const said = Object.assign(document.createElement("span"), { className: "copied" });
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    said.textContent = citation.dataset.copied;
  });
  citation.after(button, said);
}
