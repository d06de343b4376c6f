/** Where the kinds of services are found. */

export const CATEGORY = { tub: "tinas", massage: "masajes", cabin: "cabanas", programme: "programas", decoration: "decoraciones" };

/** The page that builds a day, with what is wanted filled in: `parts` are slugs of services or categories. */
export const dayAddress = ({ date, guests, parts = [] }) =>
  `/dia/?${new URLSearchParams({ ...(date && { fecha: date }), ...(guests && { personas: guests }), ...(parts.length && { partes: parts.join(",") }) })}`;

/** The cabins that are free for the night of a date. */
export const nightAddress = ({ date, guests }) => `/categoria/?${new URLSearchParams({ c: CATEGORY.cabin, fecha: date, personas: guests })}`;

/** The page on which one waits for a service on a day that is full. */
export const waitAddress = (service, date, guests) => `/espera/?${new URLSearchParams({ servicio: service, dia: date, personas: guests })}`;
