/** The calendar of a cabin in place: check-in, check-out, price night by night; then the stay is held. */
import { Calendar } from "./calendar.js";
import * as carts from "./cart.js";
import { freeHours } from "./catalog.js";
import { addDays, firstOfMonth, lastOfMonth, longDay, today } from "./dates.js";
import { announce, fill, h } from "./dom.js";
import { nightsBetween } from "./groups.js";
import { heldNote } from "./held.js";
import { waitAddress } from "./kinds.js";
import { clp } from "./money.js";
import { asked, askedDate, askedGuests, noteInAddress } from "./place.js";
import { isFree, MOST_NIGHTS, nearestStay, placeIn, priceOf, tapped } from "./range.js";
import { button, failed, link } from "./states.js";
import { stepper } from "./stepper.js";
import { count, t } from "./text.js";

/** Build the booking panel of a service that is sold by the night. */
export const stayPicker = (service) => new StayPicker(service).element;

class StayPicker {
  constructor(service) {
    Object.assign(this, { service, range: { checkIn: null, checkOut: null } });
    this.guests = Math.min(service.max_guests, Math.max(service.min_guests, askedGuests()));
    this.calendar = new Calendar({
      first: today(), today: today(), last: addDays(today(), service.horizon_days), chosen: askedDate(), failed,
      load: (from, to) => this.read(from, to), choose: (day) => this.tap(day.date), placeIn: (date) => placeIn(this.range, date),
    });
    this.days = this.calendar.days;
    this.said = h("div", { class: "book-hours", "aria-live": "polite" }, h("p", { class: "hint" }, t("stay.choose_in")));
    this.actionPlace = h("div", { class: "book-action" });
    this.element = h("section", { class: "book", "aria-labelledby": "book-title" },
      h("h2", { id: "book-title" }, t("stay.heading")), this.calendar.element, this.said,
      stepper({ label: t("pick.guests"), value: this.guests, min: service.min_guests, max: service.max_guests, change: (n) => this.party(n) }),
      this.actionPlace);
    this.drawAction();
    this.start();
  }

  async read(from, to) {
    return (await freeHours({ service: this.service.slug, from, to, guests: this.guests })).get(this.service.slug) ?? [];
  }

  /** Begin with the stay in the address, if there is one. */
  async start() {
    await this.calendar.draw();
    const checkIn = askedDate();
    if (!checkIn) return;
    await this.tap(checkIn);
    const nights = Math.min(Number(asked("noches")) || 0, MOST_NIGHTS);
    if (nights > 0 && this.range.checkIn === checkIn) await this.tap(addDays(checkIn, nights));
  }

  party(guests) {
    this.guests = guests;
    noteInAddress({ personas: guests });
  }

  /** Months between check-in and check-out that nobody looked at have to be known before it can be said. */
  async knowUntil(date) {
    for (let night = this.range.checkIn; night && night < date; night = addDays(night, 1)) {
      if (this.days.has(night)) continue;
      for (const day of await this.read(night, lastOfMonth(night))) this.days.set(day.date, day);
      night = lastOfMonth(night);
    }
  }

  async tap(date) {
    try {
      if (!this.range.checkOut && date > this.range.checkIn && date <= addDays(this.range.checkIn, MOST_NIGHTS)) await this.knowUntil(date);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      fill(this.said, failed(problem, () => this.tap(date)));
      return;
    }
    const before = this.range;
    const { taken, ...range } = tapped(before, date, this.days);
    this.range = range;
    this.calendar.repaint();
    noteInAddress({ fecha: range.checkIn ?? date, noches: range.checkOut ? nightsBetween(range.checkIn, range.checkOut).length : "" });
    if (taken) this.refuse(taken, before, date);
    else this.draw();
    this.drawAction();
  }

  draw() {
    const { checkIn, checkOut } = this.range;
    if (!checkOut) {
      fill(this.said, h("h3", {}, longDay(checkIn)), h("p", { class: "hint" }, t("stay.choose_out")),
        h("div", { class: "note-actions" }, [1, 2, 3].map((n) => button(count("nights", n), () => this.tap(addDays(checkIn, n)), "outline-primary btn-sm"))));
      return;
    }
    const { nights } = priceOf(this.range, this.days);
    fill(this.said, h("h3", {}, t("stay.from_to", { from: longDay(checkIn), to: longDay(checkOut) })),
      h("ul", { class: "nights" }, nights.map((night) => h("li", {}, h("span", {}, longDay(night.date)), h("span", {}, clp(night.price))))));
  }

  /** Say which night is in the way and why; offer the nearest stay of that length, or a later check-in. */
  refuse(taken, before, date) {
    const day = this.days.get(taken);
    const nights = before.checkIn && !before.checkOut && date > before.checkIn ? nightsBetween(before.checkIn, date).length : 1;
    const other = nearestStay(this.days, before.checkIn && nights > 1 ? before.checkIn : date, nights);
    fill(this.said, h("div", { class: "why", role: "alert" },
      h("p", {}, t("stay.taken", { day: longDay(taken), why: day?.reason?.detail ?? t("stay.taken.why") })),
      h("div", { class: "note-actions" },
        other && button(t("stay.instead", { day: longDay(other.checkIn), nights: count("nights", nights) }), () => this.take(other), "outline-primary"),
        nights > 1 && isFree(this.days.get(date)) && button(t("stay.arrive", { day: longDay(date) }), () => this.take({ checkIn: date, checkOut: null }), "outline-primary"),
        !other && button(t("cal.after"), () => this.calendar.turn(1), "outline-primary"),
        day?.state === "full" && link(waitAddress(this.service.slug, taken, this.guests), t("wait.join"), "outline-primary"))));
  }

  /** Choose a stay that was offered, with its month in view. */
  async take(range) {
    this.range = range;
    this.calendar.active = range.checkIn;
    if (firstOfMonth(range.checkIn) !== this.calendar.month) {
      this.calendar.month = firstOfMonth(range.checkIn);
      await this.calendar.draw();
    }
    this.calendar.repaint();
    noteInAddress({ fecha: range.checkIn, noches: range.checkOut ? nightsBetween(range.checkIn, range.checkOut).length : "" });
    this.draw();
    this.drawAction();
    this.button.focus();
  }

  drawAction() {
    const { checkOut } = this.range;
    const { nights, total } = checkOut ? priceOf(this.range, this.days) : { nights: [], total: 0 };
    const n = count("nights", nights.length);
    this.button = h("button", { class: "btn btn-warm btn-wide", type: "button", "aria-disabled": checkOut ? false : "true", onclick: () => this.hold() },
      checkOut ? t("stay.hold", { nights: n }) : t("stay.choose"));
    fill(this.actionPlace, h("p", { class: "book-price" }, checkOut ? t("stay.price", { price: clp(total), nights: n }) : " "), this.button, h("p", { class: "hint" }, t("book.promise")));
  }

  async hold() {
    const { checkIn, checkOut } = this.range;
    if (!checkOut) return announce(t("stay.choose"));
    if (this.button.getAttribute("aria-busy")) return null;
    this.button.setAttribute("aria-busy", "true");
    this.button.textContent = t("book.holding");
    const nights = nightsBetween(checkIn, checkOut);
    const line = { service: this.service.slug, start: this.days.get(checkIn).slots[0].start, guests: this.guests, nights: nights.length };
    try {
      const cart = await carts.hold({ lines: [line] });
      this.range = { checkIn: null, checkOut: null };
      this.calendar.repaint();
      fill(this.said);
      return heldNote(this.actionPlace, { said: t("stay.held", { name: this.service.name, nights: count("nights", nights.length) }), cart, line });
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      return this.refused(problem);
    }
  }

  /** Say why; look at the calendar again when somebody was faster. */
  async refused(problem) {
    const box = h("div", { class: "refusal", role: "alert" }, h("p", {}, problem.message));
    fill(this.actionPlace, box);
    if (problem.status === 0 || problem.status >= 500 || problem.status === 429) {
      box.append(button(t("failed.again"), () => { this.drawAction(); this.hold(); }));
      return;
    }
    const { checkIn, checkOut } = this.range;
    for (const day of await this.read(checkIn, addDays(checkOut, -1)).catch(() => [])) this.days.set(day.date, day);
    await this.calendar.draw();
    this.range = { checkIn: null, checkOut: null };
    const taken = nightsBetween(checkIn, checkOut).find((night) => !isFree(this.days.get(night)));
    if (taken) this.refuse(taken, { checkIn, checkOut: null }, checkOut);
    this.calendar.repaint();
  }
}
