/** Money held beyond the total: it pays for something else of the order, or goes back when its guest says so. */
import { newKey } from "./api.js";
import { giveBack } from "./changes.js";
import { h } from "./dom.js";
import { clp } from "./money.js";
import { working } from "./orderactions.js";
import { t } from "./text.js";

/** The panel of an order's credit; `done(order)` when it is given back. */
export function creditPanel(order, done) {
  const key = newKey();
  const label = t("credit.back", { price: clp(order.surplus) });
  return h("section", { class: "panel", "aria-labelledby": "credit-title", "data-credit": true },
    h("h2", { id: "credit-title" }, t("credit.title", { price: clp(order.surplus) })), h("p", {}, t("credit.text")),
    working(label, t("checkout.sending"), "outline-primary", async () => done(await giveBack(order, key))));
}
