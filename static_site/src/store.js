/** What the page keeps on the device: language, cart, tokens of orders, a gift card in use. No cookies. Works (for one page) without storage. */

const memory = new Map();

function storage(kind) {
  try {
    return window[kind];
  } catch {
    return null;
  }
}

/** A small JSON store over localStorage or sessionStorage, falling back to memory where storage is refused. */
function jsonStore(kind) {
  return {
    get(key) {
      try {
        const text = storage(kind)?.getItem(key);
        return text == null ? memory.get(key) ?? null : JSON.parse(text);
      } catch {
        return memory.get(key) ?? null;
      }
    },
    set(key, value) {
      memory.set(key, value);
      try {
        storage(kind)?.setItem(key, JSON.stringify(value));
      } catch { /* full or refused: the memory copy serves this page */ }
    },
    remove(key) {
      memory.delete(key);
      try {
        storage(kind)?.removeItem(key);
      } catch { /* refused */ }
    },
  };
}

export const device = jsonStore("localStorage");
export const visit = jsonStore("sessionStorage");

const LANG = "aremko.lang";
const CART = "aremko.cart";
const order = (id) => `aremko.order.${id}`;
const wait = (id) => `aremko.wait.${id}`;

/** The chosen language is kept as plain text because boot.js reads it before anything else is loaded. */
export const language = {
  get() {
    try {
      return storage("localStorage")?.getItem(LANG) ?? memory.get(LANG) ?? null;
    } catch {
      return memory.get(LANG) ?? null;
    }
  },
  set(lang) {
    memory.set(LANG, lang);
    try {
      storage("localStorage")?.setItem(LANG, lang);
    } catch { /* refused */ }
  },
};

/** `{id, token, count, services}` of the cart in use, or null. vite/boot.js reads it too. */
export const cartKey = {
  get: () => device.get(CART),
  set: (value) => device.set(CART, value),
  forget: () => device.remove(CART),
};

/** Tokens of orders, by order id; and the order this device spoke of last. */
export const orderKey = {
  get: (id) => device.get(order(id)),
  set(id, token) {
    device.set(order(id), token);
    device.set("aremko.last-order", id);
  },
  last: () => device.get("aremko.last-order"),
};

/** Tokens of entries of the waitlist, by their id. */
export const waitKey = {
  get: (id) => device.get(wait(id)),
  set: (id, token) => device.set(wait(id), token),
};

/** The code of a gift card that its holder chose to book with, for as long as this visit lasts. */
export const cardCode = {
  get: () => visit.get("aremko.code"),
  set: (code) => visit.set("aremko.code", code),
  forget: () => visit.remove("aremko.code"),
};
