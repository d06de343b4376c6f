/** How a card reaches whom it is for: by mail now or later, or by hand. */
import { addDays, today } from "./dates.js";
import { h } from "./dom.js";
import { choice, field } from "./inputs.js";
import { radio } from "./radio.js";
import { t } from "./text.js";

const WAYS = ["now", "later", "self"];

/** Each half hour in which one may want to be surprised, and an hour that was chosen before. */
const hours = (chosen) => [...new Set([...Array.from({ length: 32 }, (_, n) => `${String(7 + (n >> 1)).padStart(2, "0")}:${n % 2 ? "30" : "00"}`), chosen])].sort();

/** @returns {{element: Element, show: (way: string) => void}} `show` the fields that a way needs */
export function giftWay(draft) {
  const email = field("email", { label: t("gift.email"), type: "email", inputmode: "email", autocomplete: "off", required: true, maxlength: 254 });
  const when = h("div", {}, h("div", { class: "two-fields" },
    field("date", { label: t("gift.date"), type: "date", min: today(), max: addDays(today(), 365), required: true }),
    choice("time", t("gift.time"), hours(draft.time).map((time) => h("option", { value: time, selected: time === draft.time }, time)), t("gift.time.hint"))));
  return {
    element: h("fieldset", { class: "panel" }, h("legend", {}, t("gift.how")),
      h("div", { role: "radiogroup", "aria-label": t("gift.how") }, WAYS.map((way) => radio("way", way, draft.way, t(`gift.way.${way}`), t(`gift.way.${way}.text`)))), email, when),
    show(way) {
      email.hidden = way === "self";
      when.hidden = way !== "later";
    },
  };
}
