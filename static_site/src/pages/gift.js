/** "Regala Aremko": a gift card is put together and into the cart, or one that is there is changed: `/regalo/?linea=…`. */
import { newKey } from "../api.js";
import * as carts from "../cart.js";
import { cartBar } from "../cartbar.js";
import { $, fill, focusOn, h } from "../dom.js";
import { giftOffer } from "../giftcards.js";
import { another, blank, draftOf, giftOf } from "../giftdraft.js";
import { giftForm } from "../giftform.js";
import { asked } from "../place.js";
import { page } from "../shell.js";
import { deliveryOf } from "../shortlines.js";
import { button, link, note, show } from "../states.js";
import { visit } from "../store.js";
import { currentLang, t } from "../text.js";

const place = $("[data-place]");
const line = asked("linea");
const KEPT = line ? `aremko.gift.${line}` : "aremko.gift";

/** What was typed here before, else the card in the cart, else a form that nobody has touched; only with what is still offered. */
function begin(offer, inCart) {
  const slugs = offer.experiences.map((one) => one.slug);
  const wanted = asked("experiencia");
  const fresh = blank({ experience: slugs.includes(wanted) ? wanted : slugs[0], design: offer.designs[0].slug, language: currentLang() });
  const draft = { ...fresh, ...(visit.get(KEPT) ?? (inCart && draftOf(inCart))) };
  if (!slugs.includes(draft.experience)) draft.experience = fresh.experience;
  if (!offer.designs.some((one) => one.slug === draft.design)) draft.design = fresh.design;
  return draft;
}

/** The form for a draft; `inCart` is the line that it changes. */
function formFor(offer, draft, inCart) {
  let key = newKey();
  const form = giftForm({
    offer, draft, label: t(inCart ? "gift.save" : "gift.add"),
    typed(now) {
      visit.set(KEPT, now);
      key = newKey();
    },
    async submit(done, experience) {
      form.busy(true);
      try {
        const cart = await carts.hold({ gifts: [giftOf(done, experience, inCart?.id)] }, key);
        visit.remove(KEPT);
        if (inCart) return location.assign("/carrito/");
        return added(offer, done, cart);
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

function content({ offer, cart }) {
  const inCart = line && cart?.lines.find((one) => one.id === line && one.kind === "gift");
  return [line && !inCart && h("p", { class: "note note-warm" }, t("gift.gone")), formFor(offer, begin(offer, inCart), inCart)];
}

page(async () => {
  cartBar();
  const cart = carts.load().catch(() => null);
  await show(place, ["form", 3], async () => ({ offer: await giftOffer(), cart: line ? await cart : null }), content);
});
