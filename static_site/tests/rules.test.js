import assert from "node:assert/strict";
import test from "node:test";
import { nearestSlots } from "../src/alternatives.js";
import { nearest } from "../src/calendar.js";
import { markPassed, serverNow, syncClock, timeLeft } from "../src/countdown.js";
import * as dates from "../src/dates.js";
import { bodyOf, problemsOf } from "../src/guestform.js";
import { clp } from "../src/money.js";
import { fieldsOf, typeOf } from "../src/openapi.js";
import { situation } from "../src/order.js";
import { normalisePhone } from "../src/phone.js";
import { normaliseRut, prettyRut } from "../src/rut.js";

test("valid RUTs are normalised and a wrong check symbol is refused", () => {
  const valid = ["12345678-5", "11111111-1", "30686957-4", "7025521-9", "14233531-K", "9999999-3", "1-9", "10000013-K", "6-K", "60805000-0", "97004000-5"];
  for (const rut of valid) assert.equal(normaliseRut(rut), rut);
  assert.equal(normaliseRut("12.345.678-5"), "12345678-5");
  assert.equal(normaliseRut(" 014233531k "), "14233531-K");
  for (const rut of ["12345678-9", "14233531-8", "9999999-9", "", "K", "abc"]) assert.equal(normaliseRut(rut), null);
  assert.equal(prettyRut("12345678-5"), "12.345.678-5");
});

test("phones become E.164, Chilean ones with nine digits", () => {
  assert.equal(normalisePhone("9 8765 4321", "56"), "+56987654321");
  assert.equal(normalisePhone("+56 9 8765 4321", "56"), "+56987654321");
  assert.equal(normalisePhone("56987654321", "56"), "+56987654321");
  assert.equal(normalisePhone("652233445", "56"), "+56652233445");
  assert.equal(normalisePhone("8765 4321", "56"), null);
  assert.equal(normalisePhone("(206) 555-0100", "1"), "+12065550100");
  assert.equal(normalisePhone("", "56"), null);
});

test("money is written with points", () => {
  assert.equal(clp(1234567), "$1.234.567");
  assert.equal(clp(0), "$0");
  assert.equal(clp(-35000), "−$35.000");
});

test("a month begins on Monday and holds its days once", () => {
  const weeks = dates.monthGrid("2026-12-15");
  assert.deepEqual(weeks[0], [null, "2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05", "2026-12-06"]);
  assert.equal(weeks.flat().filter(Boolean).length, 31);
  assert.equal(dates.monthGrid("2027-02-01").length, 4);
  assert.equal(dates.lastOfMonth("2028-02-10"), "2028-02-29");
  assert.equal(dates.addDays("2026-09-05", 1), "2026-09-06");
  assert.equal(dates.validDate("2026-02-30"), null);
  assert.equal(dates.weekday("2026-12-01"), 2);
});

test("today is the spa's day, not the device's", () => {
  assert.equal(dates.today(new Date("2026-12-02T02:30:00Z")), "2026-12-01");
  assert.equal(dates.clockTime("2026-12-02T17:00:00-03:00"), "17:00");
});

test("the countdown runs by the server's clock", () => {
  syncClock("2026-11-22T12:00:00Z", 1000);
  assert.equal(serverNow(61000), Date.parse("2026-11-22T12:01:00Z"));
  assert.deepEqual(timeLeft("2026-11-22T12:20:00Z", serverNow(1000)), { seconds: 1200, label: "20:00" });
  assert.deepEqual(timeLeft("2026-11-22T12:00:00Z", serverNow(9000)), { seconds: 0, label: "0:00" });
  assert.equal(markPassed(301, 300), 300);
  assert.equal(markPassed(61, 59), 60);
  assert.equal(markPassed(400, 20), 60);
  assert.equal(markPassed(299, 298), null);
});

test("the nearest days and hours are offered", () => {
  const days = [["2026-12-03", "full"], ["2026-12-02", "few"], ["2026-12-05", "free"], ["2026-12-07", "free"]].map(([date, state]) => ({ date, state }));
  assert.deepEqual(nearest(days, "2026-12-03"), ["2026-12-02", "2026-12-05"]);
  assert.deepEqual(nearest(days, "2026-12-08"), ["2026-12-07"]);
  const slots = ["12:00", "14:30", "19:30"].map((time) => ({ time, free: time !== "14:30", start: `2026-12-02T${time}:00-03:00` }));
  assert.deepEqual(nearestSlots([{ slots }], "2026-12-02T17:00:00-03:00").map((slot) => slot.time), ["19:30", "12:00"]);
});

const typed = { prefix: "56", phone: "987654321", name: "Ana Soto", email: "ana@example.com", document: "", document_type: "rut", country: "CL", region: "", comuna: "", notes: "", policy: true, marketing: false, payment_method: "mercadopago", pay: "deposit" };

test("a form is sent only when it is complete, and says what is missing", () => {
  assert.deepEqual(problemsOf(typed), []);
  const wrong = { ...typed, phone: "1", name: " ", email: "ana@", document: "12345678-9", region: "10", policy: false };
  assert.deepEqual(problemsOf(wrong).map(([field]) => field), ["phone", "name", "email", "document", "comuna", "policy"]);
});

test("what is sent is what the server expects", () => {
  const body = bodyOf({ ...typed, document: "12.345.678-5", region: "10", comuna: "Puerto Varas", marketing: true });
  assert.deepEqual(body, {
    guest: { phone: "+56987654321", name: "Ana Soto", email: "ana@example.com", document: { type: "rut", number: "12345678-5" }, country: "CL", region: 10, comuna: "Puerto Varas" },
    consents: { policy: true, marketing_email: true }, notes: "", payment_method: "mercadopago", pay: "deposit",
  });
  assert.equal(bodyOf({ ...typed, pay: undefined }).pay, "full");
  assert.equal(bodyOf({ ...typed, country: "AR", region: "10", comuna: "Ancud" }).guest.region, null);
});

test("an order's last payment decides what can be done", () => {
  const order = (state, ...payments) => ({ state, payments: payments.map((one, n) => ({ state: one, refunds: [], created_at: `2026-11-22T12:0${n}:00Z` })) });
  assert.equal(situation(order("confirmed", "paid")), "confirmed");
  assert.equal(situation(order("pending_payment", "created")), "confirming");
  assert.equal(situation(order("pending_payment", "rejected")), "rejected");
  assert.equal(situation(order("pending_payment", "rejected", "created")), "confirming");
  assert.equal(situation(order("pending_payment", "annulled")), "annulled");
  assert.equal(situation(order("pending_payment", "expired")), "unpaid");
  assert.equal(situation(order("pending_payment", "pending")), "confirming");
  assert.equal(situation(order("pending_payment", "mismatch")), "mismatch");
  assert.equal(situation(order("expired", "expired")), "expired");
  const with_ = (state, last) => ({ state, payments: [{ created_at: "2026-11-22T12:00:00Z", ...last }] });
  assert.equal(situation(with_("pending_payment", { state: "pending", method: "transfer" })), "transfer");
  const back = (state, ...states) => situation(with_(state, { state: "paid", refunds: states.map((one) => ({ state: one })) }));
  assert.equal(back("expired", "requested"), "refund");
  assert.equal(back("expired", "rejected", "refunded"), "refund");
  assert.equal(back("expired", "rejected", "cancelled"), "expired");
  assert.equal(back("confirmed", "requested"), "confirmed");
  assert.equal(back("cancelled", "requested"), "cancelled");
  assert.equal(situation(with_("confirmed", { state: "paid", purpose: "deposit" })), "confirmed");
  assert.equal(situation(with_("confirmed", { state: "pending", purpose: "balance", method: "flow" })), "confirming");
  assert.equal(situation(with_("confirmed", { state: "rejected", purpose: "balance" })), "rejected");
  assert.equal(situation(with_("confirmed", { state: "paid", purpose: "balance" })), "confirmed");
});

test("schemas read in few words", () => {
  assert.equal(typeOf({ type: "array", items: { $ref: "#/components/schemas/Line" } }), "Line[]");
  assert.equal(typeOf({ anyOf: [{ type: "integer", minimum: 1, maximum: 20 }, { type: "null" }] }), "integer 1–20 | null");
  const document = { components: { schemas: { Line: { required: ["id"], properties: { id: { type: "string" } } } } } };
  assert.deepEqual(fieldsOf({ $ref: "#/components/schemas/Line" }, document), [{ name: "id", type: "string", required: true, about: "" }]);
});
