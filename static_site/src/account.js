/** Where money is to be transferred back to: a form, and what we have been told. */
import { newKey } from "./api.js";
import { tellAccount } from "./changes.js";
import { $, fill, focusOn, h } from "./dom.js";
import { choice, field, mark } from "./inputs.js";
import { normaliseRut, prettyRut } from "./rut.js";
import { button } from "./states.js";
import { t } from "./text.js";

const TYPES = ["corriente", "vista", "ahorro", "rut"];
const BANKS = ["BancoEstado", "Banco de Chile", "Santander", "BCI", "Itaú", "Scotiabank", "BICE", "Security", "Banco Falabella", "Banco Ripley",
  "Banco Consorcio", "Banco Internacional", "Coopeuch", "Mercado Pago", "Tenpo", "Prepago Los Héroes", "MACH"];

/** What is wrong with an account, as `[field, sentence key]`. */
export function accountProblems({ bank, account, holder, rut }) {
  const found = [];
  if (bank.trim().length < 2) found.push(["bank", "error.bank"]);
  if (!/^\d{4,20}$/.test(account.replace(/[\s.-]/g, ""))) found.push(["account", "error.account"]);
  if (holder.trim().length < 2) found.push(["holder", "error.holder"]);
  if (!normaliseRut(rut)) found.push(["rut", "error.rut"]);
  return found;
}

/** The form's values as the API wants them. */
export const accountBody = ({ bank, account_type: type, account, holder, rut }) =>
  ({ bank: bank.trim(), account_type: type, account: account.replace(/[\s.-]/g, ""), holder: holder.trim(), rut: normaliseRut(rut) });

/** The panel: the form while no account is known, else its end and a way to tell another. `done(order)` when told. */
export function accountPanel(order, done) {
  const place = h("section", { class: "panel", "aria-labelledby": "account-title", "data-account": true });
  const ask = () => fill(place, h("h2", { id: "account-title" }, t("account.title")), h("p", {}, t("account.text")), form(order, done));
  if (!order.account) ask();
  else {
    const { bank, account_ending: ending, holder } = order.account;
    fill(place, h("h2", { id: "account-title" }, t("account.known")), h("p", {}, t("account.told", { bank, ending, holder })),
      button(t("account.other"), () => { ask(); focusOn($("#account-title", place)); }, "outline-primary btn-sm"));
  }
  return place;
}

function form(order, done) {
  const said = h("p", { class: "refusal", role: "alert", hidden: true });
  const go = h("button", { class: "btn btn-warm", type: "submit" }, t("account.go"));
  const element = h("form", { novalidate: true, "aria-labelledby": "account-title" },
    field("bank", { label: t("transfer.bank"), required: true, list: "banks", autocomplete: "off", maxlength: 40 }), h("datalist", { id: "banks" }, BANKS.map((name) => h("option", { value: name }))),
    choice("account_type", t("transfer.account_type"), TYPES.map((type) => h("option", { value: type }, t(`account.type.${type}`)))),
    field("account", { label: t("transfer.account"), required: true, inputmode: "numeric", autocomplete: "off", maxlength: 30 }),
    field("holder", { label: t("transfer.holder"), required: true, autocomplete: "name", maxlength: 80, value: order.guest.name }),
    field("rut", { label: t("account.rut"), required: true, autocomplete: "off", maxlength: 20 }),
    h("p", { class: "hint" }, t("account.private")), said, h("div", { class: "note-actions" }, go));
  const values = () => Object.fromEntries(new FormData(element));
  const wrongIn = ({ name, value }) => (value ? accountProblems(values()).filter(([field]) => field === name) : []);
  // What was wrong is cleared while it is typed, not when the field is left: then the button would move from under the finger.
  element.addEventListener("input", ({ target }) => {
    if (target.getAttribute("aria-invalid") && !wrongIn(target).length) mark(element, [], [target.name]);
  });
  element.addEventListener("change", ({ target }) => {
    const rut = target.name === "rut" && normaliseRut(target.value);
    if (rut) target.value = prettyRut(rut);
    if (wrongIn(target).length) mark(element, wrongIn(target), [target.name]);
  });
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = accountProblems(values());
    mark(element, wrong);
    if (wrong.length) return element.elements[wrong[0][0]].focus();
    return go.getAttribute("aria-busy") ? null : tell(accountBody(values()));
  });

  async function tell(body) {
    go.setAttribute("aria-busy", "true");
    said.hidden = true;
    try {
      done(await tellAccount(order, body, newKey()));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      said.textContent = problem.errors[0]?.detail ?? problem.message;
      said.hidden = false;
    }
    go.removeAttribute("aria-busy");
  }
  return element;
}
