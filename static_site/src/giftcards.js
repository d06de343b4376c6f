/** Gift cards: what can be given, and a card as it will look. */
import { get, sendForText } from "./api.js";

let kept = null;

/** What can be given, in which designs, with which words. Throws Problem. */
export function giftOffer() {
  kept ??= get("/api/giftcards").catch((problem) => {
    kept = null;
    throw problem;
  });
  return kept;
}

/** A card drawn, as SVG. Nothing is written. Throws Problem. */
export const drawnCard = (face) => sendForText("POST", "/api/giftcards/vista", { body: face, key: null });
