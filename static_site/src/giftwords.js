/** Whose card it is and what it says: names, a message with words to begin from, how it looks, its language. */
import { gradient } from "./art/parts.js";
import { $, drawing, fill, h } from "./dom.js";
import { field } from "./inputs.js";
import { button } from "./states.js";
import { count, t } from "./text.js";

/** Each design's sky, as a spot of colour beside its name; another design has the first one's. */
const SKIES = { amanecer: ["#e9b99a", "#fdf6e8"], noche: ["#0d1f30", "#5f8a90"], bosque: ["#3d6a52", "#c8dbbd"], piedras: ["#a9b3a8", "#ece5d8"], dos: ["#b0495c", "#fae0d6"], cumpleanos: ["#e0a13d", "#fdf0d8"] };

const EMOJI = /\p{Emoji_Presentation}|\uFE0F/u;

function spot(slug) {
  const [sky, paint] = gradient(...(SKIES[slug] ?? SKIES.amanecer));
  return drawing(`<svg viewBox="0 0 24 24" aria-hidden="true"><defs>${sky}</defs><circle cx="12" cy="12" r="11" fill="${paint}" stroke="#fff" stroke-width="2"/></svg>`);
}

/** A row of small radio buttons that look like chips: `[value, name, language, picture]`. */
const chips = (name, label, options, chosen) => h("fieldset", { class: "gift-chips" }, h("legend", { class: "form-label" }, label),
  h("div", { class: "others" }, options.map(([value, shown, lang, picture]) => h("label", { class: "chip", lang },
    h("input", { class: "form-check-input", type: "radio", name, value, checked: value === chosen }), picture, shown))));

/**
 * Words to begin from, by tone. What the guest wrote is never lost to them: it can be brought back.
 * @param {object[]} tones
 * @param {HTMLTextAreaElement} message
 */
function suggestions(tones, message) {
  const list = h("ul", { class: "gift-words" });
  const back = h("p", {});
  const ours = new Set(tones.flatMap((tone) => tone.suggestions));
  const put = (text) => {
    message.value = text;
    message.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const use = (text) => {
    const mine = message.value.trim();
    if (mine && !ours.has(mine)) {
      fill(back, button(t("gift.mine"), () => {
        put(mine);
        fill(back);
        message.focus();
      }, "link btn-sm"));
    }
    put(text);
    message.focus();
  };
  const show = (slug) => {
    const tone = tones.find((one) => one.slug === slug);
    fill(list, tone?.suggestions.map((text) => h("li", {}, h("button", { type: "button", class: "gift-word", onclick: () => use(text) }, text))) ?? []);
  };
  const element = h("div", {}, chips("tone", t("gift.tones"), tones.map((one) => [one.slug, one.name]), ""), list, back);
  element.addEventListener("change", ({ target }) => show(target.value));
  return element;
}

/** @returns {{element: Element, count: () => void}} `count` the characters that are left, and say what is not drawn */
export function giftWords(offer, draft) {
  const names = { required: true, autocomplete: "off", maxlength: offer.name_max };
  const text = field("message", { label: t("gift.message"), hint: count("gift_left", offer.message_max), multiline: true, rows: 4, maxlength: offer.message_max });
  const message = $("textarea", text);
  const left = $("#message-hint", text);
  const element = h("fieldset", { class: "panel" }, h("legend", {}, t("gift.who")),
    h("div", { class: "two-fields" },
      field("recipient", { label: t("gift.recipient"), ...names }), field("sender", { label: t("gift.sender"), ...names })),
    suggestions(offer.tones, message), text,
    chips("design", t("gift.design"), offer.designs.map((one) => [one.slug, one.name, null, spot(one.slug)]), draft.design),
    chips("language", t("gift.language"), [["es", "Español", "es"], ["en", "English", "en"]], draft.language));
  const counted = () => [count("gift_left", offer.message_max - message.value.length), EMOJI.test(message.value) && t("gift.message.emoji")];
  return { element, count: () => { left.textContent = counted().filter(Boolean).join(" "); } };
}
