/** Where to transfer: each fact with a button that copies it, until when, and what happens next. */
import { longMoment } from "./dates.js";
import { announce, h } from "./dom.js";
import { clp } from "./money.js";
import { t } from "./text.js";

const FACTS = ["bank", "account_type", "account", "holder", "rut", "email"];

async function copy(text, pressed) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return announce(t("transfer.not_copied"));
  }
  const label = pressed.textContent;
  pressed.textContent = t("transfer.copied");
  announce(t("transfer.copied"));
  return setTimeout(() => { pressed.textContent = label; }, 2000);
}

/**
 * @param {object} instructions  of a payment: bank, account, amount, reference, until …
 * @param {boolean} alone  for gift cards alone: there are no hours to be let go
 */
export function transferBox(instructions, alone = false) {
  const facts = [
    ["amount", clp(instructions.amount), String(instructions.amount)], ["reference", instructions.reference, instructions.reference],
    ...FACTS.map((name) => [name, instructions[name], instructions[name]]),
  ];
  const all = facts.map(([name, shown]) => `${t(`transfer.${name}`)}: ${shown}`).join("\n");
  return h("section", { class: "panel transfer", "aria-labelledby": "transfer-title" },
    h("h2", { id: "transfer-title" }, t("transfer.heading")),
    h("p", {}, t(alone ? "transfer.until.gift" : "transfer.until", { when: longMoment(instructions.until) })),
    h("dl", { class: "transfer-facts" }, facts.map(([name, shown, plain]) => h("div", { "data-fact": name }, h("dt", {}, t(`transfer.${name}`)),
      h("dd", {}, h("span", {}, shown), h("button", { type: "button", class: "btn btn-link btn-sm", "aria-label": t("transfer.copy.what", { what: t(`transfer.${name}`) }), onclick: (event) => copy(plain, event.currentTarget) }, t("transfer.copy")))))),
    h("button", { type: "button", class: "btn btn-outline-primary", onclick: (event) => copy(all, event.currentTarget) }, t("transfer.copy_all")),
    h("ol", { class: "transfer-next" }, [1, 2, 3].map((n) => h("li", {}, t(`transfer.next.${n}`)))));
}
