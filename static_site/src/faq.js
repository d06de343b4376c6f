/** Questions people ask, folded. */
import { h } from "./dom.js";
import { t } from "./text.js";

export const faq = (questions = []) => questions.length > 0 && [
  h("h2", {}, t("faq.heading")),
  h("div", { class: "faq" }, questions.map(({ q, a }) => h("details", {}, h("summary", {}, q), h("p", {}, a)))),
];
