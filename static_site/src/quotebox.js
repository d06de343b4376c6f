/** What a change comes to, shown before it is decided on, and the button that decides. */
import { newKey } from "./api.js";
import { carryOut, quoteOf } from "./changes.js";
import { longMoment } from "./dates.js";
import { fill, h } from "./dom.js";
import { clp } from "./money.js";
import { radio } from "./radio.js";
import { button, skeleton } from "./states.js";
import { t } from "./text.js";

const STALE = new Set(["order_not_open", "line_given_up", "line_not_found", "too_late_to_change"]);

/** The way money goes back: "$45.000 por Flow", one for each way it came; to each gift card its own. */
function ways(returns) {
  const sums = new Map();
  for (const { amount, method } of returns.filter((one) => !one.ending)) sums.set(method, (sums.get(method) ?? 0) + amount);
  return [...[...sums].map(([method, amount]) => t("quote.by", { price: clp(amount), method: t(`method.${method}`) })),
    ...returns.filter((one) => one.ending).map(({ amount, ending }) => t("quote.to_card", { price: clp(amount), ending }))].join(" · ");
}

const row = (key, amount, sign = "") => [h("dt", {}, t(key)), h("dd", {}, sign, clp(amount))];

/** The sums of a quote: before and after, and what is to be paid or comes back. */
export function sums({ total_before: before, total, kept, covered, due, surplus }) {
  const more = total - before;
  return h("dl", { class: "ticket quote-sums" },
    row("quote.before", before), more !== 0 && row("quote.difference", more, more > 0 ? "+" : ""), row("quote.total", total),
    kept > 0 && row("quote.kept", kept), covered > 0 && row("booking.covered", covered),
    h("div", { class: "quote-end" }, h("dt", {}, t(due > 0 ? "quote.due" : surplus > 0 ? "quote.surplus" : "quote.even")), h("dd", {}, clp(due || surplus))));
}

/**
 * @param {object} options
 * @param {object} options.order
 * @param {string} options.label  what the button does
 * @param {(order: object, quote: object) => void} options.done  with the order as it is then
 * @param {() => void} options.close  leave everything as it is
 * @param {() => void} options.stale  the order is another by now: show it anew
 * @param {(problem: Error) => boolean} [options.refused]  true when it dealt with a refusal itself
 * @param {string} [options.look]  of the button
 */
export class QuoteBox {
  constructor(options) {
    Object.assign(this, { refused: () => false, look: "warm" }, options);
    this.element = h("div", { class: "quote", "aria-live": "polite" });
  }

  /** Ask what a wish comes to and show it, `said` (why it is asked again) first. The answer to the last question counts. */
  async ask(wish, said = null) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    fill(this.element, skeleton("quote"));
    try {
      const quote = await quoteOf(this.order, wish);
      if (turn === this.turn) this.draw(wish, quote, said);
      this.element.scrollIntoView({ block: "nearest" });
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (turn === this.turn && !this.refused(problem)) this.fail(problem, () => this.ask(wish));
    }
  }

  /** Show nothing, whatever is still on its way. */
  clear() {
    this.turn = (this.turn ?? 0) + 1;
    fill(this.element);
  }

  /** Say what went wrong, with what helps: the order anew when it is another, else another try. */
  fail(problem, again) {
    const stale = STALE.has(problem.code);
    fill(this.element, h("div", { class: "refusal", role: "alert" }, h("p", {}, problem.message)),
      h("div", { class: "note-actions" },
        stale ? button(t("quote.anew"), () => this.stale()) : button(t("failed.again"), again), button(t("quote.leave"), () => this.close(), "outline-primary")));
  }

  draw(wish, quote, said) {
    const key = newKey();
    this.problem = h("p", { class: "refusal", role: "alert", hidden: !said }, said ?? "");
    this.choice = quote.surplus > 0 && h("div", { class: "quote-choice", role: "radiogroup", "aria-label": t("quote.surplus") },
      radio("surplus", "refund", "refund", t("quote.refund", { price: clp(quote.surplus) }), ways(quote.returns)),
      radio("surplus", "credit", "refund", t("quote.credit"), t("quote.credit.text")));
    this.go = button(this.label, () => this.confirm(wish, quote, key), this.look);
    fill(this.element, this.problem, sums(quote), this.terms(quote), this.choice,
      h("div", { class: "note-actions" }, this.go, button(t("quote.leave"), () => this.close(), "outline-primary")));
  }

  /** Until when it is free of charge, or that it no longer is; and where what is due can be paid. */
  terms({ late, free_until: until, due }) {
    return [
      late ? h("p", { class: "note note-warm" }, until ? t("quote.late", { when: longMoment(until) }) : t("quote.late.plain"))
        : until && h("p", { class: "hint" }, t("quote.free", { when: longMoment(until) })),
      due > 0 && h("p", { class: "hint" }, t("quote.due.text")),
    ];
  }

  /** Pressing twice is one wish; another try of the same has the same key; another total is shown before it counts. */
  async confirm(wish, quote, key) {
    if (this.go.getAttribute("aria-busy")) return;
    this.go.setAttribute("aria-busy", "true");
    this.go.textContent = t("checkout.sending");
    this.problem.hidden = true;
    try {
      const surplus = this.choice ? this.choice.querySelector(":checked").value : "refund";
      const done = await carryOut(this.order, wish, { total: quote.total, surplus, key });
      this.done(done.order, done.quote);
      return;
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (problem.code === "total_changed") await this.ask(wish, problem.message);
      else if (STALE.has(problem.code)) this.fail(problem);
      else if (!this.refused(problem)) this.say(problem.message);
    }
  }

  say(message) {
    this.problem.textContent = message;
    this.problem.hidden = false;
    this.go.removeAttribute("aria-busy");
    this.go.textContent = this.label;
  }
}
