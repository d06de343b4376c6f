/** Home: a date at once; prices from the catalogue when they come. */
import { categories } from "../catalog.js";
import { addDays, shortDay, today, weekday } from "../dates.js";
import { $, $$, fill, h } from "../dom.js";
import { clp } from "../money.js";
import { page } from "../shell.js";
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

page(async () => {
  pickDate();
  await prices();
});
