import assert from "node:assert/strict";
import test from "node:test";
import { accountBody, accountProblems } from "../src/account.js";
import { wholeId } from "../src/changes.js";
import { movesOf } from "../src/choosing.js";
import { situation } from "../src/order.js";
import { withoutOwn } from "../src/ownhours.js";
import { stepsOf, wordOf } from "../src/refunds.js";

const slot = (time, code = null) => ({ start: `2026-12-03T${time}:00-03:00`, time, free: !code, price: 50000, ...(code && { reason: { code } }) });
const day = (state, ...slots) => ({ date: "2026-12-03", state, price: state === "full" ? null : 50000, slots });
const own = [{ start: "2026-12-03T14:00:00-03:00", end: "2026-12-03T16:00:00-03:00" }];

test("hours that only the moved line itself is in the way of can be chosen, others stay taken", () => {
  const [found] = withoutOwn([day("free", slot("12:00", "slot_taken"), slot("13:00", "slot_taken"), slot("14:00", "slot_taken"),
    slot("15:00", "too_short_notice"), slot("16:00", "slot_taken"), slot("18:00"))], own, 120);
  assert.deepEqual(found.slots.map((one) => [one.time, one.free]),
    [["12:00", false], ["13:00", true], ["14:00", true], ["15:00", false], ["16:00", false], ["18:00", true]]);
});

test("a day that is full because of ourselves has few hours, with their price", () => {
  const [found] = withoutOwn([day("full", slot("13:00", "slot_taken"))], own, 120);
  assert.deepEqual([found.state, found.price], ["few", 50000]);
  assert.equal(withoutOwn([day("full", slot("20:00", "slot_taken"))], own, 120)[0].state, "full");
});

test("a stay is moved as a whole only when all its nights are one stay", () => {
  assert.equal(wholeId({ lines: [{ id: "a", stay: "s" }] }), "a");
  assert.equal(wholeId({ lines: [{ id: "a", stay: "s" }, { id: "b", stay: "s" }] }), "s");
  assert.equal(wholeId({ lines: [{ id: "a", stay: "s" }, { id: "b", stay: "z" }] }), null);
});

test("whoever has arrived or left may still be paying a balance; whoever cancelled may not", () => {
  const balance = (state) => [{ purpose: "balance", state, method: "flow", created_at: "2026-12-01", refunds: [] }];
  assert.equal(situation({ state: "checked_in", payments: balance("pending") }), "confirming");
  assert.equal(situation({ state: "checked_out", payments: balance("expired") }), "unpaid");
  assert.equal(situation({ state: "cancelled", payments: balance("pending") }), "cancelled");
});

test("a refund's steps follow the way its money goes; a failed one has none", () => {
  const steps = (refund) => stepsOf({ by_hand: false, requested_at: "a", settled_at: "z", ...refund }).map(({ name, at, place }) => `${name} ${place} ${at}`);
  assert.deepEqual(steps({ state: "due", method: "flow" }), ["asked now null", "accepted next null", "back next null"]);
  assert.deepEqual(steps({ state: "requested", method: "flow" }), ["asked done a", "accepted now null", "back next null"]);
  assert.deepEqual(steps({ state: "accepted", method: "flow" }), ["asked done a", "accepted done null", "back now null"]);
  assert.deepEqual(steps({ state: "refunded", method: "mercadopago" }), ["asked done a", "back done z"]);
  assert.deepEqual(steps({ state: "requested", method: "flow", by_hand: true }), ["asked done a", "back now null"]);
  assert.deepEqual(steps({ state: "rejected", method: "flow" }), []);
});

test("each state of a refund has its sentence, also by hand with and without an account", () => {
  const words = [["due", false, false], ["requesting", false, false], ["requested", false, false], ["unclear", false, false], ["requested", true, true], ["requested", true, false], ["cancelled", false, false]]
    .map(([state, byHand, needed]) => wordOf({ state, method: "flow", by_hand: byHand }, needed));
  assert.deepEqual(words, ["due", "due", "flow", "unclear", "account", "transfer", "cancelled"]);
  assert.equal(wordOf({ state: "requested", method: "mercadopago" }, false), "asked");
});

test("an account is checked as the API does, and sent bare", () => {
  const good = { bank: " BancoEstado ", account_type: "rut", account: "12.345-678", holder: "Ana Soto", rut: "12.345.678-5" };
  assert.deepEqual(accountProblems(good), []);
  assert.deepEqual(accountBody(good), { bank: "BancoEstado", account_type: "rut", account: "12345678", holder: "Ana Soto", rut: "12345678-5" });
  assert.deepEqual(accountProblems({ bank: "B", account: "12a4", holder: " ", rut: "12.345.678-9" }).map(([name]) => name), ["bank", "account", "holder", "rut"]);
});

test("an alternative asks for what is elsewhere, or another service, and not for what is free again", () => {
  const order = { lines: [{ id: "a", stay: null, service: "tina-llaima" }, { id: "n", stay: "s", service: "cabana-tepa" }] };
  const move = (line, service, start, more) => ({ line, service, start, from: "1", name: "", end: "", parts: [], ...more });
  assert.deepEqual(movesOf(order, { moves: [move("a", "tina-llaima", "1"), move("s", "cabana-tepa", "1")] }), []);
  assert.deepEqual(movesOf(order, { moves: [move("a", "tina-puyehue", "1"), move("s", "cabana-tepa", "2", { parts: [{ service: "x", start: "2" }] })] }),
    [{ line: "a", service: "tina-puyehue", start: "1" }, { line: "s", service: "cabana-tepa", start: "2", parts: [{ service: "x", start: "2" }] }]);
});

test("an order whose late money may still choose is choosing, until its time is over", () => {
  const late = { state: "expired", payments: [{ state: "paid", created_at: "2026-12-01", refunds: [] }], now: "2026-12-01T10:00:00-03:00" };
  assert.equal(situation({ ...late, choose_until: "2026-12-01T10:00:01-03:00" }), "choosing");
  assert.equal(situation({ ...late, choose_until: "2026-12-01T09:00:00-03:00" }), "expired");
});
