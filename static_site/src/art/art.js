/** Drawings, as markup: `art("tub", "tina-osorno")`. They decorate, so screen readers pass them by. */
import { SCENES } from "./scenes.js";

/** The drawing of a kind of service; a slug gives it its own hour and mountain. */
export function art(kind, slug = "") {
  const draw = SCENES[kind] ?? SCENES.other;
  return `<svg class="art" viewBox="0 0 400 300" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">${draw(slug || kind)}</svg>`;
}
