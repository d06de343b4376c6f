/** How to pay: the ways there are in plain words, all of it or the deposit, and what that means now and later. */
import { h, fill } from "./dom.js";
import { clp } from "./money.js";
import { radio } from "./radio.js";
import { t } from "./text.js";

/** The ways to pay as radio buttons. */
export const methodChoice = (methods, chosen = methods[0]) => h("div", { role: "radiogroup", "aria-label": t("checkout.method") },
  methods.map((method) => radio("payment_method", method, chosen, t(`method.${method}`), t(`method.${method}.text`))));

/** What gift cards leave to be paid of a cart: all of it, or the deposit. */
export const toPay = ({ to_pay: total, deposit_to_pay: deposit }) => ({ total, deposit });

/** Everything or the deposit; nothing to choose when they are the same. */
export const amountChoice = ({ total, deposit }) => deposit < total && h("div", { role: "radiogroup", "aria-label": t("checkout.amount") },
  radio("pay", "full", "full", t("amount.full"), clp(total)), radio("pay", "deposit", "full", t("amount.deposit"), t("amount.deposit.text", { now: clp(deposit), later: clp(total - deposit) })));

/** What is paid now by what is chosen. */
export const payNow = ({ total, deposit }, pay) => (pay === "deposit" && deposit < total ? deposit : total);

/** Show what is paid now, what later, and what the button does; `alone`: for gift cards alone. */
export function drawAmounts(place, { cart, method, pay, alone }) {
  const money = toPay(cart);
  const now = payNow(money, pay);
  const price = clp(now);
  fill(place, now < money.total && h("dl", { class: "now-later" },
    h("dt", {}, t("amount.now")), h("dd", {}, price), h("dt", {}, t("amount.later")), h("dd", {}, clp(money.total - now))));
  if (now === 0) return { label: t("checkout.go.free"), hint: t("checkout.hint.free") };
  const go = method === "transfer" ? t(alone ? "checkout.go.transfer.gift" : "checkout.go.transfer", { price }) : t("checkout.go", { price });
  return { label: go, hint: t(alone ? `checkout.hint.gift.${method}` : `checkout.hint.${method}`) };
}
