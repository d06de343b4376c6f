/** What every page has: language switch, count in the cart, contact links, a word when the connection is lost. */
import { showContacts } from "./contact.js";
import { $, announce } from "./dom.js";
import { cartKey } from "./store.js";
import { currentLang, switchLang, t, translatePage } from "./text.js";

function showCount() {
  const count = cartKey.get()?.count ?? 0;
  const badge = $("[data-cart-count]");
  badge.textContent = String(count);
  badge.hidden = count === 0;
}

function showConnection() {
  const bar = $("[data-offline]");
  bar.textContent = t("shell.offline");
  bar.hidden = navigator.onLine;
}

function showLanguage() {
  const button = $("[data-lang-switch]");
  const english = currentLang() === "en";
  button.textContent = english ? "Español" : "English";
  button.lang = english ? "es" : "en";
  button.addEventListener("click", switchLang);
}

/** Dress the page, then run what is particular to it. */
export async function page(run = () => {}) {
  await translatePage();
  showLanguage();
  showContacts();
  showCount();
  document.addEventListener("cart", showCount);
  addEventListener("offline", showConnection);
  addEventListener("online", () => {
    showConnection();
    announce(t("shell.online"));
  });
  if (!navigator.onLine) showConnection();
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  await run();
}
