/** Changing an order: what a change would come to, then the change itself. By the order's token. */
import { Problem, send } from "./api.js";
import { address } from "./order.js";
import { orderKey } from "./store.js";

/**
 * What a wish (`{action, line, start, service, parts, products}`) would come to. Nothing is written. Throws Problem.
 */
export const quoteOf = (order, wish) =>
  send("POST", address(order.id, "/cotizacion"), { token: orderKey.get(order.id), body: wish, key: null });

/**
 * Carry a wish out if it still comes to the total that was shown; `surplus` is "refund" or "credit". Returns
 * `{order, quote}`. Throws Problem.
 */
export const carryOut = (order, wish, { total, surplus, key }) =>
  send("POST", address(order.id, "/cambios"), { token: orderKey.get(order.id), key, body: { ...wish, surplus, agreed_total: total } });

/** Give back what is held beyond the total. Returns the order. Throws Problem. */
export const giveBack = (order, key) => send("POST", address(order.id, "/devolucion"), { token: orderKey.get(order.id), body: {}, key });

/** Say where money is to be transferred back to. Returns the order. Throws Problem. */
export const tellAccount = (order, body, key) => send("POST", address(order.id, "/cuenta"), { token: orderKey.get(order.id), body, key });

/** Fetch the part of the page that changes orders; without a connection that is a Problem like any other. */
export const changing = () => import("./parts/changing.js").catch(lost);

/** Fetch the part that shows what comes after a change: refunds, credit, the account. */
export const aftercare = () => import("./parts/aftercare.js").catch(lost);

/** Fetch the part that shows gift cards, and takes them for the balance. */
export const giftcare = () => import("./parts/giftcare.js").catch(lost);

const lost = () => { throw new Problem({}); };

/** By which id a group of lines is moved or given up as a whole; null when it can only be done line by line. */
export function wholeId({ lines }) {
  const [first, ...more] = lines;
  if (!more.length) return first.id;
  return first.stay && more.every((line) => line.stay === first.stay) ? first.stay : null;
}
