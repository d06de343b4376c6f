/** The cart: opened with what is put into it first, kept by its token on this device, forgotten when it is over. */
import { get, newKey, send } from "./api.js";
import { syncClock } from "./countdown.js";
import { countOf } from "./groups.js";
import { cartKey, orderKey } from "./store.js";

const GONE = new Set([401, 404, 410]);
const OURS = new Set(["service_not_found", "product_not_found", "host_not_found"]);

/** Tell the header and the bar that the cart changed. */
function noted(cart, token) {
  if (cart) {
    syncClock(cart.now);
    cartKey.set({ id: cart.id, token, count: countOf(cart.lines) });
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
 * Put things into the cart, all of them or none: `lines` are held, `products` set to a quantity, `gifts` are cards (one
 * that names a `line` takes its place). Opens a cart when there is none, or when the one in use is over. What lapsed is
 * taken again the same way; the server puts the new line in the old one's place.
 */
export async function hold({ lines = [], products = [], gifts = [] }, key = newKey()) {
  const body = { lines, products, gifts };
  const mine = cartKey.get();
  if (mine) {
    try {
      return noted(await send("POST", `/api/carritos/${mine.id}/lineas`, { token: mine.token, body, key }), mine.token);
    } catch (problem) {
      const over = GONE.has(problem.status) || problem.code === "cart_checked_out";
      if (!over || OURS.has(problem.code)) throw problem;
      forget();
    }
  }
  const fresh = { ...body, gifts: gifts.map(({ line, ...gift }) => gift) };
  const opened = await send("POST", "/api/carritos", { body: fresh, key: newKey() });
  return noted(opened.cart, opened.token);
}

/** Make a cart that was filled for the guest (an offer of the waitlist) the one in use. */
export async function adopt({ id, token }) {
  return noted(await get(`/api/carritos/${id}`, token), token);
}

/** Change the cart in use at an address under its own. Returns it. Throws Problem. */
export async function change(method, rest, body) {
  const mine = cartKey.get();
  return noted(await send(method, `/api/carritos/${mine.id}${rest}`, { token: mine.token, body }), mine.token);
}

/** Let go of a line, or of all nights of a stay, by their id. */
export const remove = (id) => change("DELETE", `/lineas/${id}`);

/** Whether a cart has something to check out: hours that are still ours, or gift cards, which do not lapse. */
export const isLive = (cart) => Boolean(cart?.lines.some((line) => line.state === "held" || line.kind === "gift"));

/** Lines that are still ours. */
export const heldLines = (cart) => cart?.lines.filter((line) => line.state === "held") ?? [];
export const lapsedLines = (cart) => cart?.lines.filter((line) => line.state === "lapsed") ?? [];
