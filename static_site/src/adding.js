/** Adding products to an order: how many of each, what it comes to, then the decision. */
import { productsToAdd } from "./catalog.js";
import { h } from "./dom.js";
import { goodCard } from "./goods.js";
import { QuoteBox } from "./quotebox.js";
import { sheet } from "./sheet.js";
import { show } from "./states.js";
import { stepper } from "./stepper.js";
import { t } from "./text.js";

const MOST = 20;
const PAUSE_MS = 350; // so that five taps are one question

/** @param {{order: object, done: Function, stale: Function}} options */
export function addSheet({ order, done, stale }) {
  const wanted = new Map();
  let pause = 0;
  const box = new QuoteBox({
    order, label: t("add.go"), close: () => open.close(), refused,
    done(after, quote) {
      open.close();
      done(after, { text: t("add.done"), quote });
    },
    stale() {
      open.close();
      stale();
    },
  });
  const shelf = h("div", { class: "add-shelf" });
  const open = sheet(t("add.title"), h("p", { class: "hint" }, t("add.text")), shelf, box.element);

  const control = (product) => product.available > 0 && stepper({
    label: product.name, value: 0, min: 0, max: Math.min(MOST, product.available), of: "pieces", hidden: true,
    change(quantity) {
      wanted.set(product.slug, quantity);
      box.clear();
      clearTimeout(pause);
      pause = setTimeout(ask, PAUSE_MS);
    },
  });

  function ask() {
    const products = [...wanted].filter(([, quantity]) => quantity > 0).map(([product, quantity]) => ({ product, quantity }));
    if (products.length) box.ask({ action: "add", products });
  }

  /** Somebody else took the last one: the shelf as it is now, and why. */
  function refused(problem) {
    if (problem.code !== "out_of_stock" && problem.code !== "product_not_found") return false;
    wanted.clear();
    box.clear();
    fillShelf(problem.message);
    return true;
  }

  const fillShelf = (said = null) => show(shelf, ["row", 2], productsToAdd, (products) => [
    said && h("p", { class: "refusal", role: "alert" }, said),
    products.length ? h("ul", { class: "goods" }, products.map((product) => goodCard(product, h("div", { class: "good-control" }, control(product))))) : h("p", {}, t("add.none")),
  ]);
  return fillShelf();
}
