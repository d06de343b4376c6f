/** Build your day: one date, what you want of it, and hours that fit together; all of it is held at once. Nights have a page of their own. */
import * as carts from "../cart.js";
import { cartBar } from "../cartbar.js";
import { proposals, services } from "../catalog.js";
import { addDays, clockTime, longDay, today } from "../dates.js";
import { $, announce, fill, focusOn, h } from "../dom.js";
import { busyOn } from "../groups.js";
import { CATEGORY, nightAddress } from "../kinds.js";
import { clp } from "../money.js";
import { packHints } from "../packs.js";
import { asked, askedDate, askedGuests, noteInAddress } from "../place.js";
import { partRows } from "../plans.js";
import { page } from "../shell.js";
import { button, failed, link, note, show, skeleton } from "../states.js";
import { t } from "../text.js";
import { whenBar } from "../when.js";

const KINDS = ["tub", "massage"];
const place = $("[data-place]");
const state = { date: askedDate() ?? addDays(today(), 1), guests: askedGuests(), parts: new Map(), cart: null, services: [] };

/** The services of a kind that guests can book themselves. */
const ofKind = (kind) => state.services.filter((one) => one.kind === kind && one.booking === "online");

/** What the address asks for: categories, or services of them. Without a word, a tub and a massage. */
function askedParts() {
  const wanted = (asked("partes") ?? "tinas,masajes").split(",");
  for (const kind of KINDS) {
    const found = wanted.find((slug) => slug === CATEGORY[kind] || ofKind(kind).some((one) => one.slug === slug));
    if (found) state.parts.set(kind, found);
  }
}

const partsWanted = () => KINDS.map((kind) => state.parts.get(kind)).filter(Boolean);

/** One thing of the day: whether, and which. */
function choice(kind) {
  const any = CATEGORY[kind];
  const which = h("select", { class: "form-select", id: `which-${kind}`, "aria-label": t(`day.which.${kind}`), onchange: () => change() },
    h("option", { value: any }, t(`day.any.${kind}`)), ofKind(kind).map((one) => h("option", { value: one.slug }, `${one.name} · ${t(`from.${one.price.unit}`, { price: clp(one.price_from) })}`)));
  const tick = h("input", { class: "form-check-input", type: "checkbox", id: `part-${kind}`, checked: state.parts.has(kind), onchange: () => change() });
  which.value = state.parts.get(kind) ?? any;
  which.hidden = !tick.checked;
  function change() {
    which.hidden = !tick.checked;
    if (tick.checked) state.parts.set(kind, which.value);
    else state.parts.delete(kind);
    changed();
  }
  return h("div", { class: "day-part" }, h("div", { class: "form-check" }, tick, h("label", { class: "form-check-label", for: `part-${kind}` }, t(`nav.${any}`))), which);
}

/** A change is noted in the address, and proposals are looked for. */
function changed(values = {}) {
  Object.assign(state, values);
  $("[data-night]").href = nightAddress(state);
  noteInAddress({ fecha: state.date, personas: state.guests, partes: partsWanted().join(",") });
  look();
}

let looks = 0;

async function look(said) {
  const turn = (looks += 1);
  const found = $("[data-proposals]");
  if (!partsWanted().length) return fill(found, said, h("p", { class: "hint" }, t("day.nothing")));
  fill(found, said, skeleton("row", 2));
  try {
    const answer = await proposals({ ...state, parts: partsWanted(), busy: busyOn(carts.heldLines(state.cart), state.date) });
    if (turn !== looks) return null;
    fill(found, said, list(answer));
    if (!said) announce(t("day.found", { n: answer.proposals.length }));
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (turn === looks) fill(found, said, failed(problem, () => look()));
  }
  return null;
}

function list({ proposals: found, reason }) {
  const busy = busyOn(carts.heldLines(state.cart), state.date);
  const around = busy.length > 0 && h("p", { class: "hint" }, t("day.around", { hours: busy.map(([start, end]) => `${clockTime(start)}–${clockTime(end)}`).join(", ") }));
  if (!found.length) {
    return [around, note({
      title: t("day.none"), text: reason?.detail, level: "h3",
      actions: [button(t("day.next"), () => go(addDays(state.date, 1)), "outline-primary"), partsWanted().length > 1 && h("p", { class: "hint" }, t("day.fewer"))].filter(Boolean),
    })];
  }
  return [around, h("ul", { class: "proposals" }, found.map(card))];
}

function go(date) {
  changed({ date });
  drawWhen();
}

/** One proposal: hours, parts with prices, what packs save, and a button that holds all of it. */
function card(proposal) {
  const { parts, total, discount } = proposal;
  const said = h("p", { class: "refusal", role: "alert", hidden: true });
  const hours = `${clockTime(proposal.start)}–${clockTime(proposal.end)}`;
  return h("li", { class: "proposal", "data-start": clockTime(proposal.start) },
    h("h3", {}, hours), h("div", { class: "plan-rows" }, partRows([...parts].sort((a, b) => a.start.localeCompare(b.start)), state.date, (part) => h("span", { class: "plan-price" }, clp(part.price)))),
    discount > 0 && h("p", { class: "saving" }, h("strong", {}, t("day.saving")), h("strong", {}, clp(-discount))),
    h("div", { class: "proposal-foot" }, h("p", { class: "book-price" }, clp(total - discount)),
      h("button", { class: "btn btn-warm", type: "button", "aria-label": `${t("day.hold")} ${hours}`, onclick: (event) => hold(proposal, event.currentTarget, said) }, t("day.hold"))), said);
}

async function hold({ parts }, pressed, said) {
  if (pressed.getAttribute("aria-busy")) return;
  pressed.setAttribute("aria-busy", "true");
  pressed.textContent = t("book.holding");
  try {
    state.cart = await carts.hold({ lines: parts.map(({ service, start, guests }) => ({ service, start, guests })) });
    held();
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    pressed.removeAttribute("aria-busy");
    pressed.textContent = t("day.hold");
    said.textContent = problem.message;
    said.hidden = false;
    announce(problem.message);
    if (problem.code === "slot_taken") look(h("p", { class: "refusal", role: "alert" }, problem.message));
  }
}

/** The plan is ours: say so, and what a little more would save. */
function held() {
  const title = h("h3", {}, t("held.title"));
  fill($("[data-proposals]"), h("div", { class: "note note-good" }, title, h("p", {}, t("day.held", { day: longDay(state.date) })),
    h("div", { class: "note-actions" }, link("/reservar/", t("bar.go"), "warm"), link("/carrito/", t("bar.cart"), "outline-primary"), button(t("day.another"), () => look(), "outline-primary")),
    h("div", { class: "held-more" }, packHints(state.cart))));
  focusOn(title);
}

function drawWhen() {
  fill($("[data-when]"), whenBar({
    ...state, closed: ofKind("tub")[0]?.closed_weekdays ?? [], horizon: 180,
    max: Math.max(2, ...state.services.filter((one) => KINDS.includes(one.kind)).map((one) => one.max_guests)), change: changed,
  }));
}

function content() {
  askedParts();
  queueMicrotask(() => {
    drawWhen();
    look();
  });
  return [
    h("section", { "data-when": true, "aria-label": t("category.when") }),
    h("fieldset", { class: "panel day-parts" }, h("legend", {}, t("day.what")), KINDS.filter((kind) => ofKind(kind).length).map(choice),
      h("p", { class: "hint" }, t("day.night"), " ", h("a", { "data-night": true, href: nightAddress(state) }, t("day.night.go")))),
    h("section", { "aria-labelledby": "proposals-title" }, h("h2", { id: "proposals-title" }, t("day.proposals")), h("div", { "data-proposals": true })),
  ];
}

page(async () => {
  cartBar();
  const cart = carts.load().catch(() => null);
  await show(place, ["row", 3], async () => Object.assign(state, { services: await services(), cart: await cart }), content);
});
