import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";

const root = join(import.meta.dirname, "..");
const read = (path) => readFileSync(join(root, path), "utf8");
const es = JSON.parse(read("src/text/es.json"));
const en = JSON.parse(read("src/text/en.json"));

const files = (folder, ending) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending) && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name));

test("both languages have the same keys", () => {
  assert.deepEqual(Object.keys(en), Object.keys(es));
});

test("a sentence takes the same parameters in both languages", () => {
  const names = (sentence) => (sentence.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(es)) assert.deepEqual(names(en[key]), names(es[key]), key);
});

test("every key the scripts ask for by name exists", () => {
  const asked = files("src", ".js").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\bt\(\s*"([\w.]+)"/g)].map((match) => match[1]));
  assert.ok(asked.length > 100);
  assert.deepEqual([...new Set(asked)].filter((key) => !(key in es)), []);
});
