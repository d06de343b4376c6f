/** Text in the guest's language: the sentences of this page, as vite/texts.js takes them from src/text/es.json and en.json. */
import { $$ } from "./dom.js";
import { language } from "./store.js";

let lang = language.get() === "en" ? "en" : "es";
let texts = {};
let english = async () => ({ default: {} });

/** Give this page its sentences: Spanish ones, and a way to fetch the English ones. */
export function speak(spanish, fetchEnglish) {
  texts = spanish;
  english = fetchEnglish;
}

/** What a part of the page that is fetched later says, in Spanish; English came whole. */
export const speakToo = (spanish) => { texts = { ...spanish, ...texts }; };

/** Fetch the English sentences even where Spanish is spoken: for a page that is kept for later. */
export const fetchEnglish = () => english();

/** "es" or "en". */
export const currentLang = () => lang;

/** The locale for dates and numbers. */
export const locale = () => (lang === "en" ? "en-GB" : "es-CL");

/** Replace `{name}` by params.name. */
export const fillIn = (sentence, params) =>
  sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));

/** The sentence for a key, with `{params}` filled in. */
export const t = (key, params = {}) => fillIn(texts[key] ?? key, params);

/** Whether there is a sentence for a key. */
export const has = (key) => key in texts;

/** `count("guests", 2)` → "2 personas", of the keys `guests.one` and `guests.other`. */
export const count = (key, n) => t(`${key}.${n === 1 ? "one" : "other"}`, { n });

/** Load the catalogue in use and put it on the page; resolves when the page reads right. */
export async function translatePage() {
  if (lang === "en") {
    texts = (await english()).default;
    document.documentElement.lang = "en";
    apply();
  }
  document.documentElement.classList.remove("is-translating");
}

function apply() {
  for (const element of $$("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of $$("[data-t-attr]")) {
    for (const pair of element.dataset.tAttr.split(";")) {
      const [name, key] = pair.split(":");
      element.setAttribute(name, t(key));
    }
  }
}

/** Change language: what was typed is kept by the pages themselves, so reading the page anew is the whole change. */
export function switchLang() {
  language.set(lang === "en" ? "es" : "en");
  location.reload();
}
