/** Another hour, or other nights, for what is booked: the service, the month, the hours of a day. */
import { Calendar, nearest } from "./calendar.js";
import { freeHours, service, services } from "./catalog.js";
import { addDays, dateOf, lastOfMonth, longDay, today } from "./dates.js";
import { fill, h } from "./dom.js";
import { nightsBetween } from "./groups.js";
import { hours } from "./hours.js";
import { withoutOwn } from "./ownhours.js";
import { planButtons } from "./plans.js";
import { isFree, nearestStay, placeIn } from "./range.js";
import { button, failed, show } from "./states.js";
import { count, t } from "./text.js";

/**
 * @param {object[]} lines  what is moved: one line, or the nights of a stay
 * @param {(to: {start, service, parts}|null) => void} choose  called with each choice; null when there is none any more
 */
export class MovePicker {
  constructor(lines, choose) {
    Object.assign(this, { lines, choose, slot: null, range: { checkIn: null, checkOut: null } });
    [this.first] = lines;
    this.nights = this.first.kind === "night" ? lines.length : 0;
    this.element = h("div", { class: "move" });
    this.hoursPlace = h("div", { class: "book-hours", "aria-live": "polite" });
  }

  /** Show the month of what is moved, with `said`: why there has to be another choice. */
  start(said = null) {
    return show(this.element, ["month"], () => this.siblings(), (all) => {
      this.service = all.find((one) => one.slug === this.first.service) ?? all[0];
      this.calendarPlace = h("div");
      queueMicrotask(() => this.look(dateOf(this.first.start)));
      return [said && h("p", { class: "refusal", role: "alert" }, said), all.length > 1 && this.which(all), this.calendarPlace, this.hoursPlace];
    });
  }

  /** The service itself and those of its category that take as many guests. */
  async siblings() {
    const mine = await service(this.first.service);
    const fits = (one) => one.slug === mine.slug || (one.booking === "online" && !one.addon_to && one.price.unit === mine.price.unit
      && one.min_guests <= this.first.guests && this.first.guests <= one.max_guests);
    return (await services(mine.category)).filter(fits);
  }

  which(all) {
    return h("div", { class: "field" }, h("label", { class: "form-label", for: "move-service" }, t("move.which")),
      h("select", { class: "form-select", id: "move-service", onchange: (event) => this.another(all.find((one) => one.slug === event.target.value)) },
        all.map((one) => h("option", { value: one.slug, selected: one === this.service }, one.name))));
  }

  another(chosen) {
    const date = this.range.checkIn ?? this.day?.date ?? dateOf(this.first.start);
    this.service = chosen;
    return this.look(date);
  }

  /** Show the month of a date and, if it can be, its hours. */
  async look(date) {
    this.forget();
    this.calendar = new Calendar({
      first: today(), today: today(), last: addDays(today(), this.service.horizon_days), chosen: date, failed,
      load: (from, to) => this.read(from, to), choose: (day) => this.pick(day), placeIn: (one) => this.placeOf(one),
    });
    fill(this.calendarPlace, this.calendar.element);
    fill(this.hoursPlace);
    await this.calendar.draw();
    if (this.calendar.days.has(date)) this.calendar.pick(date);
  }

  async read(from, to) {
    const days = (await freeHours({ service: this.service.slug, from, to, guests: this.first.guests })).get(this.service.slug) ?? [];
    return this.service.slug === this.first.service ? withoutOwn(days, this.lines, this.service.minutes) : days;
  }

  placeOf(date) {
    return this.nights ? placeIn(this.range, date) : date === this.calendar?.chosen ? "start" : "";
  }

  forget() {
    Object.assign(this, { slot: null, range: { checkIn: null, checkOut: null } });
    this.choose(null);
  }

  pick(day) {
    this.forget();
    this.day = day;
    return this.nights ? this.pickNights(day.date) : this.drawHours();
  }

  drawHours(said = null) {
    const { day } = this;
    const mine = new Set(this.service.slug === this.first.service ? [Date.parse(this.first.start)] : []);
    const some = day.slots.some((slot) => slot.free);
    const options = { label: t("hours.of", { name: this.service.name }), chosen: this.slot, mine, said: t("hour.yours"), choose: (slot) => this.pickHour(slot) };
    fill(this.hoursPlace, said && h("p", { class: "refusal", role: "alert" }, said), h("h3", {}, longDay(day.date)),
      !some ? this.whyNot(day) : this.service.kind === "programme" ? planButtons(day, options) : hours(day, options));
  }

  pickHour(slot) {
    this.slot = slot;
    this.drawHours();
    this.hoursPlace.querySelector('[aria-pressed="true"]')?.focus();
    this.wish(slot);
  }

  wish({ start, parts }) {
    const chosen = parts?.map((part) => ({ service: part.service, start: part.start }));
    this.choose({ start, ...(this.service.slug !== this.first.service && { service: this.service.slug }), ...(chosen?.length && { parts: chosen }) });
  }

  /** As many nights as there are now, from a date on; the night that is in the way is named. */
  async pickNights(date) {
    const range = { checkIn: date, checkOut: addDays(date, this.nights) };
    const { days } = this.calendar;
    try {
      await this.know(range);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      fill(this.hoursPlace, failed(problem, () => this.pickNights(date)));
      return;
    }
    const taken = nightsBetween(range.checkIn, range.checkOut).find((night) => !isFree(days.get(night)));
    const same = this.service.slug === this.first.service && date === dateOf(this.first.start);
    const when = h("h3", {}, t("stay.from_to", { from: longDay(range.checkIn), to: longDay(range.checkOut) }));
    if (taken) fill(this.hoursPlace, when, this.inTheWay(taken, date));
    else if (same) fill(this.hoursPlace, when, h("p", { class: "hint" }, t("move.now")));
    else {
      this.range = range;
      fill(this.hoursPlace, when);
      this.wish(days.get(date).slots[0]);
    }
    this.calendar.repaint();
  }

  /** Read the months of a range that nobody looked at yet. */
  async know({ checkIn, checkOut }) {
    const { days } = this.calendar;
    for (let night = checkIn; night < checkOut; night = addDays(night, 1)) {
      if (days.has(night)) continue;
      for (const day of await this.read(night, lastOfMonth(night))) days.set(day.date, day);
    }
  }

  inTheWay(night, date) {
    const { days } = this.calendar;
    const other = nearestStay(days, date, this.nights);
    return h("div", { class: "why" }, h("p", {}, t("stay.taken", { day: longDay(night), why: days.get(night)?.reason?.detail ?? t("stay.taken.why") })),
      h("div", { class: "note-actions" }, other
        ? button(t("stay.instead", { day: longDay(other.checkIn), nights: count("nights", this.nights) }), () => this.calendar.go(other.checkIn), "outline-primary")
        : button(t("cal.after"), () => this.calendar.turn(1), "outline-primary")));
  }

  whyNot(day) {
    const days = nearest([...this.calendar.days.values()], day.date);
    return h("div", { class: "why" }, h("p", {}, day.reason?.detail ?? t(`day.${day.state}.long`)),
      h("div", { class: "note-actions" }, days.map((date) => button(longDay(date), () => this.calendar.go(date), "outline-primary")),
        days.length === 0 && button(t("cal.after"), () => this.calendar.turn(1), "outline-primary")));
  }

  /** Somebody was faster, or it can't be: say so beside the hours as they are now. */
  async again(message) {
    this.forget();
    await this.calendar.draw();
    this.day = this.calendar.days.get(this.day?.date) ?? null;
    if (this.nights || !this.day) fill(this.hoursPlace, h("p", { class: "refusal", role: "alert" }, message));
    else this.drawHours(message);
    this.calendar.repaint();
  }
}
