/** The visit itself: the code to arrive with, what to bring, how to get here, the calendar. */
import { get } from "./api.js";
import { contactLink } from "./contact.js";
import { clockTime, dateOf, longMoment } from "./dates.js";
import { drawing, h } from "./dom.js";
import { address } from "./order.js";
import { calendarButton } from "./orderactions.js";
import { show } from "./states.js";
import { orderKey } from "./store.js";
import { t } from "./text.js";

/** "jueves 3 de diciembre, 17:00 – 19:00", or with both dates. */
const between = ({ from, until }) => `${longMoment(from)} – ${dateOf(from) === dateOf(until) ? clockTime(until) : longMoment(until)}`;

/** The code as a picture; while it can't be had the number serves. Its place is kept, so that nothing jumps. */
function arrival(order) {
  const place = h("div", { class: "arrival-place" });
  const read = () => get(address(order.id, "/llegada"), orderKey.get(order.id)).catch((problem) => {
    if (problem.status === 404 || problem.status === 409) return null;
    throw problem;
  });
  show(place, ["code"], read, (found) => (found ? [
    h("div", { class: "arrival-code", role: "img", "aria-label": t("arrival.picture", { number: order.number }) }, drawing(found.qr)),
    h("p", {}, t("arrival.text")), h("p", { class: "hint" }, t("arrival.when", { when: between(found) })),
  ] : h("p", { class: "arrival-number" }, t("arrival.number", { number: order.number }))));
  return h("section", { class: "panel", "data-arrival": true }, h("h2", {}, t("arrival.title")), place);
}

/** When a stay's cabin is ready and when it is left, by its own hours. */
function cabin(lines) {
  const nights = lines.filter((line) => line.kind === "night" && !line.forfeited);
  return nights.length > 0 && h("li", {}, t("booking.tips.cabin", { from: clockTime(nights[0].start), until: clockTime(nights.at(-1).end) }));
}

/** What helps before a visit that is still to come, or going on. */
export const visitPanels = (order) => [
  h("div", { class: "note-actions" }, calendarButton(order)),
  arrival(order),
  h("section", { class: "panel" }, h("h2", {}, t("booking.tips")),
    h("ul", { class: "facts" }, [1, 2, 3].map((n) => h("li", {}, t(`booking.tips.${n}`))), cabin(order.lines))),
  h("section", { class: "panel" }, h("h2", {}, t("way.heading")), h("p", {}, t("way.text")),
    h("ul", { class: "facts" }, h("li", {}, t("way.1"))),
    h("div", { class: "note-actions" }, h("a", { class: "btn btn-outline-primary", href: contactLink("map"), rel: "noopener" }, t("way.map")))),
];
