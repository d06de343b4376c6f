/** After something was held: that it is ours, what goes with it, what a little more would save, and the way on. */
import { addOnMenu } from "./addons.js";
import { dateOf } from "./dates.js";
import { announce, fill, focusOn, h } from "./dom.js";
import { dayAddress } from "./kinds.js";
import { packHints } from "./packs.js";
import { link } from "./states.js";
import { t } from "./text.js";

/** The lines of the cart that were just held. */
const justHeld = (cart, { service, start, nights = 1 }) => {
  const first = cart.lines.find((line) => line.service === service && Date.parse(line.start) === Date.parse(start));
  return first?.stay ? cart.lines.filter((line) => line.stay === first.stay).slice(0, nights) : first ? [first] : [];
};

/**
 * Fill a place with the good news and put focus on it.
 * @param {{said: string, cart: object, line: object}} options  `line` is what was asked for
 */
export function heldNote(place, { said, cart, line }) {
  const hosts = justHeld(cart, line);
  const title = h("h3", {}, t("held.title"));
  const more = h("div", { class: "held-more" });
  const offer = (now, open = false) => fill(more, packHints(now), hosts.length > 0 && addOnMenu({
    hosts, cart: now, open, added(next, service) {
      announce(t("addon.said", { name: service.name }));
      offer(next, true);
      more.querySelector("summary")?.focus();
    },
  }));
  fill(place, h("div", { class: "note note-good" }, title, h("p", {}, said),
    h("div", { class: "note-actions" }, link("/reservar/", t("bar.go"), "warm"),
      link(dayAddress({ date: dateOf(line.start), guests: line.guests }), t("held.more"), "outline-primary")), more));
  offer(cart);
  focusOn(title);
}
