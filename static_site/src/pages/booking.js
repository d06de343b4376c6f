/** My booking, opened by the signed link of the mail: `/reserva/#<order>.<token>`. */
import { timeLeft, watch } from "../countdown.js";
import { longMoment } from "../dates.js";
import { $, fill, h } from "../dom.js";
import { lineCard } from "../lines.js";
import { clp } from "../money.js";
import { readOrder, situation } from "../order.js";
import { calendarButton, payButton } from "../orderactions.js";
import { contactLink } from "../contact.js";
import { asked } from "../place.js";
import { page } from "../shell.js";
import { link, note, show } from "../states.js";
import { orderKey } from "../store.js";
import { t } from "../text.js";

const PAYABLE = new Set(["rejected", "annulled", "unpaid", "confirming"]);
const OVER = new Set(["expired", "cancelled", "refund", "mismatch"]);

const place = $("[data-place]");

/** Take the token out of the address, where it could be seen or copied, and keep it on the device. */
function takeToken() {
  const [, id, token] = /^#([\w-]+)\.(.+)$/.exec(location.hash) ?? [];
  if (id) {
    orderKey.set(id, token);
    history.replaceState(null, "", `/reserva/?reserva=${id}`);
    return id;
  }
  return asked("reserva") ?? orderKey.last();
}

function payable(order, state) {
  if (!PAYABLE.has(state)) return null;
  const left = h("strong", { class: "time-left", role: "timer" });
  if (order.pay_until) {
    left.textContent = timeLeft(order.pay_until, Date.parse(order.now)).label;
    watch(left, order.pay_until, () => draw(order.id));
  }
  return h("section", { class: "note note-warm" }, h("h2", { class: "note-title" }, t(`pay.${state}`)),
    h("p", {}, t(`pay.${state}.text`, { email: order.guest.email })),
    order.pay_until && h("p", { class: "hold-clock" }, t("pay.kept"), " ", left),
    h("div", { class: "note-actions" }, state === "confirming" ? link(`/pago/?reserva=${order.id}`, t("booking.live"), "warm") : payButton(order)));
}

const money = (order) => h("dl", { class: "ticket" },
  [["cart.total", order.total], ["booking.paid", order.paid], ["booking.refunded", order.refunded], ["booking.due", order.balance_due]]
    .filter(([key, amount]) => key === "cart.total" || key === "booking.paid" || amount > 0)
    .map(([key, amount]) => [h("dt", {}, t(key)), h("dd", {}, clp(amount))]));

const payments = (order) => order.payments.length > 0 && h("section", { class: "panel" }, h("h2", {}, t("booking.payments")),
  h("ul", { class: "history" }, order.payments.map((payment) =>
    h("li", {}, h("span", {}, longMoment(payment.created_at)), h("strong", {}, `${t(`paid.${payment.state}`)} · ${clp(payment.amount)}`)))));

const story = (order) => h("section", { class: "panel" }, h("h2", {}, t("booking.history")),
  h("ol", { class: "history" }, order.history.map((entry) => h("li", {}, h("span", {}, longMoment(entry.at)), h("strong", {}, entry.detail)))));

/** Tips for the visit; only for a booking that stands. */
const tips = () => h("section", { class: "panel" }, h("h2", {}, t("booking.tips")),
  h("ul", { class: "facts" }, [1, 2, 3].map((n) => h("li", {}, t(`booking.tips.${n}`)))),
  h("p", {}, h("a", { href: contactLink("map"), rel: "noopener" }, t("way.map"))));

function content(order) {
  const state = situation(order);
  const word = ["confirmed", "expired", "cancelled"].includes(order.state) ? order.state : "pending_payment";
  document.title = `${t("booking.heading")} ${order.number} · Aremko`;
  return h("div", { class: "booking" },
    h("div", { class: "booking-main" },
      h("p", { class: "booking-state" }, h("span", { class: `state state-${word}` }, t(`state.${word}`)), " ", t("booking.number"), " ", h("strong", {}, order.number)),
      payable(order, state),
      OVER.has(state) && note({ tone: "warm", title: t(`pay.${state}`), text: t(`pay.${state}.text`, { email: order.guest.email }),
        actions: [link(`/servicio/?s=${order.lines[0]?.service}`, t("pay.choose"), "warm")] }),
      h("ul", { class: "lines" }, order.lines.map((line) => lineCard(line))),
      money(order),
      state === "confirmed" && h("div", { class: "note-actions" }, calendarButton(order)),
      state === "confirmed" && tips()),
    h("div", { class: "booking-side" },
      h("section", { class: "panel" }, h("h2", {}, t("booking.guest")), h("p", {}, order.guest.name, h("br"), order.guest.email, h("br"), order.guest.phone)),
      payments(order), story(order),
      h("section", { class: "panel" }, h("h2", {}, t("checkout.policy")), h("p", {}, order.policy.text),
        h("p", {}, h("a", { href: contactLink("whatsapp", order.number), rel: "noopener" }, t("booking.change"))))));
}

const unknown = () => note({
  title: t("booking.unknown"), text: t("booking.unknown.text"), actions: [link("/", t("lost.home"))],
});

const draw = (id) => show(place, ["line", 3], async () => {
  try {
    return await readOrder(id);
  } catch (problem) {
    if (problem.status === 401 || problem.status === 404) return null;
    throw problem;
  }
}, (order) => (order ? content(order) : unknown()));

page(async () => {
  const id = takeToken();
  addEventListener("hashchange", () => draw(takeToken()));
  if (!id || !orderKey.get(id)) fill(place, unknown());
  else await draw(id);
});
