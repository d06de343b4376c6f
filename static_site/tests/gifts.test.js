import assert from "node:assert/strict";
import test from "node:test";
import { isWhole, tidyCode } from "../src/giftcode.js";
import { amountOf, blank, draftOf, giftOf, giftProblems, priceOf } from "../src/giftdraft.js";
import { grouped, onlyGifts, wishOf } from "../src/groups.js";

const tub = { slug: "regalo-tina-para-dos", price: 50000, hydromassage_extra: 0, min_amount: null, max_amount: null };
const evening = { slug: "regalo-velada-romantica", price: 82000, hydromassage_extra: 10000, min_amount: null, max_amount: null };
const free = { slug: "regalo-monto-libre", price: null, hydromassage_extra: 0, min_amount: 20000, max_amount: 1000000 };
const offer = { name_max: 40, message_max: 300 };
const now = new Date("2026-12-03T17:30:00-03:00");
const good = { ...blank({ experience: tub.slug, design: "bosque", language: "es" }), recipient: " Berta ", sender: "Ana", message: "Descansa", email: "berta@aremko.cl" };
const wrong = (draft, experience = tub) => giftProblems({ ...good, ...draft }, { experience, offer, now }).map(([field]) => field);

test("an amount is whole pesos, with or without points and sign", () => {
  assert.deepEqual(["50000", "$50.000", " 1.000.000 ", "50,000", "0"].map(amountOf), [50000, 50000, 1000000, 50000, 0]);
  assert.deepEqual(["", "50.00", "50.000,5", "-3", "mucho", "5e4"].map(amountOf), [null, null, null, null, null, null]);
});

test("a card costs what the catalogue says, more with the better tub, or what its buyer says within bounds", () => {
  assert.equal(priceOf({ ...good, hydromassage: true }, tub), 50000);
  assert.equal(priceOf({ ...good, hydromassage: true }, evening), 92000);
  assert.deepEqual(["20.000", "1.000.000", "19.999", "1.000.001", ""].map((amount) => priceOf({ ...good, amount }, free)), [20000, 1000000, null, null, null]);
});

test("each thing that is wrong is told at its field, in the order of the form", () => {
  assert.deepEqual(wrong({}), []);
  assert.deepEqual(wrong({ amount: "5", recipient: " ", sender: "x".repeat(41), message: "x".repeat(301), email: "berta" }, free),
    ["amount", "recipient", "sender", "message", "email"]);
  assert.deepEqual(wrong({ way: "self", email: "" }), []);
});

test("a card is sent at an hour that is still to come at the spa, within a year", () => {
  const later = (date, time = "09:00") => wrong({ way: "later", date, time });
  assert.deepEqual(later("2026-12-04"), []);
  assert.deepEqual(later("2026-12-03", "18:00"), []);
  assert.deepEqual(later("2026-12-03", "17:30"), ["time"]);
  assert.deepEqual(later("2027-12-03"), []);
  assert.deepEqual([later("2026-12-02"), later("2027-12-04"), later("")], [["date"], ["date"], ["date"]]);
});

test("the API is sent what the experience takes, and nothing else", () => {
  assert.deepEqual(giftOf(good, tub), {
    experience: tub.slug, hydromassage: false, design: "bosque", recipient: "Berta", sender: "Ana", message: "Descansa", language: "es",
    delivery: { way: "now", email: "berta@aremko.cl" },
  });
  const self = giftOf({ ...good, way: "self", amount: "$ 30.000", hydromassage: true }, free, "lin_1");
  assert.deepEqual([self.line, self.amount, self.hydromassage, self.delivery], ["lin_1", 30000, undefined, { way: "self" }]);
  assert.deepEqual(giftOf({ ...good, way: "later", date: "2026-12-24", time: "20:00" }, tub).delivery, { way: "later", email: "berta@aremko.cl", date: "2026-12-24", time: "20:00" });
});

const line = {
  id: "lin_1", kind: "gift", name: "Gift card Lo que quieras", total: 30000, state: null, host: null,
  gift: { experience: free.slug, hydromassage: false, design: "rio", recipient: "Berta", sender: "Ana", message: "", language: "en", card: null,
    delivery: { way: "later", email: "berta@aremko.cl", at: "2026-12-24T20:00:00-03:00" } },
};

test("a card in the cart is typed again as it was", () => {
  assert.deepEqual(giftOf(draftOf(line), free, line.id), {
    line: "lin_1", experience: free.slug, amount: 30000, design: "rio", recipient: "Berta", sender: "Ana", message: "", language: "en",
    delivery: { way: "later", email: "berta@aremko.cl", date: "2026-12-24", time: "20:00" },
  });
});

test("gift cards stand after what is booked and are never held as hours are", () => {
  const booked = { id: "t", kind: "service", service: "tina-llaima", start: "2026-12-04T17:00:00-03:00", guests: 2, total: 60000, state: "held", host: null };
  assert.deepEqual(grouped([line, booked]).map((group) => group.kind), ["service", "gift"]);
  assert.deepEqual([onlyGifts({ lines: [line] }), onlyGifts({ lines: [line, booked] }), onlyGifts({ lines: [] })], [true, false, false]);
  assert.deepEqual(wishOf([line]), { lines: [], products: [] });
});

test("a code is read however it is typed or pasted", () => {
  const code = "3K4M-7WXY-9ACD-EFGH-J";
  for (const typed of [code, "3k4m 7wxy 9acd efgh j", "3K4M7WXY9ACDEFGHJ", `https://aremko.cl/tarjeta/#${code}`, `Tu código es: ${code}.`, ` ${code.toLowerCase()}\n`]) assert.equal(tidyCode(typed), code, typed);
  assert.deepEqual(["", "3k4", "3k4m7", "3K4M-7WXY-9ACD-EFGH-J-and-more"].map(tidyCode), ["", "3K4", "3K4M-7", code]);
  assert.deepEqual([isWhole(code), isWhole("3K4M-7WXY")], [true, false]);
});
