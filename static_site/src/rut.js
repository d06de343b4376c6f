/** Chilean RUT: digits and a check symbol by modulo 11. */

/** The check symbol of a RUT body: weights 2…7 from the right; 11 → "0", 10 → "K". */
export function checkSymbol(body) {
  let sum = 0;
  let weight = 2;
  for (const digit of [...body].reverse()) {
    sum += Number(digit) * weight;
    weight = weight === 7 ? 2 : weight + 1;
  }
  const rest = 11 - (sum % 11);
  return rest === 11 ? "0" : rest === 10 ? "K" : String(rest);
}

/** "12.345.678-5" → "12345678-5"; null when it is not a RUT. */
export function normaliseRut(text) {
  const plain = text.toUpperCase().replace(/[.\-\s–]/g, "").replace(/^0+/, "");
  const parts = /^(\d{1,8})([\dK])$/.exec(plain);
  if (!parts || checkSymbol(parts[1]) !== parts[2]) return null;
  return `${parts[1]}-${parts[2]}`;
}

/** "12345678-5" → "12.345.678-5", to read it back. */
export function prettyRut(rut) {
  const [body, symbol] = rut.split("-");
  return `${body.replace(/\B(?=(\d{3})+$)/g, ".")}-${symbol}`;
}
