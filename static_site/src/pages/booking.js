/** My booking, opened by the signed link of the mail: `/reserva/#<order>.<token>`. */
import { aftercare, giftcare } from "../changes.js";
import { contactLink } from "../contact.js";
import { timeLeft, watch } from "../countdown.js";
import { clockTime, dateOf, longMoment, shortDay } from "../dates.js";
import { $, announce, fill, focusOn, h } from "../dom.js";
import { onlyGifts } from "../groups.js";
import { clp } from "../money.js";
import { lastPayment, onItsWay, readOrder, refundsOf, sayOf, situation, underWay } from "../order.js";
import { payBox } from "../orderactions.js";
import { cancelAll, orderLines } from "../orderlines.js";
import { asked } from "../place.js";
import { page } from "../shell.js";
import { link, note, show } from "../states.js";
import { orderKey } from "../store.js";
import { t } from "../text.js";
import { transferBox } from "../transfer.js";
import { visitPanels } from "../visit.js";

const OVER = new Set(["expired", "cancelled", "refund", "no_show", "choosing"]);
const STANDS = new Set(["confirmed", "checked_in", "checked_out"]);
const LOOK_AGAIN_MS = 15000;
const COUNTED_MS = 3600000; // longer holds are told by their date

const place = $("[data-place]");

/** Take the token out of the address, where it could be seen or copied, and keep it on the device. */
function takeToken() {
  const [, id, token] = /^#([\w-]+)\.(.+)$/.exec(location.hash) ?? [];
  if (id) {
    orderKey.set(id, token);
    history.replaceState(null, "", `/reserva/?reserva=${id}`);
    return id;
  }
  return asked("reserva") ?? orderKey.last();
}

/** What is still to be paid, or is being paid, with all that can be done about it. */
function paying(order, state) {
  if (OVER.has(state)) return null;
  const last = lastPayment(order);
  if (state === "transfer") return [h("p", { class: "note note-warm" }, sayOf(order, "pay.transfer.text", { email: order.guest.email })), last.instructions && transferBox(last.instructions, onlyGifts(order))];
  if (STANDS.has(state)) return order.payable > 0 && balance(order);
  const left = h("strong", { class: "time-left", role: "timer" });
  const counted = state !== "confirming" && order.pay_until && Date.parse(order.pay_until) - Date.parse(order.now) < COUNTED_MS;
  if (counted) {
    left.textContent = timeLeft(order.pay_until, Date.parse(order.now)).label;
    watch(left, order.pay_until, () => draw(order.id));
  }
  return h("section", { class: "note note-warm" }, h("h2", { class: "note-title" }, sayOf(order, `pay.${state}`)),
    h("p", {}, sayOf(order, `pay.${state}.text`, { email: order.guest.email, amount: clp(last?.received ?? 0) })),
    order.credit > 0 && h("p", {}, t("pay.credit", { credit: clp(order.credit), due: clp(Math.max(0, order.balance_due)) })),
    counted && h("p", { class: "hold-clock" }, sayOf(order, "pay.kept"), " ", left),
    state === "confirming" ? h("div", { class: "note-actions" }, link(`/pago/?reserva=${order.id}`, t("booking.live"), "warm")) : order.payable > 0 && payBox(order, order.credit > 0 ? t("checkout.go", { price: clp(order.payable) }) : undefined));
}

const balance = (order) => h("section", { class: "panel", "aria-labelledby": "due-title" },
  h("h2", { id: "due-title" }, t("booking.balance", { price: clp(order.payable) })), h("p", {}, t("booking.balance.text")),
  payBox(order, t("checkout.go", { price: clp(order.payable) })), withCard(order));

/** The balance is paid by a gift card too; what that takes is fetched when somebody has one. */
function withCard(order) {
  const box = h("details", { class: "code-box" }, h("summary", {}, t("code.have")));
  box.addEventListener("toggle", async () => {
    const part = await giftcare().catch((problem) => problem);
    box.append("message" in part ? h("p", { class: "refusal", role: "alert" }, part.message) : part.cardField(order, (after) => changed(after, { text: t("code.paid") })));
  }, { once: true });
  return box;
}

const MONEY = [["cart.total", "total"], ["booking.paid", "paid"], ["booking.credit", "credit"], ["booking.returning", "returning"], ["booking.refunded", "refunded"], ["booking.surplus", "surplus"], ["booking.due", "balance_due"]];

const row = (name, amount) => [h("dt", {}, name), h("dd", {}, clp(amount))];

/** What a gift card pays, and what is back on it; one that was let go of had paid nothing. */
const uses = ({ state, ending, amount, returned }) => [state !== "released" && amount > 0 && row(t(`carduse.${state}`, { ending }), amount), returned > 0 && row(t("carduse.returned", { ending }), returned)];

/** What it costs, what each gift card pays or got back, and the money. */
const money = (order) => h("dl", { class: "ticket", "data-money": true }, MONEY.filter(([key, of]) => key === "cart.total" || key === "booking.paid" || order[of] > 0)
  .flatMap(([key, of]) => [row(t(key), order[of]), key === "cart.total" && order.cards.map(uses)]));

/** One payment: when, how, for what, and how it ended; another amount than was asked is told, and what goes back. */
const payment = (one) => h("li", {}, h("span", {}, `${longMoment(one.created_at)} · ${t(`method.${one.method}`)} · ${t(`purpose.${one.purpose}`)}`),
  h("strong", {}, `${t(`paid.${one.state}`)} · ${clp(one.amount)}`),
  one.received != null && one.received !== one.amount && h("span", {}, t("booking.received", { price: clp(one.received) })),
  one.refunds.map((refund) => h("span", {}, `${t(`refund.${refund.state}`)} · ${clp(refund.amount)}`)));

const payments = (order) => order.payments.length > 0 && h("section", { class: "panel", "data-payments": true }, h("h2", {}, t("booking.payments")),
  h("ul", { class: "history" }, order.payments.map(payment)));

const story = (order) => h("section", { class: "panel", "data-story": true }, h("h2", {}, t("booking.history")),
  h("ol", { class: "history" }, order.history.map(happened)));

const shortMoment = (at) => `${shortDay(dateOf(at))}, ${clockTime(at)}`;

/** One thing that happened: when, what, how much, by or to which gift cards; and of a change, each thing with its hours before and now. */
const happened = ({ at, detail, amount, what, cards }) => h("li", {}, h("span", {}, longMoment(at)), h("strong", {}, detail, amount && ` ${clp(amount)}`),
  cards.map((card) => h("span", {}, `${t("code.card", card)}: ${clp(card.amount)}`)),
  what.map(({ name, was, now }) => h("span", {}, name, was && `, ${shortMoment(was)}`, was && now && ` → ${shortMoment(now)}`)));

/** What was just done, in words, with what the money does; focus goes here. */
function saidNote({ text, quote = { returns: [], surplus: 0, due: 0 }, more = null }) {
  const [back, toCards] = [false, true].map((card) => quote.returns.filter((one) => (one.method === "giftcard") === card).reduce((sum, one) => sum + one.amount, 0));
  const kept = quote.surplus - back - toCards;
  return h("section", { class: "note note-good", "data-said": true }, h("h2", { class: "note-title" }, text),
    back > 0 && h("p", {}, t("said.refund", { price: clp(back) })), toCards > 0 && h("p", {}, t("said.card", { price: clp(toCards) })), kept > 0 && h("p", {}, t("said.credit", { price: clp(kept) })),
    quote.due > 0 && h("p", {}, t("said.due", { price: clp(quote.due) })),
    more && h("div", { class: "note-actions" }, more));
}

/** Credit, where to transfer it to, and refunds, for the orders that have any; `care` are the parts that show them. */
const returned = (order, care) => care && h("div", { "data-returned": true },
  order.surplus > 0 && situation(order) !== "choosing" && care.creditPanel(order, (after) => changed(after, { text: t("credit.done") })),
  (order.account_needed || (order.account && refundsOf(order).some((one) => one.by_hand && one.state === "requested")))
    && care.accountPanel(order, (after) => changed(after, { text: t("account.done") })),
  refundsOf(order).length > 0 && care.refundsPanel(order));

function content(order, { care, gifts }, said = null) {
  const state = situation(order);
  if (onlyGifts(order)) $("h1").textContent = t("booking.heading.gift");
  const after = { done: changed, stale: () => draw(order.id) };
  document.title = `${$("h1").textContent} ${order.number} · Aremko`;
  return h("div", { class: "booking" },
    h("div", { class: "booking-main" },
      said && saidNote(said),
      h("p", { class: "booking-state" }, h("span", { class: `state state-${order.state}` }, t(`state.${order.state}`)), " ", sayOf(order, "booking.number"), " ", h("strong", {}, order.number)),
      paying(order, state),
      state === "choosing" && care?.choosingPanel(order, after),
      OVER.has(state) && state !== "choosing" && !said && note({ tone: "warm", title: sayOf(order, `pay.${state}`), text: sayOf(order, `pay.${state}.text`, { email: order.guest.email }),
        actions: [onlyGifts(order) ? link("/regalo/", t("gift.another"), "warm") : link("/dia/", t("pay.choose"), "warm")] }),
      orderLines(order, after, gifts),
      money(order), returned(order, care),
      (order.state === "confirmed" || order.state === "checked_in") && !onlyGifts(order) && visitPanels(order),
      cancelAll(order, after)),
    h("div", { class: "booking-side" },
      h("section", { class: "panel" }, h("h2", {}, t("booking.guest")), h("p", {}, order.guest.name, h("br"), order.guest.email, h("br"), order.guest.phone)),
      payments(order), story(order),
      h("section", { class: "panel" }, h("h2", {}, t(onlyGifts(order) ? "checkout.policy.gift" : "checkout.policy")), h("p", {}, onlyGifts(order) ? t("gift.policy") : order.policy.text),
        h("p", {}, h("a", { href: contactLink("whatsapp", order.number), rel: "noopener" }, t("booking.change"))))));
}

const unknown = () => note({
  title: t("booking.unknown"), text: t("booking.unknown.text"), actions: [link("/", t("lost.home"))],
});

/** The parts of the page that only some orders need: `care` for money that goes back, `gifts` for gift cards. */
async function partsFor(order) {
  const returns = situation(order) === "choosing" || order.surplus > 0 || order.account_needed || refundsOf(order).length > 0;
  const [care, gifts] = await Promise.all([returns && aftercare(), order.lines.some((line) => line.kind === "gift") && giftcare()]);
  return { care, gifts };
}

/** Show the order as a change left it, and say so. */
async function changed(order, said) {
  const parts = await partsFor(order).catch(() => ({}));
  fill(place, content(order, parts, said));
  focusOn($("[data-said]", place));
  follow(order);
}

let again = 0;

const NEWS = [".booking-main > .lines", "[data-money]", "[data-returned]", "[data-payments]", "[data-story]"];

/** What can change while one looks on: payments with their refunds, gift cards on their way. */
const moving = ({ payments: all, lines }) => JSON.stringify([all, lines.map(({ gift }) => gift?.state)]);

/** While money is on its way back, or a gift card to somebody, look now and then and show what is new, except where the guest is at work. */
function follow(order) {
  clearTimeout(again);
  if (!underWay(order) && !onItsWay(order)) return;
  again = setTimeout(async () => {
    const now = document.hidden || $("dialog") ? null : await readOrder(order.id).catch(() => null);
    if (!now || moving(now) === moving(order)) return follow(order);
    const fresh = content(now, await partsFor(now).catch(() => ({})));
    for (const part of NEWS) {
      const [old, next] = [$(part, place), $(part, fresh)];
      if (old && next && !old.contains(document.activeElement)) old.replaceWith(next);
    }
    announce(t(underWay(order) ? "refund.news" : "giftline.news"));
    return follow(now);
  }, LOOK_AGAIN_MS);
}

/** The order with the parts it needs; null when the token does not open it. */
async function read(id) {
  try {
    const order = await readOrder(id);
    return { order, parts: await partsFor(order) };
  } catch (problem) {
    if (problem.status === 401 || problem.status === 404) return null;
    throw problem;
  }
}

const draw = (id) => show(place, ["line", 3], () => read(id), (found) => {
  if (!found) return unknown();
  follow(found.order);
  return content(found.order, found.parts);
});

page(async () => {
  const id = takeToken();
  addEventListener("hashchange", () => draw(takeToken()));
  if (!id || !orderKey.get(id)) fill(place, unknown());
  else await draw(id);
});
