/** Where a guest comes from: country, and the region → comuna cascade. */
import { fill, h } from "./dom.js";
import { choice } from "./inputs.js";
import { PREFIXES } from "./phone.js";
import { currentLang, t } from "./text.js";

/** The countries guests come from most; Chile first, the rest by name. */
export function countryField() {
  const names = new Intl.DisplayNames([currentLang()], { type: "region" });
  const others = PREFIXES.slice(1).map(([code]) => [code, names.of(code)]).sort((a, b) => a[1].localeCompare(b[1]));
  return choice("country", t("form.country"), [["CL", names.of("CL")], ...others].map(([code, name]) => h("option", { value: code }, name)));
}

const nothing = (key) => h("option", { value: "" }, t(key));

/** Region and comuna, only for Chile; the list (346 names) comes when the form is there. */
export function placeFields() {
  const region = choice("region", t("form.region"), [nothing("form.choose")], t("form.optional"));
  const comuna = choice("comuna", t("form.comuna"), [nothing("form.region_first")]);
  const element = h("div", { class: "two-fields" }, region, comuna);
  const [regions, comunas] = [region.querySelector("select"), comuna.querySelector("select")];
  let all = [];
  const draw = (chosen = "") => {
    const found = all.find(([code]) => String(code) === regions.value);
    fill(comunas, nothing(found ? "form.choose" : "form.region_first"), (found?.[2] ?? []).map((name) => h("option", { value: name }, name)));
    comunas.value = chosen;
  };
  regions.addEventListener("change", () => draw());
  const ready = import("virtual:comunas").then((list) => {
    all = list.default;
    regions.append(...all.map(([code, name]) => h("option", { value: String(code) }, name)));
  });
  queueMicrotask(() => {
    const form = element.closest("form");
    form?.addEventListener("restored", async ({ detail }) => {
      element.hidden = (detail.country ?? "CL") !== "CL";
      await ready;
      regions.value = detail.region ?? "";
      draw(detail.comuna ?? "");
    });
    form?.elements.country.addEventListener("change", (event) => { element.hidden = event.target.value !== "CL"; });
  });
  return element;
}
