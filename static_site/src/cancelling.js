/** Giving up a line, a stay or everything: the amount first, then the decision. */
import { h } from "./dom.js";
import { onlyGifts } from "./groups.js";
import { QuoteBox } from "./quotebox.js";
import { sheet } from "./sheet.js";
import { told } from "./shortlines.js";
import { t } from "./text.js";

/**
 * @param {{order: object, line: string|null, name: string, group: object|null, done: Function, stale: Function}} options
 *   `line` is the id of what is given up, null for everything; `group` is what is shown of it
 */
export function cancelSheet({ order, line, name, group, done, stale }) {
  const box = new QuoteBox({
    order, label: line ? t("cancel.go", { name }) : t("cancel.all.go"), look: "danger", close: () => open.close(),
    done(after, quote) {
      open.close();
      done(after, { text: line ? t("cancel.done", { name }) : t("cancel.all.done"), quote });
    },
    stale() {
      open.close();
      stale();
    },
  });
  const open = sheet(line ? t("cancel.title", { name }) : t("cancel.all.title"),
    group ? told(group) : h("p", {}, t(onlyGifts(order) ? "cancel.all.gift" : "cancel.all.text")), box.element);
  return box.ask(line ? { action: "cancel", line } : { action: "cancel_all" });
}
