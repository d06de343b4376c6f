"""The API reference, `docs/api.md`, written from the committed OpenAPI description and the sentences of the problems.

    python -m infra.apidoc        writes docs/api.md; a test fails when it is stale
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.paths import ROOT

Json = dict[str, Any]

OPENAPI = ROOT / "chalicelib" / "web" / "openapi.json"
SENTENCES = ROOT / "chalicelib" / "core" / "texts" / "en.json"
REFERENCE = ROOT / "docs" / "api.md"

_NOT_CODES = ("title.", "fact.", "calendar.", "card.")  # sentences of something else than a problem
_BOUNDS = (("minLength", "≥ {} long"), ("maxLength", "≤ {} long"), ("minimum", "≥ {}"), ("maximum", "≤ {}"),
           ("minItems", "≥ {} of them"), ("maxItems", "≤ {} of them"))

_HEAD = """# API reference

Written by `python -m infra.apidoc` from [`openapi.json`](../chalicelib/web/openapi.json); don't edit it by hand. The
running system serves the same description at `/api/openapi.json` and a reading page at `/api-referencia/`.

Paths are Spanish, JSON is English. Money is a whole number of CLP with IVA. Times are ISO 8601 with an offset; dates
and wall times are the spa's (America/Santiago).

- **Who may.** Public routes need nothing. The others want `Authorization: Bearer <token>`: the cart's token comes with
  `POST /api/carritos`, the order's with `POST /api/reservas` and behind the `#` of the link in the mail. A wrong or
  expired token is 401; a good token of another cart or order is 404. Routes for staff want the ID token of the user
  pool ([how to get one](operations.md#staff)): without a good one they are 401 `staff_only`, to a role that may not
  they are 404 `not_permitted`. No answer is ever 403 ([why](decisions/0008-never-403.md)).
- **Once.** Routes that change something want an `Idempotency-Key` (8 to 64 letters, digits, `-` or `_`). The same key
  and body get the same answer for 24 hours, byte for byte; another body under that key is 422; while the first request
  is still running, 409 with `Retry-After`.
- **Limits** are per caller and route. Beyond one the answer is 429 with `Retry-After`.
- **Language.** `Accept-Language: es` (the default) or `en`.
- **Request id.** Send `X-Request-Id` (8 to 64 letters, digits or `-`) or take the one of the answer; it is in every log
  line, and an order keeps the one of its check-out until the mail.
- **Refusals** are `application/problem+json` (RFC 9457), the type [Problem](#problem). `code` is for programs, `detail`
  for people; `errors` names the fields. All codes are [below](#codes).
"""


def reference(openapi: Json, sentences: dict[str, str]) -> str:
    """Return the whole reference as Markdown; the same input always gives the same text."""
    schemas: Json = openapi["components"]["schemas"]
    routes = [(method.upper(), path, operation) for path, methods in openapi["paths"].items()
              for method, operation in methods.items()]
    routes.sort(key=lambda route: (route[2]["tags"], route[1], route[0]))
    parts = [_HEAD, "## Routes\n", *_index(routes)]
    for method, path, operation in routes:
        parts += ["", *_route(method, path, operation, schemas)]
    parts += ["", "## Types\n", *_types(schemas), "## Codes\n", *_codes(sentences)]
    return "\n".join(parts) + "\n"


def anchor(heading: str) -> str:
    """Return the anchor that Markdown readers give a heading.

    >>> anchor("`POST /api/carritos/{cart}/lineas`")
    'post-apicarritoscartlineas'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _index(routes: list[tuple[str, str, Json]]) -> Iterator[str]:
    yield from ("| route | what it does | area |", "|---|---|---|")
    for method, path, operation in routes:
        title = f"`{method} {path}`"
        yield f"| [{title}](#{anchor(title)}) | {operation['summary']} | {operation['tags'][0]} |"


def _route(method: str, path: str, operation: Json, schemas: Json) -> Iterator[str]:
    yield f"### `{method} {path}`\n\n{operation['summary']}\n"
    limit = operation.get("x-rate-limit")
    yield f"- Who may: {_who(operation)}."
    if limit:
        yield f"- Limit: {limit['requests']} requests in {limit['seconds']} seconds."
    yield from _answers(operation["responses"], schemas)
    if operation["parameters"]:
        yield "\n| parameter | in | type | needed |\n|---|---|---|---|"
        for each in operation["parameters"]:
            needed = "yes" if each["required"] else _default(each["schema"])
            yield f"| `{each['name']}` | {each['in']} | {_type(each['schema'], schemas)} | {needed} |"
    yield from _body(operation, schemas)


def _who(operation: Json) -> str:
    if {"staff": []} in operation.get("security", []):
        permission = operation.get("x-permission")
        return f"staff whose role has the permission `{permission}`" if permission else "staff"
    purpose = operation.get("x-token-purpose")
    return f"the holder of the token of the {purpose}" if purpose else "anybody"


def _body(operation: Json, schemas: Json) -> Iterator[str]:
    if "requestBody" not in operation:
        return
    media, content = next(iter(operation["requestBody"]["content"].items()))
    yield f"\nBody, `{media}`:\n\n| field | type | needed |\n|---|---|---|"
    for field, schema, needed in _fields(content["schema"], schemas, "", "yes"):
        yield f"| `{field}` | {_type(schema, schemas)} | {needed or _default(schema)} |"


def _answers(responses: Json, schemas: Json) -> Iterator[str]:
    refusals = []
    for status, response in responses.items():
        if "application/problem+json" in response.get("content", {}):
            refusals.append(f"{status} {response['description'].lower()}")
            continue
        content = response.get("content", {})
        said = "a redirect" if status.startswith("3") else "no type of its own"
        if content:
            said = " or ".join(_type(inner["schema"], schemas) if "schema" in inner else f"`{media}`"
                               for media, inner in content.items())
        yield f"- Answer: {status}, {said}."
    if refusals:
        yield f"- Refusals: {'; '.join(refusals)}."


def _fields(schema: Json, schemas: Json, prefix: str, needed: str) -> Iterator[tuple[str, Json, str]]:
    """Yield the fields of an object, those of objects inside it by their path: `guest.document.number`.

    With each comes whether it is needed: "yes", "with `guest.document`" when that itself may be left out, or nothing.
    """
    found = _resolved(schema, schemas)
    if found.get("type") == "array":
        yield from _fields(found["items"], schemas, prefix.removesuffix(".") + "[].", needed)
        return
    for name, inner in found.get("properties", {}).items():
        required = name in found.get("required", [])
        yield prefix + name, inner, needed if required else ""
        nested = _resolved(inner, schemas)
        if "properties" in nested or (nested.get("type") == "array" and "$ref" in nested.get("items", {})):
            yield from _fields(inner, schemas, f"{prefix}{name}.", needed if required else f"with `{prefix}{name}`")


def _resolved(schema: Json, schemas: Json) -> Json:
    """Follow a reference, also one that may be null."""
    for option in (schema, *schema.get("anyOf", [])):
        if "$ref" in option:
            named: Json = schemas[option["$ref"].rpartition("/")[2]]
            return named
    return schema


def _types(schemas: Json) -> Iterator[str]:
    for name in sorted(schemas, key=_display):
        schema = schemas[name]
        yield f"### {_display(name)}\n"
        if schema.get("description"):
            yield " ".join(schema["description"].split()) + "\n"
        if "properties" in schema:
            yield "| field | type |\n|---|---|"
            yield from (f"| `{field}` | {_type(inner, schemas)} |" for field, inner in schema["properties"].items())
        else:
            yield _type(schema, schemas)
        yield ""


def _type(schema: Json, schemas: Json) -> str:
    if "$ref" in schema:
        name = _display(schema["$ref"].rpartition("/")[2])
        return f"[{name}](#{anchor(name)})"
    if "anyOf" in schema:
        return " or ".join(_type(option, schemas) for option in schema["anyOf"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return " ".join(["list of", _type(schema["items"], schemas), *_bounds(schema)])
    return ", ".join([str(schema.get("format") or schema.get("type", "any")), *_bounds(schema)])


def _bounds(schema: Json) -> list[str]:
    said = [words.format(schema[name]) for name, words in _BOUNDS if name in schema]
    if "pattern" in schema:
        said.append("`" + schema["pattern"].replace("|", "\\|").replace("`", "\\`") + "`")
    return said


def _default(schema: Json) -> str:
    value = schema.get("default")
    return "no" if value in (None, "", []) else f"no: `{json.dumps(value)}`"


def _display(name: str) -> str:
    """Return a type's name; one that two areas use comes as `chalicelib__orders__views__PolicyView`."""
    parts = name.split("__")
    return name if len(parts) == 1 else f"{parts[-1]} of {parts[1]}"


def _codes(sentences: dict[str, str]) -> Iterator[str]:
    yield "What `code` may be, in a problem or in one of its `errors`, and its English sentence.\n"
    yield "| code | sentence |\n|---|---|"
    for code in sorted(sentences):
        if not code.startswith(_NOT_CODES):
            yield f"| `{code}` | {sentences[code]} |"


def write(path: Path = REFERENCE) -> None:
    """Write the committed reference."""
    openapi = json.loads(OPENAPI.read_text(encoding="utf-8"))
    sentences = json.loads(SENTENCES.read_text(encoding="utf-8"))
    path.write_text(reference(openapi, sentences), encoding="utf-8")


if __name__ == "__main__":
    write()
