/**
 * "Regala Aremko": a gift card is put together and into the cart. One that is in the cart is changed there:
 * `/regalo/?linea=…`; one that is bought and not yet delivered keeps its worth: `/regalo/?reserva=…&linea=…`.
 */
import { get, newKey, send } from "../api.js";
import * as carts from "../cart.js";
import { cartBar } from "../cartbar.js";
import { $, fill, focusOn } from "../dom.js";
import { giftOffer } from "../giftcards.js";
import { another, blank, draftOf, giftOf, writtenOf } from "../giftdraft.js";
import { giftForm } from "../giftform.js";
import { asked } from "../place.js";
import { page } from "../shell.js";
import { deliveryOf } from "../shortlines.js";
import { button, link, note, show } from "../states.js";
import { orderKey, visit } from "../store.js";
import { currentLang, t } from "../text.js";

const place = $("[data-place]");
const line = asked("linea");
const order = line && asked("reserva");
const KEPT = line ? `aremko.gift.${line}` : "aremko.gift";
const home = order ? `/reserva/?reserva=${order}` : "/carrito/"; // where a card that is changed is found again
const address = `/api/reservas/${encodeURIComponent(order)}`;

/** What was typed here before, else the card as it is, else a form that nobody has touched; only with what is still offered. */
function begin(offer, known) {
  const slugs = offer.experiences.map((one) => one.slug);
  const wanted = asked("experiencia");
  const fresh = blank({ experience: slugs.includes(wanted) ? wanted : slugs[0], design: offer.designs[0].slug, language: currentLang() });
  const draft = { ...fresh, ...(visit.get(KEPT) ?? (known && draftOf(known))) };
  if (!slugs.includes(draft.experience)) draft.experience = fresh.experience;
  if (!offer.designs.some((one) => one.slug === draft.design)) draft.design = fresh.design;
  return draft;
}

/** A card that is bought is worth what it was bought for, whatever the catalogue says by now. */
const asBought = (offer, { gift, name, total }) =>
  ({ ...offer, experiences: [{ slug: gift.experience, name, price: total, hydromassage_extra: 0 }] });

/** Put it where it belongs, under a key that stays while nothing else is typed. Throws Problem. */
const save = (draft, experience, known, key) => (order
  ? send("POST", `${address}/regalos/${line}`, { token: orderKey.get(order), body: writtenOf(draft), key })
  : carts.hold({ gifts: [giftOf(draft, experience, known?.id)] }, key));

/** The form for a draft; `known` is the line that it changes. */
function formFor(offer, draft, known) {
  let key = newKey();
  const form = giftForm({
    offer, draft, label: t(known ? "gift.save" : "gift.add"), bought: Boolean(order),
    typed(now) {
      visit.set(KEPT, now);
      key = newKey();
    },
    async submit(done, experience) {
      form.busy(true);
      try {
        const saved = await save(done, experience, known, key);
        visit.remove(KEPT);
        if (known) return location.assign(home);
        return added(offer, done, saved);
      } catch (problem) {
        if (!("status" in problem)) throw problem;
        form.busy(false);
        if (problem.status) key = newKey(); // another try is another intent
        return form.refuse(problem);
      }
    },
  });
  return form.element;
}

/** It is in the cart: on to paying, or another card by the same hand. */
function added(offer, done, cart) {
  const { name, gift } = cart.lines.filter((one) => one.kind === "gift").at(-1);
  fill(place, note({
    tone: "good", title: t("gift.added"), text: `${name} · ${t("gift.for", gift)}. ${deliveryOf(gift.delivery)}.`,
    actions: [link("/reservar/", t("gift.pay"), "warm"), link("/carrito/", t("bar.cart"), "outline-primary"), button(t("gift.another"), () => {
      fill(place, formFor(offer, another(done), null));
      scrollTo(0, 0);
      focusOn($("h1"));
    }, "outline-primary")],
  }));
  scrollTo(0, 0);
  focusOn($(".note-title", place));
}

/** What the page is about: what is offered, and the line that is to be changed. Throws Problem. */
async function everything(cart) {
  const [offer, { lines }] = await Promise.all([giftOffer(), !line ? { lines: [] } : order ? get(address, orderKey.get(order)) : cart.then((found) => found ?? { lines: [] })]);
  return { offer, known: lines.find((one) => one.id === line && one.kind === "gift") };
}

function content({ offer, known }) {
  if (!line) return formFor(offer, begin(offer), null);
  if (!known) return [note({ tone: "warm", title: t("gift.gone"), actions: [link(home, t("gift.back"), "outline-primary")] }), !order && formFor(offer, begin(offer), null)];
  if (order && !known.gift.changeable) return note({ tone: "warm", title: t("gift.fixed"), text: t("gift.fixed.text"), actions: [link(home, t("gift.back"), "outline-primary")] });
  const offered = order ? asBought(offer, known) : offer;
  return formFor(offered, begin(offered, known), known);
}

page(async () => {
  cartBar();
  const cart = carts.load().catch(() => null);
  await show(place, ["form", 3], () => everything(cart), content);
});
