/** The bar at the foot of a page: what is in the cart, how long it is held, and the way on. */
import { isLive } from "./cart.js";
import { timeLeft, watch } from "./countdown.js";
import { $, fill, h } from "./dom.js";
import { countOf, onlyGifts } from "./groups.js";
import { clp } from "./money.js";
import { link } from "./states.js";
import { count, t } from "./text.js";

let stop = () => {};

function draw(cart) {
  stop();
  const bar = $("[data-cart-bar]");
  const live = isLive(cart);
  bar.hidden = !live;
  document.body.classList.toggle("has-cart-bar", live);
  if (!live) return fill(bar);
  const left = cart.held_until && h("strong", { class: "time-left", role: "timer" }, timeLeft(cart.held_until, Date.parse(cart.now)).label);
  stop = left ? watch(left, cart.held_until, () => { bar.hidden = true; }) : () => {};
  return fill(bar, h("div", { class: "container cart-bar-row" },
    h("p", { class: "cart-bar-text" },
      h("span", { class: "cart-bar-sum" }, `${count("lines", countOf(cart.lines))} · ${clp(cart.total)}`),
      left && h("span", {}, t("bar.held"), " ", left)),
    link("/carrito/", t("bar.cart"), "outline-light"), link("/reservar/", t(onlyGifts(cart) ? "gift.pay" : "bar.go"), "warm")));
}

/** Keep the bar right whenever the cart changes. */
export function cartBar() {
  document.addEventListener("cart", (event) => draw(event.detail));
}
