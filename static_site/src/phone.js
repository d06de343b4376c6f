/** Telephone numbers as people type them, to E.164 (Provider facts E.3). The server has the last word. */

/** Prefixes offered, nearest first; the rest of the world can be typed as "+…". */
export const PREFIXES = [
  ["CL", "56"], ["AR", "54"], ["BR", "55"], ["PE", "51"], ["BO", "591"], ["UY", "598"], ["PY", "595"], ["CO", "57"],
  ["EC", "593"], ["VE", "58"], ["MX", "52"], ["US", "1"], ["CA", "1"], ["ES", "34"], ["FR", "33"], ["DE", "49"],
  ["IT", "39"], ["GB", "44"], ["CH", "41"], ["NL", "31"], ["BE", "32"], ["SE", "46"], ["NO", "47"], ["DK", "45"],
  ["PT", "351"], ["IE", "353"], ["AT", "43"], ["PL", "48"], ["AU", "61"], ["NZ", "64"], ["JP", "81"], ["KR", "82"],
  ["CN", "86"], ["IN", "91"], ["IL", "972"], ["ZA", "27"],
];

/**
 * "9 8765 4321" with prefix "56" → "+56987654321"; a number typed with "+" keeps its own prefix.
 * Returns null for what cannot be a number: Chilean numbers have nine digits, mobiles begin with 9.
 */
export function normalisePhone(typed, prefix) {
  const text = typed.trim();
  const digits = text.replace(/\D/g, "");
  let number = text.startsWith("+") || text.startsWith("00") ? digits.replace(/^00/, "") : prefix + digits.replace(/^0+/, "");
  if (number.startsWith(prefix + prefix) && digits.length > 10) number = number.slice(prefix.length);
  if (number.startsWith("56")) return /^56(9\d{8}|[2-7]\d{8})$/.test(number) ? `+${number}` : null;
  return /^[1-9]\d{7,14}$/.test(number) ? `+${number}` : null;
}
