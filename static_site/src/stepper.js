/** A number with − and +: how many guests, nights or pieces. */
import { h } from "./dom.js";
import { count, t } from "./text.js";

/**
 * @param {{label: string, value: number, min: number, max: number, of?: string, hidden?: boolean,
 *          change: (n: number) => void}} options  `of` names what is counted, as in the text "guests.one"; `hidden`
 *   keeps the label for listeners
 * @returns a fieldset; the number is a live region, so each step is heard.
 */
export function stepper({ label, value, min, max, of = "guests", hidden = false, change }) {
  let n = value;
  const shown = h("output", { class: "stepper-value", "aria-live": "polite" });
  const press = (sign, step, said) => h("button", {
    type: "button", class: "stepper-button", "aria-label": `${label}: ${said}`, onclick: () => go(step),
  }, sign);
  const less = press("−", -1, t("step.less"));
  const more = press("+", 1, t("step.more"));
  const draw = () => {
    shown.textContent = count(of, n);
    less.setAttribute("aria-disabled", String(n <= min));
    more.setAttribute("aria-disabled", String(n >= max));
  };
  const go = (step) => {
    const next = Math.min(max, Math.max(min, n + step));
    if (next === n) return;
    n = next;
    draw();
    change(n);
  };
  draw();
  return h("fieldset", { class: "stepper" }, h("legend", { class: hidden ? "visually-hidden" : false }, label),
    h("div", { class: "stepper-row" }, less, shown, more));
}
