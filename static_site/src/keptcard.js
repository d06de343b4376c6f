/** Gift cards that pay for a cart: put into it, taken out; and one that its holder chose to book with, as soon as there is a cart. */
import { change } from "./cart.js";
import { onlyGifts } from "./groups.js";
import { cardCode } from "./store.js";

/** Let a card pay. Returns the cart. Throws Problem. */
export const useCard = (code) => change("POST", "/codigos", { code });

/** Let it pay no more. Returns the cart. Throws Problem. */
export const dropCard = (id) => change("DELETE", `/codigos/${id}`);

/** It may be taken at another time: the connection, or too many tries. */
const later = ({ status }) => status === 0 || status === 429 || status >= 500;

/** The cart with the kept card in it, and what there is to say if it was not taken: `{cart, message}`. */
export async function withKeptCard(cart) {
  const code = cardCode.get();
  if (!code || !cart?.lines.length || onlyGifts(cart)) return { cart };
  try {
    const paid = await useCard(code);
    cardCode.forget();
    return { cart: paid };
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (!later(problem)) cardCode.forget();
    return { cart, message: problem.code === "gift_card_in_cart" ? null : problem.message };
  }
}
