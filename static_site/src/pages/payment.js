/** Back from the provider: we look until we know, say what we know, and offer what can be done. */
import { art } from "../art/art.js";
import { timeLeft, watch, serverNow } from "../countdown.js";
import { $, announce, drawing, fill, focusOn, h } from "../dom.js";
import { onlyGifts } from "../groups.js";
import { lastPayment, paymentNews, readOrder, sayOf, situation } from "../order.js";
import { calendarButton, payBox } from "../orderactions.js";
import { clp } from "../money.js";
import { asked } from "../place.js";
import { page } from "../shell.js";
import { shortLines } from "../shortlines.js";
import { failed, link, note } from "../states.js";
import { orderKey } from "../store.js";
import { t } from "../text.js";
import { transferBox } from "../transfer.js";

const SETTLED = new Set(["confirmed", "expired", "cancelled", "rejected", "annulled", "unpaid", "refund", "mismatch", "choosing"]);
const PATIENCE_MS = 12000;
const GIVE_UP_MS = 5 * 60000;
const TRANSFER_PAUSE_MS = 15000;
const COUNTED_MS = 3600000; // longer holds are told by their date

const AGAIN = new Set(["rejected", "annulled", "unpaid", "mismatch", "pending"]);

const place = $("[data-place]");
const id = asked("reserva") ?? orderKey.last();
const began = Date.now();
let shown = "";
let stop = () => {};

/** Every second at first, then slower: the answer is usually there in three. */
const pause = (elapsed) => (elapsed < 8000 ? 1000 : elapsed < 40000 ? 2500 : 6000);

const ART = { confirmed: ["programme", "noche"], confirming: ["tub", "tina-villarrica"], pending: ["tub", "tina-villarrica"], transfer: ["cabin", "cabana-laurel"] };

/** The view of a situation: drawing, heading, sentence, what to do. */
function view(state, order) {
  const last = lastPayment(order);
  const holds = order.pay_until && Date.parse(order.pay_until) > serverNow();
  const counted = holds && Date.parse(order.pay_until) - serverNow() < COUNTED_MS;
  const left = h("strong", { class: "time-left", role: "timer" });
  stop();
  if (counted && state !== "confirmed") {
    left.textContent = timeLeft(order.pay_until, Date.parse(order.now)).label;
    stop = watch(left, order.pay_until, () => look());
  }
  return [
    drawing(art(...(state === "confirmed" && onlyGifts(order) ? ["gift", "monto"] : ART[state] ?? ["other", state]))),
    h("h1", {}, sayOf(order, `pay.${state}`)),
    (state === "confirming") && h("div", { class: "dots", "aria-hidden": "true" }, h("span"), h("span"), h("span")),
    h("p", { class: "lead" }, sayOf(order, `pay.${state}.text`, { email: order.guest.email, amount: clp(last?.received ?? 0) })),
    order.credit > 0 && h("p", { class: "note note-warm" }, t("pay.credit", { credit: clp(order.credit), due: clp(Math.max(0, order.balance_due)) })),
    state === "transfer" && last.instructions && transferBox(last.instructions, onlyGifts(order)),
    (AGAIN.has(state) || state === "pending") && counted && h("p", { class: "hold-clock" }, sayOf(order, "pay.kept"), " ", left),
    AGAIN.has(state) && order.payable > 0 && payBox(order, order.credit > 0 ? t("checkout.go", { price: clp(order.payable) }) : undefined),
    state === "transfer" && order.methods.length > 1 && h("details", { class: "other-way" }, h("summary", {}, t("pay.other")), payBox({ ...order, methods: order.methods.filter((method) => method !== "transfer") }, t("checkout.go", { price: clp(last.amount) }))),
    ticket(order),
    h("div", { class: "note-actions" }, actions(state, order)),
  ];
}

const amounts = (order) => [["cart.total", order.total], ["booking.covered", order.covered], ["booking.paid", order.paid], ["booking.credit", order.credit], ["booking.due", order.balance_due]]
  .filter(([key, amount]) => key === "cart.total" || (amount > 0 && (key !== "booking.due" || order.paid + order.credit + order.covered > 0)));

const ticket = (order) => h("section", { class: "panel pay-ticket", "aria-label": t(onlyGifts(order) ? "checkout.summary.gift" : "checkout.summary") },
  h("p", {}, sayOf(order, "booking.number"), " ", h("strong", {}, order.number)), shortLines(order.lines),
  amounts(order).map(([key, amount]) => h("p", { class: "sum" }, h("span", {}, t(key)), h("strong", {}, clp(amount)))));

function actions(state, order) {
  const mine = link(`/reserva/?reserva=${order.id}`, state === "choosing" ? t("pay.choosing.go") : sayOf(order, "pay.see"), state === "confirmed" || state === "choosing" ? "warm" : "outline-primary");
  if (state === "confirmed") return onlyGifts(order) ? [mine, link("/regalo/", t("gift.another"), "outline-primary")] : [mine, calendarButton(order)];
  if (state === "expired" || state === "cancelled") {
    const line = order.lines.find((one) => one.service && !one.host);
    if (onlyGifts(order)) return [link("/regalo/", t("gift.another"), "warm"), link("/", t("lost.home"), "outline-primary")];
    return [link(line ? `/servicio/?s=${line.service}&personas=${line.guests}` : "/", t("pay.choose"), "warm"), link("/", t("lost.home"), "outline-primary")];
  }
  return state === "confirming" ? [] : [mine];
}

function draw(state, order) {
  if (state === shown) return;
  const first = shown === "" || shown === "failed";
  shown = state;
  fill(place, view(state, order));
  document.title = `${sayOf(order, `pay.${state}`)} · Aremko`;
  announce(sayOf(order, `pay.${state}`));
  if (!first) focusOn($("h1"));
}

let known = null;

/** The order, read anew only when its payment has moved. */
async function latest() {
  const last = known && lastPayment(known);
  if (last) {
    const news = await paymentNews(id, last.id);
    if (news.payment.state === last.state && news.order_state === known.state) return { ...known, now: news.now };
  }
  known = await readOrder(id);
  return known;
}

/** Look, draw, and look again until it is settled or nobody waits any more. */
async function look() {
  try {
    const order = await latest();
    const found = situation(order);
    const waited = Date.now() - began;
    const state = found === "confirming" && waited > PATIENCE_MS ? "pending" : found;
    draw(state, order);
    if (!SETTLED.has(state) && waited < GIVE_UP_MS) setTimeout(look, state === "transfer" ? TRANSFER_PAUSE_MS : pause(waited));
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    shown = "failed";
    fill(place, problem.status === 401 || problem.status === 404 ? unknown() : [h("h1", {}, t("pay.confirming")), failed(problem, look)]);
  }
}

const unknown = () => [h("h1", {}, t("payment.heading")), note({
  title: t("pay.unknown"), text: t("pay.unknown.text"), actions: [link("/", t("lost.home"))],
})];

page(async () => {
  if (!id || !orderKey.get(id)) fill(place, unknown());
  else await look();
});
