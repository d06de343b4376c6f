/** One service in a list: drawing, facts, price of the party, what is free of it or the reason why nothing is. */
import { art } from "./art/art.js";
import { contactLink } from "./contact.js";
import { drawing, h } from "./dom.js";
import { hours } from "./hours.js";
import { clp } from "./money.js";
import { isFree } from "./range.js";
import { link } from "./states.js";
import { count, t } from "./text.js";

/** "2 personas", "1 a 3 personas" */
export const capacity = ({ min_guests: min, max_guests: max }) =>
  min === max ? t(`guests.${max === 1 ? "one" : "other"}`, { n: max }) : t("guests.range", { min, max });

/** "120 min"; a night is not told in minutes. */
export const duration = (service) =>
  service.price.unit === "night" ? t("service.night") : service.minutes >= 600 ? null : t("service.minutes", { n: service.minutes });

/** Picture from the catalogue when there is one, else our drawing. */
export const picture = (service) =>
  service.images?.length
    ? h("img", { class: "art", src: service.images[0].url, alt: service.images[0].alt, loading: "lazy", width: 400, height: 300 })
    : drawing(art(service.art ?? service.kind, service.slug));

/** How to ask for what is not booked online. */
export const askLinks = (service) => h("div", { class: "note-actions" },
  h("a", { class: "btn btn-primary", href: contactLink("whatsapp", service.name), rel: "noopener" }, t("contact.whatsapp")),
  h("a", { class: "btn btn-outline-primary", href: contactLink("phone") }, t("contact.phone")),
  h("a", { class: "btn btn-outline-primary", href: contactLink("mail", service.name) }, t("contact.mail")));

/** Starts of this service already held by this guest, as instants. */
export const mineOf = (cart, slug) =>
  new Set((cart?.lines ?? []).filter((line) => line.service === slug && line.state === "held").map((line) => Date.parse(line.start)));

/**
 * @param {object} service
 * @param {object[]} days  its days, of the availability answer: one, or all nights of a stay
 * @param {{date: string, guests: number, nights: number, cart: object|null, hold: Function, refused: object|null}} state
 * @returns {{element: Element, open: boolean}} `open`: it can be had
 */
export function serviceCard(service, days, state) {
  const ask = service.booking === "ask";
  const night = service.price.unit === "night";
  const open = !ask && (Boolean(service.addon_to) || (days.length > 0 && days.every((day) => isFree(day))));
  const address = `/servicio/?s=${service.slug}&fecha=${state.date}&personas=${state.guests}${night ? `&noches=${state.nights}` : ""}`;
  const facts = [capacity(service), duration(service)].filter(Boolean).join(" · ");
  const element = h("article", { class: `service-card${open || ask ? "" : " is-shut"}`, "data-service": service.slug },
    picture(service),
    h("div", { class: "service-text" },
      h("h3", {}, h("a", { href: address }, service.name)),
      h("p", { class: "service-facts" }, facts, " · ", h("strong", {}, price(service, days, state))),
      h("p", { class: "service-summary" }, service.summary),
      refusal(service, state), ask ? h("div", { class: "service-ask" }, h("p", {}, t("ask.short")), askLinks(service)) : offer(service, days, address, state)));
  return { element, open };
}

function price(service, days, { guests, nights }) {
  if (!service.addon_to && days.length && days.every((day) => day.price)) {
    const total = clp(days.reduce((sum, day) => sum + day.price, 0));
    return service.price.unit === "night" ? t("stay.price", { price: total, nights: count("nights", nights) }) : t("price.party", { price: total, n: guests });
  }
  return t(`from.${service.price.unit}`, { price: clp(service.price_from) });
}

const refusal = (service, { refused }) => refused?.service === service.slug
  && h("p", { class: "refusal", role: "alert" }, refused.problem.message);

/** What can be done: hours to hold, a stay to hold, a page to choose on; or why not. */
function offer(service, days, address, state) {
  const named = h("span", { class: "visually-hidden" }, ` ${service.name}`);
  if (service.addon_to) return h("p", { class: "service-go" }, h("a", { class: "btn btn-outline-primary", href: address }, t("addon.choose"), named));
  const mine = mineOf(state.cart, service.slug);
  const ours = days.length > 0 && days.every((day) => day.slots.some((slot) => mine.has(Date.parse(slot.start))));
  const shut = days.find((day) => !isFree(day));
  if (service.price.unit === "night" && ours) return h("p", { class: "service-go" }, h("span", { class: "addon-done" }, t("hour.mine")));
  if ((shut || !days.length) && !(days.length === 1 && days[0].slots.some((slot) => mine.has(Date.parse(slot.start))))) {
    return h("p", { class: "service-shut" }, shut?.reason?.detail ?? t("day.full.long"), " ",
      h("a", { href: `/servicio/?s=${service.slug}&fecha=${state.date}&personas=${Math.min(state.guests, service.max_guests)}` }, t("service.other_days"), named));
  }
  if (service.kind === "programme") {
    const n = days[0].slots.filter((slot) => slot.free).length;
    return h("p", { class: "service-go" }, link(address, t("plan.see", { n }), "outline-primary"));
  }
  if (service.price.unit === "night") {
    return h("p", { class: "service-go" }, h("button", {
      type: "button", class: "btn btn-outline-primary", "data-time": days[0].slots[0].time, "aria-label": `${t("stay.hold", { nights: count("nights", state.nights) })} ${service.name}`,
      onclick: (event) => state.hold(service, days[0].slots[0], event.currentTarget, { nights: state.nights }),
    }, t("stay.hold", { nights: count("nights", state.nights) })));
  }
  return hours(days[0], {
    label: t("hours.of", { name: service.name }), mine, choose: (slot, button) => state.hold(service, slot, button),
  });
}
