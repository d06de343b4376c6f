/**
 * The arrival code of a guest, checked on this device alone: `A1.<what it says>.<signature>`, as orders/arrival.py
 * writes it. Who knows the public key can check a code, and only the server can make one.
 */
const CODE = /A1\.[\w-]+\.[\w-]+/;
const KEY_BYTES = 32;

/** The bytes of a base64url text. */
export function bytesOf(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (symbol) => symbol.charCodeAt(0));
}

/** The code in what was scanned, pasted or typed: by itself, or in the link that its QR holds. */
export const codeIn = (text) => CODE.exec(text ?? "")?.[0] ?? null;

/** The public key, for `verified`; null when it is none. */
export async function publicKey(text) {
  try {
    const raw = bytesOf(text);
    return raw.length === KEY_BYTES ? await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]) : null;
  } catch {
    return null;
  }
}

/** What a code says, `{order, days, guests, initials}`; null when the server did not write it. */
export async function verified(code, key) {
  const signed = code.slice(0, code.lastIndexOf("."));
  const [, content, signature] = code.split(".");
  try {
    const right = await crypto.subtle.verify("Ed25519", key, bytesOf(signature), new TextEncoder().encode(signed));
    if (!right) return null;
    const { o, d, p, i } = JSON.parse(new TextDecoder().decode(bytesOf(content)));
    return { order: o, days: d, guests: p, initials: i };
  } catch {
    return null;
  }
}

/** Whether its guests are expected `today`: "today", "later" (not yet, or not on this day) or "over". */
export function standing(days, today) {
  if (days.includes(today)) return "today";
  return days.some((day) => day > today) ? "later" : "over";
}
