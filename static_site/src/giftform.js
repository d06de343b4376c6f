/** The form of a gift card: what, for whom, how it arrives; errors beside their field; the card beside it all. */
import { $, focusOn, h } from "./dom.js";
import { giftChoice } from "./giftchoice.js";
import { faceOf, giftProblems, isFree, priceOf } from "./giftdraft.js";
import { giftPreview } from "./giftpreview.js";
import { giftWay } from "./giftway.js";
import { giftWords } from "./giftwords.js";
import { mark } from "./inputs.js";
import { clp } from "./money.js";
import { t } from "./text.js";

/**
 * @param {object} options
 * @param {object} options.offer  what GET /api/giftcards says
 * @param {object} options.draft  src/giftdraft.js
 * @param {string} options.label  what the button does
 * @param {boolean} [options.bought]  then what is given, and its worth, stay as they are
 * @param {(draft: object) => void} options.typed  after each change
 * @param {(draft: object, experience: object) => void} options.submit  with what passed the checks
 * @returns {{element: Element, busy: (on: boolean) => void, refuse: (problem: Error) => void}}
 */
export function giftForm({ offer, draft: begun, label, bought = false, typed, submit }) {
  const choice = giftChoice({ experiences: offer.experiences, chosen: begun.experience });
  const words = giftWords(offer, begun);
  const way = giftWay(begun);
  const preview = giftPreview();
  choice.element.hidden = bought;
  const said = h("p", { class: "refusal", role: "alert", hidden: true });
  const go = h("button", { class: "btn btn-warm btn-wide", type: "submit" });
  const element = h("form", { novalidate: true, class: "gift-form guest-form", "aria-label": t("gift.heading") },
    choice.element, preview.element, words.element, way.element,
    h("div", { class: "gift-go" }, said, go, h("p", { class: "hint" }, t("gift.valid", { n: offer.valid_days }))));
  for (const name of ["amount", "recipient", "sender", "message", "email", "date"]) element.elements[name].value = begun[name];
  element.elements.hydromassage.checked = begun.hydromassage;

  const values = () => ({ ...begun, ...Object.fromEntries(new FormData(element)), hydromassage: element.elements.hydromassage.checked });
  const experienceOf = ({ experience }) => offer.experiences.find((one) => one.slug === experience);
  const problems = (draft) => giftProblems(draft, { experience: experienceOf(draft), offer, now: new Date() });
  const wrongIn = (draft, name) => problems(draft).filter(([field]) => field === name || (name === "date" && field === "time"));

  function draw() {
    const draft = values();
    const experience = experienceOf(draft);
    const price = priceOf(draft, experience);
    choice.show(experience);
    way.show(draft.way);
    words.count();
    go.textContent = price === null || bought ? label : `${label} · ${clp(price)}`;
    const named = { ...draft, recipient: draft.recipient.trim() || t("gift.sample.recipient"), sender: draft.sender.trim() || t("gift.sample.sender") };
    preview.show({ ...faceOf(named, experience), ...(isFree(experience) && { amount: price ?? experience.min_amount }) });
  }

  element.addEventListener("input", ({ target }) => {
    typed(values());
    draw();
    if (target.getAttribute("aria-invalid") && !wrongIn(values(), target.name).length) mark(element, [], [target.name]);
  });
  element.addEventListener("change", ({ target }) => {
    if (!$(`#${target.name}-error`, element)) return;
    typed(values());
    mark(element, target.value ? wrongIn(values(), target.name) : [], target.name === "date" ? ["date", "time"] : [target.name]);
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    if (go.getAttribute("aria-busy") === "true") return;
    const wrong = problems(values());
    mark(element, wrong);
    if (wrong.length) element.elements[wrong[0][0]].focus();
    else submit(values(), experienceOf(values()));
  });
  draw();
  return {
    element,
    busy(on) {
      go.setAttribute("aria-busy", String(on));
      said.hidden = true;
      if (on) go.textContent = t("checkout.sending");
      else draw();
    },
    /** The server's refusal: beside its fields as far as it names them, and in any case above the button. */
    refuse({ message, errors }) {
      for (const { field, detail } of errors) {
        const name = field.split(".").at(-1);
        const place = $(`#${name}-error`, element);
        if (!place) continue;
        place.textContent = detail;
        element.elements[name].setAttribute("aria-invalid", "true");
      }
      said.textContent = errors[0]?.detail ?? message;
      said.hidden = false;
      focusOn(said);
    },
  };
}
