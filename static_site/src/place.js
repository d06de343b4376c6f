/** What the address says: date, guests, and which thing the page is about. */
import { today, validDate } from "./dates.js";

const params = new URLSearchParams(location.search);

export const asked = (name) => params.get(name);

/** The date in the address when it is one and not over; else null. */
export function askedDate() {
  const date = validDate(params.get("fecha"));
  return date && date >= today() ? date : null;
}

/** The number of guests in the address, or 2: most come in pairs. */
export function askedGuests() {
  const guests = Number(params.get("personas"));
  return Number.isInteger(guests) && guests >= 1 && guests <= 20 ? guests : 2;
}

/** Keep the address in step with what is chosen, so that it can be shared and survives a reload; "" takes a name out. */
export function noteInAddress(values) {
  const next = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === "") next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  history.replaceState(null, "", next);
}
