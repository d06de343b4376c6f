/**
 * Writes the Spanish text, the shared frame and the drawings into the pages when they are built, so that a page
 * says what it has to say before any script has run.
 *
 *   <!-- @head home -->            the <head> that all pages share, with the title and description of "home"
 *   <!-- @header --> <!-- @footer -->
 *   <!-- @art tub osorno -->       a drawing of src/art
 *   <h1 data-t="home.heading"></h1>                text from src/text/es.json
 *   <input data-t-attr="placeholder:home.name">    attributes too, separated by ";"
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { art } from "../src/art/art.js";
import { hero } from "../src/art/hero.js";

const here = import.meta.dirname;
const read = (name) => readFileSync(resolve(here, name), "utf8");

/** Escape text for HTML content and double-quoted attributes. */
const escape = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** Spanish text for a key; a page that asks for a key nobody wrote does not build. */
function spanish(texts, key) {
  if (!(key in texts)) throw new Error(`text "${key}" is not in src/text/es.json`);
  return escape(texts[key]);
}

/** Fill in directives, texts and drawings of one page. */
export function render(html, texts) {
  return html
    .replace(/<!-- @head (\w+)( private)? -->/g, (_, page, hidden) =>
      read("partials/head.html")
        .replaceAll("PAGE", page)
        .replace("<!-- robots -->", hidden ? '<meta name="robots" content="noindex">' : ""))
    .replace("<!-- @header -->", () => read("partials/header.html"))
    .replace("<!-- @hero -->", hero)
    .replace("<!-- @footer -->", () => read("partials/footer.html"))
    .replace(/<!-- @art ([\w-]+) ?([\w-]*) -->/g, (_, kind, slug) => art(kind, slug))
    .replace(/<(\w+)([^>]*\sdata-t="([\w.-]+)"[^>]*)><\/\1>/g, (_, tag, attributes, key) =>
      `<${tag}${attributes}>${spanish(texts, key)}</${tag}>`)
    .replace(/data-t-attr="([^"]+)"/g, (whole, pairs) =>
      pairs.split(";").reduce((out, pair) => {
        const [name, key] = pair.split(":");
        return `${out} ${name}="${spanish(texts, key)}"`;
      }, whole));
}

/** The plugin that fills the pages in. */
function frame() {
  return {
    name: "aremko-frame",
    transformIndexHtml: { order: "pre", handler: (html) => render(html, JSON.parse(read("../src/text/es.json"))) },
  };
}

/** The plugin that adds boot.js, the only script that runs before the first paint, under a hashed name. */
function bootScript() {
  const source = read("boot.js");
  const fileName = `assets/boot-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.js`;
  let src = "/vite/boot.js";
  return {
    name: "aremko-boot",
    configResolved(config) { if (config.command === "build") src = `/${fileName}`; },
    generateBundle() { this.emitFile({ type: "asset", fileName, source }); },
    transformIndexHtml: { order: "post", handler: () => [{ tag: "script", attrs: { src }, injectTo: "head-prepend" }] },
  };
}

/** Both, for vite.config.js. */
export const pages = () => [frame(), bootScript()];
