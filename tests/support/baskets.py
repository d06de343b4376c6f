"""What a guest may put into a cart at once, as the body of the request; the hours are the first that are free.

`get` asks the API for a path's JSON: in this process unless another way is given.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.support.journey import new_line, send

Body = dict[str, Any]
Get = Callable[[str], Any]
CABINS = ("cabana-tepa", "cabana-acantilado", "cabana-laurel", "cabana-arrayan")


def _here(path: str) -> Any:
    return send("GET", path).json


def some_of_all(day: str, *, get: Get = _here, tub: str = "tina-tronador", nights: int = 2) -> Body:
    """Return a tub with a decoration, a couple massage and some nights."""
    hour, massage = _free(get, tub, day)["start"], _free(get, "masaje-relajacion", day)["start"]
    cabin, check_in = _free_cabin(get, day, nights)
    return {"lines": [
        new_line(hour, tub), new_line(massage, "masaje-relajacion"),
        {**new_line(check_in, cabin), "nights": nights}, new_line(hour, "decoracion-romantica"),
    ]}


def programme(day: str, *, get: Get = _here) -> Body:
    """Return a programme: two nights, two tubs and a couple massage."""
    service = "programa-refugio"
    slot = _free(get, service, day)
    parts = [{"service": part["service"], "start": part["start"]} for part in slot["parts"]]
    return {"lines": [{**new_line(slot["start"], service), "parts": parts}]}


def tub_and_products(day: str, *, get: Get = _here, tub: str = "tina-hornopiren") -> Body:
    """Return a tub and three bottles, two boxes and a board to go with it."""
    return {"lines": [new_line(_free(get, tub, day)["start"], tub)], "products": [
        {"product": "espumante", "quantity": 3}, {"product": "chocolates", "quantity": 2},
        {"product": "tabla-de-quesos", "quantity": 1}]}


def together(*bodies: Body) -> Body:
    """Return one body that asks for all of them."""
    return {part: [one for body in bodies for one in body.get(part, [])] for part in ("lines", "products")}


def _free_cabin(get: Get, day: str, nights: int) -> tuple[str, str]:
    """Return the first cabin with all of these nights, and the check-in."""
    for cabin in CABINS:
        slots = [slot for one in _days(get, cabin, day, nights) for slot in one["slots"] if slot["free"]]
        if len(slots) == nights:
            return cabin, slots[0]["start"]
    raise LookupError("no cabin is free")


def _free(get: Get, service: str, day: str) -> dict[str, Any]:
    """Return the first free slot of a service on a day, for two."""
    found: dict[str, Any] = next(slot for slot in _days(get, service, day)[0]["slots"] if slot["free"])
    return found


def _days(get: Get, service: str, first: str, days: int = 1) -> list[dict[str, Any]]:
    last = date.fromisoformat(first) + timedelta(days=days - 1)
    path = f"/api/disponibilidad?servicio={service}&desde={first}&hasta={last}&personas=2"
    found: list[dict[str, Any]] = get(path)["services"][0]["days"]
    return found
