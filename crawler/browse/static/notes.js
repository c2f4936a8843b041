// Takes a passage that a reader selects over into the form of a note. Without it, the form has a field for the passage.
// And answers codes by keys, as they can be turned off in reading.js.
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

// One question at a time has the keys: the one with the focus, else the first without an answer.
const answers = document.querySelector("#codes form");
if (answers) {
  const questions = [...answers.querySelectorAll(".question")];
  const isAnswered = (question) => {
    const field = question.querySelector("input:checked, select, input[type=text]");
    return field !== null && field.value !== "";
  };
  const findCurrent = () => questions.find((question) => question.contains(document.activeElement))
    ?? questions.find((question) => !isAnswered(question)) ?? questions[0];
  const show = () => {
    const current = keysAreOn() ? findCurrent() : null;
    for (const question of questions) question.classList.toggle("keyed", question === current);
  };
  const radiosOf = (question) => [...question.querySelectorAll("input[type=radio]")]; // the last one is no answer
  const answer = (question, digit) => {
    const radios = radiosOf(question);
    const chosen = digit === 0 ? radios.at(-1) : radios.slice(0, -1)[digit - 1];
    if (!chosen) return;
    chosen.checked = true;
    const later = questions.slice(questions.indexOf(question) + 1);
    const following = digit === 0 ? undefined : later.find((other) => !isAnswered(other));
    const field = following?.querySelector("input:checked, select, input") ?? chosen;
    field.focus({ preventScroll: true });
    field.closest(".question").scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !keysAreOn()) return;
    if (/^[0-9]$/.test(event.key)) {
      const current = findCurrent();
      if (radiosOf(current).length > 0) {
        event.preventDefault();
        answer(current, Number(event.key));
      } else {
        current.querySelector("select, input").focus(); // which takes the digit itself
      }
    } else if (event.key === "Enter" && event.target === document.body) {
      answers.requestSubmit();
    } else if (event.key === "n" || event.key === "u") {
      document.querySelector(`nav[aria-label=Coding] a[rel=${event.key === "n" ? "next" : "prev"}]`)?.click();
    }
  });
  answers.addEventListener("change", show);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", show);
  show();
  const keysLine = answers.querySelector(".keys");
  keysLine.hidden = !keysAreOn() || matchMedia("(any-hover: none)").matches; // a phone has no keys
}
