// Improves pages with plots that are complete without it: a range of time chosen with mouse, finger or keys, pictures as PNG.
"use strict";

// Where the pictures of a phone are shown, as in templates/seealso/_study.html.
const plotsAreNarrow = matchMedia("screen and (max-width: 40rem)");

// Whether one points with a finger, which covers what it points at and hits no bar of a few pixels.
const fingers = matchMedia("(pointer: coarse)");

// Of each period its figures in a line, from the table after a plot: "2019: boat 3 (12.5), of 240".
const readFigures = (figure) => {
  const table = figure.nextElementSibling?.querySelector("table.figures");
  const names = table ? [...table.tHead.rows[0].cells].map((cell) => cell.textContent) : [];
  const figures = new Map();
  for (const row of table ? table.tBodies[0].rows : []) {
    const cells = [...row.cells].map((cell) => cell.textContent);
    const parts = [];
    for (let at = 1; at < cells.length - 2; at += 2) parts.push(`${names[at]} ${cells[at]} (${cells[at + 1]})`);
    figures.set(cells[0], `${cells[0]}: ${parts.join(", ")}, of ${cells[cells.length - 2]} ${names[names.length - 2].toLowerCase()}`);
  }
  return figures;
};

// A range of periods: dragged across the plot, or with arrow keys (shift extends, Enter shows it, Escape takes it off).
class RangeChooser {
  constructor(figure, plot) {
    this.href = figure.dataset.range;
    this.periods = figure.dataset.periods.split(" ");
    this.begins = figure.dataset.begins?.split(" ") ?? this.periods;
    this.ends = figure.dataset.ends?.split(" ") ?? this.periods;
    this.counts = figure.dataset.counts.split(" ").map(Number);
    this.noun = figure.dataset.noun;
    this.plot = plot;
    this.first = this.last = null;
    this.stage = document.createElement("div");
    this.stage.className = "range-stage";
    plot.replaceWith(this.stage);
    this.mark = document.createElement("div");
    this.mark.className = "range-mark";
    this.mark.hidden = true;
    this.handle = this.makeHandle();
    this.stage.append(plot, this.mark, this.handle);
    this.status = document.createElement("p");
    this.status.className = "range-status";
    this.said = document.createElement("span");
    this.said.setAttribute("role", "status");
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.textContent = "Show these";
    this.button.hidden = true;
    this.button.addEventListener("click", () => this.apply());
    this.pointed = document.createElement("span");
    this.pointed.setAttribute("aria-hidden", "true");
    this.help = document.createElement("span");
    this.help.id = `range-help-${RangeChooser.number++}`;
    this.help.className = "faint";
    this.help.textContent = fingers.matches
      ? "Tap for the figures of a period, or slide sideways across several."
      : "Drag across the bars, or use the arrow keys: shift extends, Enter shows what is chosen.";
    this.handle.setAttribute("aria-describedby", this.help.id);
    this.status.append(this.said, " ", this.button, " ", this.pointed, this.help);
    (figure.querySelector(".axis") || this.stage).after(this.status);
    this.figures = readFigures(figure);
    this.listen();
  }

  makeHandle() {
    const handle = document.createElement("div");
    handle.className = "range-handle";
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", "Choose a range of time");
    handle.setAttribute("aria-valuemin", "1");
    handle.setAttribute("aria-valuemax", String(this.periods.length));
    handle.setAttribute("aria-valuenow", "1");
    handle.setAttribute("aria-valuetext", "nothing chosen");
    return handle;
  }

  listen() {
    let start = null;
    let dragged = false;
    let touched = false;
    this.plot.addEventListener("dragstart", (event) => event.preventDefault());
    this.plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      start = this.findIndex(event.clientX);
      dragged = false;
      touched = event.pointerType === "touch";
    });
    window.addEventListener("pointermove", (event) => {
      if (start === null) return;
      const index = this.findIndex(event.clientX);
      if (index !== start) dragged = true;
      if (dragged) this.choose(start, index);
    });
    // What a finger chose is told first: a button leads on.
    window.addEventListener("pointerup", () => {
      if (start !== null && touched && !dragged) this.choose(start, start);
      if (start !== null && touched) this.tell(this.first === this.last ? this.periods[start] : undefined);
      else if (start !== null && dragged) this.apply();
      start = null;
    });
    window.addEventListener("pointercancel", () => { start = null; });
    // What the plot shows of the period under the mouse, which the table has for everybody.
    const point = (event) => {
      if (event.pointerType !== "touch") this.tell(this.periods[this.findIndex(event.clientX)]);
    };
    this.plot.addEventListener("pointermove", point);
    this.plot.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") this.tell(); });
    // A drag ends upon a link, which is not meant then; a finger hits any of them.
    this.plot.addEventListener("click", (event) => { if (dragged || touched) event.preventDefault(); }, true);
    this.handle.addEventListener("keydown", (event) => this.press(event));
  }

  // Shows the figures of a period in place of the help.
  tell(period) {
    const text = this.figures.get(period);
    this.pointed.textContent = text || "";
    this.help.hidden = Boolean(text);
  }

  press(event) {
    const end = this.periods.length - 1;
    const at = this.last ?? (event.key === "ArrowLeft" || event.key === "ArrowDown" ? end + 1 : -1);
    const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: end }[event.key];
    if (to !== undefined) {
      const index = Math.min(Math.max(to, 0), end);
      this.choose(event.shiftKey && this.first !== null ? this.first : index, index);
    } else if (event.key === "Enter" && this.first !== null) {
      this.apply();
    } else if (event.key === "Escape") {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  // What of the plot's width is left and right of its periods; the picture of a phone has other margins.
  measureMargins() {
    const name = plotsAreNarrow.matches ? "phone" : "page";
    return [Number(this.plot.dataset[`${name}Left`] || 0), Number(this.plot.dataset[`${name}Right`] || 0)];
  }

  findIndex(x) {
    const [left, right] = this.measureMargins();
    const box = this.plot.getBoundingClientRect();
    const from = box.left + box.width * left;
    const share = (x - from) / (box.width * (1 - left - right));
    return Math.min(Math.max(Math.floor(share * this.periods.length), 0), this.periods.length - 1);
  }

  choose(first, last) {
    [this.first, this.last] = [first, last];
    const [low, high] = [Math.min(first, last), Math.max(first, last)];
    const [left, right] = this.measureMargins();
    const width = 100 * (1 - left - right) / this.periods.length;
    this.mark.style.left = `${100 * left + width * low}%`;
    this.mark.style.width = `${width * (high - low + 1)}%`;
    this.mark.hidden = false;
    const total = this.counts.slice(low, high + 1).reduce((sum, count) => sum + count, 0);
    const name = low === high ? this.periods[low] : `${this.periods[low]} to ${this.periods[high]}`;
    const text = `${name} (${this.noun}: ${total.toLocaleString("en")})`;
    this.handle.setAttribute("aria-valuenow", String(last + 1));
    this.handle.setAttribute("aria-valuetext", text);
    this.said.textContent = text;
    this.button.hidden = false;
  }

  clear() {
    this.first = this.last = null;
    this.mark.hidden = true;
    this.button.hidden = true;
    this.said.textContent = "";
    this.handle.setAttribute("aria-valuetext", "nothing chosen");
  }

  apply() {
    const address = new URL(this.href, location.href);
    address.searchParams.set("since", this.begins[Math.min(this.first, this.last)]);
    address.searchParams.set("until", this.ends[Math.max(this.first, this.last)]);
    location.assign(address);
  }
}
RangeChooser.number = 1;

// On a phone the answer comes first: what was asked with is folded, as long as it was understood and there is one.
const options = document.querySelector("details.options");
const hasAnswer = location.search !== "" || document.querySelector("main :is(table, .articles)") !== null;
if (options && hasAnswer && !document.querySelector("[role=alert]")) {
  const phone = matchMedia("(max-width: 600px)");
  const fold = () => { options.open = !phone.matches; };
  phone.addEventListener("change", fold);
  fold();
}

for (const figure of document.querySelectorAll("[data-range]")) {
  const plot = figure.querySelector("[data-plot]");
  if (plot && figure.dataset.periods.includes(" ")) new RangeChooser(figure, plot);
}

// Pictures as PNG, twice as large as they are, with the letters that this browser has.
const savePng = async (href, name) => {
  const image = new Image();
  image.src = href;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * image.naturalWidth;
  canvas.height = 2 * image.naturalHeight;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

for (const place of document.querySelectorAll("[data-png]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Save as PNG";
  button.addEventListener("click", async () => {
    button.disabled = true;
    try { await savePng(place.dataset.png, place.dataset.name); } finally { button.disabled = false; }
  });
  place.append(" · ", button);
}
