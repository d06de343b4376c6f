/** Orders: read by their token, paid again, saved to a calendar. */
import { get, getBlob, send } from "./api.js";
import { syncClock } from "./countdown.js";
import { h } from "./dom.js";
import { orderKey } from "./store.js";

const address = (id, rest = "") => `/api/reservas/${encodeURIComponent(id)}${rest}`;

/** What can be done about an order, from its state and its last payment. */
export function situation(order) {
  if (order.state !== "pending_payment") return order.state;
  const last = lastPayment(order)?.state;
  if (last === "rejected" || last === "annulled" || last === "expired") return last === "expired" ? "unpaid" : last;
  return last === "paid" ? "confirming" : last === "pending" ? "pending" : "confirming";
}

/** The newest payment of an order, or null. */
export const lastPayment = (order) =>
  [...order.payments].sort((a, b) => a.created_at.localeCompare(b.created_at)).at(-1) ?? null;

/** Read an order. Throws Problem; `order_token_missing` when this device has no token for it. */
export async function readOrder(id) {
  const order = await get(address(id), orderKey.get(id));
  syncClock(order.now);
  return order;
}

/** Start another payment and return the provider's address. `key` names the intent. */
export async function payAgain(id, key) {
  const started = await send("POST", address(id, "/pagos"), { token: orderKey.get(id), body: { method: "flow" }, key });
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
