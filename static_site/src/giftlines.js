/** Gift cards of an order: how far each is, and what its buyer can do with it. */
import { newKey, send } from "./api.js";
import { codeField } from "./codefield.js";
import { longMoment } from "./dates.js";
import { h } from "./dom.js";
import { address } from "./order.js";
import { working } from "./orderactions.js";
import { orderKey } from "./store.js";
import { t } from "./text.js";
import { whyNot } from "./whynot.js";

const LOOK = "outline-primary btn-sm";
const PRINTED = new Set(["waiting", "sending", "delivered", "bounced", "yours"]);

const post = (order, rest, body, key) => send("POST", address(order.id, rest), { token: orderKey.get(order.id), body, key });

/** One card's state in words, and its buttons; `after.done(order, said)` when something was done. */
export function giftActions(order, line, { done }) {
  const { state, changeable, resendable, recipient, card, delivery } = line.gift;
  const named = (label) => `${label}: ${t("gift.for", line.gift)}`;
  const key = newKey();
  const send_ = t(state === "delivered" || state === "bounced" ? "giftline.again" : "giftline.now");
  return [
    h("p", { class: "line-until", "data-gift": state }, h("span", { class: `state state-${state}` }, t(`giftstate.${state}`)), " ",
      t(`giftstate.${state}.text`, { email: delivery.email, when: delivery.at && longMoment(delivery.at) }), card && ` ${t("giftline.card", { ending: card })}`),
    changeable && h("a", { class: `btn btn-${LOOK}`, href: `/regalo/?reserva=${order.id}&linea=${line.id}`, "aria-label": named(t("line.move")) }, t("line.move")),
    resendable && working(send_, t("checkout.sending"), LOOK,
      async () => done(await post(order, `/regalos/${line.id}/envio`, {}, key), { text: t("giftline.sent", { recipient }) }), named(send_)),
    PRINTED.has(state) && ["print", "phone"].map((format) => working(t(`card.pdf.${format}`), t("checkout.sending"), LOOK,
      async () => location.assign((await post(order, `/regalos/${line.id}/pdf`, { format })).url), named(t(`card.pdf.${format}`)))),
  ];
}

/** Where the code of a card is typed that pays what is still to be paid. */
export const cardField = (order, done) => codeField({
  label: t("code.label"), go: t("code.use"), said: whyNot, use: async (code) => done(await post(order, "/codigos", { code })),
});
