import assert from "node:assert/strict";
import test from "node:test";
import { busyOn, countOf, grouped, isLapsed, nightsBetween, totalOf, wishOf } from "../src/groups.js";
import { wayTo } from "../src/packs.js";
import { nearestStay, placeIn, priceOf, tapped } from "../src/range.js";

const tub = { id: "t", kind: "service", service: "tina-tronador", service_kind: "tub", start: "2026-12-03T17:00:00-03:00", end: "2026-12-03T19:00:00-03:00", guests: 2, total: 50000, state: "held", host: null, stay: null };
const roses = { ...tub, id: "d", service: "decoracion-romantica", service_kind: "decoration", total: 32000, host: "t" };
const night = (day, more) => ({ id: `n${day}`, kind: "night", service: "cabana-tepa", service_kind: "cabin", start: `2026-12-0${day}T16:00:00-03:00`, end: `2026-12-0${day + 1}T11:00:00-03:00`, guests: 2, total: 90000, state: "held", stay: "s", host: null, ...more });
const breakfast = { ...roses, id: "b", service: "desayuno", service_kind: "breakfast", start: "2026-12-05T09:00:00-03:00", host: "n4", total: 20000 };
const cheese = { id: "p", kind: "product", product: "tabla-de-quesos", quantity: 2, total: 38000, state: null };
const pack = { id: "x", kind: "discount", total: -45000, lines: ["t", "n3"], state: null };
const programme = { id: "g", kind: "programme", service: "programa-pausa", start: "2026-12-03T12:00:00-03:00", end: "2026-12-03T15:05:00-03:00", guests: 2, total: 110000, state: "held",
  parts: [{ service: "tina-hornopiren", start: "2026-12-03T12:00:00-03:00", end: "2026-12-03T14:00:00-03:00", guests: 2 }, { service: "masaje-relajacion", start: "2026-12-03T14:15:00-03:00", end: "2026-12-03T15:05:00-03:00", guests: 2 }] };

test("nights of a stay are one group by date, add-ons stand with their host, discounts and products come last", () => {
  const groups = grouped([pack, night(4), cheese, tub, night(3), breakfast, roses]);
  assert.deepEqual(groups.map((group) => [group.kind, group.lines.map((line) => line.id).join(), group.addOns.map((line) => line.id).join()]),
    [["stay", "n3,n4", "b"], ["service", "t", "d"], ["product", "p", ""], ["discount", "x", ""]]);
  assert.equal(totalOf(groups[0]), 180000);
  assert.equal(countOf([pack, night(4), cheese, tub, night(3), breakfast, roses]), 3);
});

test("a night given up in the middle parts a stay in two", () => {
  assert.deepEqual(grouped([night(3), night(5)]).map((group) => group.lines.length), [1, 1]);
});

test("an add-on whose host is gone is shown by itself", () => {
  assert.deepEqual(grouped([roses]).map((group) => group.id), ["d"]);
});

test("a group is lapsed when any of it is", () => {
  assert.equal(isLapsed(grouped([night(3), night(4, { state: "lapsed" })])[0]), true);
  assert.equal(isLapsed(grouped([tub, roses])[0]), false);
});

test("what was removed is asked for again whole: the stay by its nights, add-ons by their host's hour", () => {
  assert.deepEqual(wishOf([night(3), night(4), breakfast]), {
    lines: [{ service: "cabana-tepa", start: night(3).start, guests: 2, nights: 2 }, { service: "desayuno", start: night(4).start, guests: 2 }],
    products: [],
  });
  assert.deepEqual(wishOf([roses], [tub, roses]).lines, [{ service: "decoracion-romantica", start: tub.start, guests: 2, host: "t" }]);
  assert.deepEqual(wishOf([tub, roses]).lines.map((line) => line.host), [undefined, undefined]);
  assert.deepEqual(wishOf([roses], [{ ...tub, state: "lapsed" }, roses]).lines[0].host, undefined);
  assert.deepEqual(wishOf([programme]).lines[0].parts, programme.parts.map(({ service, start }) => ({ service, start })));
  assert.deepEqual(wishOf([cheese, pack]), { lines: [], products: [{ product: "tabla-de-quesos", quantity: 2 }] });
});

test("hours of the day are busy, nights and decorations are not", () => {
  assert.deepEqual(busyOn([tub, roses, night(3), programme, pack], "2026-12-03").map(([start]) => start.slice(11, 16)), ["17:00", "12:00", "14:15"]);
  assert.deepEqual(busyOn([tub], "2026-12-04"), []);
});

const days = new Map([["03", "free", 90000], ["04", "few", 95000], ["05", "full", 95000], ["06", "free", 90000], ["07", "free", 90000], ["08", "free", 80000]]
  .map(([day, state, price]) => [`2026-12-${day}`, { date: `2026-12-${day}`, state, price }]));
const none = { checkIn: null, checkOut: null };

test("a stay is two taps: the night that begins it and the morning that ends it", () => {
  const arrived = tapped(none, "2026-12-03", days);
  assert.deepEqual(arrived, { checkIn: "2026-12-03", checkOut: null, taken: null });
  assert.deepEqual(tapped(arrived, "2026-12-05", days), { checkIn: "2026-12-03", checkOut: "2026-12-05", taken: null });
  assert.deepEqual(nightsBetween("2026-12-03", "2026-12-05"), ["2026-12-03", "2026-12-04"]);
});

test("nobody sleeps across a taken night, arrives on one, or leaves before arriving", () => {
  const arrived = { checkIn: "2026-12-03", checkOut: null };
  assert.deepEqual(tapped(arrived, "2026-12-06", days), { ...arrived, taken: "2026-12-05" });
  assert.deepEqual(tapped(none, "2026-12-05", days), { ...none, taken: "2026-12-05" });
  assert.deepEqual(tapped({ checkIn: "2026-12-07", checkOut: null }, "2026-12-03", days), { checkIn: "2026-12-03", checkOut: null, taken: null });
  assert.deepEqual(tapped({ checkIn: "2026-12-03", checkOut: "2026-12-05" }, "2026-12-07", days), { checkIn: "2026-12-07", checkOut: null, taken: null });
  assert.equal(tapped({ checkIn: "2026-12-07", checkOut: null }, "2026-12-10", days).taken, "2026-12-09");
});

test("each night has its own price", () => {
  assert.deepEqual(priceOf({ checkIn: "2026-12-03", checkOut: "2026-12-05" }, days), {
    nights: [{ date: "2026-12-03", price: 90000 }, { date: "2026-12-04", price: 95000 }], total: 185000,
  });
});

test("the nearest free stay of the same length is offered", () => {
  assert.deepEqual(nearestStay(days, "2026-12-05", 2), { checkIn: "2026-12-06", checkOut: "2026-12-08" });
  assert.deepEqual(nearestStay(days, "2026-12-03", 3), { checkIn: "2026-12-06", checkOut: "2026-12-09" });
  assert.equal(nearestStay(days, "2026-12-03", 4), null);
});

test("arrival, departure and the days between are marked", () => {
  const range = { checkIn: "2026-12-03", checkOut: "2026-12-05" };
  assert.deepEqual(["2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05", "2026-12-06"].map((date) => placeIn(range, date)), ["", "start", "in", "end", ""]);
});

test("a pack's hint leads to what is missing, on its day", () => {
  const needs = (...kinds) => kinds.map((kind) => ({ kind, count: 2 }));
  assert.equal(wayTo({ day: "2026-12-03", needs: needs("massage") }), "/dia/?fecha=2026-12-03&personas=2&partes=masajes");
  assert.equal(wayTo({ day: "2026-12-03", needs: needs("tub", "cabin") }), "/categoria/?c=cabanas&fecha=2026-12-03&personas=2");
});
