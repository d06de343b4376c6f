"""The journeys whose requests and units are promised, each with its bill; tests and `make bench` measure the same."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support import journey
from tests.support.journey import Reply, World
from tests.support.meter import Bill, metered

DAY = "/api/disponibilidad?servicio=tina-hornopiren&desde=2026-12-03"
MONTH = "/api/disponibilidad?servicio=tina-hornopiren&desde=2026-12-03&hasta=2027-01-02"
EIGHT_TUBS = "/api/disponibilidad?categoria=tinas&desde=2026-12-03"


@dataclass(frozen=True)
class Promise:
    """What one journey may cost at most: reads (requests and units), transactions, single writes.

    `writes` are outside the transaction: after a provider's call, or before a message is put on a queue.
    """

    reads: int
    transactions: int
    writes: int
    read_units: float | None = None

    def kept_by(self, bill: Bill) -> bool:
        """Tell whether a bill is within the promise; a scan never is."""
        return (bill.scans == 0 and bill.reads <= self.reads and bill.transactions <= self.transactions
                and bill.writes <= self.writes
                and (self.read_units is None or bill.read_units <= self.read_units))


PROMISES = {
    "availability of a service on a day": Promise(reads=1, transactions=0, writes=0, read_units=2),
    "availability of a service over a month": Promise(reads=2, transactions=0, writes=0, read_units=4),
    "availability of all eight tubs on a day": Promise(reads=2, transactions=0, writes=0),
    "hold: open a cart with its first line": Promise(reads=2, transactions=1, writes=0),
    "hold: add a line to a cart": Promise(reads=2, transactions=1, writes=0),
    "check-out of a cart with one line": Promise(reads=4, transactions=1, writes=2),
    "check-out of a cart with two lines": Promise(reads=4, transactions=1, writes=2),
    "webhook: take the notice": Promise(reads=0, transactions=0, writes=1),
    "webhook → confirmed order (worker)": Promise(reads=4, transactions=1, writes=0),
}


def bills(world: World, *, start: str = "2026-12-03T17:00:00-03:00",
          second: str = "2026-12-03T19:30:00-03:00") -> dict[str, Bill]:
    """Go through every promised journey once and return the bills; the container is warm, as after its first minute.

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

    journey.send("GET", DAY)
    measure("availability of a service on a day", lambda: journey.send("GET", DAY))
    measure("availability of a service over a month", lambda: journey.send("GET", MONTH))
    measure("availability of all eight tubs on a day", lambda: journey.send("GET", EIGHT_TUBS))
    for lines, name in ((1, "one line"), (2, "two lines")):
        hour = start.replace("T17:00", "T12:00") if lines == 2 else start
        cart = measure("hold: open a cart with its first line", lambda hour=hour: journey.send(
            "POST", "/api/carritos", body={"lines": [journey.new_line(hour)]}, key=f"opening-{hour[:16]}"
            .replace(":", "-"))).json
        if lines == 2:
            measure("hold: add a line to a cart", lambda: journey.send(
                "POST", f"/api/carritos/{cart['cart']['id']}/lineas", body=journey.new_line(second), key="adding-line-2",
                token=cart["token"]))
        placed = measure(f"check-out of a cart with {name}", lambda: journey.send(
            "POST", "/api/reservas", body=journey.FORM, token=cart["token"], key=f"checking-out-{lines}")).json
        _pay(world, placed, measure)
    return found


def _pay(world: World, placed: dict[str, Any], measure: Callable[[str, Callable[[], Any]], Any]) -> None:
    token = placed["payment"]["url"].split("token=")[1]
    world.flow.pay(token)
    measure("webhook: take the notice", lambda: journey.send("POST", "/api/webhooks/flow", form=f"token={token}"))
    measure("webhook → confirmed order (worker)", lambda: world.work("payment-signals"))
    states = [item["state"]["S"] for item in journey.items_of(placed["order"]["id"]) if item["sk"]["S"] == "order"]
    if states != ["confirmed"]:
        raise AssertionError(f"not confirmed: {states}")
