"""The journeys whose requests and units are promised, each with its bill; tests and `make bench` measure the same."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from tests.support import baskets, gift_bills, journey
from tests.support.journey import Reply, World
from tests.support.meter import Bill, metered
from tests.support.promise import Promise

FROM = "2026-12-03"


def day_path(day: str = FROM) -> str:
    return f"/api/disponibilidad?servicio=tina-hornopiren&desde={day}"


def month_path(first: str = FROM) -> str:
    last = date.fromisoformat(first) + timedelta(days=30)
    return f"/api/disponibilidad?servicio=tina-hornopiren&desde={first}&hasta={last}"


def eight_tubs_path(day: str = FROM) -> str:
    return f"/api/disponibilidad?categoria=tinas&desde={day}"


def service_path(service: str, day: str = FROM, days: int = 1) -> str:
    last = date.fromisoformat(day) + timedelta(days=days - 1)
    return f"/api/disponibilidad?servicio={service}&desde={day}&hasta={last}"


LOOKS: dict[str, Callable[[str], str]] = {
    "availability of a massage over a month": lambda day: service_path("masaje-relajacion", day, 31),
    "availability of a cabin over a month": lambda day: service_path("cabana-tepa", day, 31),
    "availability of a programme on a day": lambda day: service_path("programa-refugio", day),
    "availability of a programme over a month": lambda day: service_path("programa-refugio", day, 31),
    "proposals for a tub and a massage on a day":
        lambda day: f"/api/propuestas?fecha={day}&partes=tinas,masaje-relajacion",
}
"""Looks at the calendar that are promised besides those of a tub: what each asks for from a day on."""



class Cart(NamedTuple):
    """What is put into a cart with one request on a day, and the units that its journey may cost at most."""

    body: Callable[[str], baskets.Body]
    hold_reads: float
    hold_writes: float
    check_out_writes: float
    confirmation_writes: float


CARTS = {
    "a tub, a couple massage, two nights and a decoration": Cart(baskets.some_of_all, 6, 32, 46, 30),
    "a programme": Cart(baskets.programme, 12, 30, 44, 30),
    "a tub and three products": Cart(baskets.tub_and_products, 2, 14, 30, 14),
}

PROVIDERS = {"flow": "Flow", "mercadopago": "Mercado Pago"}


PROMISES = {
    "availability of a service on a day": Promise(reads=1, transactions=0, writes=0, read_units=2),
    "availability of a service over a month": Promise(reads=2, transactions=0, writes=0, read_units=4),
    "availability of all eight tubs on a day": Promise(reads=2, transactions=0, writes=0),
    "availability of a massage over a month": Promise(reads=7, transactions=0, writes=0),
    "availability of a cabin over a month": Promise(reads=2, transactions=0, writes=0, read_units=4),
    "availability of a programme on a day": Promise(reads=1, transactions=0, writes=0),
    "availability of a programme over a month": Promise(reads=22, transactions=0, writes=0),
    "proposals for a tub and a massage on a day": Promise(reads=1, transactions=0, writes=0),
    "hold: open a cart with its first line": Promise(reads=2, transactions=1, writes=0),
    "hold: add a line to a cart": Promise(reads=2, transactions=1, writes=0),
    "check-out of a cart with one line": Promise(reads=4, transactions=1, writes=2),
    "check-out of a cart with two lines": Promise(reads=4, transactions=1, writes=2),
    "webhook: take the notice": Promise(reads=0, transactions=0, writes=1),
    "webhook → confirmed order (worker)": Promise(reads=4, transactions=1, writes=0),
    "move: what it would come to": Promise(reads=2, transactions=0, writes=0),
    "move: an hour to another": Promise(reads=4, transactions=1, writes=1),
    "give up: an hour, its money owed back": Promise(reads=4, transactions=1, writes=1),
    **{f"hold: {what}": Promise(reads=2, transactions=1, writes=0, read_units=cart.hold_reads,
                                write_units=cart.hold_writes) for what, cart in CARTS.items()},
    **{f"check-out of {what}": Promise(reads=4, transactions=1, writes=2, write_units=cart.check_out_writes)
       for what, cart in CARTS.items()},
    **{f"webhook → {what} confirmed, {name}": Promise(reads=4, transactions=1, writes=0,
                                                      write_units=cart.confirmation_writes)
       for what, cart in CARTS.items() for name in PROVIDERS.values()},
    **gift_bills.PROMISES,
}


def bills(world: World, *, book_on: str = FROM, look_from: str = FROM) -> dict[str, Bill]:
    """Go through every promised journey once and return the bills; the container is warm, as after its first minute.

    Books hours and nights from `book_on` on, and looks at the calendar from `look_from`.

    A cold container, and one that has not asked for 60 s, adds one GetItem (≤ 2 units) for the catalogue.
    """
    found: dict[str, Bill] = {}

    def measure(name: str, act: Callable[[], Any]) -> Any:
        with metered() as bill:
            result = act()
        found[name] = bill
        if isinstance(result, Reply) and result.status >= 400:
            raise AssertionError(f"{name}: {result.status} {result.text}")
        return result

    journey.send("GET", day_path(look_from))
    measure("availability of a service on a day", lambda: journey.send("GET", day_path(look_from)))
    measure("availability of a service over a month", lambda: journey.send("GET", month_path(look_from)))
    measure("availability of all eight tubs on a day", lambda: journey.send(
        "GET", eight_tubs_path(look_from)))
    for name, path in LOOKS.items():
        measure(name, lambda path=path: journey.send("GET", path(look_from)))
    for lines, name in ((1, "one line"), (2, "two lines")):
        hour = f"{book_on}T12:00:00-03:00" if lines == 2 else f"{book_on}T17:00:00-03:00"
        cart = measure("hold: open a cart with its first line", lambda hour=hour: journey.send(
            "POST", "/api/carritos", body={"lines": [journey.new_line(hour)]}, key=f"opening-{hour[:16]}"
            .replace(":", "-"))).json
        if lines == 2:
            measure("hold: add a line to a cart", lambda: journey.send(
                "POST", f"/api/carritos/{cart['cart']['id']}/lineas", key="adding-line-2",
                body={"lines": [journey.new_line(f"{book_on}T19:30:00-03:00")]}, token=cart["token"]))
        placed = measure(f"check-out of a cart with {name}", lambda: journey.send(
            "POST", "/api/reservas", body=journey.FORM, token=cart["token"], key=f"checking-out-{lines}")).json
        _pay(world, placed, measure)
    _change(placed, book_on, measure)
    for method in PROVIDERS:
        for what in CARTS:
            _buy(world, what, book_on, method, measure)
    gift_bills.bills(world, book_on, measure)
    return found


Measure = Callable[[str, Callable[[], Any]], Any]


def _change(placed: dict[str, Any], day: str, measure: Measure) -> None:
    """Move the second of two paid hours, the price shown before, and give the first one up."""
    (first, second), path = placed["order"]["lines"][:2], f"/api/reservas/{placed['order']['id']}"
    move = {"action": "move", "line": second["id"], "start": f"{day}T22:00:00-03:00"}
    give_up = {"action": "cancel", "line": first["id"]}
    for name, verb, body in (("move: what it would come to", "cotizacion", move),
                             ("move: an hour to another", "cambios", move),
                             ("give up: an hour, its money owed back", "cambios", give_up)):
        measure(name, lambda verb=verb, body=body: journey.send(
            "POST", f"{path}/{verb}", body=body, token=placed["token"], key=f"change-{day}-{body['action']}"))


def _buy(world: World, what: str, day: str, method: str, measure: Measure) -> None:
    """Hold, check out and pay one of the carts."""
    body, key, caller = CARTS[what].body(day), f"{day}-{method}-{len(what)}", f"10.5.0.{len(world.flow.pages)}"
    cart = measure(f"hold: {what}", lambda: journey.send(
        "POST", "/api/carritos", body=body, key=f"o-{key}", caller=caller)).json
    placed = measure(f"check-out of {what}", lambda: journey.send(
        "POST", "/api/reservas", body={**journey.FORM, "payment_method": method}, token=cart["token"],
        key=f"c-{key}", caller=caller)).json
    if method == "mercadopago":
        world.mercadopago_notice(world.mercadopago.pay(placed["payment"]["id"]))
    else:
        world.flow.pay(_token(placed))
        journey.send("POST", "/api/webhooks/flow", form=f"token={_token(placed)}")
    measure(f"webhook → {what} confirmed, {PROVIDERS[method]}", lambda: world.work("payment-signals"))
    _must_be_confirmed(placed)


def _pay(world: World, placed: dict[str, Any], measure: Measure) -> None:
    token = _token(placed)
    world.flow.pay(token)
    measure("webhook: take the notice", lambda: journey.send("POST", "/api/webhooks/flow", form=f"token={token}"))
    measure("webhook → confirmed order (worker)", lambda: world.work("payment-signals"))
    _must_be_confirmed(placed)


def _token(placed: dict[str, Any]) -> str:
    return str(placed["payment"]["url"].split("token=")[1])


def _must_be_confirmed(placed: dict[str, Any]) -> None:
    states = [item["state"]["S"] for item in journey.items_of(placed["order"]["id"]) if item["sk"]["S"] == "order"]
    if states != ["confirmed"]:
        raise AssertionError(f"not confirmed: {states}")
