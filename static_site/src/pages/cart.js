/** The cart: what is held and until when, with what goes with it, and gift cards; what lapsed can be taken again, what was removed can come back. */
import { addOnMenu, addTo, lacking } from "../addons.js";
import { Problem } from "../api.js";
import { alternativeList, alternatives } from "../alternatives.js";
import * as carts from "../cart.js";
import { addOnsTo, products } from "../catalog.js";
import { codeField } from "../codefield.js";
import { timeLeft, watch } from "../countdown.js";
import { dateOf, longDay } from "../dates.js";
import { $, announce, fill, focusOn, h } from "../dom.js";
import { goodCard, goodControl, quantityOf } from "../goods.js";
import { countOf, grouped, onlyGifts, wishOf } from "../groups.js";
import { dropCard, useCard, withKeptCard } from "../keptcard.js";
import { dayAddress } from "../kinds.js";
import { discountRows, groupCard } from "../lines.js";
import { clp } from "../money.js";
import { packHints } from "../packs.js";
import { page } from "../shell.js";
import { button, link, note, show } from "../states.js";
import { sums } from "../sums.js";
import { count, t } from "../text.js";
import { whyNot } from "../whynot.js";

const place = $("[data-place]");
let goods = [];
let breakfasts = [];
let stop = () => {};

const empty = (undo) => [undo, note({
  title: t("cart.empty"), text: t("cart.empty.text"),
  actions: [link("/categoria/?c=tinas", t("cart.empty.go")), link("/dia/", t("day.go"), "outline-primary"), link("/regalo/", t("nav.gift"), "outline-primary")],
})];

function holdClock(cart) {
  if (!cart.held_until) return null;
  const left = h("strong", { class: "time-left", role: "timer" }, timeLeft(cart.held_until, Date.parse(cart.now)).label);
  stop = watch(left, cart.held_until, () => reload(t("hold.over")));
  return h("p", { class: "hold-clock" }, t("cart.held"), " ", left);
}

function content(cart, { undo, message } = {}) {
  stop();
  if (!cart?.lines.length) return empty(undo);
  const groups = grouped(cart.lines);
  const lapsed = carts.lapsedLines(cart);
  const all = lapsed.length > 0 && carts.heldLines(cart).length === 0;
  return [
    undo, message && h("p", { class: "refusal", role: "alert" }, message), holdClock(cart),
    h("ul", { class: "lines" }, groups.filter((group) => group.kind !== "discount").map((group) => card(group, cart))),
    packHints(cart), discountRows(groups.filter((group) => group.kind === "discount")),
    sums(cart, (card) => small(t("cart.remove"), t("cart.remove.what", { name: t("code.card", card) }), (pressed) => step(pressed, async () => redraw(await dropCard(card.id))))),
    cart.to_pay === 0 ? h("p", { class: "deposit" }, t("cart.covered"))
      : cart.deposit_to_pay < cart.to_pay && h("p", { class: "deposit" }, t("cart.deposit", { price: clp(cart.deposit_to_pay) })),
    h("p", { class: "hint" }, t("cart.prices")), cart.to_pay > 0 && !onlyGifts(cart) && codeBox(),
    h("div", { class: "note-actions end" }, onlyGifts(cart) ? link("/regalo/", t("gift.another"), "outline-primary") : link(goOn(cart), t("held.more"), "outline-primary"),
      all ? button(t("cart.retake_all"), (event) => step(event.currentTarget, () => retake(lapsed, cart)), "warm") : link("/reservar/", t(onlyGifts(cart) ? "gift.pay" : "bar.go"), "warm")),
    lapsed.length > 0 && !all && h("p", { class: "hint" }, t("cart.some_lapsed")),
    alongside(cart),
  ];
}

/** Where the code of a gift card is typed; what it pays takes focus. */
const codeBox = () => h("details", { class: "code-box" }, h("summary", {}, t("code.have")), codeField({
  label: t("code.label"), go: t("code.use"), said: whyNot, use: async (code) => {
    const cart = await useCard(code);
    fill(place, content(cart));
    const pays = place.querySelector(`[data-card="${cart.cards.at(-1).id}"]`);
    announce(t("code.used"));
    focusOn(pays);
  },
}));

/** The day builder, on the day of the first thing in the cart. */
function goOn(cart) {
  const first = cart.lines.find((line) => line.start);
  return dayAddress(first ? { date: dateOf(first.start), guests: first.guests } : {});
}

function card(group, cart) {
  const [first] = group.lines;
  if (group.kind === "product") {
    const product = goods.find((one) => one.slug === first.product) ?? { slug: first.product, name: first.name, available: 0 };
    return groupCard(group, { of: () => h("div", { class: "line-actions" }, goodControl(product, () => cart, (next) => settle(next)),
      small(t("cart.remove"), `${t("cart.remove")} ${first.name}`, (pressed) => step(pressed, () => remove([first], first.id, cart, first.name)))) });
  }
  if (group.kind === "gift") return groupCard(group, { of: () => giftActions(first, cart) });
  const held = group.lines.every((line) => line.state === "held");
  const hosts = group.kind === "programme" ? [] : group.lines;
  return groupCard(group, {
    of: () => actions(group, cart), each: (line) => oneAction(line, group, cart),
    more: held && hosts.length > 0 && addOnMenu({ hosts, cart, added: (next, service) => added(next, service) }),
  });
}

function giftActions(line, cart) {
  const name = `${line.name}, ${t("gift.for", line.gift)}`;
  return h("div", { class: "line-actions" },
    h("a", { class: "btn btn-link btn-sm", href: `/regalo/?linea=${line.id}`, "aria-label": `${t("line.move")}: ${name}` }, t("line.move")),
    small(t("cart.remove"), t("cart.remove.what", { name }), (pressed) => step(pressed, () => remove([line], line.id, cart, name, async () => {
      const { giftAgain } = await import("../parts/giftagain.js").catch(() => { throw new Problem({}); });
      return carts.hold({ gifts: [await giftAgain(line)] });
    }))));
}

function added(cart, service) {
  announce(t("addon.said", { name: service.name }));
  redraw(cart);
}

const small = (label, spoken, run, look = "link") => h("button", {
  type: "button", class: `btn btn-${look} btn-sm`, "aria-label": spoken, onclick: (event) => run(event.currentTarget),
}, label);

/** What can be done with a whole group. */
function actions(group, cart) {
  const [first] = group.lines;
  const lines = [...group.lines, ...group.addOns];
  const lapsed = lines.filter((line) => line.state === "lapsed");
  const ids = [...new Set(group.lines.map((line) => line.stay ?? line.id))];
  return h("div", { class: "line-actions" },
    lapsed.length > 0 && small(t("cart.retake"), `${t("cart.retake")} ${first.name}`, (pressed) => step(pressed, () => retake(lapsed, cart, first), first), "primary"),
    small(t(lines.length > 1 ? "cart.remove_all" : "cart.remove"), t("cart.remove.what", { name: first.name }), (pressed) => step(pressed, () => remove(lines, ids, cart, first.name))));
}

/** What can be done with one night, or one add-on. */
function oneAction(line, group, cart) {
  if (line.kind === "night" && !line.host) {
    const day = longDay(dateOf(line.start));
    const mine = [line, ...group.addOns.filter((one) => one.host === line.id)];
    const wanting = line.state === "held" && group.lines.length > 1 && breakfasts.filter((service) => lacking([line], service.slug, cart.lines).length);
    return h("span", { class: "line-part-actions" },
      wanting && wanting.map((service) => small(`+ ${t("addon.breakfast")}`, `${t("addon.add")} ${service.name}, ${day}`, (pressed) => step(pressed, async () => added(await addTo(service, [line]), service)))),
      group.lines.length > 1 && small(t("cart.remove"), t("cart.remove.what", { name: day }), (pressed) => step(pressed, () => remove(mine, line.id, cart, day))));
  }
  return small(t("cart.remove"), t("cart.remove.what", { name: line.name }), (pressed) => step(pressed, () => remove([line], line.id, cart, line.name)));
}

/** Products to go with the visit, those that are not in the cart yet. */
function alongside(cart) {
  const offered = goods.filter((one) => !quantityOf(cart, one.slug));
  return offered.length > 0 && h("section", { class: "alongside", "aria-labelledby": "alongside-title" },
    h("h2", { id: "alongside-title" }, t("product.alongside")),
    h("ul", { class: "goods" }, offered.map((one) => goodCard(one, goodControl(one, () => cart, (next) => settle(next, one.slug))))));
}

/** Draw the cart again; the heading takes focus because the button that was pressed is gone. */
function redraw(cart, extras) {
  fill(place, content(cart, extras));
  focusOn($("h1"));
}

/** Draw the cart again after a product changed in place; focus goes to its new number. */
function settle(cart, slug) {
  const was = slug ?? document.activeElement?.closest("[data-line]")?.dataset.line;
  const sign = document.activeElement?.textContent;
  fill(place, content(cart));
  const line = slug ? cart.lines.find((one) => one.product === slug)?.id : was;
  const buttons = [...place.querySelectorAll(`[data-line="${line}"] .stepper-button`)];
  (buttons.find((one) => one.textContent === sign) ?? buttons[1] ?? $("h1")).focus();
}

async function reload(message) {
  announce(message);
  await show(place, ["line", 2], carts.load, (cart) => content(cart, { message }));
}

/** Run a step with its button busy; a refusal is shown beside the line, with what is near when `line` names an hour. */
async function step(pressed, run, line) {
  if (pressed.getAttribute("aria-busy")) return;
  pressed.setAttribute("aria-busy", "true");
  try {
    await run();
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    pressed.removeAttribute("aria-busy");
    await refuse(pressed, problem, line);
  }
}

async function refuse(pressed, problem, line) {
  const box = h("div", { class: "refusal", role: "alert" }, h("p", {}, problem.message));
  const beside = pressed.closest(".line") ?? place;
  beside.querySelector(":scope > .refusal")?.remove();
  if (beside === place) place.prepend(box);
  else beside.append(box);
  if (problem.code !== "slot_taken" || line?.kind !== "service") return;
  const found = await alternatives(line).catch(() => []);
  box.append(h("p", {}, t("other.near")), alternativeList(found, (one) => step(pressed, async () => {
    await carts.hold({ lines: [{ service: one.service, start: one.slot.start, guests: line.guests }] });
    redraw(await carts.remove(line.id));
  })));
}

async function retake(lines, cart, { name } = {}) {
  const next = await carts.hold(wishOf(lines, cart.lines));
  if (name) announce(t("cart.retaken", { name }));
  redraw(next);
}

/** Remove lines; `again` asks for them once more. */
async function remove(lines, ids, before, name, again = () => carts.hold(wishOf(lines, before.lines))) {
  let cart = before;
  for (const id of [ids].flat()) cart = await carts.remove(id);
  const undo = h("div", { class: "undo", role: "status" }, h("p", {}, t("cart.removed", { name })),
    h("button", { type: "button", class: "btn btn-outline-primary btn-sm", onclick: (event) => bringBack(again, event.currentTarget) }, t("cart.undo")));
  redraw(cart, { undo });
}

async function bringBack(again, pressed) {
  if (pressed.getAttribute("aria-busy")) return;
  pressed.setAttribute("aria-busy", "true");
  try {
    redraw(await again());
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    redraw(await carts.load().catch(() => null), { message: problem.message });
  }
}

/** The cart with what can be added to it; without those lists it is still a cart. */
async function everything() {
  const lists = Promise.all([products().catch(() => []), addOnsTo("cabin").catch(() => [])]);
  const found = await withKeptCard(await carts.load());
  [goods, breakfasts] = await lists;
  return found;
}

page(async () => {
  let shown = null;
  await show(place, ["line", 2], everything, ({ cart, message }) => content(shown = cart, { message }));
  if (shown) announce(count("lines", countOf(shown.lines)));
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible" || !place.querySelector(".line") || place.contains(document.activeElement)) return;
    const cart = await carts.load().catch(() => undefined);
    if (cart !== undefined) fill(place, content(cart));
  });
});
