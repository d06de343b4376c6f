/** What a group of lines is, in a few words: when, how many; and all of them as a short list with prices. */
import { clockTime, dateOf, longDay, longMoment, shortDay } from "./dates.js";
import { h } from "./dom.js";
import { grouped, totalOf } from "./groups.js";
import { clp } from "./money.js";
import { count, t } from "./text.js";

/** "jueves 3 de diciembre, 17:00 – 19:00"; an hour alone when both are on one day. */
export const spanOf = ({ start, end }) => [h("time", { datetime: start }, longMoment(start)), ` – ${clockTime(end)}`];

/** "jue 3 dic – sáb 5 dic" */
export const stayOf = (nights) => `${shortDay(dateOf(nights[0].start))} – ${shortDay(dateOf(nights.at(-1).end))}`;

/** The parts of a programme with their hours; a date only where it differs from the one before. */
export const partList = (parts) => h("ul", { class: "parts" }, parts.map((part, n) => {
  const day = dateOf(part.start);
  const told = n === 0 || dateOf(parts[n - 1].start) !== day ? `${shortDay(day)}, ` : "";
  return h("li", {}, h("time", { datetime: part.start }, `${told}${clockTime(part.start)}`), " ", part.name);
}));

/** How a gift card reaches whom it is for, in words. */
export const deliveryOf = ({ way, email, at }) => t(`giftway.${way}`, { email, when: at && longMoment(at) });

/** When and for how many, as paragraphs; a gift card that is bought has its state told instead of its way. */
export function told({ kind, lines: [first, ...more] }) {
  if (kind === "stay") {
    const nights = [first, ...more];
    return [h("p", {}, `${longDay(dateOf(first.start))} – ${longDay(dateOf(nights.at(-1).end))}`),
      h("p", {}, `${count("nights", nights.length)} · ${count("guests", first.guests)}`)];
  }
  if (kind === "product") return [h("p", {}, t("product.times", { n: first.quantity, price: clp(first.unit_price) }))];
  if (kind === "gift") return [h("p", {}, t("gift.for", first.gift)), !first.gift.state && h("p", {}, deliveryOf(first.gift.delivery))];
  if (kind === "discount") return [h("p", {}, first.detail)];
  if (kind === "programme") return [h("p", {}, count("guests", first.guests)), partList(first.parts)];
  return [h("p", {}, spanOf(first)), h("p", {}, count("guests", first.guests))];
}

const brief = ({ kind, lines: [first, ...more] }) => {
  if (kind === "stay") return `${stayOf([first, ...more])} · ${count("nights", more.length + 1)}`;
  if (kind === "product") return t("product.times", { n: first.quantity, price: clp(first.unit_price) });
  if (kind === "gift") return [t("gift.for", first.gift), h("br"), deliveryOf(first.gift.delivery)];
  if (kind === "discount") return first.detail;
  return `${longMoment(first.start)} · ${count("guests", first.guests)}`;
};

const row = (name, text, total, lapsed) => h("li", { class: lapsed ? "is-lapsed" : false },
  h("span", {}, h("strong", {}, name), text && [h("br"), text], lapsed && h("span", { class: "line-lapsed" }, ` ${t("cart.lapsed")}`)),
  h("span", { class: "short-price" }, clp(total)));

/** All lines, briefly: one row for a stay, one for each kind of add-on of a group. */
export const shortLines = (lines) => h("ul", { class: "short-lines" }, grouped(lines).flatMap((group) => [
  row(group.lines[0].name, brief(group), totalOf(group), group.lines.some((line) => line.state === "lapsed")),
  ...sameNames(group.addOns).map((same) => row(same.length > 1 ? `${same[0].name} × ${same.length}` : same[0].name, "",
    same.reduce((sum, line) => sum + line.total, 0), same.some((line) => line.state === "lapsed"))),
]));

const sameNames = (lines) => [...new Set(lines.map((line) => line.service))].map((slug) => lines.filter((line) => line.service === slug));
