/** Form fields: a label, a hint, a place for what is wrong; and the region → comuna cascade. */
import { fill, h } from "./dom.js";
import { PREFIXES } from "./phone.js";
import { currentLang, t } from "./text.js";

/** A labelled text field with hint and error place; `before` stands to its left (a prefix). */
export function field(name, { label, hint, before, multiline, required, ...attributes }) {
  const described = [hint && `${name}-hint`, `${name}-error`].filter(Boolean).join(" ");
  const input = h(multiline ? "textarea" : "input", {
    class: "form-control", id: name, name, "aria-describedby": described, "aria-required": required ? "true" : false,
    type: multiline ? false : attributes.type ?? "text", rows: multiline ? 2 : false, ...attributes,
  });
  return h("div", { class: "field" }, h("label", { class: "form-label", for: name }, label),
    before ? h("div", { class: "with-prefix" }, before, input) : input,
    hint && h("p", { class: "hint", id: `${name}-hint` }, hint), h("p", { class: "field-error", id: `${name}-error` }));
}

/** A labelled choice. */
const choice = (name, label, options, hint) =>
  h("div", { class: "field" }, h("label", { class: "form-label", for: name }, label),
    h("select", { class: "form-select", id: name, name, "aria-describedby": `${name}-error` }, options),
    hint && h("p", { class: "hint" }, hint), h("p", { class: "field-error", id: `${name}-error` }));

/** The countries guests come from most; Chile first, the rest by name. */
export function countryField() {
  const names = new Intl.DisplayNames([currentLang()], { type: "region" });
  const others = PREFIXES.slice(1).map(([code]) => [code, names.of(code)]).sort((a, b) => a[1].localeCompare(b[1]));
  return choice("country", t("form.country"), [["CL", names.of("CL")], ...others].map(([code, name]) => h("option", { value: code }, name)));
}

const nothing = (key) => h("option", { value: "" }, t(key));

/** Region and comuna, only for Chile; the list (346 names) comes when the form is there. */
export function placeFields() {
  const region = choice("region", t("form.region"), [nothing("form.choose")], t("form.optional"));
  const comuna = choice("comuna", t("form.comuna"), [nothing("form.region_first")]);
  const element = h("div", { class: "two-fields" }, region, comuna);
  const [regions, comunas] = [region.querySelector("select"), comuna.querySelector("select")];
  let all = [];
  const draw = (chosen = "") => {
    const found = all.find(([code]) => String(code) === regions.value);
    fill(comunas, nothing(found ? "form.choose" : "form.region_first"), (found?.[2] ?? []).map((name) => h("option", { value: name }, name)));
    comunas.value = chosen;
  };
  regions.addEventListener("change", () => draw());
  const ready = import("virtual:comunas").then((list) => {
    all = list.default;
    regions.append(...all.map(([code, name]) => h("option", { value: String(code) }, name)));
  });
  queueMicrotask(() => {
    const form = element.closest("form");
    form?.addEventListener("restored", async ({ detail }) => {
      element.hidden = (detail.country ?? "CL") !== "CL";
      await ready;
      regions.value = detail.region ?? "";
      draw(detail.comuna ?? "");
    });
    form?.elements.country.addEventListener("change", (event) => { element.hidden = event.target.value !== "CL"; });
  });
  return element;
}
