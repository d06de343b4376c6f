/** The API, readable: every route with its fields and answers, out of /api/openapi.json. */
import { get } from "../api.js";
import { $, h } from "../dom.js";
import { fieldsOf, routesOf } from "../openapi.js";
import { page } from "../shell.js";
import { show } from "../states.js";
import { t } from "../text.js";

const table = (rows) => h("table", { class: "schema" },
  h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("reference.name")), h("th", { scope: "col" }, t("reference.type")), h("th", { scope: "col" }, t("reference.about")))),
  h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, row.name), row.required && h("span", { class: "must" }, ` ${t("reference.required")}`)),
    h("td", {}, row.type), h("td", {}, row.about)))));

const block = (title, rows) => rows.length > 0 && [h("h3", {}, title), h("div", { class: "schema-scroll", tabindex: "0", role: "group", "aria-label": title }, table(rows))];

const answer = ({ status, description, model }) =>
  h("li", {}, h("code", {}, status), " ", description, model && h("span", { class: "hint" }, ` ${model}`));

const route = (one) => h("details", { class: "route", id: one.id },
  h("summary", {}, h("span", { class: `method method-${one.method}` }, one.method.toUpperCase()), " ", h("code", {}, one.path), h("span", { class: "route-summary" }, one.summary)),
  h("div", { class: "route-body" },
    one.token && h("p", { class: "hint" }, t("reference.token", { purpose: one.token })),
    one.staff && h("p", { class: "hint" }, one.permission ? t("reference.permission", { permission: one.permission }) : t("reference.staff")),
    block(t("reference.parameters"), one.parameters), block(t("reference.body"), one.body),
    h("h3", {}, t("reference.answers")), h("ul", { class: "answers" }, one.answers.map(answer))));

function content(document_) {
  const groups = Map.groupBy ? Map.groupBy(routesOf(document_), (one) => one.tag) : new Map([["", routesOf(document_)]]);
  const models = Object.entries(document_.components?.schemas ?? {});
  return [
    [...groups].map(([tag, routes]) => h("section", { class: "api-group" }, h("h2", {}, tag), routes.map(route))),
    h("section", { class: "api-group" }, h("h2", {}, t("reference.models")), models.map(([name, schema]) =>
      h("details", { class: "route" }, h("summary", {}, h("code", {}, name), h("span", { class: "route-summary" }, schema.description ?? "")),
        h("div", { class: "route-body" }, block(name, fieldsOf(schema, document_)))))),
  ];
}

page(() => show($("[data-place]"), ["row", 6], () => get("/api/openapi.json"), content));
