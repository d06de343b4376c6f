/** The card as it will be, drawn by the server while one types; the last good drawing stays until the next is there. */
import { drawing, fill, h } from "./dom.js";
import { drawnCard } from "./giftcards.js";
import { button } from "./states.js";
import { t } from "./text.js";

const PAUSE_MS = 450;

/**
 * It is drawn once it comes near the screen: its letters are not fetched for who only looks at prices.
 * @returns {{element: Element, show: (face: object) => void}} `show` a card soon, if it is another one
 */
export function giftPreview() {
  const frame = h("div", { class: "gift-card" }, h("div", { class: "skeleton" }));
  const said = h("div", { role: "status" });
  let face = null;
  let drawn = "";
  let seen = false;
  let timer = 0;

  async function draw() {
    const turn = JSON.stringify(face);
    if (turn === drawn) return;
    drawn = turn;
    frame.setAttribute("aria-busy", "true");
    try {
      const svg = await drawnCard(face);
      if (turn !== drawn) return;
      fill(frame, drawing(svg));
      fill(said);
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (turn !== drawn) return;
      drawn = "";
      fill(said, h("p", { class: "refusal" }, t("gift.preview.failed"), " ", problem.message), button(t("failed.again"), draw, "outline-primary btn-sm"));
    }
    frame.removeAttribute("aria-busy");
  }

  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    seen = true;
    draw();
  }, { rootMargin: "200px" }).observe(frame);

  return {
    element: h("section", { class: "gift-see", "aria-labelledby": "see-title" }, h("h2", { id: "see-title" }, t("gift.preview")), frame, said, h("p", { class: "hint" }, t("gift.preview.hint"))),
    show(next) {
      face = next;
      clearTimeout(timer);
      if (seen) timer = setTimeout(draw, PAUSE_MS);
    },
  };
}
