/** The cart: opened with its first hour, kept by its token on this device, forgotten when it is over. */
import { get, newKey, send } from "./api.js";
import { syncClock } from "./countdown.js";
import { cartKey, orderKey } from "./store.js";

const GONE = new Set([401, 404, 410]);

/** Tell the header and the bar that the cart changed. */
function noted(cart, token) {
  if (cart) {
    syncClock(cart.now);
    cartKey.set({ id: cart.id, token, count: cart.lines.length, services: [...new Set(cart.lines.map((line) => line.service))] });
  } else {
    cartKey.forget();
  }
  document.dispatchEvent(new CustomEvent("cart", { detail: cart }));
  return cart;
}

/** Forget the cart (it was checked out, or it is over). */
export const forget = () => noted(null);

/**
 * The cart in use, or null when there is none, it is over, or it became an order that this device knows. (A cart
 * whose check-out got no answer is still shown: checking it out again goes on with the same order.)
 * Throws Problem when it cannot be read just now.
 */
export async function load() {
  const key = cartKey.get();
  if (!key) return null;
  try {
    const cart = await get(`/api/carritos/${key.id}`, key.token);
    return cart.order && orderKey.get(cart.order) ? forget() : noted(cart, key.token);
  } catch (problem) {
    if (GONE.has(problem.status)) return forget();
    throw problem;
  }
}

/**
 * Hold an hour: `{service, start, guests}`. Opens a cart when there is none, or when the one in use is over.
 * An hour whose hold lapsed is taken again the same way; the server puts the new line in the old one's place.
 */
export async function add(line, key = newKey()) {
  const wanted = { service: line.service, start: line.start, guests: line.guests };
  const mine = cartKey.get();
  if (mine) {
    try {
      return noted(await send("POST", `/api/carritos/${mine.id}/lineas`, { token: mine.token, body: wanted, key }), mine.token);
    } catch (problem) {
      const over = GONE.has(problem.status) || problem.code === "cart_checked_out";
      if (!over || problem.code === "service_not_found") throw problem;
      forget();
    }
  }
  const opened = await send("POST", "/api/carritos", { body: { lines: [wanted] }, key: newKey() });
  return noted(opened.cart, opened.token);
}

/** Let go of a line. */
export async function remove(line) {
  const mine = cartKey.get();
  return noted(await send("DELETE", `/api/carritos/${mine.id}/lineas/${line.id}`, { token: mine.token }), mine.token);
}

/** Lines that are still ours. */
export const heldLines = (cart) => cart?.lines.filter((line) => line.state === "held") ?? [];
export const lapsedLines = (cart) => cart?.lines.filter((line) => line.state === "lapsed") ?? [];
