"""Every route for staff × every role: who may is listed here, and whoever may not leaves no trace."""

import pytest

from app import app
from chalicelib.core.roles import PERMISSIONS, Actor, Permission, Role
from chalicelib.web.routes import Route, Staff
from tests.support.http import example
from tests.support.spa import Spa

ROUTES = {route.name: route for area in app.areas.values() for route in area.table if route.access.staff}
EVERYBODY = set(Role)
FRONT_DESK = {Role.OWNER, Role.MANAGER, Role.RECEPTION}
MANAGEMENT = {Role.OWNER, Role.MANAGER}
WHO_MAY = {
    "GET /api/admin/yo": EVERYBODY,
    "GET /api/admin/reservas/{order}": FRONT_DESK,
    "GET /api/admin/transferencias": FRONT_DESK,
    "POST /api/admin/pagos/{payment}/confirmacion": FRONT_DESK,
    "POST /api/admin/devoluciones/{refund}": FRONT_DESK,
    "POST /api/admin/reservas/{order}/cotizacion": FRONT_DESK,
    "POST /api/admin/reservas/{order}/cambios": FRONT_DESK,
    "POST /api/admin/reservas/{order}/codigos": FRONT_DESK,
    "POST /api/admin/reservas/{order}/estado": FRONT_DESK,
    "GET /api/admin/reservas/{order}/alternativas": FRONT_DESK,
    "POST /api/admin/reservas/{order}/alternativas": FRONT_DESK,
    "POST /api/admin/reservas/{order}/devolucion": FRONT_DESK,
    "GET /api/admin/pendientes": FRONT_DESK,
    "GET /api/admin/conciliacion": MANAGEMENT,
    "GET /api/admin/conciliacion/{day}": MANAGEMENT,
    "GET /api/admin/conciliacion/{day}/planilla": MANAGEMENT,
    "POST /api/admin/pendientes/{key}/resolucion": FRONT_DESK,
    "GET /api/admin/calendarios": FRONT_DESK,
    "POST /api/admin/calendarios/{cabin}/{channel}": FRONT_DESK,
    "POST /api/admin/calendarios/{cabin}/{channel}/enlace": FRONT_DESK,
    "DELETE /api/admin/calendarios/{cabin}/{channel}": FRONT_DESK,
    "GET /api/admin/giftcards": FRONT_DESK,
    "POST /api/admin/giftcards/busqueda": FRONT_DESK,
    "GET /api/admin/giftcards/{card}": FRONT_DESK,
    "POST /api/admin/giftcards/{card}/bloqueo": FRONT_DESK,
    "POST /api/admin/giftcards/{card}/desbloqueo": FRONT_DESK,
    "POST /api/admin/giftcards/{card}/reemplazo": FRONT_DESK,
    "POST /api/admin/giftcards/{card}/envio": FRONT_DESK,
    "POST /api/admin/giftcards/{card}/ajuste": MANAGEMENT,
    "GET /api/admin/giftcards/pasivo": MANAGEMENT,
    "GET /api/admin/giftcards/pasivo/planilla": MANAGEMENT,
}
CASES = [(name, role) for name in ROUTES for role in Role]


def ask(spa: Spa, route: Route, **options: str) -> tuple[int, str | None]:
    """Return the status and the problem's code of a request to the route with something in each place."""
    body = {"body": {}} if route.method == "POST" else {}
    answer = spa.client.ask(route.method, example(route), **body, **options)
    return answer.status, answer.json.get("code") if "json" in answer.headers["content-type"] else None


def test_who_may_is_listed_for_each_route_of_staff() -> None:
    assert set(WHO_MAY) == set(ROUTES)


@pytest.mark.parametrize(("name", "role"), CASES, ids=str)
def test_each_role_gets_in_exactly_where_it_may(spa: Spa, name: str, role: Role) -> None:
    before = spa.dump()
    status, code = ask(spa, ROUTES[name], staff=role.value)
    if role in WHO_MAY[name]:
        assert status not in (401, 500, 503) and code != "not_permitted"
    else:
        assert (status, code) == (404, "not_permitted")
    assert spa.dump() == before


@pytest.mark.parametrize("name", ROUTES)
def test_whom_the_gateway_did_not_verify_is_401_and_nothing_happens(spa: Spa, name: str) -> None:
    before = spa.dump()
    assert ask(spa, ROUTES[name]) == (401, "staff_only")
    assert ask(spa, ROUTES[name], token="a.bearer.token") == (401, "staff_only")
    assert spa.dump() == before


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if route.access.permission])
def test_a_member_without_a_role_may_nothing_that_needs_a_permission(spa: Spa, name: str) -> None:
    assert ask(spa, ROUTES[name], staff="") == (404, "not_permitted")


def test_every_role_stands_in_the_table_and_every_permission_is_somebodys() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert set().union(*PERMISSIONS.values()) == set(Permission)


def test_the_front_desk_confirms_payments_and_reads_orders_and_nobody_else_does() -> None:
    for permission in ("payments.confirm", "orders.read", "refunds.record", "items.read", "items.resolve",
                       "calendars.read", "calendars.manage", "giftcards.read", "giftcards.manage"):
        assert {role for role in Role if Actor("1", "Ana", (role,)).may(Permission(permission))} == FRONT_DESK


def test_roles_add_up_and_no_role_allows_nothing() -> None:
    assert Actor("1", "Ana", (Role.KITCHEN, Role.RECEPTION)).may(Permission.CONFIRM_PAYMENTS)
    assert Actor("1", "Ana").permissions == frozenset()


def test_a_route_can_not_ask_for_a_permission_that_is_none() -> None:
    with pytest.raises(ValueError, match=r"payments\.confrim"):
        Staff("payments.confrim")


def test_each_member_is_told_who_they_are(spa: Spa) -> None:
    answer = spa.client.get("/api/admin/yo", staff="kitchen reception")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json == {"id": "member-kitchen-reception", "name": "Paz Soto", "roles": ["reception", "kitchen"],
                           "permissions": ["calendars.manage", "calendars.read", "giftcards.manage",
                                           "giftcards.read", "items.read", "items.resolve", "orders.change",
                                           "orders.read", "payments.confirm", "refunds.record"]}
