/** Other hours near the one that could not be had: the same service that day, or its sisters. */
import { freeHours, service, services } from "./catalog.js";
import { dateOf } from "./dates.js";
import { h } from "./dom.js";
import { t } from "./text.js";

const MOST = 4;

/** Free slots of a list of days, nearest to an instant first. */
export function nearestSlots(days, instant, most = MOST) {
  const at = Date.parse(instant);
  return days.flatMap((day) => day.slots.filter((slot) => slot.free && Date.parse(slot.start) !== at))
    .sort((a, b) => Math.abs(Date.parse(a.start) - at) - Math.abs(Date.parse(b.start) - at))
    .slice(0, most);
}

/** Find up to four hours: of the service itself first, then of others of its category, nearest in time. */
export async function alternatives({ service: slug, start, guests }) {
  const wanted = await service(slug);
  const date = dateOf(start);
  const [all, free] = await Promise.all([services(wanted.category), freeHours({ category: wanted.category, from: date, guests })]);
  const names = new Map(all.map((one) => [one.slug, one.name]));
  const of = (one) => nearestSlots(free.get(one) ?? [], start).map((slot) => ({ service: one, name: names.get(one), slot }));
  const sisters = [...free.keys()].filter((one) => one !== slug && names.has(one)).flatMap(of)
    .sort((a, b) => Math.abs(Date.parse(a.slot.start) - Date.parse(start)) - Math.abs(Date.parse(b.slot.start) - Date.parse(start)));
  return [...of(slug).slice(0, 2), ...sisters].slice(0, MOST);
}

/** The list as buttons; `choose` gets `{service, name, slot}`. */
export const alternativeList = (found, choose) =>
  found.length === 0
    ? h("p", {}, t("other.none"))
    : h("ul", { class: "others", "aria-label": t("other.label") }, found.map((one) =>
      h("li", {}, h("button", { type: "button", class: "btn btn-outline-primary", onclick: () => choose(one) },
        `${one.name}, ${one.slot.time}`))));
