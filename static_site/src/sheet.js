/** A sheet over the page: one thing to decide. Escape, the cross and a tap beside it close it; focus goes back. */
import { h } from "./dom.js";
import { t } from "./text.js";

/** Open a sheet with a title; returns its dialog, with `close()`. */
export function sheet(title, ...content) {
  const element = h("dialog", { class: "sheet", "aria-labelledby": "sheet-title", onclose: () => element.remove() },
    h("div", { class: "sheet-head" }, h("h2", { id: "sheet-title", tabindex: -1, autofocus: true }, title),
      h("button", { type: "button", class: "sheet-close", "aria-label": t("sheet.close"), onclick: () => element.close() }, "×")),
    h("div", { class: "sheet-body" }, content));
  element.addEventListener("click", (event) => { if (event.target === element) element.close(); });
  document.body.append(element);
  element.showModal();
  return element;
}
