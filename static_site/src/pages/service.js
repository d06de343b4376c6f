/** One service: what it is, and its calendar in place: hours, nights, proposals, or what an add-on goes with. */
import { addOnPicker } from "../addonpicker.js";
import { cartBar } from "../cartbar.js";
import * as carts from "../cart.js";
import { service as read } from "../catalog.js";
import { $, h } from "../dom.js";
import { asked } from "../place.js";
import { slotPicker } from "../slotpicker.js";
import { stayPicker } from "../staypicker.js";
import { page } from "../shell.js";
import { askLinks, capacity, duration, picture } from "../servicecard.js";
import { clp } from "../money.js";
import { show } from "../states.js";
import { t } from "../text.js";
import { weekdayLong } from "../dates.js";

const facts = (service) => h("ul", { class: "facts" }, [
  capacity(service),
  duration(service),
  service.closed_weekdays?.length > 0 && t("service.closed", { days: service.closed_weekdays.map(weekdayLong).join(", ") }),
  service.policy?.text,
].filter(Boolean).map((fact) => h("li", {}, fact)));

/** How a service is booked depends on what it is. */
function booking(service, cart) {
  if (service.booking === "ask") return asking(service);
  if (service.addon_to) return addOnPicker(service, cart);
  return service.price.unit === "night" ? stayPicker(service) : slotPicker(service, cart);
}

const asking = (service) => h("section", { class: "panel", "aria-labelledby": "ask-title" },
  h("h2", { id: "ask-title" }, t("ask.heading")), h("p", {}, t("ask.text")), askLinks(service));

function content({ service, cart }) {
  document.title = `${service.name} · Aremko`;
  return [
    h("p", { class: "crumbs" }, h("a", { href: "/" }, t("shell.home")), " / ",
      h("a", { href: `/categoria/?c=${service.category}` }, t(`nav.${service.category}`))),
    h("div", { class: "service-page" },
      h("div", { class: "service-head" },
        h("h1", {}, service.name),
        h("p", { class: "lead" }, service.summary),
        h("div", { class: "service-picture" }, picture(service)),
        h("p", { class: "service-from" }, t(`from.${service.price.unit}`, { price: clp(service.price_from) }))),
      h("div", { class: "service-book" }, booking(service, cart)),
      h("div", { class: "service-more" }, h("p", {}, service.description), facts(service))),
  ];
}

page(async () => {
  cartBar();
  const place = $("[data-place]");
  const slug = asked("s");
  if (!slug) return location.replace("/categoria/?c=tinas");
  const cart = carts.load().catch(() => null);
  await show(place, ["service", 2], async () => ({ service: await read(slug), cart: await cart }), content);
});
