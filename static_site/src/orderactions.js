/** What can be done with an order: pay (again), save it to the calendar. Each says so when it fails. */
import { newKey } from "./api.js";
import { announce, h } from "./dom.js";
import { lastPayment, payAgain, saveCalendar } from "./order.js";
import { methodChoice } from "./payform.js";
import { button } from "./states.js";
import { t } from "./text.js";

/** A button that is busy while it works and tells beside itself what went wrong; `named` says all of it to listeners. */
export function working(label, busyLabel, look, run, named = null) {
  const said = h("p", { class: "refusal", role: "alert", hidden: true });
  const pressed = button(label, async () => {
    if (pressed.getAttribute("aria-busy")) return;
    pressed.setAttribute("aria-busy", "true");
    pressed.textContent = busyLabel;
    said.hidden = true;
    try {
      await run();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      said.textContent = problem.message;
      said.hidden = false;
      announce(problem.message);
    }
    pressed.removeAttribute("aria-busy");
    pressed.textContent = label;
  }, look);
  if (named) pressed.setAttribute("aria-label", named);
  return h("div", { class: "working" }, pressed, said);
}

/**
 * Pay what is still to be paid, by any way there is; the one used last comes first. One key for each way per time this
 * is drawn: pressing again after a failure is the same intent.
 */
export function payBox(order, label = t("pay.again")) {
  const used = lastPayment(order)?.method;
  const methods = [...order.methods].sort((a, b) => (b === used) - (a === used));
  const keys = new Map(methods.map((method) => [method, newKey()]));
  const choice = methods.length > 1 && methodChoice(methods);
  const method = () => (choice && choice.querySelector(":checked")?.value) || methods[0];
  return h("div", { class: "pay-box" }, choice,
    working(label, t("checkout.sending"), "warm", async () => location.assign(await payAgain(order, method(), keys.get(method())))));
}

export const calendarButton = (order) =>
  working(t("booking.calendar"), t("booking.calendar"), "outline-primary", () => saveCalendar(order));
