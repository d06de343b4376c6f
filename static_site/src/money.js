/** Chilean pesos: whole numbers, points between thousands. */

/** 1234567 → "$1.234.567" (DOMAIN.md, Provider facts E.1). */
export const clp = (amount) =>
  `${amount < 0 ? "−" : ""}$${String(Math.abs(amount)).replace(/\B(?=(\d{3})+$)/g, ".")}`;
