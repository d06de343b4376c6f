/** The card as it will be, drawn by the server while one types; the last good drawing stays until the next is there. */
import { h } from "./dom.js";
import { drawnCard, pictureOf } from "./giftcards.js";
import { button } from "./states.js";
import { t } from "./text.js";

const PAUSE_MS = 450;

/** @returns {{element: Element, show: (face: object, alt: string) => void}} `show` a card soon, if it is another one */
export function giftPreview() {
  const picture = h("img", { class: "gift-card", alt: "", hidden: true });
  const blank = h("div", { class: "skeleton gift-card" });
  const said = h("div", { role: "status" });
  const frame = h("div", { class: "gift-frame" }, picture, blank);
  let wanted = "";
  let timer = 0;

  async function draw(face, alt) {
    const turn = wanted;
    frame.setAttribute("aria-busy", "true");
    try {
      const svg = await drawnCard(face);
      if (turn !== wanted) return;
      Object.assign(picture, { src: pictureOf(svg), alt, hidden: false });
      blank.hidden = true;
      said.replaceChildren();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (turn !== wanted) return;
      said.replaceChildren(h("p", { class: "refusal" }, t("gift.preview.failed"), " ", problem.message), button(t("failed.again"), () => draw(face, alt), "outline-primary btn-sm"));
    }
    frame.removeAttribute("aria-busy");
  }

  return {
    element: h("section", { class: "gift-see", "aria-labelledby": "see-title" }, h("h2", { id: "see-title" }, t("gift.preview")), frame, said, h("p", { class: "hint" }, t("gift.preview.hint"))),
    show(face, alt) {
      const text = JSON.stringify(face);
      if (text === wanted) return;
      wanted = text;
      clearTimeout(timer);
      timer = setTimeout(() => draw(face, alt), picture.hidden && blank.isConnected ? 0 : PAUSE_MS);
    },
  };
}
