"""The API reference that people read says what the code says."""

import json
from pathlib import Path
from typing import Any

from infra import apidoc


def _openapi() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(apidoc.OPENAPI.read_text(encoding="utf-8"))
    return found


def test_the_committed_reference_is_fresh(tmp_path: Path) -> None:
    """`python -m infra.apidoc` mends it."""
    apidoc.write(tmp_path / "api.md")

    assert (tmp_path / "api.md").read_text(encoding="utf-8") == apidoc.REFERENCE.read_text(encoding="utf-8")


def test_every_route_has_a_section_that_says_who_may_use_it() -> None:
    text = apidoc.REFERENCE.read_text(encoding="utf-8")
    titles = [f"### `{method.upper()} {path}`" for path, methods in _openapi()["paths"].items() for method in methods]

    sections = text.split("\n### ")
    for title in titles:
        section = next(part for part in sections if ("### " + part).startswith(title + "\n"))
        assert "- Who may: " in section
        assert "- Answer: " in section


def test_every_link_within_the_reference_leads_somewhere() -> None:
    text = apidoc.REFERENCE.read_text(encoding="utf-8")
    headings = {apidoc.anchor(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")}
    links = {part.split(")")[0] for part in text.split("](#")[1:]}

    assert links - headings == set()


def test_a_nested_field_is_named_by_its_path() -> None:
    route = {"tags": ["orders"], "summary": "Check out.", "parameters": [],
             "responses": {"201": {"description": "Done"}},
             "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Form"}}}}}
    schemas = {"Form": {"properties": {"guest": {"$ref": "#/components/schemas/Guest"}}, "required": ["guest"]},
               "Guest": {"properties": {"phone": {"type": "string", "minLength": 5}, "name": {"type": "string"}},
                         "required": ["phone"]}}
    openapi = {"paths": {"/api/x": {"post": route}}, "components": {"schemas": schemas}}

    text = apidoc.reference(openapi, {"slot_taken": "Taken.", "title.Conflict": "Changed"})

    assert "| `guest.phone` | string, ≥ 5 long | yes |" in text
    assert "| `guest.name` | string | no |" in text
    assert "| `slot_taken` | Taken. |" in text
    assert "title.Conflict" not in text
