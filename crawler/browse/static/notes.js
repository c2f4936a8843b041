// Takes a passage that a reader selects over into the form of a note. Without it, the form has a field for the passage.
"use strict";

const form = document.querySelector("#write-note form");
const text = document.querySelector("article.article");
if (form && text) {
  const CONTEXT = 64;
  const partOf = (node) => {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const part = element?.closest(".text, p.lead, h1");
    return part && text.contains(part) ? part : null;
  };
  const nameOf = (part) => part.matches("h1") ? "headline" : part.matches("p.lead") ? "lead" : "body";
  // What stands in the page and not in the article: numbers of notes, the dateline.
  const wordsOf = (range) => {
    const copy = range.cloneContents();
    for (const odd of copy.querySelectorAll(".noteref, .dateline")) odd.remove();
    for (const paragraph of copy.querySelectorAll("p")) paragraph.append("\n\n");
    return copy.textContent;
  };
  const selected = () => {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    const part = partOf(range.startContainer);
    if (!part || part !== partOf(range.endContainer)) return null;
    const quote = wordsOf(range).trim();
    return quote && quote.length <= 5000 ? { range: range.cloneRange(), part, quote } : null;
  };

  const bar = document.createElement("div");
  bar.className = "on-passage";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "The selected passage");
  bar.hidden = true;
  // A click anywhere else would end the selection before it is read.
  bar.addEventListener("mousedown", (event) => event.preventDefault());
  let passage = null;
  const follow = () => {
    const chosen = selected();
    if (chosen) passage = chosen;
    bar.hidden = !chosen && !bar.contains(document.activeElement);
  };
  document.addEventListener("selectionchange", follow);
  bar.addEventListener("focusout", (event) => { bar.hidden = !selected() && !bar.contains(event.relatedTarget); });
  const addButton = (words, findField) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chief";
    button.textContent = words;
    button.addEventListener("click", () => {
      if (passage) takeOver(findField());
    });
    bar.append(button);
  };
  const takeOver = (field) => {
    const before = document.createRange();
    before.selectNodeContents(passage.part);
    const after = before.cloneRange();
    before.setEnd(passage.range.startContainer, passage.range.startOffset);
    after.setStart(passage.range.endContainer, passage.range.endOffset);
    form.elements.quote.value = passage.quote;
    form.elements.prefix.value = wordsOf(before).slice(-CONTEXT);
    form.elements.suffix.value = wordsOf(after).slice(0, CONTEXT);
    form.elements.field.value = nameOf(passage.part);
    for (let details = field.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
    bar.hidden = true;
    field.focus();
    form.scrollIntoView({ block: "nearest" });
  };
  addButton("Note on this passage", () => form.elements.text);
  const codes = form.querySelector(".passage-codes");
  if (codes) addButton("Code this passage", () => codes.querySelector("input, select"));
  // Words that are typed by hand have nothing around them.
  form.elements.quote.addEventListener("input", () => {
    for (const name of ["prefix", "suffix", "field"]) form.elements[name].value = "";
  });
  document.body.append(bar);
  // A quick reader selects words before the script has come.
  follow();
}
