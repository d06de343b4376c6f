/** Packs that a little more would earn: what is missing, what it saves, and the way there. */
import { h } from "./dom.js";
import { CATEGORY, dayAddress, nightAddress } from "./kinds.js";
import { clp } from "./money.js";
import { link } from "./states.js";
import { t } from "./text.js";

/** Where what a pack lacks can be had, on its day and for as many as it takes: a cabin first, its nights are fewer. */
export function wayTo({ needs, day }) {
  const visit = { date: day, guests: Math.max(...needs.map((need) => need.count)) };
  if (needs.some((need) => need.kind === "cabin")) return nightAddress(visit);
  return dayAddress({ ...visit, parts: needs.map((need) => CATEGORY[need.kind]) });
}

/** The hints of a cart, one for each pack; none when it lacks nothing. */
export const packHints = ({ missing: all }) => all.filter((one, n) => all.findIndex((other) => other.pack === one.pack) === n).map((missing) =>
  h("div", { class: "pack-hint" }, h("p", {}, h("strong", {}, missing.name), " ", missing.detail),
    link(wayTo(missing), t("pack.go", { saved: clp(missing.discount) }), "outline-primary btn-sm")));
