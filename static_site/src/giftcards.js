/** Gift cards: what can be given, the card as it will look, and its picture. */
import { get, sendForText } from "./api.js";
import { currentLang } from "./text.js";

let kept = null;

/** What can be given, in which designs, with which words. Throws Problem. */
export function giftOffer() {
  kept ??= get("/api/giftcards").catch((problem) => {
    kept = null;
    throw problem;
  });
  return kept;
}

/** The card drawn, as SVG. Nothing is written. Throws Problem. */
export const drawnCard = (face) => sendForText("POST", "/api/giftcards/vista", { body: { language: currentLang(), ...face }, key: null });

/** An address at which an `img` finds a drawing: a picture runs no scripts and fetches nothing. */
export const pictureOf = (svg) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
