/**
 * Makes `virtual:comunas` out of the server's own list, so that page and server cannot disagree:
 * `[[10, "Los Lagos", ["Ancud", …]], …]`, regions from north to south.
 */
import { readFileSync } from "node:fs";

const ID = "virtual:comunas";
const NORTH_TO_SOUTH = [15, 1, 2, 3, 4, 5, 13, 6, 7, 16, 8, 9, 14, 10, 11, 12];

/** Parse `region_number,region,province,comuna` rows into regions with sorted comunas. */
export function regionsOf(csv) {
  const regions = new Map();
  for (const row of csv.trim().split(/\r?\n/).slice(1)) {
    const [number, region, , comuna] = row.split(",");
    if (!regions.has(+number)) regions.set(+number, [+number, region, []]);
    regions.get(+number)[2].push(comuna);
  }
  return NORTH_TO_SOUTH.map((number) => {
    const [code, name, comunas] = regions.get(number);
    return [code, name, comunas.sort((a, b) => a.localeCompare(b, "es"))];
  });
}

/** The Vite plugin. */
export function comunas(file) {
  return {
    name: "aremko-comunas",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load: (id) => (id === `\0${ID}`
      ? `export default ${JSON.stringify(regionsOf(readFileSync(file, "utf8")))}` : undefined),
  };
}
