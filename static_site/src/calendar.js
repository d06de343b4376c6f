/** A month to choose a day from: a grid for arrow keys, with a shape and a word for free, few, full and closed. */
import { fill, h } from "./dom.js";
import { addDays, addMonths, firstOfMonth, lastOfMonth, longDay, monthGrid, monthName, weekdayLong, weekdayShort } from "./dates.js";
import { clp } from "./money.js";
import { skeleton } from "./states.js";
import { t } from "./text.js";

const KEYS = {
  ArrowLeft: (day) => addDays(day, -1),
  ArrowRight: (day) => addDays(day, 1),
  ArrowUp: (day) => addDays(day, -7),
  ArrowDown: (day) => addDays(day, 7),
  PageUp: (day) => sameDay(day, -1),
  PageDown: (day) => sameDay(day, 1),
};

/** The same day of another month, or its last one. */
function sameDay(day, months) {
  const month = addMonths(day, months);
  const last = lastOfMonth(month);
  const wanted = `${month.slice(0, 8)}${day.slice(8)}`;
  return wanted > last ? last : wanted;
}

/** Keep a day within two others. */
export const within = (day, first, last) => (day < first ? first : day > last ? last : day);

/**
 * @param {object} options
 * @param {string} options.first  first date that can be looked at (today)
 * @param {string} options.last   last one (horizon)
 * @param {string|null} options.chosen  the day chosen already, if any
 * @param {(from: string, to: string) => Promise<object[]>} options.load  days of a month
 * @param {(day: object) => void} options.choose  called with the day, whatever its state
 * @param {(date: string) => string} [options.placeIn]  where a date lies in what is chosen: "start", "in", "end" or ""
 * @param {(problem: Error, again: () => void) => Element} options.failed
 */
export class Calendar {
  constructor(options) {
    Object.assign(this, { placeIn: (date) => (date === this.chosen ? "start" : "") }, options);
    this.active = this.chosen ?? this.first;
    this.month = firstOfMonth(this.active);
    this.days = new Map();
    this.title = h("h3", { class: "cal-title", "aria-live": "polite", id: "cal-title" });
    this.before = h("button", { type: "button", class: "cal-nav", "aria-label": t("cal.before"), onclick: () => this.turn(-1) }, "‹");
    this.after = h("button", { type: "button", class: "cal-nav", "aria-label": t("cal.after"), onclick: () => this.turn(1) }, "›");
    this.body = h("div", { class: "cal-body" });
    this.element = h("div", { class: "cal" },
      h("div", { class: "cal-head" }, this.before, this.title, this.after), this.body, legend());
  }

  /** Load and draw the month in view; `focus` puts the keyboard on the active day. */
  async draw({ focus = false } = {}) {
    const from = within(this.month, this.first, this.last);
    const to = within(lastOfMonth(this.month), this.first, this.last);
    this.title.textContent = monthName(this.month);
    this.before.disabled = this.month <= this.first;
    this.after.disabled = lastOfMonth(this.month) >= this.last;
    this.active = within(this.active, from, to);
    if (!this.body.firstChild || !focus) fill(this.body, skeleton("month", 1));
    const turn = (this.turns = (this.turns ?? 0) + 1);
    try {
      const days = await this.load(from, to);
      if (turn !== this.turns) return;
      for (const day of days) this.days.set(day.date, day);
      fill(this.body, this.grid());
      if (focus) this.button(this.active)?.focus();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (turn === this.turns) fill(this.body, this.failed(problem, () => this.draw()));
    }
  }

  turn(months) {
    this.month = addMonths(this.month, months);
    this.active = within(this.month, this.first, this.last);
    return this.draw();
  }

  /** Show a day, its month first if need be, and choose it. */
  async go(date) {
    this.active = date;
    if (firstOfMonth(date) !== this.month || !this.days.has(date)) {
      this.month = firstOfMonth(date);
      await this.draw();
    }
    this.pick(date);
  }

  button(date) {
    return this.body.querySelector(`[data-date="${date}"]`);
  }

  grid() {
    const head = h("tr", {}, [1, 2, 3, 4, 5, 6, 7].map((n) =>
      h("th", { scope: "col", abbr: weekdayLong(n) }, weekdayShort(n))));
    const weeks = monthGrid(this.month).map((week) => h("tr", {}, week.map((date) => this.cell(date))));
    return h("table", { role: "grid", class: "cal-grid", "aria-labelledby": "cal-title", onkeydown: (event) => this.key(event) },
      h("thead", {}, head), h("tbody", {}, weeks));
  }

  cell(date) {
    if (!date) return h("td", {});
    const day = this.days.get(date);
    if (!day) return h("td", {}, h("span", { class: "cal-out" }, String(Number(date.slice(8)))));
    const place = this.placeIn(date);
    return h("td", { "aria-selected": String(place !== "") }, h("button", {
      type: "button", class: `cal-day is-${day.state}`, "data-date": date, tabindex: date === this.active ? 0 : -1,
      "data-place": place || false, "aria-pressed": String(place !== ""), "aria-current": date === this.today ? "date" : false,
      "aria-label": dayLabel(day), onclick: () => this.pick(date),
    }, h("span", { class: "cal-number" }, String(Number(date.slice(8)))), shape(day.state),
    h("span", { class: "cal-word", "aria-hidden": "true" }, t(`day.${day.state}`))));
  }

  pick(date) {
    this.chosen = date;
    this.rove(date);
    if (this.days.has(date)) this.choose(this.days.get(date));
    this.repaint();
  }

  /** Show anew what is chosen, without drawing the month again. */
  repaint() {
    for (const button of this.body.querySelectorAll(".cal-day")) {
      const place = this.placeIn(button.dataset.date);
      if (place) button.dataset.place = place;
      else delete button.dataset.place;
      button.setAttribute("aria-pressed", String(place !== ""));
      button.parentElement.setAttribute("aria-selected", String(place !== ""));
    }
  }

  /** Only the active day is in the tab order. */
  rove(date) {
    this.button(this.active)?.setAttribute("tabindex", "-1");
    this.active = date;
    this.button(date)?.setAttribute("tabindex", "0");
  }

  key(event) {
    const week = monthGrid(this.month).find((days) => days.includes(this.active))?.filter(Boolean);
    const to = event.key === "Home" ? week?.[0] : event.key === "End" ? week?.at(-1) : KEYS[event.key]?.(this.active);
    if (!to) return;
    event.preventDefault();
    const date = within(to, this.first, this.last);
    if (firstOfMonth(date) !== this.month) {
      this.month = firstOfMonth(date);
      this.active = date;
      this.draw({ focus: true });
    } else if (this.button(date)) {
      this.rove(date);
      this.button(date).focus();
    }
  }
}

const dayLabel = (day) =>
  [longDay(day.date), t(`day.${day.state}.long`), day.price ? t("price.from", { price: clp(day.price) }) : ""]
    .filter(Boolean).join(", ");

/** A mark that differs by form, not only by colour. */
function shape(state) {
  return h("span", { class: `mark mark-${state}`, "aria-hidden": "true" });
}

const legend = () =>
  h("ul", { class: "cal-legend", "aria-label": t("cal.legend") },
    ["free", "few", "full", "closed"].map((state) => h("li", {}, shape(state), t(`day.${state}`))));

/** The nearest bookable days before and after a date, among the days in view. */
export function nearest(days, date) {
  const open = days.filter((day) => day.state === "free" || day.state === "few").map((day) => day.date).sort();
  return [open.filter((other) => other < date).at(-1), open.find((other) => other > date)].filter(Boolean);
}
