/** An add-on on its own page: which of the bookings in the cart it goes with; without one, where to get one first. */
import { addTo, hostsOf, lacking } from "./addons.js";
import { dateOf, longDay, longMoment } from "./dates.js";
import { announce, fill, focusOn, h } from "./dom.js";
import { CATEGORY } from "./kinds.js";
import { clp } from "./money.js";
import { asked, askedDate } from "./place.js";
import { button, link } from "./states.js";
import { t } from "./text.js";

/** Build the panel of an add-on. */
export function addOnPicker(service, cart) {
  const kind = service.addon_to;
  const place = h("div", { class: "addon-hosts" });
  const title = h("h2", { id: "book-title" }, t(`addon.where.${kind}`));
  draw(cart);
  return h("section", { class: "book", "aria-labelledby": "book-title" }, title, place);

  function draw(now, said) {
    const hosts = hostsOf(now, kind);
    const free = lacking(hosts, service.slug, now?.lines ?? []);
    fill(place, said, hosts.length === 0 ? first() : [
      h("ul", { class: "addon-list" }, hosts.map((host) => row(host, free.includes(host), now))),
      kind === "cabin" && free.length > 1 && button(t("addon.all_nights"), (event) => add(free, now, event.currentTarget), "warm"),
      said && h("div", { class: "note-actions" }, link("/reservar/", t("bar.go"), "warm"), link("/carrito/", t("bar.cart"), "outline-primary")),
    ]);
  }

  function first() {
    const day = askedDate();
    return [h("p", {}, t(`addon.first.${kind}`)), h("div", { class: "note-actions" },
      link(`/categoria/?c=${CATEGORY[kind]}${day ? `&fecha=${day}` : ""}${asked("personas") ? `&personas=${asked("personas")}` : ""}`, t(`addon.go.${kind}`), "warm"))];
  }

  function row(host, free, now) {
    const when = kind === "cabin" ? longDay(dateOf(host.start)) : longMoment(host.start);
    return h("li", {}, h("div", {}, h("strong", {}, host.name), h("p", { class: "hint" }, when)), h("span", { class: "addon-price" }, clp(service.price.amount)),
      free
        ? h("button", { type: "button", class: "btn btn-outline-primary btn-sm", "aria-label": `${t("addon.add")}: ${host.name}, ${when}`, onclick: (event) => add([host], now, event.currentTarget) }, t("addon.add"))
        : h("span", { class: "addon-done" }, t("addon.done")));
  }

  async function add(hosts, now, pressed) {
    if (pressed.getAttribute("aria-busy")) return;
    pressed.setAttribute("aria-busy", "true");
    try {
      draw(await addTo(service, hosts), h("p", { class: "note note-good" }, t("addon.said", { name: service.name })));
      focusOn(title);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      announce(problem.message);
      draw(now, h("p", { class: "refusal", role: "alert" }, problem.message));
    }
  }
}
