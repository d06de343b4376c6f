/** A line of a cart or an order: drawing, name, when, how many, how much. */
import { art } from "./art/art.js";
import { clockTime, longMoment } from "./dates.js";
import { drawing, h } from "./dom.js";
import { clp } from "./money.js";
import { count, t } from "./text.js";

const KINDS = [["tina", "tub"], ["masaje", "massage"], ["caba", "cabin"], ["torre", "cabin"], ["decor", "decoration"], ["ambient", "decoration"], ["desayuno", "breakfast"]];

/** Which drawing a slug deserves when only the slug is known. */
const kindOf = (slug) => KINDS.find(([part]) => slug.includes(part))?.[1] ?? "programme";

/** The card; `actions` are what can be done with it. */
export function lineCard(line, actions) {
  const lapsed = line.state === "lapsed";
  return h("li", { class: `line${lapsed ? " is-lapsed" : ""}`, "data-line": line.id },
    drawing(art(kindOf(line.service), line.service)),
    h("div", { class: "line-text" },
      h("h2", { class: "line-name" }, line.name),
      h("p", {}, h("time", { datetime: line.start }, longMoment(line.start)), line.end && ` – ${clockTime(line.end)}`),
      h("p", {}, count("guests", line.guests)),
      lapsed && h("p", { class: "line-lapsed" }, t("cart.lapsed"))),
    h("p", { class: "line-price" }, clp(line.total)), actions);
}
