/** Back from the provider: we look until we know, say what we know, and offer what can be done. */
import { art } from "../art/art.js";
import { timeLeft, watch, serverNow } from "../countdown.js";
import { $, announce, drawing, fill, focusOn, h } from "../dom.js";
import { readOrder, situation } from "../order.js";
import { calendarButton, payButton } from "../orderactions.js";
import { longMoment } from "../dates.js";
import { clp } from "../money.js";
import { asked } from "../place.js";
import { page } from "../shell.js";
import { failed, link, note } from "../states.js";
import { orderKey } from "../store.js";
import { count, t } from "../text.js";

const SETTLED = new Set(["confirmed", "expired", "cancelled", "rejected", "annulled", "unpaid", "refund", "mismatch"]);
const PATIENCE_MS = 12000;
const GIVE_UP_MS = 5 * 60000;

const place = $("[data-place]");
const id = asked("reserva") ?? orderKey.last();
const began = Date.now();
let shown = "";
let stop = () => {};

/** Every second at first, then slower: the answer is usually there in three. */
const pause = (elapsed) => (elapsed < 8000 ? 1000 : elapsed < 40000 ? 2500 : 6000);

const ART = { confirmed: ["programme", "noche"], confirming: ["tub", "tina-villarrica"], pending: ["tub", "tina-villarrica"] };

/** The view of a situation: drawing, heading, sentence, what to do. */
function view(state, order) {
  const holds = order.pay_until && Date.parse(order.pay_until) > serverNow();
  const left = h("strong", { class: "time-left", role: "timer" });
  stop();
  if (holds && state !== "confirmed") {
    left.textContent = timeLeft(order.pay_until, Date.parse(order.now)).label;
    stop = watch(left, order.pay_until, () => look());
  }
  const tryAgain = state === "rejected" || state === "annulled" || state === "unpaid";
  return [
    drawing(art(...(ART[state] ?? ["other", state]))),
    h("h1", {}, t(`pay.${state}`)),
    (state === "confirming") && h("div", { class: "dots", "aria-hidden": "true" }, h("span"), h("span"), h("span")),
    h("p", { class: "lead" }, t(`pay.${state}.text`, { email: order.guest.email })),
    (tryAgain || state === "pending") && holds && h("p", { class: "hold-clock" }, t("pay.kept"), " ", left),
    ticket(order),
    h("div", { class: "note-actions" }, actions(state, order)),
  ];
}

const ticket = (order) => h("dl", { class: "ticket" },
  h("dt", {}, t("booking.number")), h("dd", {}, order.number),
  order.lines.map((line) => [h("dt", {}, line.name), h("dd", {}, `${longMoment(line.start)} · ${count("guests", line.guests)}`)]),
  h("dt", {}, t("cart.total")), h("dd", {}, clp(order.total)));

function actions(state, order) {
  const mine = link(`/reserva/?reserva=${order.id}`, t("pay.see"), state === "confirmed" ? "warm" : "outline-primary");
  if (state === "confirmed") return [mine, calendarButton(order)];
  if (state === "expired" || state === "cancelled") {
    const line = order.lines[0];
    return [link(line ? `/servicio/?s=${line.service}&personas=${line.guests}` : "/", t("pay.choose"), "warm"), link("/", t("lost.home"), "outline-primary")];
  }
  if (state === "confirming") return [];
  if (state === "refund" || state === "mismatch") return [mine];
  return [payButton(order), mine];
}

function draw(state, order) {
  if (state === shown) return;
  const first = shown === "" || shown === "failed";
  shown = state;
  fill(place, view(state, order));
  document.title = `${t(`pay.${state}`)} · Aremko`;
  announce(t(`pay.${state}`));
  if (!first) focusOn($("h1"));
}

/** Look, draw, and look again until it is settled or nobody waits any more. */
async function look() {
  try {
    const order = await readOrder(id);
    const found = situation(order);
    const waited = Date.now() - began;
    const state = found === "confirming" && waited > PATIENCE_MS ? "pending" : found;
    draw(state, order);
    if (!SETTLED.has(state) && waited < GIVE_UP_MS) setTimeout(look, pause(waited));
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
