/** A group of lines as a card: drawing, name, when, its nights or parts, what goes with it, how much. */
import { art } from "./art/art.js";
import { dateOf, longDay } from "./dates.js";
import { drawing, h } from "./dom.js";
import { isLapsed, totalOf } from "./groups.js";
import { clp } from "./money.js";
import { told } from "./shortlines.js";
import { t } from "./text.js";

const shown = (line) => art(line.service_kind ?? line.kind, line.product ?? line.gift?.experience ?? line.service);

/**
 * @param {object} group  of groups.js
 * @param {{of?: Function, each?: Function, more?: Element[]}} options  `of(group)` are the actions of the whole,
 *   `each(line)` those of one night or add-on, `more` what is offered below
 */
export function groupCard(group, { of = () => null, each = () => null, more = null } = {}) {
  const [first] = group.lines;
  const lapsed = isLapsed(group);
  const forfeited = group.lines.every((line) => line.forfeited);
  return h("li", { class: `line${lapsed || forfeited ? " is-lapsed" : ""}`, "data-line": group.id, "data-kind": group.kind },
    drawing(shown(first)),
    h("div", { class: "line-text" },
      h("h2", { class: "line-name" }, first.name), told(group), lapsed && h("p", { class: "line-lapsed" }, t("cart.lapsed")), forfeited && h("p", { class: "line-lapsed" }, t("line.forfeited"))),
    h("p", { class: "line-price" }, clp(totalOf(group))),
    inside(group, each), of(group), more);
}

/** The nights of a stay, each with what goes with it; else the add-ons alone. */
function inside({ kind, lines, addOns }, each) {
  const row = (line, name, deeper) => h("li", { class: "line-part", "data-line": line.id },
    h("span", { class: "line-part-name" }, name, line.forfeited && lines.some((one) => !one.forfeited) && h("span", { class: "line-lapsed" }, ` · ${t("line.forfeited")}`)),
    h("span", {}, clp(line.total)), each(line), deeper);
  const added = (line) => row(line, line.name);
  if (kind === "stay") {
    return h("ul", { class: "line-parts" }, lines.map((night) => {
      const mine = addOns.filter((line) => line.host === night.id);
      return row(night, longDay(dateOf(night.start)), mine.length > 0 && h("ul", { class: "line-parts" }, mine.map(added)));
    }));
  }
  return addOns.length > 0 && h("ul", { class: "line-parts" }, addOns.map(added));
}

/** Discounts, each with its reason. */
export const discountRows = (groups) => groups.map(({ lines: [line] }) =>
  h("div", { class: "saving" }, h("p", {}, h("strong", {}, line.name), h("br"), h("span", { class: "hint" }, line.detail)),
    h("strong", {}, clp(line.total))));
