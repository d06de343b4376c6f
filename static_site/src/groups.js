/** Lines of a cart or an order as guests think of them: a stay with its nights, a tub with its decoration. Pure. */
import { addDays, dateOf } from "./dates.js";

/**
 * Group lines in the order of their first one; products, gift cards and discounts last.
 * @returns {{kind: string, id: string, lines: object[], addOns: object[]}[]} `kind` is "stay", "service",
 *   "programme", "product", "gift" or "discount"; a stay holds nights that follow one another; `addOns` go with its lines.
 */
export function grouped(lines) {
  const groups = [];
  for (const line of inOrder(lines)) {
    if (line.host && lines.some((host) => host.id === line.host)) continue;
    const stay = line.kind === "night" && groups.find((group) => goesOn(group, line));
    if (stay) stay.lines.push(line);
    else groups.push({ kind: line.kind === "night" ? "stay" : line.kind, id: line.id, lines: [line], addOns: [] });
  }
  for (const group of groups) {
    const ids = new Set(group.lines.map((line) => line.id));
    group.addOns = lines.filter((line) => ids.has(line.host));
  }
  const last = ["product", "gift", "discount"];
  return [...groups.filter((group) => !last.includes(group.kind)), ...last.flatMap((kind) => groups.filter((group) => group.kind === kind))];
}

/** The same lines with their nights by date. */
function inOrder(lines) {
  const nights = lines.filter((line) => line.kind === "night").sort((a, b) => a.start.localeCompare(b.start));
  return lines.map((line) => (line.kind === "night" ? nights.shift() : line));
}

/** A gap between two nights parts a stay in two. */
const goesOn = (group, line) =>
  group.kind === "stay" && group.lines[0].service === line.service && dateOf(group.lines.at(-1).end) === dateOf(line.start);

/** What a group costs, without its add-ons. */
export const totalOf = (group) => group.lines.reduce((sum, line) => sum + line.total, 0);

/** Whether some of it is no longer held. */
export const isLapsed = (group) => [...group.lines, ...group.addOns].some((line) => line.state === "lapsed");

/** How many things are in a cart: a stay is one, an add-on and a discount are none of their own. */
export const countOf = (lines) => grouped(lines).filter((group) => group.kind !== "discount").length;

/** Whether gift cards are all there is: then nobody comes, and no hour is held. */
export const onlyGifts = ({ lines }) => lines.length > 0 && lines.every((line) => line.kind === "gift");

/**
 * Ask for lines (again): the body that holds them all in one request; gift cards are asked for in src/giftdraft.js.
 * @param {object[]} lines  what is wanted
 * @param {object[]} among  all lines of the cart they are, or were, in: there an add-on finds its host
 */
export function wishOf(lines, among = lines) {
  const booked = lines.filter((line) => !["product", "gift", "discount"].includes(line.kind));
  const products = lines.filter((line) => line.kind === "product");
  const stays = grouped(booked.filter((line) => line.kind === "night"));
  return {
    lines: [
      ...stays.map(({ lines: nights }) => ({ ...plain(nights[0]), nights: nights.length })),
      ...booked.filter((line) => line.kind !== "night").map((line) => wanted(line, lines, among)),
    ],
    products: products.map(({ product, quantity }) => ({ product, quantity })),
  };
}

const plain = ({ service, start, guests }) => ({ service, start, guests });

/** An add-on begins with its host; its host is named only when it stays where it is. */
function wanted(line, lines, among) {
  if (line.kind === "programme") return { ...plain(line), parts: line.parts.map(({ service, start }) => ({ service, start })) };
  const host = line.host && among.find((one) => one.id === line.host);
  if (!host) return plain(line);
  const stays = host.state !== "lapsed" && !lines.includes(host);
  return { ...plain(line), start: host.start, ...(stays && { host: host.id }) };
}

/** The instants that a guest is busy with on a date, as `[start, end]`; nights and add-ons leave them free. */
export const busyOn = (lines, date) => lines
  .flatMap((line) => (line.kind === "programme" ? line.parts : line.kind === "service" && !line.host ? [line] : []))
  .filter((one) => dateOf(one.start) === date && Date.parse(one.end) - Date.parse(one.start) < 12 * 3600000)
  .map((one) => [one.start, one.end]);

/** The dates of the nights from a check-in to a check-out. */
export function nightsBetween(checkIn, checkOut) {
  const nights = [];
  for (let date = checkIn; date < checkOut; date = addDays(date, 1)) nights.push(date);
  return nights;
}
