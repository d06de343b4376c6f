"""The OpenAPI 3.1 description, generated from the route tables and the pydantic types.

`python -m chalicelib.web.openapi` writes `openapi.json` beside this file; a test fails when it is stale.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from .problem import Problem
from .routes import Route

_REF = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"{(\w+)}")
_WHY = {400: "Cannot be read", 401: "No good token", 404: "Not found", 405: "Method not allowed", 409: "Conflict",
        410: "Over", 415: "Media type not accepted", 422: "Something in it cannot be", 429: "Too many requests",
        503: "Busy; try again"}

_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A cart's or an order's signed token"},
    "staff": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
              "description": "The ID token of a member of staff, from the user pool"},
}


def describe(tables: Iterable[list[Route]], *, version: str = "1") -> dict[str, Any]:
    """Return the whole API as an OpenAPI 3.1 document."""
    routes = sorted((route for table in tables for route in table), key=lambda route: (route.path, route.method))
    models = {model for route in routes for model in (route.body, route.answers, route.query) if model} | {Problem}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, _mode(model, routes)) for model in ordered], ref_template=_REF)
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {"openapi": "3.1.0", "info": {"title": "Aremko", "version": version}, "servers": [{"url": "/"}],
            "paths": paths, "components": {"schemas": schemas["$defs"], "securitySchemes": _SCHEMES}}


def _mode(model: type[BaseModel], routes: list[Route]) -> Any:
    return "validation" if any(model in (route.body, route.query) for route in routes) else "serialization"


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{route.method.lower()}_{route.handler.__module__.split('.')[-2]}_{route.handler.__name__}",
        "summary": (route.handler.__doc__ or "").strip().split("\n")[0],
        "tags": [route.handler.__module__.split(".")[-2]],
        "parameters": _parameters(route), "responses": _responses(route),
        "security": _security(route),
    }
    if route.form:
        operation["requestBody"] = _form_body(route)
    elif route.body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(route.body)}}}
    if route.access.purpose:
        operation["x-token-purpose"] = route.access.purpose
    if route.access.permission:
        operation["x-permission"] = route.access.permission.value
    if route.limit:
        operation["x-rate-limit"] = {"requests": route.limit.count, "seconds": route.limit.per_seconds}
    return operation


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.access.staff:
        return [{"staff": []}]
    return [{"token": []}] if route.access.purpose else []


def _form_body(route: Route) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"token": {"type": "string"}}, "required": ["token"]}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _PARAMETER.findall(route.path)]
    if route.query:
        schema = route.query.model_json_schema(ref_template=_REF)
        for name, value in schema.get("properties", {}).items():
            found.append({"name": name, "in": "query", "required": name in schema.get("required", []),
                          "schema": value})
    if route.idempotent:
        found.append({"name": "Idempotency-Key", "in": "header", "required": True,
                      "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"}})
    return found


def _responses(route: Route) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "Done"}
    if route.answers:
        good["content"] = {route.media_type: {"schema": _ref(route.answers)}}
    elif route.status < 300:
        good["content"] = {media: {} for media in (route.media_type, route.binary) if media}
    refusals = {*route.refuses, 405, *([400] if route.idempotent or route.body or route.form else []),
                *([415] if route.body or route.form else []), *([409, 422] if route.idempotent else []),
                *([422] if route.query or route.body else []), *([401, 404] if route.access.purpose else []),
                *([401] if route.access.staff else []), *([404] if route.access.permission else []),
                *([429] if route.limit else []), 503}
    problem = {"application/problem+json": {"schema": _ref(Problem)}}
    return {str(route.status): good, **{str(status): {"description": _WHY[status], "content": problem}
                                        for status in sorted(refusals)}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def main() -> None:
    """Write the committed copy."""
    from app import app  # the composition root knows every blueprint

    from .system import OPENAPI_FILE

    document = describe(blueprint.table for blueprint in app.areas.values())
    Path(OPENAPI_FILE).write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
