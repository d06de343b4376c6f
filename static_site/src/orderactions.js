/** The buttons of an order: pay again, save to the calendar. Each says so when it fails. */
import { newKey } from "./api.js";
import { announce, h } from "./dom.js";
import { payAgain, saveCalendar } from "./order.js";
import { button } from "./states.js";
import { t } from "./text.js";

/** A button that is busy while it works and tells beside itself what went wrong. */
function working(label, busyLabel, look, run) {
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
  return h("div", { class: "working" }, pressed, said);
}

/** One key per time the button is drawn: pressing it again after a failure is the same intent. */
export function payButton(order) {
  const key = newKey();
  return working(t("pay.again"), t("checkout.sending"), "warm", async () => location.assign(await payAgain(order.id, key)));
}

export const calendarButton = (order) =>
  working(t("booking.calendar"), t("booking.calendar"), "outline-primary", () => saveCalendar(order));
