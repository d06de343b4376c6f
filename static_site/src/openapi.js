/** Reading an OpenAPI 3.1 document: plain rows for the reading page. */

const METHODS = ["get", "post", "put", "patch", "delete"];

const last = (ref) => ref.split("/").pop();

/** Follow a `$ref`. */
export const resolve = (schema, document) =>
  schema?.$ref ? document.components.schemas[last(schema.$ref)] ?? {} : schema ?? {};

/** A schema in a few words: "integer 1–20", "Line[]", "text · date-time", "held | lapsed". */
export function typeOf(schema = {}) {
  if (schema.$ref) return last(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(String).join(" | ");
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return parts.map(typeOf).join(" | ");
  if (schema.type === "array") return `${typeOf(schema.items)}[]`;
  const range = schema.minimum !== undefined || schema.maximum !== undefined ? ` ${schema.minimum ?? ""}–${schema.maximum ?? ""}` : "";
  return `${[].concat(schema.type ?? "any").join(" | ")}${range}${schema.format ? ` · ${schema.format}` : ""}`;
}

/** The fields of an object schema as rows. */
export function fieldsOf(schema, document) {
  const model = resolve(schema, document);
  if (model.enum) return [{ name: model.title ?? "", type: typeOf(model), about: model.description ?? "", required: false }];
  const required = new Set(model.required ?? []);
  return Object.entries(model.properties ?? {}).map(([name, value]) => ({
    name, type: typeOf(value), required: required.has(name), about: value.description ?? resolve(value, document).description ?? "",
  }));
}

const modelOf = (response) => typeOf(Object.values(response.content ?? {})[0]?.schema ?? { type: "" });

/** Every route, in the order of the document. */
export function routesOf(document) {
  return Object.entries(document.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => {
    const operation = item[method];
    return {
      path, method, id: operation.operationId ?? `${method}${path}`, summary: operation.summary ?? "", tag: operation.tags?.[0] ?? "API",
      token: operation["x-token-purpose"] ?? null,
      staff: (operation.security ?? []).some((one) => one.staff), permission: operation["x-permission"] ?? null,
      parameters: (operation.parameters ?? []).map((one) => ({
        name: one.name, type: `${typeOf(one.schema)} · ${one.in}`, required: one.required, about: one.description ?? one.schema?.description ?? "",
      })),
      body: fieldsOf(Object.values(operation.requestBody?.content ?? {})[0]?.schema, document),
      answers: Object.entries(operation.responses ?? {}).map(([status, response]) => ({ status, description: response.description, model: modelOf(response) })),
    };
  }));
}
