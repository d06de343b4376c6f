import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fetchedLater, keysOf, scriptsOf, writtenKeys } from "../vite/texts.js";

const root = join(import.meta.dirname, "..");
const es = JSON.parse(readFileSync(join(root, "src/text/es.json"), "utf8"));
const scripts = readdirSync(join(root, "src/pages")).map((name) => join(root, "src/pages", name));
const pages = readdirSync(root, { withFileTypes: true, recursive: true })
  .filter((entry) => entry.name.endsWith(".html") && !/node_modules|dist/.test(entry.parentPath))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));

test("a page brings the sentences of every script it imports, by name, by number and by beginning", () => {
  const page = join(root, "src/pages/service.js");
  const names = [...scriptsOf(page)].map((file) => file.slice(root.length));
  assert.ok(names.includes("/src/calendar.js") && names.includes("/src/dom.js"));
  const keys = keysOf(page, es);
  for (const key of ["book.heading", "failed.slow", "lines.one", "lines.other", "day.free.long"]) assert.ok(keys.includes(key), key);
  assert.ok(keysOf(join(root, "src/pages/payment.js"), es).includes("booking.number.gift"));
  for (const key of ["terms.lead", "error.rut", "booking.tips.1"]) assert.ok(!keys.includes(key), key);
});

test("what is fetched later brings its own sentences, which the page need not have at once", () => {
  const page = join(root, "src/pages/booking.js");
  const part = join(root, "src/parts/changing.js");
  assert.ok(fetchedLater([page]).has(part) && scriptsOf(page).has(part) && !scriptsOf(page, false).has(part));
  assert.ok(keysOf(page, es).includes("quote.before") && !keysOf(page, es, false).includes("quote.before"));
  assert.ok(keysOf(part, es, false).includes("quote.before"));
});

test("the frame's sentences count as written for every page, its own title included", () => {
  const keys = writtenKeys('<!-- @head cart private --><h1 data-t="cart.heading"></h1>', '<title data-t="PAGE.title"></title><a data-t-attr="aria-label:shell.home;title:shell.cart"></a>');
  assert.deepEqual(keys, ["cart.heading", "cart.title", "shell.home", "shell.cart"]);
});

test("no sentence is kept that no page says", () => {
  const partials = ["head", "header", "footer"].map((name) => readFileSync(join(root, `vite/partials/${name}.html`), "utf8")).join("");
  const said = new Set([...scripts.flatMap((file) => keysOf(file, es)), ...pages.flatMap((html) => writtenKeys(html, partials))]);
  assert.deepEqual(Object.keys(es).filter((key) => !said.has(key)), []);
});
