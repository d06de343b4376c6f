/** Proposed hours for several things together: each with its parts, to choose one. */
import { clockTime, dateOf, shortDay } from "./dates.js";
import { h } from "./dom.js";

/** The hours of one proposal, line by line; a date where it is not the one before. */
export const partRows = (parts, date, extra = () => null) => parts.map((part, n) => {
  const day = dateOf(part.start);
  const other = day !== (n ? dateOf(parts[n - 1].start) : date);
  return h("span", { class: "plan-part" }, h("strong", {}, `${other ? `${shortDay(day)}, ` : ""}${clockTime(part.start)}`), h("span", {}, part.name), extra(part));
});

/**
 * The proposals of a day as buttons.
 * @param {object} day  with `slots`, each {start, time, free, price, parts}
 * @param {{label: string, chosen: object|null, choose: (slot: object) => void}} options
 */
export const planButtons = (day, { label, chosen, choose }) =>
  h("ul", { class: "plans", "aria-label": label }, day.slots.filter((slot) => slot.free).map((slot) => h("li", {}, h("button", {
    type: "button", class: "plan", "data-time": slot.time, "aria-pressed": String(chosen === slot), onclick: () => choose(slot),
  }, partRows(slot.parts, day.date)))));
