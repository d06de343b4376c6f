/** The hours of one service on one day, as buttons. A taken hour says why. */
import { h } from "./dom.js";
import { t } from "./text.js";

/**
 * @param {object} day   with `slots`, each {start, time, free, price, reason}
 * @param {{label: string, chosen?: object|null, mine?: Set<string>, said?: string, choose: (slot: object, button: Element) => void}} options
 *   `mine` are the starts (as instants in ms) the guest has already, `said` what to call them.
 */
export function hours(day, { label, chosen, mine = new Set(), said = t("hour.mine"), choose }) {
  return h("ul", { class: "hours", "aria-label": label }, day.slots.map((slot) => {
    const ours = mine.has(Date.parse(slot.start));
    return h("li", {}, ours || slot.free
      ? h("button", {
        type: "button", class: `hour${ours ? " is-mine" : ""}`, "data-time": slot.time, "aria-disabled": ours ? "true" : false,
        "aria-pressed": chosen === undefined ? false : String(chosen === slot),
        onclick: (event) => { if (!ours) choose(slot, event.currentTarget); },
      }, slot.time, ours && h("span", { class: "hour-note" }, said))
      : h("span", { class: "hour is-taken" }, h("s", {}, slot.time), h("span", { class: "hour-note" }, reason(slot))));
  }));
}

const SHORT = new Set(["in_the_past", "too_short_notice", "slot_taken"]);

function reason(slot) {
  const code = slot.reason?.code ?? "slot_taken";
  return t(`hour.${SHORT.has(code) ? code : "slot_taken"}`);
}
