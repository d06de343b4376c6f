/** Choosing a date and a party: the coming days as a strip, any date by field, guests (and nights) with − and +. */
import { addDays, longDay, shortDay, today, validDate, weekday } from "./dates.js";
import { fill, h } from "./dom.js";
import { stepper } from "./stepper.js";
import { t } from "./text.js";

const STRIP = 10;

/** The strip begins today, or three days before a date that lies further away. */
const stripFrom = (date, first) => (date < addDays(first, STRIP - 2) ? first : addDays(date, -3));

/**
 * @param {{date: string, guests: number, max: number, closed: number[], horizon: number,
 *          nights?: number|null, most?: number, change: (values: object) => void}} options  `closed` are ISO weekdays
 */
export function whenBar({ date, guests, max, closed, horizon, nights = null, most = 1, change }) {
  const first = today();
  const strip = h("ul", { class: "strip", "aria-label": t("when.days") });
  const heading = h("h2", { class: "when-title" });
  const field = h("input", {
    class: "form-control", id: "when-date", type: "date", min: first, max: addDays(first, horizon), value: date,
    onchange: () => { if (validDate(field.value) && field.value >= first) choose(field.value); },
  });
  const draw = () => {
    heading.textContent = longDay(date);
    field.value = date;
    fill(strip, Array.from({ length: STRIP }, (_, n) => addDays(stripFrom(date, first), n)).map((day) => {
      const shut = closed.includes(weekday(day));
      return h("li", {}, h("button", {
        type: "button", class: `strip-day${shut ? " is-closed" : ""}`, "data-date": day, "aria-pressed": String(day === date),
        "aria-label": `${longDay(day)}${shut ? `, ${t("day.closed")}` : ""}`, onclick: () => choose(day),
      }, shortDay(day).split(" ").map((part, n) => h("span", { class: `strip-${n}` }, part)),
      shut && h("span", { class: "strip-shut" }, t("day.closed"))));
    }));
  };
  const choose = (day) => {
    const inside = strip.contains(document.activeElement);
    date = day;
    draw();
    if (inside) strip.querySelector('[aria-pressed="true"]')?.focus();
    change({ date });
  };
  draw();
  return h("div", { class: "when" }, heading, strip, h("div", { class: "when-row" },
    h("div", {}, h("label", { for: "when-date" }, t("when.other")), field),
    nights !== null && stepper({ label: t("pick.nights"), value: nights, min: 1, max: most, of: "nights", change: (n) => change({ nights: n }) }),
    stepper({ label: t("pick.guests"), value: Math.min(guests, max), min: 1, max, change: (n) => change({ guests: n }) })));
}
