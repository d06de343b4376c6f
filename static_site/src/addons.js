/** What goes with a booking: decorations with a tub, breakfast with the nights of a stay. */
import * as carts from "./cart.js";
import { addOnsTo } from "./catalog.js";
import { announce, fill, h } from "./dom.js";
import { clp } from "./money.js";
import { t } from "./text.js";

/** The bookings of a cart that an add-on of a kind can go with. */
export const hostsOf = (cart, kind) => carts.heldLines(cart).filter((line) => line.service_kind === kind && !line.host);

/** Those of them that don't have this add-on yet. */
export const lacking = (hosts, slug, lines) =>
  hosts.filter((host) => !lines.some((line) => line.host === host.id && line.service === slug));

/** Put an add-on to bookings, to all of them or to none. */
export const addTo = (service, hosts) => carts.hold({
  lines: hosts.map((host) => ({ service: service.slug, start: host.start, guests: Math.min(host.guests, service.max_guests), host: host.id })),
});

/**
 * A folded list of what can be added to these bookings (of one kind); empty until it is known, and when there is
 * nothing. `added(cart, service)` is called after each; a refusal is said in the list.
 */
export function addOnMenu({ hosts, cart, added, open = false }) {
  const place = h("div", { class: "addons" });
  const kind = hosts[0]?.service_kind;
  if (kind === "tub" || kind === "cabin") draw();
  return place;

  async function draw() {
    const offered = await addOnsTo(kind).catch(() => []);
    const some = offered.some((service) => lacking(hosts, service.slug, cart.lines).length > 0);
    if (!offered.length || (!some && !open)) return;
    fill(place, h("details", { open }, h("summary", {}, t(`addon.${kind}`)), h("ul", { class: "addon-list" }, offered.map(row))));
  }

  function row(service) {
    const free = lacking(hosts, service.slug, cart.lines);
    const said = h("p", { class: "refusal", role: "alert", hidden: true });
    const price = clp(service.price.amount);
    return h("li", {}, h("div", {}, h("strong", {}, service.name), h("p", { class: "hint" }, service.summary)),
      h("span", { class: "addon-price" }, kind === "cabin" ? t("addon.a_night", { price }) : price),
      free.length === 0
        ? h("span", { class: "addon-done" }, t("addon.done"))
        : h("button", {
          type: "button", class: "btn btn-outline-primary btn-sm", onclick: (event) => add(service, free, event.currentTarget, said),
          "aria-label": `${t("addon.add")} ${service.name}`,
        }, hosts.length > 1 ? t("addon.all_nights") : t("addon.add")), said);
  }

  async function add(service, free, pressed, said) {
    if (pressed.getAttribute("aria-busy")) return;
    pressed.setAttribute("aria-busy", "true");
    try {
      added(await addTo(service, free), service);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      pressed.removeAttribute("aria-busy");
      said.textContent = problem.message;
      said.hidden = false;
      announce(problem.message);
    }
  }
}
