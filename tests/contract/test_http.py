"""The contract as a browser meets it: API Gateway, Lambda and roles in between."""

import uuid
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.support.guest import Guest, free_hour

if TYPE_CHECKING:
    from infra.local.stack import Stack

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}
TUB = "tina-tronador"


@pytest.fixture
def guest(stack: "Stack") -> Guest:
    """A browser that has done nothing yet."""
    return Guest(stack)


def is_problem(response: Any, status: int, code: str) -> None:
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert set(response.json()) == MEMBERS
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == status


def test_health_answers(stack: "Stack") -> None:
    response = requests.get(f"{stack.api_url}/api/salud", timeout=30)
    assert (response.status_code, response.json()["status"], response.json()["stage"]) == (200, "ok", "local")
    assert response.headers["Content-Type"] == "application/json"


def test_a_repeated_request_gets_the_same_bytes_and_holds_once(stack: "Stack", guest: Guest) -> None:
    start, key = free_hour(stack.api_url, TUB), str(uuid.uuid4())
    line = {"lines": [{"service": TUB, "start": start, "guests": 2}]}
    answers = [guest.ask("POST", "/api/carritos", json=line, key=key) for _ in range(3)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    other = guest.ask("POST", "/api/carritos", json={"lines": []}, key=key)
    is_problem(other, 422, "idempotency_key_reused")


def test_a_refusal_is_a_problem_in_the_callers_language(guest: Guest) -> None:
    guest.lang = "en"
    response = guest.ask("GET", "/api/servicios/no-such-tub")
    is_problem(response, 404, "service_not_found")
    assert response.headers["Content-Language"] == "en"
    assert response.headers["X-Request-Id"] == guest.request_id == response.json()["request_id"]


def test_what_is_no_json_is_400(guest: Guest) -> None:
    headers = {"Content-Type": "application/json"}
    is_problem(guest.ask("POST", "/api/carritos", data="{", headers=headers), 400, "malformed_json")


def test_another_media_type_is_415(guest: Guest) -> None:
    headers = {"Content-Type": "text/plain"}
    is_problem(guest.ask("POST", "/api/carritos", data="{}", headers=headers), 415, "unsupported_media_type")


def test_without_an_idempotency_key_nothing_is_changed(stack: "Stack") -> None:
    is_problem(requests.post(f"{stack.api_url}/api/carritos", json={}, timeout=30), 400, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/carritos/crt_x"),
        ("POST", "/api/carritos/crt_x/lineas"),
        ("DELETE", "/api/carritos/crt_x/lineas/lin_x"),
        ("POST", "/api/reservas"),
        ("GET", "/api/reservas/3333-3333-3"),
        ("POST", "/api/reservas/3333-3333-3/pagos"),
        ("GET", "/api/reservas/3333-3333-3/calendario"),
    ],
)
def test_without_a_token_nobody_sees_or_changes_what_is_somebodys(guest: Guest, method: str, path: str) -> None:
    body = {"json": {}} if method == "POST" else {}
    is_problem(guest.ask(method, path, **body), 401, "token_missing")
    is_problem(guest.ask(method, path, token="made.up", **body), 401, "token_invalid")


def test_one_guests_token_does_not_open_anothers_cart(stack: "Stack", guest: Guest) -> None:
    other = Guest(stack)
    for browser in (guest, other):
        opened = browser.ask("POST", "/api/carritos", json={}).json()
        browser.cart, browser.cart_token = opened["cart"]["id"], opened["token"]
    is_problem(guest.ask("GET", f"/api/carritos/{other.cart}", token=guest.cart_token), 404, "not_found")
    assert guest.ask("GET", f"/api/carritos/{guest.cart}", token=guest.cart_token).status_code == 200


@pytest.mark.parametrize("path", ["/api/nada", "/api/carritos/crt_x/otra", "/api"])
def test_an_address_that_is_none_is_404_and_never_403(guest: Guest, path: str) -> None:
    assert guest.ask("GET", path).status_code == 404


def test_a_made_up_cursor_is_400(guest: Guest) -> None:
    is_problem(guest.ask("GET", "/api/servicios", params={"cursor": "made-up"}), 400, "cursor_invalid")


def test_who_knocks_too_often_is_told_when_to_come_back(stack: "Stack", guest: Guest) -> None:
    for _ in range(100):
        response = guest.ask("POST", "/api/carritos", json={})
        if response.status_code != 201:
            break
    is_problem(response, 429, "too_many_requests")
    assert 1 <= int(response.headers["Retry-After"]) <= 600
    assert Guest(stack).ask("POST", "/api/carritos", json={}).status_code == 201


def test_public_lists_may_be_cached_and_what_is_somebodys_may_not(guest: Guest) -> None:
    assert "max-age" in guest.ask("GET", "/api/servicios").headers["Cache-Control"]
    opened = guest.ask("POST", "/api/carritos", json={})
    assert opened.headers["Cache-Control"] == "no-store"
