"""The route table: who may use what is declared for every route, and nothing is open by mistake."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from app import app
from chalicelib.web import openapi
from chalicelib.web.access import PUBLIC, Access
from chalicelib.web.routes import Route
from chalicelib.web.signed import sign
from chalicelib.web.system import OPENAPI_FILE
from tests.support.http import example, resource_of
from tests.support.spa import Spa

ROUTES = sorted((route for area in app.areas.values() for route in area.table), key=lambda route: route.name)
SIGNED = [route for route in ROUTES if route.access.purpose]
CHANGING = [route for route in ROUTES if route.method != "GET"]
# What anybody may use without a token, and why that is right.
OPEN = {
    "GET /api/categorias": "the catalogue is public",
    "GET /api/servicios": "the catalogue is public",
    "GET /api/packs": "the catalogue is public",
    "GET /api/productos": "the catalogue is public",
    "GET /api/servicios/{slug}": "the catalogue is public",
    "GET /api/disponibilidad": "free hours are public",
    "GET /api/propuestas": "so are those that fit together",
    "GET /api/giftcards": "the catalogue is public",
    "GET /api/giftcards/{code}": "the code is the key; wrong ones are counted",
    "POST /api/giftcards/{code}/pdf": "the code is the key; wrong ones are counted",
    "POST /api/giftcards/vista": "a drawing of what the caller says; writes nothing; limited",
    "POST /api/carritos": "a stranger begins here; limited",
    "GET /api/calendarios/{cabin}/{channel}/{file}": "the file is named by a secret; limited",
    "POST /api/espera": "so does one who waits; limited",
    "GET /api/llegadas/clave": "a public key; it opens nothing",
    "GET /api/salud": "health",
    "GET /api/openapi.json": "the description of this very table",
    "POST /api/webhooks/flow": "a hint: the truth is fetched from Flow",
    "POST /api/webhooks/flow/devolucion/{refund}": "a hint: the truth is fetched from Flow",
    "POST /api/pagos/flow/retorno/{payment}": "a browser coming back; only redirects",
    "GET /api/pagos/flow/retorno/{payment}": "a browser coming back; only redirects",
    "POST /api/webhooks/mercadopago": "a hint: the truth is fetched from Mercado Pago",
    "GET /api/pagos/mercadopago/retorno/{payment}": "a browser coming back; only redirects",
    "POST /api/webhooks/sendgrid": "verified by its signature",
}
# Providers can't send an Idempotency-Key; their signals are stored once and counted.
WEBHOOKS = {name for name in OPEN if name.startswith(("POST /api/webhooks", "POST /api/pagos/flow/retorno"))}
# A quote, a search, a drawing or a link writes nothing; it is a POST because what it is about is its body.
QUOTES = {route.name for route in ROUTES if route.name.endswith(("/cotizacion", "/busqueda", "/vista", "/pdf"))}


def name_of(route: Route) -> str:
    return route.name


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_every_route_says_who_may_use_it(route: Route) -> None:
    assert isinstance(route.access, Access)
    assert (route.access == PUBLIC) == (route.name in OPEN)
    assert route.access.staff == route.path.startswith("/api/admin/")


def test_what_is_open_is_exactly_what_is_listed_here() -> None:
    assert {route.name for route in ROUTES if route.access == PUBLIC} == set(OPEN)


@pytest.mark.parametrize("route", CHANGING, ids=name_of)
def test_what_changes_something_needs_an_idempotency_key_or_is_a_webhook(route: Route) -> None:
    assert route.idempotent == (route.name not in WEBHOOKS | QUOTES)


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.access.purpose or route.method != "GET"], ids=name_of
)
def test_what_writes_or_reveals_is_limited(route: Route) -> None:
    assert route.limit is not None


def test_no_route_is_chalices_own_without_the_edge() -> None:
    declared = {(route.path, route.method) for route in ROUTES}
    registered = {(path, method) for path, methods in app.routes.items() for method in methods}
    assert registered == declared


@pytest.mark.parametrize("route", SIGNED, ids=name_of)
def test_without_a_token_a_signed_route_is_401_and_nothing_happens(spa: Spa, route: Route) -> None:
    before = spa.dump()
    answer = spa.client.ask(route.method, example(route), body={})
    assert (answer.status, answer.code) == (401, "token_missing")
    assert spa.dump() == before


def wrong_tokens(route: Route) -> dict[str, str]:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    other = {"cart": "order", "order": "cart", "waitlist": "cart"}[route.access.purpose or ""]
    good = sign(route.access.purpose or "", "something-else", later)
    return {
        "made up": "abc.def",
        "of another purpose": sign(other, "something-else", later),
        "over": sign(route.access.purpose or "", "something-else", later - timedelta(days=60)),
        "tampered with": good[:-5] + ("AAAAA" if good[-5:] != "AAAAA" else "BBBBB"),
        "empty": " ",
    }


@pytest.mark.parametrize("route", SIGNED, ids=name_of)
def test_with_a_wrong_token_a_signed_route_is_401_and_nothing_happens(spa: Spa, route: Route) -> None:
    before = spa.dump()
    for what, token in wrong_tokens(route).items():
        answer = spa.client.ask(route.method, example(route), body={}, token=token)
        assert answer.status == 401, what
    assert spa.dump() == before


@pytest.mark.parametrize("route", [route for route in SIGNED if "{" in route.path], ids=name_of)
def test_with_the_token_of_another_thing_a_signed_route_finds_nothing(spa: Spa, route: Route) -> None:
    token = sign(route.access.purpose or "", "my-own-thing", datetime(2027, 1, 1, tzinfo=UTC))
    before = spa.dump()
    answer = spa.client.ask(route.method, example(route), body={}, token=token)
    assert (answer.status, answer.code) == (404, "not_found")
    assert spa.dump() == before


def test_no_answer_ever_is_403() -> None:
    from chalicelib.web.problem import STATUS

    assert 403 not in STATUS.values()
    assert not any(403 in route.refuses or route.status == 403 for route in ROUTES)


def test_paths_lead_to_the_resource_they_name() -> None:
    assert resource_of(app, "/api/carritos/crt_1/lineas/lin_1") == (
        "/api/carritos/{cart}/lineas/{line}",
        {"cart": "crt_1", "line": "lin_1"},
    )


def test_the_committed_openapi_is_fresh() -> None:
    document = openapi.describe(routes.table for routes in app.areas.values())
    committed = json.loads(OPENAPI_FILE.read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(document)), "run: python -m chalicelib.web.openapi"


def test_the_openapi_is_served_as_committed(spa: Spa) -> None:
    answer = spa.client.get("/api/openapi.json")
    assert answer.json == json.loads(OPENAPI_FILE.read_text(encoding="utf-8"))
    assert answer.headers["content-type"] == "application/json"


def test_the_openapi_names_every_route_its_token_and_its_limit() -> None:
    paths = openapi.describe(routes.table for routes in app.areas.values())["paths"]
    assert {(path, method.upper()) for path, methods in paths.items() for method in methods} == {
        (route.path, route.method) for route in ROUTES
    }
    check_out = paths["/api/reservas"]["post"]
    assert (check_out["security"], check_out["x-token-purpose"]) == ([{"token": []}], "cart")
    assert check_out["x-rate-limit"] == {"requests": 20, "seconds": 60}
    assert {"201", "400", "401", "404", "405", "409", "410", "415", "422", "429", "503"} == set(check_out["responses"])


def test_health_tells_the_stage_and_nothing_secret(spa: Spa) -> None:
    assert set(spa.client.get("/api/salud").json) == {"status", "stage", "version"}
