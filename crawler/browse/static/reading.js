// Improves pages that are complete without it: keys for searching, lists and pages, buttons that copy, searches that are kept.
// Runs under a policy that allows no other script.
"use strict";

const stored = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* storage is off */ } };

// Single letters can be struck by speech input or by accident, so whoever likes can do without (WCAG 2.2, 2.1.4).
const keysAreOn = () => stored("seealso-keys") !== "off";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || !keysAreOn()) return;
  if (event.key === "/") {
    const boxes = [...document.querySelectorAll("[data-search]")].filter((box) => box.offsetParent !== null);
    if (boxes.length === 0) return;
    event.preventDefault();
    boxes[0].focus();
    boxes[0].select();
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll(".articles :is(h2, h3) a")];
    if (links.length === 0) return;
    const at = links.indexOf(document.activeElement);
    const next = event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    document.querySelector(event.key === "ArrowLeft" ? "a[rel=prev]" : "a[rel=next]")?.click();
  }
});

const keys = document.querySelector("[data-keys]");
if (keys && !matchMedia("(any-hover: none)").matches) { // a phone has no keys
  const button = document.createElement("button");
  button.type = "button";
  const label = () => { button.textContent = keysAreOn() ? "Turn keyboard shortcuts off" : "Turn keyboard shortcuts on"; };
  button.addEventListener("click", () => { store("seealso-keys", keysAreOn() ? "off" : "on"); label(); });
  label();
  keys.append("Keys: / searches, j and k walk through a list, arrows turn pages. ", button);
}

for (const source of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  said.className = "hidden";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = "Copied";
    said.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 2000);
  });
  source.after(button, said);
}

// Searches that a reader keeps, in this browser and nowhere else.
const isHere = (href) => typeof href === "string" && href.startsWith("/") && !href.startsWith("//") && href.includes("/-/search");
const kept = () => {
  try {
    const list = JSON.parse(stored("seealso-searches") || "[]");
    return Array.isArray(list) ? list.filter((each) => typeof each.title === "string" && isHere(each.href)) : [];
  } catch { return []; }
};
const keep = (list) => store("seealso-searches", JSON.stringify(list.slice(0, 100)));

// Browsers that do not know ::details-content print a folded citation only when it is open.
const cite = document.querySelector("details#cite");
if (cite && !CSS.supports("selector(::details-content)")) {
  let wasOpen = cite.open;
  addEventListener("beforeprint", () => { wasOpen = cite.open; cite.open = true; });
  addEventListener("afterprint", () => { cite.open = wasOpen; });
}

// Datasette's SQL editor is made by its own script, of a field that has no name.
addEventListener("load", () => setTimeout(() => {
  for (const field of document.querySelectorAll(".CodeMirror textarea, .cm-content")) field.setAttribute("aria-label", "SQL");
}));

const place = document.querySelector("[data-save]");
if (place) {
  const href = place.dataset.save;
  const button = document.createElement("button");
  button.type = "button";
  const label = () => { button.textContent = kept().some((each) => each.href === href) ? "Remove from my searches" : "Keep in my searches"; };
  button.addEventListener("click", () => {
    const list = kept();
    const others = list.filter((each) => each.href !== href);
    keep(others.length < list.length ? others : [{ href, title: place.dataset.title }, ...list]);
    label();
  });
  label();
  place.append(button);
}
const shelf = document.querySelector("[data-saved]");
if (shelf) {
  for (const each of kept()) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = each.href;
    link.textContent = each.title;
    item.append(link);
    shelf.append(item);
  }
}
