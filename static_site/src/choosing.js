/** Money that came when its hours were gone: other hours with one tap until a certain time, or all of it back. */
import { get, newKey, send } from "./api.js";
import { giveBack } from "./changes.js";
import { clockTime, longMoment } from "./dates.js";
import { h } from "./dom.js";
import { clp } from "./money.js";
import { address } from "./order.js";
import { working } from "./orderactions.js";
import { show } from "./states.js";
import { orderKey } from "./store.js";
import { t } from "./text.js";

/** Whether a thing of an alternative is what and where it was: free again. */
const same = (order, { line: id, service, start, from }) => start === from
  && order.lines.some((line) => line.service === service && (line.id === id || line.stay === id));

/** What to ask for to get an alternative: the things that are elsewhere than they were. */
export const movesOf = (order, { moves }) => moves.filter((move) => !same(order, move))
  .map(({ line, service, start, parts }) => ({ line, service, start, ...(parts?.length > 0 && { parts }) }));

const hour = (order) => (move) => h("li", {}, h("strong", {}, move.name), h("br"), `${longMoment(move.start)} – ${clockTime(move.end)}`,
  same(order, move) && h("span", { class: "hint" }, t("choose.same")));

const outcome = ({ due, surplus }) => (due > 0 ? t("choose.due", { price: clp(due) }) : surplus > 0 ? t("choose.over", { price: clp(surplus) }) : t("choose.even"));

/** @param {{done: (order: object, said: object) => void}} after  called when other hours were taken, or all is given back */
export function choosingPanel(order, { done }) {
  const token = orderKey.get(order.id);
  const list = h("div", { class: "choices" });
  const key = newKey();

  async function take(one, once) {
    try {
      const body = { moves: movesOf(order, one), agreed_total: one.total };
      done(await send("POST", address(order.id, "/alternativas"), { token, body, key: once }), { text: t("choose.done") });
    } catch (problem) {
      if (problem.status !== 409) throw problem;
      await look(problem.message); // somebody was faster: what there is now, and why
    }
  }

  const card = (one) => {
    const once = newKey();
    return h("li", { class: "proposal" }, h("ul", { class: "choice" }, one.moves.map(hour(order))),
      h("div", { class: "proposal-foot" }, h("p", {}, h("strong", {}, clp(one.total)), h("span", { class: "hint" }, outcome(one))),
        working(t("choose.go"), t("checkout.sending"), "warm", () => take(one, once), `${t("choose.go")}: ${one.moves.map((move) => `${move.name}, ${longMoment(move.start)}`).join("; ")}`)));
  };

  const look = (said = null) => show(list, ["line", 2], () => get(address(order.id, "/alternativas"), token), ({ alternatives }) => [
    said && h("p", { class: "refusal", role: "alert" }, said),
    alternatives.length > 0 ? h("ul", { class: "proposals", "aria-label": t("choose.label") }, alternatives.map(card)) : h("p", {}, t("choose.none"))]);

  const panel = h("section", { class: "note note-warm", "aria-labelledby": "choose-title", "data-choosing": true },
    h("h2", { class: "note-title", id: "choose-title" }, t("pay.choosing")),
    h("p", {}, t("choose.text", { price: clp(order.kept), when: longMoment(order.choose_until) })), list,
    h("div", { class: "note-actions" }, working(t("choose.back", { price: clp(order.kept) }), t("checkout.sending"), "outline-primary",
      async () => done(await giveBack(order, key), { text: t("choose.back.done") }))));
  look();
  return panel;
}
