/** The check-out form: fields, checks, errors beside the field and in a summary; nothing typed is ever lost. */
import { $, $$, fill, focusOn, h } from "./dom.js";
import { countryField, placeFields } from "./fields.js";
import { onlyGifts } from "./groups.js";
import { field } from "./inputs.js";
import { amountChoice, drawAmounts, methodChoice, payNow, toPay } from "./payform.js";
import { normalisePhone, PREFIXES } from "./phone.js";
import { normaliseRut, prettyRut } from "./rut.js";
import { visit } from "./store.js";
import { t } from "./text.js";

const TYPED = "aremko.typed";

/** The server's field names → ours. */
const FIELDS = {
  "guest.phone": "phone", "guest.name": "name", "guest.email": "email", "guest.document.number": "document",
  "guest.document": "document", "guest.country": "country", "guest.region": "region", "guest.comuna": "comuna",
  "consents.policy": "policy", "consents": "policy",
};

/** What is wrong with the form, as `[field, sentence key]`; empty when it can be sent. */
export function problemsOf(values) {
  const found = [];
  if (!normalisePhone(values.phone, values.prefix)) found.push(["phone", values.prefix === "56" ? "error.phone_cl" : "error.phone"]);
  if (values.name.trim().length < 2) found.push(["name", "error.name"]);
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(values.email.trim())) found.push(["email", "error.email"]);
  if (values.document.trim() && values.document_type === "rut" && !normaliseRut(values.document)) found.push(["document", "error.rut"]);
  if (values.document.trim() && values.document_type === "passport" && !/^[A-Za-z0-9]{5,20}$/.test(values.document.trim())) found.push(["document", "error.passport"]);
  if (values.country === "CL" && values.region && !values.comuna) found.push(["comuna", "error.comuna"]);
  if (!values.policy) found.push(["policy", "error.policy"]);
  return found;
}

/** The form's values as POST /api/reservas wants them. */
export function bodyOf(values) {
  const number = values.document.trim();
  const chile = values.country === "CL";
  return {
    guest: {
      phone: normalisePhone(values.phone, values.prefix), name: values.name.trim(), email: values.email.trim(),
      document: number ? { type: values.document_type, number: values.document_type === "rut" ? normaliseRut(number) : number.toUpperCase() } : null,
      country: values.country, region: chile && values.region ? Number(values.region) : null, comuna: chile && values.comuna ? values.comuna : null,
    },
    consents: { policy: true, marketing_email: Boolean(values.marketing) },
    notes: values.notes.trim(),
    payment_method: values.payment_method,
    pay: values.pay === "deposit" ? "deposit" : "full",
  };
}

const check = (name, label, extra) => h("div", { class: "form-check" },
  h("input", { class: "form-check-input", type: "checkbox", id: name, name, "aria-describedby": `${name}-error` }),
  h("label", { class: "form-check-label", for: name }, label), extra, h("p", { class: "field-error", id: `${name}-error` }));

const prefixes = () => h("select", { class: "form-select prefix", name: "prefix", id: "prefix", "aria-label": t("form.prefix"), autocomplete: "tel-country-code" },
  PREFIXES.map(([country, prefix]) => h("option", { value: prefix, "data-country": country }, `${country} +${prefix}`)));

const documentField = () => field("document", {
  label: t("form.document"), hint: t("form.optional"), autocomplete: "off", maxlength: 20,
  before: h("select", { class: "form-select prefix", name: "document_type", id: "document_type", "aria-label": t("form.document_type") },
    h("option", { value: "rut" }, "RUT"), h("option", { value: "passport" }, t("form.passport"))),
});

/** `alone`: for gift cards alone, of which nobody comes. */
function fieldsets(policy, pay, alone) {
  return [
    h("fieldset", { class: "panel" }, h("legend", {}, t(alone ? "checkout.who.gift" : "checkout.who")),
      field("phone", { label: t("form.phone"), type: "tel", autocomplete: "tel-national", inputmode: "tel", hint: t(alone ? "form.phone.hint.gift" : "form.phone.hint"), before: prefixes(), required: true }),
      field("name", { label: t("form.name"), autocomplete: "name", required: true, maxlength: 120 }),
      field("email", { label: t("form.email"), type: "email", autocomplete: "email", inputmode: "email", hint: t("form.email.hint"), required: true, maxlength: 254 }),
      documentField()),
    h("fieldset", { class: "panel", hidden: alone }, h("legend", {}, t("checkout.from")), countryField(), placeFields()),
    h("fieldset", { class: "panel" }, h("legend", {}, t(alone ? "checkout.policy.gift" : "checkout.policy")),
      policy.texts.map((text) => h("p", { class: "policy" }, text)),
      check("policy", t(alone ? "form.policy.gift" : "form.policy")), check("marketing", t("form.marketing")),
      h("p", { class: "hint" }, t(alone ? "form.privacy.gift" : "form.privacy"), " ", h("a", { href: "/condiciones/#privacidad", target: "_blank" }, t("form.privacy.link")))),
    h("fieldset", { class: "panel" }, h("legend", {}, t("checkout.pay")), pay,
      field("notes", { label: t("form.notes"), hint: t("form.optional"), multiline: true, maxlength: 500 }),
      h("div", { "data-amounts": true }),
      h("button", { class: "btn btn-warm btn-wide", type: "submit", "data-submit": true }),
      h("p", { class: "hint", "data-submit-hint": true })),
  ];
}

/**
 * The form. `submit(body, form)` is called with a body that passed the checks; `cart` is what is paid for.
 * @returns {{element: Element, busy: Function, showErrors: Function, refuse: Function, priced: Function, charge: Function}}
 */
export function checkoutForm({ policy, cart, submit }) {
  const summary = h("div", { class: "refusal-place", "data-refusal": true });
  const pay = h("div", { class: "pay-choice" });
  const alone = onlyGifts(cart);
  const element = h("form", { novalidate: true, class: "guest-form", "aria-label": t("checkout.heading") }, summary, fieldsets(policy, pay, alone));
  const values = () => ({ ...Object.fromEntries(new FormData(element)), policy: element.policy.checked, marketing: element.marketing.checked });
  let priced = cart;
  let label = "";
  const amounts = () => {
    const { payment_method: method, pay: part } = values();
    const said = drawAmounts($("[data-amounts]", element), { cart: priced, method, pay: part, alone });
    label = said.label;
    $("[data-submit]", element).textContent = label;
    $("[data-submit-hint]", element).textContent = said.hint;
  };
  const form = {
    element,
    /** Ways to pay and amounts for a cart, keeping what is chosen. */
    priced(next) {
      priced = next;
      const chosen = values();
      if (next.to_pay === 0) fill(pay, h("p", { class: "note note-good" }, t("checkout.covered")), h("input", { type: "hidden", name: "payment_method", value: next.methods[0] }));
      else fill(pay, methodChoice(next.methods, next.methods.includes(chosen.payment_method) ? chosen.payment_method : undefined), amountChoice(toPay(next)));
      if (chosen.pay === "deposit" && element.elements.pay) element.elements.pay.value = "deposit";
      amounts();
    },
    /** What the page says is paid now. */
    charge: () => payNow(toPay(priced), values().pay),
    busy(on) {
      const go = $("[data-submit]", element);
      go.setAttribute("aria-busy", String(on));
      go.textContent = on ? t("checkout.sending") : label;
    },
    showErrors: (errors) => showServerErrors(element, summary, errors),
    refuse(message) {
      const box = h("div", { class: "refusal", role: "alert" }, h("p", {}, message));
      fill(summary, box);
      focusOn(box);
      return box;
    },
  };
  form.priced(cart);
  queueMicrotask(() => {
    restore(element);
    amounts();
  });
  element.addEventListener("input", () => visit.set(TYPED, values()));
  element.addEventListener("change", (event) => {
    onChange(element, event.target, values);
    amounts();
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    if ($("[data-submit]", element).getAttribute("aria-busy") === "true") return;
    const wrong = problemsOf(values()).map(([name, key]) => [name, t(key)]);
    mark(element, wrong);
    fill(summary, wrong.length > 0 && errorSummary(wrong));
    if (wrong.length) focusOn($(".refusal", summary));
    else submit(bodyOf(values()), form);
  });
  return form;
}

/** Check a field when it is left; tidy a RUT; the prefix suggests the country. */
function onChange(element, input, values) {
  if (input.name === "document" && element.document_type.value === "rut") {
    const rut = normaliseRut(input.value);
    if (rut) input.value = prettyRut(rut);
  }
  visit.set(TYPED, values());
  const wrong = problemsOf(values()).filter(([name]) => name === input.name || (input.name === "prefix" && name === "phone"));
  if (wrong.length) { if (input.value) mark(element, wrong.map(([name, key]) => [name, t(key)]), false); }
  else clear(element, input.name === "prefix" ? "phone" : input.name === "document_type" ? "document" : input.name);
}

function clear(element, name) {
  element.elements[name]?.removeAttribute?.("aria-invalid");
  const place = $(`#${name}-error`, element);
  if (place) place.textContent = "";
  const listed = $(`[data-refusal] a[href="#${name}"]`, element);
  if (!listed) return;
  listed.closest("li").remove();
  if (!$("[data-refusal] li", element)) fill($("[data-refusal]", element));
}

function mark(element, wrong, all = true) {
  if (all) for (const place of $$(".field-error", element)) clear(element, place.id.replace("-error", ""));
  for (const [name, sentence] of wrong) {
    element.elements[name]?.setAttribute("aria-invalid", "true");
    const place = $(`#${name}-error`, element);
    if (place) place.textContent = sentence;
  }
}

const errorSummary = (wrong) => h("div", { class: "refusal", role: "alert", tabindex: "-1" },
  h("h2", { class: "note-title" }, t("error.summary")),
  h("ul", {}, wrong.map(([name, sentence]) => h("li", {}, h("a", { href: `#${name}` }, sentence)))));

function showServerErrors(element, summary, errors) {
  const wrong = errors.map(({ field: name, detail }) => [FIELDS[name?.replace(/^body\./, "")], detail]).filter(([name]) => name);
  if (!wrong.length) return false;
  mark(element, wrong);
  fill(summary, errorSummary(wrong));
  focusOn($(".refusal", summary));
  return true;
}

/** Bring back what was typed before, wherever the guest has been meanwhile. Consent is always given anew. */
function restore(element) {
  const typed = visit.get(TYPED) ?? {};
  for (const [name, value] of Object.entries(typed)) {
    const input = element.elements[name];
    if (!input || name === "policy" || name === "marketing" || name === "comuna") continue;
    input.value = value;
  }
  element.dispatchEvent(new CustomEvent("restored", { detail: typed }));
}
