/** The cart: what is held and until when; what lapsed can be taken again; what was removed can come back. */
import { alternativeList, alternatives } from "../alternatives.js";
import * as carts from "../cart.js";
import { timeLeft, watch } from "../countdown.js";
import { longMoment } from "../dates.js";
import { $, announce, fill, focusOn, h } from "../dom.js";
import { clp } from "../money.js";
import { page } from "../shell.js";
import { lineCard } from "../lines.js";
import { button, link, note, show } from "../states.js";
import { count, t } from "../text.js";

const place = $("[data-place]");
let stop = () => {};

const empty = (undo) => [undo, note({
  title: t("cart.empty"), text: t("cart.empty.text"),
  actions: [link("/categoria/?c=tinas", t("cart.empty.go")), link("/", t("lost.home"), "outline-primary")],
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
  const lapsed = carts.lapsedLines(cart);
  return [
    undo, message && h("p", { class: "refusal", role: "alert" }, message), holdClock(cart),
    h("ul", { class: "lines" }, cart.lines.map((line) => lineCard(line, actions(line)))),
    h("p", { class: "sum" }, h("span", {}, t("cart.total")), h("strong", {}, clp(cart.total))),
    h("p", { class: "hint" }, t("cart.prices")),
    h("div", { class: "note-actions end" }, link("/categoria/?c=tinas", t("held.more"), "outline-primary"),
      lapsed.length === cart.lines.length
        ? button(t("cart.retake_all"), () => retakeAll(lapsed), "warm")
        : link("/reservar/", t("bar.go"), "warm")),
    lapsed.length > 0 && lapsed.length < cart.lines.length && h("p", { class: "hint" }, t("cart.some_lapsed")),
  ];
}

const actions = (line) => h("div", { class: "line-actions" },
  line.state === "lapsed" && h("button", { type: "button", class: "btn btn-primary btn-sm", onclick: (event) => retake(line, event.currentTarget) }, t("cart.retake")),
  h("button", { type: "button", class: "btn btn-link btn-sm", "aria-label": t("cart.remove.what", { name: line.name }), onclick: (event) => remove(line, event.currentTarget) }, t("cart.remove")));

/** Draw the cart again; the heading takes focus because the button that was pressed is gone. */
function redraw(cart, extras) {
  fill(place, content(cart, extras));
  focusOn($("h1"));
}

async function reload(message) {
  announce(message);
  await show(place, ["line", 2], carts.load, (cart) => content(cart, { message }));
}

/** Run a step of a line with its button busy; a refusal is shown beside the line with what is near. */
async function step(line, pressed, run) {
  if (pressed.getAttribute("aria-busy")) return;
  pressed.setAttribute("aria-busy", "true");
  try {
    await run();
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    pressed.removeAttribute("aria-busy");
    await refuse(line, pressed, problem);
  }
}

async function refuse(line, pressed, problem) {
  const box = h("div", { class: "refusal", role: "alert" }, h("p", {}, problem.message));
  const card = pressed.closest(".line");
  card.querySelector(".refusal")?.remove();
  card.append(box);
  if (problem.code !== "slot_taken") return;
  const found = await alternatives(line).catch(() => []);
  box.append(h("p", {}, t("other.near")), alternativeList(found, (one) => step(line, pressed, async () => {
    await carts.add({ service: one.service, start: one.slot.start, guests: line.guests });
    redraw(await carts.remove(line));
  })));
}

const retake = (line, pressed) => step(line, pressed, async () => {
  const cart = await carts.add(line);
  announce(t("cart.retaken", { name: line.name }));
  redraw(cart);
});

async function retakeAll(lines) {
  let cart = null;
  let message = null;
  for (const line of lines) {
    try {
      cart = await carts.add(line);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      message = `${line.name}, ${longMoment(line.start)}: ${problem.message}`;
    }
  }
  redraw(cart ?? await carts.load().catch(() => null), { message });
}

const remove = (line, pressed) => step(line, pressed, async () => {
  const cart = await carts.remove(line);
  const undo = h("div", { class: "undo", role: "status" }, h("p", {}, t("cart.removed", { name: line.name })),
    h("button", { type: "button", class: "btn btn-outline-primary btn-sm", onclick: (event) => bringBack(line, event.currentTarget) }, t("cart.undo")));
  redraw(cart, { undo });
});

async function bringBack(line, pressed) {
  if (pressed.getAttribute("aria-busy")) return;
  pressed.setAttribute("aria-busy", "true");
  try {
    redraw(await carts.add(line));
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    redraw(await carts.load().catch(() => null), { message: problem.message });
  }
}

page(async () => {
  await show(place, ["line", 2], carts.load, (cart) => content(cart));
  if (place.querySelector(".line")) announce(count("hours", place.querySelectorAll(".line").length));
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible" || !place.querySelector(".line") || place.contains(document.activeElement)) return;
    const cart = await carts.load().catch(() => undefined);
    if (cart !== undefined) fill(place, content(cart));
  });
});
