/** Choosing a stay on a calendar: check-in, then check-out; nobody sleeps across a taken night. Pure. */
import { addDays } from "./dates.js";
import { nightsBetween } from "./groups.js";

export const MOST_NIGHTS = 30;

/** Whether the night that begins on a day can be had. */
export const isFree = (day) => day?.state === "free" || day?.state === "few";

/**
 * What a tap on a date means: `{checkIn, checkOut}` as it is then, and `taken`, the night that speaks against it (with
 * the choice unchanged).
 * @param {{checkIn: string|null, checkOut: string|null}} range
 * @param {Map<string, object>} days  known days, by date
 */
export function tapped(range, date, days) {
  const open = range.checkIn && !range.checkOut && date > range.checkIn;
  if (!open) return isFree(days.get(date)) ? { checkIn: date, checkOut: null, taken: null } : { ...range, taken: date };
  const taken = nightsBetween(range.checkIn, date).find((night) => !isFree(days.get(night)));
  if (taken) return { ...range, taken };
  if (nightsBetween(range.checkIn, date).length > MOST_NIGHTS) return { ...range, taken: null };
  return { checkIn: range.checkIn, checkOut: date, taken: null };
}

/** Where a date lies in a range: "start", "end", "in" or "". */
export function placeIn({ checkIn, checkOut }, date) {
  if (date === checkIn) return "start";
  if (!checkIn || !checkOut || date < checkIn || date > checkOut) return "";
  return date === checkOut ? "end" : "in";
}

/** The nights of a range with their prices, and their sum. */
export function priceOf({ checkIn, checkOut }, days) {
  const nights = nightsBetween(checkIn, checkOut).map((date) => ({ date, price: days.get(date)?.price ?? 0 }));
  return { nights, total: nights.reduce((sum, night) => sum + night.price, 0) };
}

/** The free stay of so many nights whose check-in is nearest to a date (the later one of two), or null. */
export function nearestStay(days, date, nights) {
  const fits = [...days.keys()].filter((start) => nightsBetween(start, addDays(start, nights)).every((night) => isFree(days.get(night))));
  const away = (start) => Math.abs(Date.parse(start) - Date.parse(date));
  const best = fits.sort((a, b) => away(a) - away(b) || b.localeCompare(a))[0];
  return best ? { checkIn: best, checkOut: addDays(best, nights) } : null;
}
