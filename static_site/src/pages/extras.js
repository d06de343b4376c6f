/** Products: what to eat, drink and take along, into the cart with a tap. */
import * as carts from "../cart.js";
import { cartBar } from "../cartbar.js";
import { products } from "../catalog.js";
import { $, h } from "../dom.js";
import { goodCard, goodControl } from "../goods.js";
import { page } from "../shell.js";
import { link, note, show } from "../states.js";
import { t } from "../text.js";

function content({ goods, cart }) {
  if (!goods.length) {
    return note({ title: t("category.none"), text: t("category.none.text"), actions: [link("/categoria/?c=tinas", t("cart.empty.go"))] });
  }
  let now = cart;
  const cards = goods.map((one) => goodCard(one, goodControl(one, () => now, (next) => { now = next; })));
  return [h("h2", { class: "visually-hidden" }, t("extras.heading")), h("ul", { class: "goods goods-wide" }, cards)];
}

page(async () => {
  cartBar();
  const cart = carts.load().catch(() => null);
  await show($("[data-place]"), ["row", 3], async () => ({ goods: await products(), cart: await cart }), content);
});
