/** Orders: read by their token, paid again, saved to a calendar. */
import { get, getBlob, Problem, send } from "./api.js";
import { syncClock } from "./countdown.js";
import { h } from "./dom.js";
import { orderKey } from "./store.js";
import { t } from "./text.js";

const address = (id, rest = "") => `/api/reservas/${encodeURIComponent(id)}${rest}`;

/** What can be done about an order, from its state and its last payment. */
export function situation(order) {
  const last = lastPayment(order)?.state ?? "created";
  if (last.startsWith("refund") && order.state !== "confirmed") return "refund";
  if (order.state !== "pending_payment") return order.state;
  if (last === "rejected" || last === "annulled" || last === "mismatch") return last;
  return last === "expired" ? "unpaid" : "confirming";
}

/** The newest payment of an order, or null. */
export const lastPayment = (order) =>
  [...order.payments].sort((a, b) => a.created_at.localeCompare(b.created_at)).at(-1) ?? null;

/** Read an order. Throws Problem. */
export async function readOrder(id) {
  const order = await get(address(id), orderKey.get(id));
  syncClock(order.now);
  return order;
}

/** Start another payment, or go back to the one under way; return the provider's address. `key` names the intent. */
export async function payAgain(id, key) {
  const started = await send("POST", address(id, "/pagos"), { token: orderKey.get(id), body: { method: "flow" }, key });
  if (!started.payment.url) throw new Problem({ status: 503, code: "provider_silent", detail: t("failed.provider") });
  return started.payment.url;
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
