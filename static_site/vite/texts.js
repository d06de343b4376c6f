/**
 * Gives each page only the sentences it can say: Spanish inside the page's own script, English in a file that is
 * fetched when it is wanted (with the sentences of the page's HTML, which is written in Spanish).
 *
 * A sentence belongs to a page when a script that the page imports names its key: "cart.total", count("guests", n),
 * or the beginning of a key in a template: `pay.${state}` takes all of pay.*. A key brings what is said instead of
 * gift cards alone (sayOf). A script of src/parts, fetched later by import(), brings its own Spanish; English is one
 * file for both.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

const ENGLISH = "virtual:english/";
const AT_ONCE = /from\s*"(\.[^"]+\.js)"/g;
const LATER = /import\(\s*"(\.[^"]+\.js)"/g;
const EVER = new RegExp(`${AT_ONCE.source}|${LATER.source}`, "g");
const NAMED = /"([\w-]+(?:\.[\w-]+)+)"/g;
const COUNTED = /\b(?:count\(|of: |of = )"(\w+)"/g;
const BEGUN = /`([\w-]+\.[\w.-]*)\$\{/g;
const WRITTEN = /data-t="([\w.-]+)"|data-t-attr="([^"]+)"/g;

const read = (file) => readFileSync(file, "utf8");
const captured = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? match[2]);

/** All scripts that a script imports (those that are fetched `later` too), itself first. */
export function scriptsOf(file, later = true, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const path of captured(read(file), later ? EVER : AT_ONCE)) scriptsOf(resolve(dirname(file), path), later, seen);
  return seen;
}

/** The scripts among all those behind `files` that are fetched later. */
export const fetchedLater = (files) => new Set([...new Set(files.flatMap((file) => [...scriptsOf(file)]))]
  .flatMap((file) => captured(read(file), LATER).map((path) => resolve(dirname(file), path))));

/** The keys of `texts` that the scripts behind a page can ask for, `later` or at once. */
export function keysOf(file, texts, later = true) {
  const sources = [...scriptsOf(file, later)].map(read).join("\n");
  const exact = new Set([...captured(sources, NAMED), ...captured(sources, COUNTED).flatMap((key) => [`${key}.one`, `${key}.other`])]);
  const begun = [...new Set(captured(sources, BEGUN))];
  return Object.keys(texts).filter((key) => exact.has(key) || exact.has(key.replace(/\.gift$/, "")) || begun.some((start) => key.startsWith(start)));
}

/** The keys that a page's HTML is written with, its shared frame included. */
export function writtenKeys(html, partials) {
  const page = /@head (\w+)/.exec(html)?.[1] ?? "";
  return [...`${html}${partials.replaceAll("PAGE", page)}`.matchAll(WRITTEN)]
    .flatMap(([, key, pairs]) => (key ? [key] : pairs.split(";").map((pair) => pair.split(":")[1])));
}

const only = (texts, keys) => JSON.stringify(Object.fromEntries([...new Set(keys)].map((key) => [key, texts[key]])));

/** The Vite plugin. */
export function texts(root) {
  const of = (lang) => JSON.parse(read(resolve(root, `src/text/${lang}.json`)));
  const script = (page) => resolve(root, `src/pages/${page}.js`);
  const pages = readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.name.endsWith(".html") && !/node_modules|dist|vite/.test(entry.parentPath))
    .map((entry) => read(resolve(entry.parentPath, entry.name)));
  const htmlOf = (page) => pages.find((html) => html.includes(`/src/pages/${page}.js`)) ?? "";
  const parts = fetchedLater(readdirSync(resolve(root, "src/pages")).map((name) => resolve(root, "src/pages", name)));
  const partials = ["head", "header", "footer"].map((name) => read(resolve(root, `vite/partials/${name}.html`))).join("\n");
  return {
    name: "aremko-texts",
    resolveId: (id) => (id.startsWith(ENGLISH) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${ENGLISH}`)) return undefined;
      const page = id.slice(ENGLISH.length + 1);
      const keys = [...keysOf(script(page), of("es")), ...writtenKeys(htmlOf(page), partials)];
      return `export default ${only(of("en"), keys)};`;
    },
    transform(code, id) {
      const page = /\/src\/pages\/(\w+)\.js$/.exec(id)?.[1];
      if (!page && !parts.has(id)) return undefined;
      const spanish = only(of("es"), keysOf(id, of("es"), false));
      if (!page) return { code: `import { speakToo } from "../text.js";\nspeakToo(${spanish});\n${code}`, map: null };
      return { code: `import { speak } from "../text.js";\nspeak(${spanish}, () => import("${ENGLISH}${page}"));\n${code}`, map: null };
    },
  };
}
