/** A category: choose a date (nights too, for cabins) and a party, see what is free of all its services, hold it with a tap. */
import * as carts from "../cart.js";
import { cartBar } from "../cartbar.js";
import { categories, freeHours, services } from "../catalog.js";
import { addDays, today } from "../dates.js";
import { $, announce, fill, h } from "../dom.js";
import { askedDate, asked, askedGuests, noteInAddress } from "../place.js";
import { faq } from "../faq.js";
import { CATEGORY } from "../kinds.js";
import { MOST_NIGHTS } from "../range.js";
import { page } from "../shell.js";
import { serviceCard } from "../servicecard.js";
import { failed, link, note, show, skeleton } from "../states.js";
import { t } from "../text.js";
import { whenBar } from "../when.js";

const slug = asked("c") ?? "tinas";
const state = { date: askedDate() ?? today(), guests: askedGuests(), nights: askedNights(), cart: null };

/** Most who come for a night ask for one. */
function askedNights() {
  const nights = Number(asked("noches"));
  return Number.isInteger(nights) && nights >= 1 && nights <= MOST_NIGHTS ? nights : 1;
}

async function heading() {
  const category = (await categories()).find((one) => one.slug === slug);
  if (!category) return;
  $("[data-title]").textContent = category.name;
  $("[data-summary]").textContent = category.summary;
  document.title = `${category.seo?.title ?? category.name} · Aremko`;
  fill($("[data-faq]"), faq(category.faq));
}

/** Hold the hour; the button says so before the server does, and takes it back when the server refuses. */
async function hold(service, slot, button, more = {}) {
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  button.classList.add("is-mine");
  try {
    state.cart = await carts.hold({ lines: [{ service: service.slug, start: slot.start, guests: state.guests, ...more }] });
    announce(t("held.said", { name: service.name, time: slot.time }));
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    state.refused = { service: service.slug, problem, slot };
    announce(problem.message);
  }
  await drawHours({ keep: `[data-service="${service.slug}"] [data-time="${slot.time}"]`, service: service.slug });
}

let drawing = 0;

/** Draw the hours of the date. What was on screen stays until they come, when the change is a small one. */
async function drawHours({ keep, service: of } = {}) {
  const turn = (drawing += 1);
  const place = $("[data-hours]");
  if (!place) return;
  if (!keep) fill(place, skeleton("row", 4));
  try {
    const free = addOns() ? new Map() : await freeHours({ category: slug, from: state.date, to: lastNight(), guests: state.guests });
    if (turn !== drawing) return;
    const cards = state.services.map((service) => serviceCard(service, free.get(service.slug) ?? [], { ...state, hold }));
    fill(place, cards.filter((card) => card.open).map((card) => card.element), cards.filter((card) => !card.open).map((card) => card.element));
    state.refused = null;
    if (keep) ($(keep, place) ?? $(`[data-service="${of}"] button, [data-service="${of}"] a`, place))?.focus({ preventScroll: true });
    else announce(t("category.ready", { n: cards.filter((card) => card.open).length }));
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (turn === drawing) fill(place, failed(problem, () => drawHours()));
  }
}

const byNight = () => state.services?.[0].price.unit === "night" || slug === CATEGORY.cabin;
const addOns = () => Boolean(state.services?.[0].addon_to);
const lastNight = () => (byNight() ? addDays(state.date, state.nights - 1) : state.date);

const nothing = () => note({
  title: t("category.none"), text: t("category.none.text"),
  actions: [link("/categoria/?c=tinas", t("cart.empty.go")), link("/", t("lost.home"), "outline-primary")],
});

/** Date and party can be chosen before the services are there; then their limits are known. */
function drawWhen({ closed = [], horizon = 180, max = state.guests } = {}) {
  const place = $("[data-when]");
  if (addOns()) {
    fill(place);
    place.hidden = true;
    return;
  }
  fill(place, whenBar({
    ...state, closed, horizon, max, nights: byNight() ? state.nights : null, most: MOST_NIGHTS,
    change(values) {
      Object.assign(state, values);
      noteInAddress({ fecha: state.date, personas: state.guests, noches: byNight() ? state.nights : "" });
      drawHours();
    },
  }));
}

function list(found) {
  if (!found.length) return nothing();
  state.services = found;
  drawWhen({
    closed: found[0].closed_weekdays, horizon: Math.max(...found.map((one) => one.horizon_days)),
    max: Math.max(...found.map((one) => one.max_guests)),
  });
  queueMicrotask(() => drawHours());
  return [h("h2", { class: "visually-hidden" }, t("category.list")), h("div", { class: "service-list", "data-hours": true }, skeleton("row", 4))];
}

page(async () => {
  cartBar();
  drawWhen();
  heading().catch(() => {});
  const cart = carts.load().catch(() => null);
  await show($("[data-list]"), ["row", 4], async () => {
    const found = await services(slug);
    state.cart = await cart;
    return found;
  }, list);
});
