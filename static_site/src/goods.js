/** Products: what there is of each, put into the cart piece by piece. */
import { art } from "./art/art.js";
import * as carts from "./cart.js";
import { announce, drawing, h } from "./dom.js";
import { clp } from "./money.js";
import { stepper } from "./stepper.js";
import { t } from "./text.js";

const LOW = 5;
const MOST = 20;

/** How many of a product a cart has. */
export const quantityOf = (cart, slug) => cart?.lines.find((line) => line.product === slug)?.quantity ?? 0;

/** What is left, in words, when that matters. */
export const leftOf = ({ available }) => (available === 0 ? t("product.sold_out") : available <= LOW ? t("product.few", { n: available }) : "");

/**
 * Set how many of a product are wanted; 0 takes it out. Returns the cart.
 * @param {object} cart  the cart as it is, to find the line to take out
 */
export function setQuantity(cart, slug, quantity) {
  if (quantity > 0) return carts.hold({ products: [{ product: slug, quantity }] });
  const line = cart.lines.find((one) => one.product === slug);
  return line ? carts.remove(line.id) : cart;
}

/**
 * A control for one product: "add", then − and +. `cart()` is the cart as it is; `changed(cart)` is called with each
 * new one; a refusal is said below and the number goes back.
 */
export function goodControl(product, cart, changed) {
  const box = h("div", { class: "good-control" });
  let busy = false;
  let wanted = null;
  const draw = (now, refusal) => {
    const n = quantityOf(now, product.slug);
    const most = Math.max(n, Math.min(MOST, product.available));
    const label = product.name;
    box.replaceChildren(...[
      n > 0
        ? stepper({ label, value: n, min: 0, max: most, of: "pieces", hidden: true, change: (next) => set(next) })
        : h("button", {
          type: "button", class: "btn btn-outline-primary btn-sm", "aria-label": `${t("addon.add")} ${label}`,
          "aria-disabled": product.available === 0 ? "true" : false, onclick: () => product.available > 0 && set(1),
        }, t(product.available === 0 ? "product.sold_out" : "addon.add")),
      refusal && h("p", { class: "refusal", role: "alert" }, refusal),
    ].filter(Boolean));
  };
  /** Whoever taps faster than we answer gets the number tapped last. */
  async function set(quantity) {
    wanted = quantity;
    if (busy) return;
    busy = true;
    const sign = box.contains(document.activeElement) ? document.activeElement.textContent : "";
    while (wanted !== null) {
      const goal = wanted;
      wanted = null;
      await reach(goal);
    }
    busy = false;
    if (sign && !box.contains(document.activeElement)) [...box.querySelectorAll("button")].find((one, _, all) => one.textContent === sign || all.length === 1)?.focus();
  }
  async function reach(quantity) {
    try {
      const next = await setQuantity(cart(), product.slug, quantity);
      changed(next);
      if (wanted === null) draw(next);
      announce(t(quantity ? "product.said" : "cart.removed", { name: product.name, n: quantity }));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      wanted = null;
      draw(cart(), problem.message);
    }
  }
  draw(cart());
  return box;
}

/** One product: drawing, price, what is left, control. */
export const goodCard = (product, control) => h("li", { class: `good${product.available === 0 ? " is-shut" : ""}`, "data-product": product.slug },
  drawing(art("product", product.slug)),
  h("div", { class: "good-text" }, h("h3", {}, product.name), h("p", {}, h("strong", {}, clp(product.price)), " ", h("span", { class: "good-left" }, leftOf(product)))),
  control);
