/** Money on its way back: each refund with how far it is, in words. */
import { clockTime, dateOf, shortDay } from "./dates.js";
import { h } from "./dom.js";
import { clp } from "./money.js";
import { refundsOf } from "./order.js";
import { t } from "./text.js";

const FAILED = new Set(["rejected", "cancelled"]);
const REASONS = new Set(["slot_lost", "paid_twice", "order_expired", "cancelled", "changed", "requested"]);

/**
 * How far a refund is, as `{name, at, place}`: asked for, accepted by who receives it (Flow alone), back; `place` is
 * "done", "now" or "next". None when it failed.
 */
export function stepsOf({ state, method, by_hand: byHand, requested_at: asked, settled_at: settled }) {
  if (FAILED.has(state)) return [];
  const names = method === "flow" && !byHand ? ["asked", "accepted", "back"] : ["asked", "back"];
  const done = { requested: 1, accepted: 2, refunded: names.length }[state] ?? 0;
  const at = { asked, back: settled };
  return names.map((name, n) => ({ name, at: n < done ? at[name] ?? null : null, place: n < done ? "done" : n === done ? "now" : "next" }));
}

/** What a guest has to know now: the key of a sentence. */
export function wordOf({ state, method, by_hand: byHand }, accountNeeded) {
  if (FAILED.has(state) || state === "refunded" || state === "accepted" || state === "unclear") return state;
  if (byHand) return accountNeeded ? "account" : "transfer";
  return state === "requested" ? (method === "flow" ? "flow" : "asked") : "due";
}

const step = ({ name, at, place }) => h("li", { class: `stage stage-${place}`, "aria-current": place === "now" ? "step" : false },
  t(`refund.step.${name}`), place === "done" && h("span", { class: "visually-hidden" }, ` (${t("refund.step.done")})`), at && h("span", { class: "stage-at" }, `${shortDay(dateOf(at))}, ${clockTime(at)}`));

const refundCard = (refund, order) => h("li", { class: "refund", "data-refund": refund.state },
  h("p", { class: "refund-head" }, h("strong", {}, clp(refund.amount)), ` ${t(refund.by_hand ? "refund.by_transfer" : "refund.by", { method: t(`method.${refund.method}`) })}`,
    REASONS.has(refund.reason) && h("span", { class: "hint" }, t(`refund.reason.${refund.reason}`))),
  stepsOf(refund).length > 0 && h("ol", { class: "stages" }, stepsOf(refund).map(step)),
  h("p", { class: "refund-word" }, t(`refund.word.${wordOf(refund, order.account_needed)}`, {
    email: order.guest.email, ending: order.account?.account_ending ?? "", bank: order.account?.bank ?? "",
  })));

/** The refunds of an order as a panel. */
export const refundsPanel = (order) => h("section", { class: "panel", "data-refunds": true }, h("h2", {}, t("refund.heading")),
  h("ul", { class: "refunds" }, refundsOf(order).map((refund) => refundCard(refund, order))));
