"""Every refusal is a problem (RFC 9457) in the caller's language, and tells nothing of our inside."""

import json
from typing import Any

import pytest

from chalicelib.carts import api as carts_api
from tests.support.spa import Spa, line

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}


def test_a_problem_has_its_seven_members_and_its_media_type(spa: Spa) -> None:
    answer = spa.client.get("/api/servicios/no-such-tub")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json == {
        "type": "/api-referencia/#service_not_found",
        "title": "No lo encontramos",
        "status": 404,
        "detail": "Ese servicio no existe o ya no se ofrece.",
        "code": "service_not_found",
        "errors": [],
        "request_id": "gateway-request-id",
    }


@pytest.mark.parametrize(
    ("language", "title", "answered"),
    [
        ("es-CL,es;q=0.9", "No lo encontramos", "es"),
        ("en-US,en;q=0.8", "Not found", "en"),
        ("de", "No lo encontramos", "es"),
    ],
)
def test_a_problem_speaks_the_callers_language(spa: Spa, language: str, title: str, answered: str) -> None:
    answer = spa.client.get("/api/servicios/no-such-tub", headers={"accept-language": language})
    assert answer.headers["content-language"] == answered
    if answered == "es":
        assert answer.json["title"] == title
    else:
        assert answer.json["title"] != "No lo encontramos"


def test_field_problems_are_in_the_callers_language_too(spa: Spa) -> None:
    details = {}
    for language in ("es", "en"):
        answer = spa.client.post("/api/carritos", {"lines": [{}]}, headers={"accept-language": language})
        details[language] = [error["detail"] for error in answer.json["errors"]]
    assert details["es"] == ["Este dato falta."] * 3
    assert details["en"] != details["es"]


@pytest.mark.parametrize("raw", ["{", "not json", '{"lines": [', '{"a": NaN', "[" * 100_000])
def test_what_is_no_json_is_400(spa: Spa, raw: str) -> None:
    before = spa.dump()
    answer = spa.client.ask("POST", "/api/carritos", raw=raw)
    assert (answer.status, answer.code) == (400, "malformed_json")
    assert spa.dump() == before


@pytest.mark.parametrize("raw", ["[]", '"text"', "7", "null", "true", "NaN", "1e999"])
def test_json_that_is_no_object_is_422(spa: Spa, raw: str) -> None:
    answer = spa.client.ask("POST", "/api/carritos", raw=raw)
    assert (answer.status, answer.code) == (422, "invalid_fields")
    assert [error["field"] for error in answer.json["errors"]] == ["body"]


def test_an_unknown_field_is_named(spa: Spa) -> None:
    answer = spa.client.post("/api/carritos", {"lines": [], "price": 1})
    assert (answer.status, answer.fields) == (422, {"price": "unknown_field"})


@pytest.mark.parametrize("text", ["\\ud800", "\\u0000"])
def test_text_that_is_no_text_is_refused(spa: Spa, text: str) -> None:
    raw = json.dumps({"lines": [line()]}).replace("tina-hornopiren", text)
    answer = spa.client.ask("POST", "/api/carritos", raw=raw)
    assert answer.status in (404, 422)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"servicio": "tina-hornopiren", "desde": "mañana"}, "desde"),
        ({"servicio": "tina-hornopiren"}, "desde"),
        ({"servicio": "tina-hornopiren", "desde": "2026-12-02", "personas": "dos"}, "personas"),
        ({"servicio": "tina-hornopiren", "desde": "2026-12-02", "personas": "0"}, "personas"),
        ({"servicio": "tina-hornopiren", "desde": "2026-12-02", "cuantos": "2"}, "cuantos"),
    ],
)
def test_a_wrong_query_names_its_parameter(spa: Spa, query: dict[str, str], field: str) -> None:
    answer = spa.client.get("/api/disponibilidad", query=query)
    assert (answer.status, list(answer.fields)) == (422, [field])


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1970-01-01"])
def test_the_ends_of_the_calendar_break_nothing(spa: Spa, day: str) -> None:
    answer = spa.client.get("/api/disponibilidad", query={"servicio": "tina-hornopiren", "desde": day, "personas": "2"})
    assert answer.status in (200, 422)


def test_another_method_is_405_and_a_problem(spa: Spa) -> None:
    answer = spa.client.ask("DELETE", "/api/carritos")
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert set(answer.json) == MEMBERS
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_another_media_type_is_415_and_a_problem(spa: Spa, media_type: str) -> None:
    answer = spa.client.post("/api/carritos", {}, headers={"content-type": media_type})
    assert (answer.status, answer.code) == (415, "unsupported_media_type")
    assert set(answer.json) == MEMBERS


def test_json_with_a_charset_is_json(spa: Spa) -> None:
    assert (
        spa.client.post("/api/carritos", {}, headers={"content-type": "application/json; charset=utf-8"}).status == 201
    )


@pytest.mark.parametrize("key", [None, "short", "x" * 65, "with spaces in it", "ñandú-ñandú"])
def test_a_changing_request_without_a_good_idempotency_key_is_400(spa: Spa, key: str | None) -> None:
    before = spa.dump()
    answer = spa.client.post("/api/carritos", {}, key=key)
    assert (answer.status, answer.code) == (400, "idempotency_key_missing")
    assert spa.dump() == before


def test_a_fault_of_ours_is_500_and_shows_nothing_of_it(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: Any) -> None:
        raise ZeroDivisionError("the secret is 4711")

    monkeypatch.setattr(carts_api.hold, "new_cart", broken)
    answer = spa.client.post("/api/carritos", {})
    assert (answer.status, answer.code) == (500, "general")
    assert "4711" not in answer.body
    assert "ZeroDivision" not in answer.body


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_callers_request_id_comes_back(spa: Spa, method: str) -> None:
    path = "/api/salud" if method == "GET" else "/api/carritos"
    answer = spa.client.ask(method, path, headers={"x-request-id": "page-123-abc"})
    assert answer.headers["x-request-id"] == "page-123-abc"


@pytest.mark.parametrize("sent", ["short", "x" * 65, "has spaces in it", "semi;colon;injection", 'quote"quote"'])
def test_a_request_id_that_is_none_is_replaced_by_the_gateways(spa: Spa, sent: str) -> None:
    answer = spa.client.get("/api/servicios/no-such-tub", headers={"x-request-id": sent})
    assert (answer.headers["x-request-id"], answer.json["request_id"]) == ("gateway-request-id", "gateway-request-id")


def test_chalices_own_refusals_carry_the_callers_request_id(spa: Spa) -> None:
    answer = spa.client.ask("DELETE", "/api/carritos", headers={"x-request-id": "page-123-abc"})
    assert (answer.headers["x-request-id"], answer.json["request_id"]) == ("page-123-abc", "page-123-abc")


def test_answers_that_concern_a_person_are_not_cached(spa: Spa) -> None:
    cart, token = spa.open_cart()
    assert spa.client.get(f"/api/carritos/{cart['id']}", token=token).headers["cache-control"] == "no-store"
    assert spa.client.get("/api/servicios/no-such-tub").headers["cache-control"] == "no-store"
