/** Reading services and free hours. Answers are kept for the life of the page. */
import { get, query } from "./api.js";

const kept = new Map();

function once(path) {
  if (!kept.has(path)) {
    kept.set(path, get(path).catch((problem) => {
      kept.delete(path);
      throw problem;
    }));
  }
  return kept.get(path);
}

export const categories = async () => (await once("/api/categorias")).items;
export const service = (slug) => once(`/api/servicios/${encodeURIComponent(slug)}`);

export const packs = () => all("/api/packs");

/** Products that guests buy here, with what is left of each. */
export const products = () => all("/api/productos", { donde: "online" });

/** What can be added to a booking, with what is left of it now: asked anew each time. */
export const productsToAdd = () => all("/api/productos", { donde: "order_page" }, get);

/** All services (of a category). */
export const services = (category) => all("/api/servicios", { categoria: category });

/** A list, page by page. */
async function all(path, values = {}, read = once) {
  const found = [];
  let cursor = null;
  do {
    const asked = query({ ...values, cursor });
    const page = await read(asked ? `${path}?${asked}` : path);
    found.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return found;
}

/** What can be added to a kind of booking: decorations to a "tub", breakfast to a "cabin". */
export const addOnsTo = async (kind) => (await services()).filter((one) => one.addon_to === kind && one.booking === "online");

/**
 * Free hours with their reasons: `{service}` or `{category}`, from one date to another, for so many guests.
 * Never kept: somebody else may take an hour while we look. Returns a map of slug → list of days.
 */
export async function freeHours({ service: slug, category, from, to, guests }) {
  const found = await get(`/api/disponibilidad?${query({
    servicio: slug, categoria: category, desde: from, hasta: to ?? from, personas: guests, explain: 1,
  })}`);
  return new Map(found.services.map((entry) => [entry.service, entry.days]));
}

/** Hours for several things on one date that fit together: `parts` are slugs of services or categories, `busy` pairs of instants. */
export const proposals = ({ date, guests, parts, busy }) => get(`/api/propuestas?${query({
  fecha: date, personas: guests, partes: parts.join(","), ocupado: busy.map((span) => span.join("/")).join(","),
})}`);
