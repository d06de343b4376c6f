import assert from "node:assert/strict";
import test from "node:test";
import { bytesOf, codeIn, publicKey, standing, verified } from "../src/arrivalcode.js";

// Written by chalicelib/orders/arrival.py; tests/orders/test_arrival.py has the same two lines.
const KEY = "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg";
const CODE = "A1.eyJvIjoiN0syTS05UTRULVgiLCJkIjpbIjIwMjYtMTItMDIiLCIyMDI2LTEyLTA0Il0sInAiOjIsImkiOiLDgS5TLiJ9.yxmBqlE-JZtCyiqZt9UtYn0SN1C0fm35oiHUUUJY5lw4Sn37VNko4badhMKRCaG-RjeluWq8cgCkepignD2TDg";

test("a code of the server's is read without asking the server", async () => {
  assert.deepEqual(await verified(CODE, await publicKey(KEY)), {
    order: "7K2M-9Q4T-X", days: ["2026-12-02", "2026-12-04"], guests: 2, initials: "Á.S." });
});

test("a code with any one character changed is refused", async () => {
  const key = await publicKey(KEY);
  for (let place = 3; place < CODE.length - 1; place += 1) {
    const other = CODE[place] === "A" ? "B" : "A";
    if (CODE[place] === ".") continue;
    assert.equal(await verified(CODE.slice(0, place) + other + CODE.slice(place + 1), key), null, `at ${place}`);
  }
});

test("a code signed with another key is refused, and what is no key checks nothing", async () => {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  assert.equal(await verified(CODE, pair.publicKey), null);
  for (const text of ["", "short", `${KEY}AAAA`, "***"]) assert.equal(await publicKey(text), null);
});

test("a code is found by itself, in a link and among other words", () => {
  for (const text of [CODE, ` ${CODE}\n`, `https://www.aremko.cl/recepcion/#${CODE}`, `#${CODE}`]) assert.equal(codeIn(text), CODE);
  for (const text of ["", null, "A1.", "A1.x", "7K2M-9Q4T-X", "https://www.aremko.cl/"]) assert.equal(codeIn(text), null);
});

test("guests are expected on their days, not between them, and not any more afterwards", () => {
  const days = ["2026-12-02", "2026-12-04"];
  const found = ["2026-12-01", "2026-12-02", "2026-12-03", "2026-12-04", "2026-12-05"].map((day) => standing(days, day));
  assert.deepEqual(found, ["later", "today", "later", "today", "over"]);
});

test("base64url is read as it is written", () => assert.deepEqual([...bytesOf("-_8")], [251, 255]));
