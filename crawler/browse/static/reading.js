// Improves pages that are complete without it: "/" goes to the search box, j and k walk through a list of articles,
// copying buttons appear where there is something to copy. Runs under a policy that allows no other script.
"use strict";

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
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
  }
});

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
const kept = () => {
  try {
    const list = JSON.parse(localStorage.getItem("seealso-searches") || "[]");
    return Array.isArray(list) ? list.filter((each) => typeof each.title === "string" && isHere(each.href)) : [];
  } catch { return []; }
};
const isHere = (href) => typeof href === "string" && href.startsWith("/") && !href.startsWith("//") && href.includes("/-/search");
const keep = (list) => { try { localStorage.setItem("seealso-searches", JSON.stringify(list.slice(0, 100))); } catch { /* storage is off */ } };

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
