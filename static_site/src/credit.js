/** Money held beyond the total: it pays for something else of the order. */
import { h } from "./dom.js";
import { clp } from "./money.js";
import { t } from "./text.js";

/** The panel of an order's credit. */
export const creditPanel = (order) => h("section", { class: "panel", "aria-labelledby": "credit-title", "data-credit": true },
  h("h2", { id: "credit-title" }, t("credit.title", { price: clp(order.surplus) })), h("p", {}, t("credit.text")));
