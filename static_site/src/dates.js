/** Dates of the spa. A date is "2026-12-01", always in America/Santiago; only the server decides what is bookable. */
import { locale } from "./text.js";

export const ZONE = "America/Santiago";

/** Today at the spa, wherever the guest's device is. */
export const today = (now = new Date()) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" }).format(now);

const utc = (date) => new Date(`${date}T00:00:00Z`);
const iso = (moment) => moment.toISOString().slice(0, 10);

/** The date `days` later (or earlier). */
export function addDays(date, days) {
  const moment = utc(date);
  moment.setUTCDate(moment.getUTCDate() + days);
  return iso(moment);
}

/** The first day of the month `months` later: addMonths("2026-11-22", 1) → "2026-12-01". */
export function addMonths(date, months) {
  const [year, month] = date.split("-").map(Number);
  return iso(new Date(Date.UTC(year, month - 1 + months, 1)));
}

/** ISO weekday, 1 Monday … 7 Sunday. */
export const weekday = (date) => utc(date).getUTCDay() || 7;

export const firstOfMonth = (date) => `${date.slice(0, 7)}-01`;
export const lastOfMonth = (date) => addDays(addMonths(date, 1), -1);

/** A real date as the address or a form may carry it, or null. */
export function validDate(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text ?? "")) return null;
  const moment = utc(text);
  return Number.isNaN(moment.getTime()) || iso(moment) !== text ? null : text;
}

/** The weeks of a month, Monday first, `null` outside it: 4 to 6 rows of 7. */
export function monthGrid(date) {
  const first = firstOfMonth(date);
  const days = Number(lastOfMonth(date).slice(8));
  const cells = [
    ...Array(weekday(first) - 1).fill(null),
    ...Array.from({ length: days }, (_, n) => addDays(first, n)),
  ];
  while (cells.length % 7) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

const say = (date, options) => new Intl.DateTimeFormat(locale(), { timeZone: "UTC", ...options }).format(utc(date));

/** "jueves 3 de diciembre" */
export const longDay = (date) => say(date, { weekday: "long", day: "numeric", month: "long" }).replace(",", "");
/** "3 de diciembre de 2026" */
export const fullDay = (date) => say(date, { day: "numeric", month: "long", year: "numeric" });
/** "jue 3 dic" */
export const shortDay = (date) => say(date, { weekday: "short", day: "numeric", month: "short" }).replace(/[.,]/g, "");
/** "diciembre de 2026" */
export const monthName = (date) => say(date, { month: "long", year: "numeric" });
/** "lun" … of ISO weekday n */
export const weekdayShort = (n) => say(addDays("2024-01-01", n - 1), { weekday: "short" }).replace(".", "");
/** "lunes" … of ISO weekday n */
export const weekdayLong = (n) => say(addDays("2024-01-01", n - 1), { weekday: "long" });

const at = (instant, options) => new Intl.DateTimeFormat(locale(), { timeZone: ZONE, ...options }).format(new Date(instant));

/** "17:00" at the spa. */
export const clockTime = (instant) => at(instant, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
/** The spa's date of an instant. */
export const dateOf = (instant) => today(new Date(instant));
/** "jueves 3 de diciembre, 17:00" */
export const longMoment = (instant) => `${longDay(dateOf(instant))}, ${clockTime(instant)}`;
