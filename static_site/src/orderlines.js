/** The lines of an order, each with what can be done with it. */
import { changing, wholeId } from "./changes.js";
import { dateOf, longDay, longMoment } from "./dates.js";
import { h } from "./dom.js";
import { grouped } from "./groups.js";
import { discountRows, groupCard } from "./lines.js";
import { working } from "./orderactions.js";
import { shortLines } from "./shortlines.js";
import { t } from "./text.js";

const DONE = "outline-primary btn-sm";
const QUIET = "link btn-sm";

/** A line as a group of its own: one night of a stay, an add-on. */
const alone = (line) => ({ kind: line.kind === "night" ? "stay" : line.kind, id: line.id, lines: [line], addOns: [] });

/** What a line or a group is called: a night by its day. */
const nameOf = ({ kind, lines }, whole) => (kind === "stay" && !whole ? `${lines[0].name}, ${longDay(dateOf(lines[0].start))}` : lines[0].name);

/**
 * @param {object} order
 * @param {{done: Function, stale: Function}} after  `done(order, said)` when it was changed, `stale()` when it is another
 * @param {object|null} gifts  the part of the page that knows gift cards, when there are any
 */
export function orderLines(order, after, gifts = null) {
  const groups = grouped(order.lines);
  const act = (line, group, whole, look) => {
    const name = nameOf(group, whole);
    return [
      group.lines.every((one) => one.movable) && working(t("line.move"), t("line.move"), look,
        async () => (await changing()).moveSheet({ order, line, name, group, ...after }), `${t("line.move")}: ${name}`),
      group.lines.every((one) => one.cancellable) && working(t("line.cancel"), t("line.cancel"), look,
        async () => (await changing()).cancelSheet({ order, line, name, group, ...after }), `${t("line.cancel")}: ${name}`),
    ];
  };
  const of = (group) => {
    const id = wholeId(group);
    const actions = id ? act(id, group, true, DONE).filter(Boolean) : [];
    const until = freeUntil(order, group);
    const gift = group.kind === "gift" && gifts?.giftActions(order, group.lines[0], after);
    return (actions.length > 0 || gift) && h("div", { class: "line-actions" }, gift, until && h("p", { class: "line-until" }, until), actions);
  };
  const each = (group) => (line) => (group.lines.length > 1 || group.addOns.includes(line)) && h("span", { class: "line-part-actions" }, act(line.id, alone(line), false, QUIET));
  return [
    h("ul", { class: "lines" }, groups.filter((group) => group.kind !== "discount").map((group) => groupCard(group, { of, each: each(group) }))),
    discountRows(groups.filter((group) => group.kind === "discount")),
    addable(order) && h("p", { class: "add-more" }, working(t("add.open"), t("add.open"), "outline-primary", async () => (await changing()).addSheet({ order, ...after }))),
    order.cancelled.length > 0 && h("details", { class: "given-up" }, h("summary", {}, t("line.given_up")), shortLines(order.cancelled)),
  ];
}

/** Whether there is still a visit to add something to. */
const addable = ({ state, lines, now }) => (state === "confirmed" || state === "checked_in")
  && lines.some((line) => line.end && !line.forfeited && Date.parse(line.end) > Date.parse(now));

/** Until when a group can be changed or given up free of charge, in words. */
function freeUntil({ now }, { kind, lines }) {
  const until = lines.map((line) => line.free_until).filter(Boolean).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  if (!until) return "";
  return Date.parse(until) >= Date.parse(now) ? t(kind === "product" ? "line.free.product" : "line.free", { when: longMoment(until) }) : t("line.late", { when: longMoment(until) });
}

/** Give everything up: for what still stands, and for what is still waiting for its money. */
export const cancelAll = (order, after) => (order.state === "pending_payment" || order.lines.some((line) => line.cancellable))
  && h("p", { class: "cancel-all" }, working(t("cancel.all"), t("cancel.all"), "link",
    async () => (await changing()).cancelSheet({ order, line: null, name: "", group: null, ...after })));
