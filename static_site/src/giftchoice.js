/** What to give: experiences as cards with their drawing, the better tub where there is one, an amount of one's own. */
import { art } from "./art/art.js";
import { drawing, h } from "./dom.js";
import { amountOf, isFree } from "./giftdraft.js";
import { field } from "./inputs.js";
import { clp } from "./money.js";
import { button } from "./states.js";
import { t } from "./text.js";

const QUICK = [30000, 50000, 80000, 120000];

const told = (one) => (isFree(one) ? t("gift.from_to", { min: clp(one.min_amount), max: clp(one.max_amount) }) : clp(one.price));

const card = (one, chosen) => h("label", { class: "gift-choice" },
  h("input", { class: "form-check-input", type: "radio", name: "experience", value: one.slug, checked: one.slug === chosen }),
  drawing(art("gift", one.slug)),
  h("span", {}, h("strong", {}, one.name), h("span", { class: "hint" }, one.summary), h("span", { class: "addon-price" }, told(one))));

/**
 * @param {{experiences: object[], chosen: string}} options
 * @returns {{element: Element, show: (experience: object) => void}} `show` what belongs to the chosen one
 */
export function giftChoice({ experiences, chosen }) {
  const amount = field("amount", { label: t("gift.amount"), inputmode: "numeric", autocomplete: "off", maxlength: 12, required: true });
  const input = amount.querySelector("input");
  const quick = h("div", { class: "others", role: "group", "aria-label": t("gift.amount.quick") });
  const free = h("div", { class: "gift-free", hidden: true }, amount, quick);
  const extra = h("span", {});
  const better = h("div", { class: "form-check", hidden: true }, h("input", { class: "form-check-input", type: "checkbox", id: "hydromassage", name: "hydromassage" }),
    h("label", { class: "form-check-label", for: "hydromassage" }, t("gift.hydromassage"), " ", extra));
  input.addEventListener("change", () => {
    const typed = amountOf(input.value);
    if (typed) input.value = clp(typed);
  });
  const choose = (value) => {
    input.value = clp(value);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return {
    element: h("fieldset", { class: "panel gift-what" }, h("legend", {}, t("gift.what")),
      h("div", { class: "gift-choices", role: "radiogroup", "aria-label": t("gift.what") }, experiences.map((one) => card(one, chosen))), free, better),
    show(experience) {
      free.hidden = !isFree(experience);
      better.hidden = !experience.hydromassage_extra;
      extra.textContent = better.hidden ? "" : `+ ${clp(experience.hydromassage_extra)}`;
      if (free.hidden) return;
      quick.replaceChildren(...QUICK.filter((value) => value >= experience.min_amount && value <= experience.max_amount)
        .map((value) => button(clp(value), () => choose(value), "outline-primary btn-sm")));
    },
  };
}
