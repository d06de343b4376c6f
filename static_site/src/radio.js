/** One way of several, with a word about it. */
import { h } from "./dom.js";

export const radio = (name, value, chosen, title, text) => h("div", { class: "form-check" },
  h("input", { class: "form-check-input", type: "radio", id: `${name}-${value}`, name, value, checked: value === chosen }),
  h("label", { class: "form-check-label", for: `${name}-${value}` }, h("strong", {}, title), " ", text));
