/** What a cart comes to: its total, what each gift card pays of it, and what is paid now. */
import { fullDay } from "./dates.js";
import { h } from "./dom.js";
import { clp } from "./money.js";
import { t } from "./text.js";

const row = (key, amount) => h("p", { class: "sum" }, h("span", {}, t(key)), h("strong", {}, clp(amount)));

const paysWith = ({ id, ending, used, free, last_day: lastDay }, act) => h("div", { class: "saving", "data-card": id },
  h("p", {}, h("strong", {}, t("code.card", { ending })), h("br"), h("span", { class: "hint" }, t("code.left", { price: clp(free - used), day: fullDay(lastDay) })), act),
  h("strong", {}, clp(-used)));

/** `act(card)` is what can be done with a card. */
export const sums = (cart, act = () => null) => [row("cart.total", cart.total),
  cart.cards.map((card) => paysWith(card, act(card))), cart.cards.length > 0 && row("amount.now", cart.to_pay)];
