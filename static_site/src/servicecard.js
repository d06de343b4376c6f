/** One service in a list: drawing, facts, price of the party, hours of the day or the reason there are none. */
import { art } from "./art/art.js";
import { contactLink } from "./contact.js";
import { drawing, h } from "./dom.js";
import { hours } from "./hours.js";
import { clp } from "./money.js";
import { t } from "./text.js";

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
 * @param {object|undefined} day  its day, of the availability answer
 * @param {{date: string, guests: number, cart: object|null, hold: Function, refused: object|null}} state
 * @returns {{element: Element, open: boolean}} `open`: some hour of it can be had
 */
export function serviceCard(service, day, state) {
  const ask = service.booking === "ask";
  const open = !ask && Boolean(day?.slots.some((slot) => slot.free));
  const address = `/servicio/?s=${service.slug}&fecha=${state.date}&personas=${state.guests}`;
  const facts = [capacity(service), duration(service)].filter(Boolean).join(" · ");
  const price = day?.price ? t("price.party", { price: clp(day.price), n: state.guests }) : t(`from.${service.price.unit}`, { price: clp(service.price_from) });
  const element = h("article", { class: `service-card${open || ask ? "" : " is-shut"}`, "data-service": service.slug },
    picture(service),
    h("div", { class: "service-text" },
      h("h3", {}, h("a", { href: address }, service.name)),
      h("p", { class: "service-facts" }, facts, " · ", h("strong", {}, price)),
      h("p", { class: "service-summary" }, service.summary),
      ask ? h("div", { class: "service-ask" }, h("p", {}, t("ask.short")), askLinks(service)) : slots(service, day, state)));
  return { element, open };
}

function slots(service, day, state) {
  const refused = state.refused?.service === service.slug
    && h("p", { class: "refusal", role: "alert" }, state.refused.problem.message);
  const mine = mineOf(state.cart, service.slug);
  const someHour = day?.slots.some((slot) => slot.free || mine.has(Date.parse(slot.start)));
  if (!someHour) {
    return [refused, h("p", { class: "service-shut" }, day?.reason?.detail ?? t("day.full.long"), " ",
      h("a", { href: `/servicio/?s=${service.slug}&personas=${Math.min(state.guests, service.max_guests)}` }, t("service.other_days"),
        h("span", { class: "visually-hidden" }, ` ${service.name}`)))];
  }
  return [refused, hours(day, {
    label: t("hours.of", { name: service.name }), mine, choose: (slot, button) => state.hold(service, slot, button),
  })];
}
