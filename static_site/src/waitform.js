/** The form of the waitlist: what, when, for how many, and whom to write to. Nothing typed is lost by a refusal. */
import { newKey, send } from "./api.js";
import { addDays, today, validDate } from "./dates.js";
import { $, fill, focusOn, h } from "./dom.js";
import { choice, field, mark } from "./inputs.js";
import { asked, askedGuests } from "./place.js";
import { normalisePhone } from "./phone.js";
import { stepper } from "./stepper.js";
import { currentLang, t } from "./text.js";

const MOST_DAYS = 31;
const MOST_OTHERS = 4;
const FIELDS = { "guest.name": "name", "guest.email": "email", "guest.phone": "phone", from: "from", to: "to", consents: "policy", "consents.policy": "policy" };

/** What is wrong with the form, as `[field, sentence key]`; `first` is today. */
export function waitProblems({ from, to, name, email, phone, policy }, first) {
  const found = [];
  if (!validDate(from) || from < first) found.push(["from", "wait.error.from"]);
  if (!validDate(to) || to < from || to >= addDays(validDate(from) ?? first, MOST_DAYS)) found.push(["to", "wait.error.to"]);
  if (name.trim().length < 2) found.push(["name", "error.name"]);
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email.trim())) found.push(["email", "error.email"]);
  if (phone.trim() && !normalisePhone(phone, "56")) found.push(["phone", "error.phone"]);
  if (!policy) found.push(["policy", "wait.error.policy"]);
  return found;
}

/** What can be waited for: booked online, by itself. */
const waitable = (services) => services.filter((one) => one.booking === "online" && !one.addon_to);

/**
 * The form, filled in with what the address says. `joined(answer, email)` is called with the new entry.
 * @param {object[]} services  as the catalogue lists them
 */
export function waitForm(services, joined) {
  const all = waitable(services);
  const wanted = all.find((one) => one.slug === asked("servicio")) ?? all[0];
  const day = validDate(asked("dia")) ?? today();
  const from = day < today() ? today() : day;
  let guests = askedGuests();
  let key = newKey();
  const said = h("div", { role: "alert", class: "refusal", hidden: true });
  const others = h("div", { class: "wait-others" });
  const party = h("div", {});
  const go = h("button", { class: "btn btn-warm btn-wide", type: "submit" }, t("wait.go"));
  const element = h("form", { novalidate: true, class: "wait-form", "aria-label": t("waitlist.heading") },
    h("fieldset", { class: "panel" }, h("legend", {}, t("wait.what")),
      choice("service", t("wait.service"), all.map((one) => h("option", { value: one.slug, selected: one === wanted }, one.name))),
      others, party,
      h("div", { class: "two-fields" },
        field("from", { label: t("wait.from"), type: "date", min: today(), value: from, required: true }),
        field("to", { label: t("wait.to"), type: "date", min: today(), value: from, required: true })),
      h("p", { class: "hint" }, t("wait.days.hint"))),
    h("fieldset", { class: "panel" }, h("legend", {}, t("wait.who")),
      field("name", { label: t("form.name"), autocomplete: "name", required: true, maxlength: 80 }),
      field("email", { label: t("form.email"), type: "email", autocomplete: "email", inputmode: "email", hint: t("wait.email.hint"), required: true, maxlength: 254 }),
      field("phone", { label: t("form.phone"), type: "tel", autocomplete: "tel", inputmode: "tel", hint: t("form.optional"), maxlength: 25 }),
      h("div", { class: "form-check" },
        h("input", { class: "form-check-input", type: "checkbox", id: "policy", name: "policy", "aria-describedby": "policy-error" }),
        h("label", { class: "form-check-label", for: "policy" }, t("wait.policy")), " ",
        h("a", { href: "/condiciones/#privacidad", target: "_blank" }, t("form.privacy.link")),
        h("p", { class: "field-error", id: "policy-error" }))),
    said, go, h("p", { class: "hint wait-promise" }, t("wait.promise")));

  const values = () => ({ ...Object.fromEntries(new FormData(element)), policy: element.elements.policy.checked });
  const chosen = () => all.find((one) => one.slug === element.elements.service.value) ?? wanted;

  /** What else would do, and how many may come: as the chosen service has it. */
  function drawChoice() {
    const service = chosen();
    guests = Math.min(service.max_guests, Math.max(service.min_guests, guests));
    const { min_guests: min, max_guests: max } = service;
    fill(party, min === max ? h("p", { class: "hint" }, t("book.exactly", { n: max }))
      : stepper({ label: t("pick.guests"), value: guests, min, max, change: (n) => { guests = n; drawOthers(); } }));
    drawOthers();
  }

  function drawOthers() {
    const service = chosen();
    const alike = all.filter((one) => one !== service && one.category === service.category && one.min_guests <= guests && guests <= one.max_guests);
    const ticked = new Set(new FormData(element).getAll("other"));
    fill(others, alike.length > 0 && h("details", { open: ticked.size > 0 }, h("summary", {}, t("wait.others")),
      h("p", { class: "hint" }, t("wait.others.hint", { n: MOST_OTHERS })),
      h("div", { class: "wait-alike" }, alike.map((one) => h("div", { class: "form-check" },
        h("input", { class: "form-check-input", type: "checkbox", id: `other-${one.slug}`, name: "other", value: one.slug, checked: ticked.has(one.slug) }),
        h("label", { class: "form-check-label", for: `other-${one.slug}` }, one.name))))));
    limit();
  }

  /** No more than the list takes can be ticked. */
  function limit() {
    const boxes = [...element.querySelectorAll('[name="other"]')];
    const full = boxes.filter((box) => box.checked).length >= MOST_OTHERS;
    for (const box of boxes) box.disabled = full && !box.checked;
  }

  const bodyOf = (typed) => ({
    services: [typed.service, ...new FormData(element).getAll("other")], from: typed.from, to: typed.to, guests, language: currentLang(),
    guest: { name: typed.name.trim(), email: typed.email.trim(), ...(typed.phone.trim() && { phone: normalisePhone(typed.phone, "56") }) },
    consents: { policy: true },
  });

  async function join() {
    const body = bodyOf(values());
    go.setAttribute("aria-busy", "true");
    go.textContent = t("wait.going");
    said.hidden = true;
    try {
      joined(await send("POST", "/api/espera", { body, key }), body.guest.email);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (problem.status > 0 && problem.status < 500) key = newKey(); // another try is another intent
      refused(problem);
    }
    go.removeAttribute("aria-busy");
    go.textContent = t("wait.go");
  }

  function refused(problem) {
    for (const { field: name, detail } of problem.errors) {
      const place = $(`#${FIELDS[name]}-error`, element);
      if (place) place.textContent = detail;
    }
    fill(said, h("p", {}, problem.errors[0]?.detail ?? problem.message));
    said.hidden = false;
    focusOn(said);
  }

  element.addEventListener("change", ({ target }) => {
    if (target.name === "service") drawChoice();
    if (target.name === "other") limit();
    if (target.name === "from" && element.elements.to.value < target.value) element.elements.to.value = target.value;
  });
  element.addEventListener("input", ({ target }) => {
    const wrong = waitProblems(values(), today()).some(([name]) => name === target.name);
    if (target.getAttribute("aria-invalid") && !wrong) mark(element, [], [target.name]);
  });
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = waitProblems(values(), today());
    mark(element, wrong, ["from", "to", "name", "email", "phone", "policy"]);
    if (wrong.length) element.elements[wrong[0][0]].focus();
    else if (!go.getAttribute("aria-busy")) join();
  });
  drawChoice();
  return element;
}
