/** Home: a date at once; prices, programmes and packs from the catalogue when they come. */
import { categories, packs, services } from "../catalog.js";
import { addDays, shortDay, today, weekday } from "../dates.js";
import { $, $$, fill, h } from "../dom.js";
import { clp } from "../money.js";
import { page } from "../shell.js";
import { picture } from "../servicecard.js";
import { t } from "../text.js";

const TUESDAY = 2;
const HORIZON_DAYS = 180;

/** The next four days the spa opens, as links. The server decides; this only saves taps. */
function soon(from) {
  const days = [];
  for (let date = from; days.length < 4; date = addDays(date, 1)) {
    if (weekday(date) !== TUESDAY) days.push(date);
  }
  return days;
}

const dayName = (date, from) =>
  date === from ? t("pick.today") : date === addDays(from, 1) ? t("pick.tomorrow") : shortDay(date);

function pickDate() {
  const from = today();
  const input = $("#pick-date");
  Object.assign(input, { min: from, max: addDays(from, HORIZON_DAYS), value: soon(addDays(from, 1))[0] });
  const guests = $("#pick-guests");
  const links = () => fill($("[data-pick-days]"), soon(from).map((date) =>
    h("li", {}, h("a", { class: "chip", href: `/categoria/?c=tinas&fecha=${date}&personas=${guests.value}` }, dayName(date, from)))));
  guests.addEventListener("change", links);
  links();
}

/** Prices are a courtesy here: without an answer the cards stay as they are. */
async function prices() {
  const found = await categories().catch(() => []);
  const bySlug = new Map(found.map((category) => [category.slug, category]));
  for (const card of $$("[data-category]")) {
    const category = bySlug.get(card.dataset.category);
    if (category?.price_from) $("[data-price]", card).textContent = t(`from.${category.price_unit}`, { price: clp(category.price_from) });
  }
}

/** Programmes as cards; the section goes when there are none to show. */
async function programmes() {
  const found = (await services("programas").catch(() => [])).filter((one) => one.booking === "online");
  fill($("[data-programmes]"), found.map((one) => h("li", { class: "card-link", "data-programme": one.slug }, picture(one), h("div", { class: "card-body" },
    h("h3", {}, h("a", { href: `/servicio/?s=${one.slug}` }, one.name)), h("p", {}, one.summary),
    h("p", { class: "card-price" }, t("from.flat", { price: clp(one.price_from) }))))));
}

/** Packs with what they save. */
async function savings() {
  const found = await packs().catch(() => []);
  fill($("[data-packs]"), found.map((one) => h("li", {}, h("span", {}, one.name), h("strong", {}, clp(-one.discount)))));
}

page(async () => {
  pickDate();
  await Promise.all([prices(), programmes(), savings()]);
});
