/** The calendar of a service in place: a day, an hour (of a programme: hours that fit), how many; then it is held. */
import { alternativeList, alternatives } from "./alternatives.js";
import * as carts from "./cart.js";
import { Calendar, nearest } from "./calendar.js";
import { freeHours } from "./catalog.js";
import { addDays, longDay, today } from "./dates.js";
import { announce, fill, h } from "./dom.js";
import { heldNote } from "./held.js";
import { hours } from "./hours.js";
import { clp } from "./money.js";
import { askedDate, askedGuests, noteInAddress } from "./place.js";
import { waitAddress } from "./kinds.js";
import { planButtons } from "./plans.js";
import { mineOf } from "./servicecard.js";
import { button, failed, link } from "./states.js";
import { stepper } from "./stepper.js";
import { t } from "./text.js";

/** Build the booking panel of a service that is booked online. */
export function slotPicker(service, cart) {
  return new SlotPicker(service, cart).element;
}

class SlotPicker {
  constructor(service, cart) {
    Object.assign(this, { service, cart, slot: null, day: null, planned: service.kind === "programme" });
    this.guests = Math.min(service.max_guests, Math.max(service.min_guests, askedGuests()));
    this.calendar = this.newCalendar();
    this.hoursPlace = h("div", { class: "book-hours", "aria-live": "polite" }, h("p", { class: "hint" }, t("book.choose_day")));
    this.actionPlace = h("div", { class: "book-action" });
    this.element = h("section", { class: "book", "aria-labelledby": "book-title" },
      h("h2", { id: "book-title" }, t("book.heading")), this.calendar.element, this.hoursPlace, this.party(), this.actionPlace);
    this.drawAction();
    this.start();
  }

  newCalendar() {
    const first = today();
    return new Calendar({
      first, today: first, last: addDays(first, this.service.horizon_days), chosen: askedDate(),
      load: async (from, to) => (await freeHours({ service: this.service.slug, from, to, guests: this.guests })).get(this.service.slug) ?? [],
      choose: (day) => this.chooseDay(day), failed,
    });
  }

  async start() {
    await this.calendar.draw();
    const wanted = askedDate();
    if (wanted && this.calendar.days.has(wanted)) this.calendar.pick(wanted);
  }

  party() {
    const { min_guests: min, max_guests: max } = this.service;
    if (min === max) return h("p", { class: "hint" }, t("book.exactly", { n: max }));
    return stepper({ label: t("pick.guests"), value: this.guests, min, max, change: (n) => this.changeParty(n) });
  }

  /** Another party may pay and fit differently: the month is read again, the choice kept. */
  async changeParty(guests) {
    this.guests = guests;
    noteInAddress({ personas: guests });
    const { day, slot } = this;
    this.calendar.days.clear();
    await this.calendar.draw({ focus: false });
    if (!day || !this.calendar.days.has(day.date)) return;
    this.chooseDay(this.calendar.days.get(day.date), slot?.start);
  }

  chooseDay(day, start) {
    this.day = day;
    this.slot = day.slots.find((slot) => slot.start === start && slot.free) ?? null;
    noteInAddress({ fecha: day.date });
    this.drawHours();
    this.drawAction();
  }

  drawHours() {
    const { day, service } = this;
    const mine = mineOf(this.cart, service.slug);
    const some = day.slots.some((slot) => slot.free || (!this.planned && mine.has(Date.parse(slot.start))));
    const label = t("hours.of", { name: service.name });
    const options = { label, chosen: this.slot, mine, choose: (slot) => this.chooseSlot(slot) };
    fill(this.hoursPlace, h("h3", {}, longDay(day.date)), !some ? this.whyNot(day)
      : this.planned ? [h("p", { class: "hint" }, t("plan.choose")), planButtons(day, options)] : hours(day, options));
  }

  /** Why this day can't be had, and what is nearest: other days of this service, others of its kind that day. */
  whyNot(day) {
    const days = nearest([...this.calendar.days.values()], day.date);
    return h("div", { class: "why" }, h("p", {}, day.reason?.detail ?? t(`day.${day.state}.long`)),
      h("div", { class: "note-actions" },
        days.map((date) => button(longDay(date), () => this.calendar.go(date), "outline-primary")),
        days.length === 0 && button(t("cal.after"), () => this.calendar.turn(1), "outline-primary"),
        day.state === "full" && link(`/categoria/?c=${this.service.category}&fecha=${day.date}&personas=${this.guests}`, t("book.sisters"), "outline-primary"),
        day.state === "full" && link(waitAddress(this.service.slug, day.date, this.guests), t("wait.join"), "outline-primary")));
  }

  chooseSlot(slot) {
    this.slot = slot;
    this.drawHours();
    this.hoursPlace.querySelector('[aria-pressed="true"]')?.focus();
    this.drawAction();
  }

  drawAction() {
    const { slot } = this;
    const label = slot ? t(this.planned ? "plan.hold" : "book.hold", { time: slot.time }) : t("book.choose_hour");
    this.button = h("button", { class: "btn btn-warm btn-wide", type: "button", "aria-disabled": slot ? false : "true", onclick: () => this.hold() }, label);
    fill(this.actionPlace, h("p", { class: "book-price" }, slot ? t("price.party", { price: clp(slot.price), n: this.guests }) : " "), this.button, h("p", { class: "hint" }, t("book.promise")));
  }

  async hold() {
    const { slot } = this;
    if (!slot) return announce(t("book.choose_hour"));
    if (this.button.getAttribute("aria-busy")) return null;
    this.button.setAttribute("aria-busy", "true");
    this.button.textContent = t("book.holding");
    const line = this.lineOf(this.service.slug, slot);
    try {
      this.cart = await carts.hold({ lines: [line] });
      return this.held(line, this.service.name, slot);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      return this.refused(problem, line);
    }
  }

  lineOf(service, slot) {
    const parts = slot.parts?.map((part) => ({ service: part.service, start: part.start }));
    return { service, start: slot.start, guests: this.guests, ...(parts?.length && { parts }) };
  }

  held(line, name, slot) {
    this.slot = null;
    this.drawHours();
    heldNote(this.actionPlace, { said: t("held.said", { name, time: slot.time }), cart: this.cart, line });
  }

  /** Say why, look at the hours again, and offer the nearest ones when somebody was faster. */
  async refused(problem, line) {
    const box = h("div", { class: "refusal", role: "alert" }, h("p", {}, problem.message));
    fill(this.actionPlace, box);
    if (problem.status === 0 || problem.status >= 500 || problem.status === 429) {
      box.append(button(t("failed.again"), () => { this.drawAction(); this.hold(); }));
      return;
    }
    await this.calendar.draw();
    if (this.day && this.calendar.days.has(this.day.date)) {
      this.day = this.calendar.days.get(this.day.date);
      this.slot = null;
      this.drawHours();
    }
    if (problem.code !== "slot_taken" || this.planned) return;
    const found = await alternatives(line).catch(() => []);
    box.append(alternativeList(found, (one) => this.takeOther(one)));
  }

  async takeOther({ service, name, slot }) {
    const line = this.lineOf(service, slot);
    try {
      this.cart = await carts.hold({ lines: [line] });
      this.held(line, name, slot);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      this.refused(problem, line);
    }
  }
}
