/** The code of a gift card as people type, paste or scan it. Pure. */

const SYMBOLS = 17; // 16 and one that checks them
const GROUP = 4;

/** In groups of four, upper case, of whatever was typed: "3k4m 7w" → "3K4M-7W"; out of a link or a sentence if it is in one. */
export function tidyCode(text) {
  const linked = /#([\w-]+)/.exec(text)?.[1];
  const inside = /(?:^|[^A-Za-z0-9])((?:[A-Za-z0-9]{4}[\s-]?){4}[A-Za-z0-9])(?![A-Za-z0-9])/.exec(text)?.[1];
  const symbols = (linked ?? inside ?? text).toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, SYMBOLS);
  return symbols.match(new RegExp(`.{1,${GROUP}}`, "g"))?.join("-") ?? "";
}

/** Whether it has all its symbols; only the server knows whether it is one. */
export const isWhole = (code) => code.replaceAll("-", "").length === SYMBOLS;
