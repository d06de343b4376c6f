/** Check-out on one page: who comes, what they agree to, how they pay, and on to the provider's page. */
import { newKey, send } from "../api.js";
import { alternativeList, alternatives } from "../alternatives.js";
import * as carts from "../cart.js";
import { freeHours, services } from "../catalog.js";
import { timeLeft, watch } from "../countdown.js";
import { dateOf, longMoment } from "../dates.js";
import { $, announce, fill, focusOn, h } from "../dom.js";
import { onlyGifts, wishOf } from "../groups.js";
import { checkoutForm } from "../guestform.js";
import { withKeptCard } from "../keptcard.js";
import { clp } from "../money.js";
import { page } from "../shell.js";
import { shortLines } from "../shortlines.js";
import { link, note, show } from "../states.js";
import { cartKey, orderKey, visit } from "../store.js";
import { sums } from "../sums.js";
import { currentLang, t } from "../text.js";

const ATTEMPT = "aremko.attempt";
const place = $("[data-place]");
let cart = null;
let form = null;
let stop = () => {};

/** The same body is sent under the same key, even after a reload, so that pressing twice can't book twice. */
function keyFor(body) {
  const text = JSON.stringify([cart.id, body]);
  const kept = visit.get(ATTEMPT);
  if (kept?.text === text) return kept.key;
  const key = newKey();
  visit.set(ATTEMPT, { text, key });
  return key;
}

/** Provider pages are https; the sandbox of a laptop is on localhost. */
function isSafe(address) {
  const url = new URL(address, location.href);
  return url.protocol === "https:" || url.hostname === "localhost" || url.hostname === "127.0.0.1" || url.hostname.endsWith(".localhost");
}

async function submit(body) {
  form.busy(true);
  const message = { ...body, charge: form.charge(), policy_version: cart.policy.version, language: currentLang() };
  try {
    const placed = await send("POST", "/api/reservas", { token: cartKey.get().token, body: message, key: keyFor(message) });
    orderKey.set(placed.order.id, placed.token);
    cartKey.forget();
    visit.remove(ATTEMPT);
    announce(t("checkout.going"));
    const url = placed.payment?.url;
    location.assign(url && isSafe(url) ? url : `/pago/?reserva=${placed.order.id}`);
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    form.busy(false);
    await refused(problem);
  }
}

async function refused(problem) {
  if (problem.errors?.length && form.showErrors(problem.errors)) return;
  const box = form.refuse(problem.message);
  if (problem.status !== 0 && problem.status < 500) visit.remove(ATTEMPT);
  if (problem.code === "charge_changed") return another(box);
  if (problem.status === 409 || problem.status === 410 || problem.status === 401) await lostHour(box);
}

/** Another amount than the page said, as when a gift card was used elsewhere: show it, and let the guest decide anew. */
async function another(box) {
  cart = await withPolicy(await carts.load().catch(() => cart));
  if (!cart?.lines.length) return begin();
  drawSummary();
  return fill(box, h("p", {}, t("checkout.charge_changed", { price: clp(form.charge()) })));
}

/** Somebody else has an hour of ours: show which, and what is near. */
async function lostHour(box) {
  const before = cart;
  cart = await withPolicy(await carts.load().catch(() => before));
  if (!cart?.lines.length) return begin();
  drawSummary();
  for (const line of await goneLines()) {
    const found = line.kind === "service" ? await alternatives(line).catch(() => []) : [];
    box.append(h("p", {}, t("checkout.lost", { name: line.name, when: longMoment(line.start) })),
      line.kind === "service" ? alternativeList(found, (one) => swap(line, one)) : "");
  }
  box.append(link("/carrito/", t("bar.cart"), "outline-primary"));
  return null;
}

/** Lapsed hours and nights that are no longer free: somebody else has them. */
async function goneLines() {
  const lapsed = carts.lapsedLines(cart).filter((line) => line.kind !== "programme" && !line.host);
  const free = await Promise.all(lapsed.map(async (line) => {
    const days = (await freeHours({ service: line.service, from: dateOf(line.start), guests: line.guests }).catch(() => new Map())).get(line.service);
    return days?.some((day) => day.slots.some((slot) => slot.free && Date.parse(slot.start) === Date.parse(line.start)));
  }));
  return lapsed.filter((_, n) => !free[n]);
}

/** Another hour instead of one that is gone; what went with it goes with the other one. */
async function swap(line, one) {
  try {
    const other = { ...line, id: "other", service: one.service, start: one.slot.start, state: "lapsed" };
    const with_ = cart.lines.filter((added) => added.host === line.id).map((added) => ({ ...added, host: "other" }));
    await carts.hold({ lines: wishOf([other, ...with_]).lines });
    cart = await withPolicy(await carts.remove(line.id));
    drawSummary();
    fill($("[data-refusal]"), h("p", { class: "note note-good" }, t("held.said", { name: one.name, time: one.slot.time })));
    focusOn($("[data-refusal]"));
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    announce(problem.message);
    fill($("[data-refusal]"), h("p", { class: "refusal", role: "alert" }, problem.message));
  }
}

/** The cart with the policies of its services and gift cards: what is agreed to must be read before. */
async function withPolicy(found) {
  if (!found?.lines.length) return found;
  const all = await services();
  const mine = all.filter((service) => found.lines.some((line) => line.service === service.slug));
  const policies = (mine.length ? mine : all.slice(0, 1)).map((service) => service.policy);
  const texts = [...(onlyGifts(found) ? [] : policies.map((policy) => policy.text)), ...(found.lines.some((line) => line.kind === "gift") ? [t("gift.policy")] : [])];
  return { ...found, policy: { version: policies[0].version, texts: [...new Set(texts)] } };
}

function drawSummary() {
  stop();
  form.priced(cart);
  const left = h("strong", { class: "time-left", role: "timer" });
  fill($("[data-summary]"),
    h("h2", {}, t(onlyGifts(cart) ? "checkout.summary.gift" : "checkout.summary")),
    shortLines(cart.lines),
    sums(cart),
    cart.held_until && h("p", { class: "hold-clock" }, t("cart.held"), " ", left));
  if (!cart.held_until) return;
  left.textContent = timeLeft(cart.held_until, Date.parse(cart.now)).label;
  stop = watch(left, cart.held_until, async () => {
    announce(t("hold.over"));
    cart = await withPolicy(await carts.load().catch(() => cart));
    if (cart?.lines.length) drawSummary();
    fill($("[data-refusal]"), note({ tone: "warm", title: t("hold.over"), text: t("hold.over.text") }));
  });
}

function content({ cart: found, message }) {
  cart = found;
  if (!cart?.lines.length) return nothing();
  if (onlyGifts(cart)) $("h1").textContent = t("checkout.heading.gift");
  form = checkoutForm({ policy: cart.policy, cart, submit });
  queueMicrotask(() => {
    drawSummary();
    if (message) form.refuse(message);
    else if (!cart.held_until && !onlyGifts(cart)) fill($("[data-refusal]"), note({ tone: "warm", title: t("hold.over"), text: t("hold.over.text") }));
  });
  return h("div", { class: "checkout" }, form.element, h("aside", { class: "panel summary", "data-summary": true, "aria-label": t("checkout.summary") }));
}

/** No cart: perhaps its order waits for its payment. */
function nothing() {
  const last = orderKey.last();
  return note({
    title: t("cart.empty"), text: t(last && orderKey.get(last) ? "checkout.placed" : "cart.empty.text"),
    actions: [last && orderKey.get(last) && link(`/pago/?reserva=${last}`, t("checkout.see"), "primary"),
      link("/categoria/?c=tinas", t("cart.empty.go"), last ? "outline-primary" : "primary")].filter(Boolean),
  });
}

const begin = () => show(place, ["form", 6], async () => {
  const { cart: found, message } = await withKeptCard(await carts.load());
  return { cart: await withPolicy(found), message };
}, content);

page(begin);
