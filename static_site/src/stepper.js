/** A number with − and +: how many guests. */
import { h } from "./dom.js";
import { count, t } from "./text.js";

/**
 * @param {{label: string, value: number, min: number, max: number, change: (n: number) => void}} options
 * @returns a fieldset; the number is a live region, so each step is heard.
 */
export function stepper({ label, value, min, max, change }) {
  let n = value;
  const shown = h("output", { class: "stepper-value", "aria-live": "polite" });
  const less = h("button", { type: "button", class: "stepper-button", "aria-label": t("guests.less"), onclick: () => go(-1) }, "−");
  const more = h("button", { type: "button", class: "stepper-button", "aria-label": t("guests.more"), onclick: () => go(1) }, "+");
  const draw = () => {
    shown.textContent = count("guests", n);
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
  return h("fieldset", { class: "stepper" }, h("legend", {}, label), h("div", { class: "stepper-row" }, less, shown, more));
}
