/** How to pay: the ways there are in plain words, all of it or the deposit, and what that means now and later. */
import { h, fill } from "./dom.js";
import { clp } from "./money.js";
import { radio } from "./radio.js";
import { t } from "./text.js";

/** The ways to pay as radio buttons. */
export const methodChoice = (methods, chosen = methods[0]) => h("div", { role: "radiogroup", "aria-label": t("checkout.method") },
  methods.map((method) => radio("payment_method", method, chosen, t(`method.${method}`), t(`method.${method}.text`))));

/** Everything or the deposit; nothing to choose when they are the same. */
export const amountChoice = ({ total, deposit }) => deposit < total && h("div", { role: "radiogroup", "aria-label": t("checkout.amount") },
  radio("pay", "full", "full", t("amount.full"), clp(total)), radio("pay", "deposit", "full", t("amount.deposit"), t("amount.deposit.text", { now: clp(deposit), later: clp(total - deposit) })));

/** What is paid now by what is chosen. */
export const payNow = ({ total, deposit }, pay) => (pay === "deposit" && deposit < total ? deposit : total);

/** Show what is paid now, what later, and what the button does. */
export function drawAmounts(place, { cart, method, pay }) {
  const now = payNow(cart, pay);
  fill(place, now < cart.total && h("dl", { class: "now-later" },
    h("dt", {}, t("amount.now")), h("dd", {}, clp(now)), h("dt", {}, t("amount.later")), h("dd", {}, clp(cart.total - now))));
  return { label: method === "transfer" ? t("checkout.go.transfer", { price: clp(now) }) : t("checkout.go", { price: clp(now) }), hint: t(`checkout.hint.${method}`) };
}
