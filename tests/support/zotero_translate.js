// Runs Zotero's own translators of the npm package zotero-translators over pages and files, without any network.
// Standard input is a JSON list of tasks: {"html": …, "url": …} for a page as its connector sees it, {"text": …} for a
// file to import. Standard output is a list of {"translators": […], "items": […]}, an item as Zotero would save it.
// The package has no function for pages, though the code for them is in it: it is handed out before it is loaded.
"use strict";
console.log = () => {}; // the package tells each of its steps
const fs = require("fs");
const Module = require("module");

function loadTranslate() {
  const path = require.resolve("zotero-translators");
  const entry = "async function referenceImport(data) {";
  const source = fs.readFileSync(path, "utf8");
  if (!source.includes(entry)) throw new Error("another zotero-translators than 0.0.2");
  const bundle = new Module(path, module);
  bundle.filename = path;
  bundle.paths = Module._nodeModulePaths(path);
  bundle._compile(source.replace(entry, `__webpack_exports__.Translate = Translate;\n${entry}`), path);
  return { Translate: bundle.exports.Translate, jsdom: bundle.require("jsdom"), xpath: bundle.require("wicked-good-xpath") };
}

const { Translate, jsdom, xpath } = loadTranslate();

function openPage(task) {
  const window = new jsdom.JSDOM(task.html, { url: task.url }).window;
  xpath.install(window, true);
  window.Attr.prototype.compareDocumentPosition = function (other) { // in a browser an attribute is a node
    return this.ownerElement.compareDocumentPosition(other.ownerElement || other);
  };
  return window.document;
}

async function translateTask(task) {
  const translate = task.html === undefined ? new Translate.Import() : new Translate.Web();
  if (task.html === undefined) translate.setString(task.text);
  else translate.setDocument(openPage(task));
  translate.setHandler("select", (_, offered, take) => take(offered)); // "the whole page"
  const translators = await translate.getTranslators();
  const labels = translators.map((translator) => translator.label);
  if (!translators.length) return { translators: labels, items: [] };
  translate.setTranslator(translators[0]);
  const items = await translate.translate({ libraryID: false, saveAttachments: false });
  const drop = ["attachments", "notes", "seeAlso", "complete", "id"];
  return { translators: labels, items: items.map((item) => ({ ...item, ...Object.fromEntries(drop.map((name) => [name, undefined])) })) };
}

(async () => {
  const outcomes = [];
  for (const task of JSON.parse(fs.readFileSync(0, "utf8"))) outcomes.push(await translateTask(task));
  process.stdout.write(JSON.stringify(outcomes), () => process.exit(0));
})().catch((error) => {
  process.stderr.write(`${error.stack}\n`, () => process.exit(1));
});
