/** Moving a line, a stay or a night: a new hour, what it comes to, then the decision; and back again. */
import { clockTime, dateOf, longMoment, shortDay } from "./dates.js";
import { h } from "./dom.js";
import { MovePicker } from "./movepicker.js";
import { QuoteBox } from "./quotebox.js";
import { sheet } from "./sheet.js";
import { told } from "./shortlines.js";
import { button } from "./states.js";
import { t } from "./text.js";

const plain = ({ start, service, parts }) => ({ start, service, ...(parts.length > 0 && { parts: parts.map((part) => ({ service: part.service, start: part.start })) }) });

const goLabel = ({ start }) => t("move.go", { when: `${shortDay(dateOf(start))}, ${clockTime(start)}` });

/**
 * @param {{order: object, line: string, name: string, group: object, back?: object, done: Function, stale: Function}} options
 *   `line` is the id of what is moved; `back` an hour to begin with: where it was before
 */
export function moveSheet({ order, line, name, group, back = null, done, stale }) {
  const was = plain(group.lines[0]);
  const box = new QuoteBox({
    order, label: "", close: () => open.close(), refused,
    done(after, quote) {
      open.close();
      const { name: now } = after.lines.find((one) => one.id === group.lines[0].id) ?? { name };
      done(after, { text: t("move.done", { name: now, when: longMoment(box.to.start) }), quote, more: undo(after) });
    },
    stale() {
      open.close();
      stale();
    },
  });
  const picker = new MovePicker(group.lines, (to) => (to ? ask(to) : box.clear()));
  const open = sheet(t("move.title", { name }), told(group), picker.element, box.element);

  function ask(to) {
    box.to = to;
    box.label = goLabel(to);
    return box.ask({ action: "move", line, ...to });
  }

  /** A refusal that another hour cures is told beside the hours. */
  function refused(problem) {
    if (problem.status < 400 || problem.status >= 429) return false;
    box.clear();
    if (picker.calendar) picker.again(problem.message);
    else picker.start(problem.message);
    return true;
  }

  /** Back to where it was, as any other move: with its price, if it is still free. */
  function undo(after) {
    const lines = group.lines.map((old) => after.lines.find((one) => one.id === old.id));
    return lines.every((one) => one?.movable) && button(t("move.back"), () => moveSheet({
      order: after, line, name, group: { ...group, lines, addOns: [] }, back: was, done, stale,
    }), "outline-primary");
  }

  if (!back) return picker.start();
  open.querySelector(".sheet-body").insertBefore(h("p", { class: "move-back" }, t("move.back.to", { when: longMoment(back.start) })), picker.element);
  return ask(back);
}
