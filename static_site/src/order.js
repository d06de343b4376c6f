/** Orders: read by their token, paid again, saved to a calendar. */
import { get, getBlob, Problem, send } from "./api.js";
import { syncClock } from "./countdown.js";
import { h } from "./dom.js";
import { onlyGifts } from "./groups.js";
import { orderKey } from "./store.js";
import { has, t } from "./text.js";

/** The address of an order, or of something of it. */
export const address = (id, rest = "") => `/api/reservas/${encodeURIComponent(id)}${rest}`;

const OPEN = new Set(["created", "pending"]);
const ENDED = new Set(["rejected", "annulled", "mismatch"]);
const MOVING = new Set(["due", "requesting", "unclear", "requested", "accepted"]);
const FAILED = new Set(["rejected", "cancelled"]); // refunds whose money is the order's credit
const STANDING = new Set(["confirmed", "checked_in", "checked_out"]);

/**
 * How an order stands, from its state and its last payment: the state itself when that is the whole story, "confirming"
 * while a provider is asked, "transfer" while one is awaited, how the last try ended, "unpaid", "refund",
 * or "choosing" while other hours can be had for money that came late.
 */
export function situation(order) {
  const last = lastPayment(order);
  const state = last?.state ?? "created";
  if (order.state === "expired" && order.choose_until && Date.parse(order.choose_until) > Date.parse(order.now)) return "choosing";
  if (order.state === "expired" && last?.refunds.some((one) => !FAILED.has(one.state))) return "refund";
  const paying = order.state === "pending_payment" || (STANDING.has(order.state) && last?.purpose === "balance" && state !== "paid");
  if (!paying) return order.state;
  if (ENDED.has(state)) return state;
  if (OPEN.has(state)) return last?.method === "transfer" ? "transfer" : "confirming";
  return state !== "expired" && STANDING.has(order.state) ? order.state : "unpaid";
}

/** What is said of an order; of gift cards alone, for which nobody comes, the sentence of their own (`key.gift`) where there is one. */
export const sayOf = (order, key, params) => t(onlyGifts(order) && has(`${key}.gift`) ? `${key}.gift` : key, params);

/** The newest payment of an order, or null. */
export const lastPayment = (order) =>
  [...order.payments].sort((a, b) => a.created_at.localeCompare(b.created_at)).at(-1) ?? null;

/** All refunds of an order with the way their money came, the newest first. */
export const refundsOf = (order) => order.payments.flatMap(({ method, refunds }) => refunds.map((refund) => ({ ...refund, method }))).reverse();

/** Whether money is still on its way back. */
export const underWay = (order) => refundsOf(order).some(({ state }) => MOVING.has(state));

/** Whether a gift card is being printed or sent. */
export const onItsWay = (order) => order.lines.some(({ gift }) => gift?.state === "printing" || gift?.state === "sending");

/** Read an order. Throws Problem. */
export async function readOrder(id) {
  const order = await get(address(id), orderKey.get(id));
  syncClock(order.now);
  return order;
}

/** One payment and where its order stands, for a page that waits. Throws Problem. */
export const paymentNews = (id, payment) => get(`/api/pagos/${encodeURIComponent(payment)}`, orderKey.get(id));

/**
 * Start another payment, or go back to the one under way; return where to go on. `key` names the intent. What is still
 * to be paid may be covered by the order's credit: then there is no payment.
 */
export async function payAgain(order, method, key) {
  const pay = lastPayment(order)?.purpose === "deposit" && order.state !== "confirmed" ? "deposit" : "full";
  const { payment } = await send("POST", address(order.id, "/pagos"), { token: orderKey.get(order.id), body: { method, pay }, key });
  if (!payment) return `/pago/?reserva=${order.id}`;
  if (!payment.url && method !== "transfer") throw new Problem({ status: 503, code: "provider_silent", detail: t("failed.provider") });
  return payment.url ?? `/pago/?reserva=${order.id}`;
}

/** Save the visit to the guest's calendar. */
export async function saveCalendar(order) {
  const file = URL.createObjectURL(await getBlob(address(order.id, "/calendario"), orderKey.get(order.id)));
  const anchor = h("a", { href: file, download: `aremko-${order.number}.ics` });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(file), 10000);
}
