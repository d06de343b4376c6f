/** Form fields: a label, a hint, a place for what is wrong. */
import { $, $$, h } from "./dom.js";
import { t } from "./text.js";

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
export const choice = (name, label, options, hint) =>
  h("div", { class: "field" }, h("label", { class: "form-label", for: name }, label),
    h("select", { class: "form-select", id: name, name, "aria-describedby": `${name}-error` }, options),
    hint && h("p", { class: "hint" }, hint), h("p", { class: "field-error", id: `${name}-error` }));

/** Say beside each field what is wrong with it (`[field, sentence key, its params]`); `names` are the fields that were looked at. */
export function mark(element, wrong, names = $$(".field-error", element).map((place) => place.id.replace("-error", ""))) {
  for (const name of names) {
    const found = wrong.find(([field]) => field === name);
    if (found) element.elements[name].setAttribute("aria-invalid", "true");
    else element.elements[name].removeAttribute("aria-invalid");
    $(`#${name}-error`, element).textContent = found ? t(found[1], found[2]) : "";
  }
}
