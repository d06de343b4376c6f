"""The journeys of gift cards whose requests are promised: bought, issued, opened, spent beside Flow, given back."""

from collections.abc import Callable
from typing import Any

from chalicelib.giftcards import codes, table
from tests.support import journey
from tests.support.journey import Reply, World
from tests.support.promise import Promise

Measure = Callable[[str, Callable[[], Any]], Any]

BOUGHT, ISSUED, OPENED = "check-out of two gift cards", "issue: two gift cards (worker)", "open a gift card by its code"
PUT_IN, SPENT = "put two gift cards into a cart: the second", "check-out of a tub, two gift cards and Flow"
CONFIRMED, BACK = "webhook → a tub, two gift cards and Flow confirmed", "give up: an hour, back on two gift cards"

PROMISES = {
    BOUGHT: Promise(reads=4, transactions=1, writes=2),
    ISSUED: Promise(reads=1, transactions=1, writes=0),
    OPENED: Promise(reads=2, transactions=0, writes=4),
    PUT_IN: Promise(reads=4, transactions=1, writes=4),
    SPENT: Promise(reads=4, transactions=1, writes=2),
    CONFIRMED: Promise(reads=4, transactions=1, writes=0),
    BACK: Promise(reads=5, transactions=1, writes=1),
}
"""`writes` of a code are the counts of tries: written before the card is looked for, taken back when it was right."""

_GIFT = {"experience": "regalo-monto-libre", "amount": 22_000, "recipient": "Berta", "sender": "Ana", "message": "",
         "language": "es", "delivery": {"way": "self"}}


def bills(world: World, day: str, measure: Measure) -> None:
    """Go through every one of them once; books an hour on `day`."""
    send, caller = journey.send, f"10.6.0.{len(world.flow.pages)}"

    def post(path: str, body: Any, token: str | None, key: str) -> Reply:
        reply = send("POST", path, body=body, token=token, key=f"{key}-{day}", caller=caller)
        assert reply.status < 400, reply.text
        return reply

    send("GET", "/api/giftcards/nobodys", caller="10.6.1.1")  # the container's first use of the codes' secret
    gift = {**_GIFT, "design": send("GET", "/api/giftcards").json["designs"][0]["slug"]}
    cart = post("/api/carritos", {"gifts": [gift, gift]}, None, "gifts-cart").json
    bought = measure(BOUGHT, lambda: post("/api/reservas", journey.FORM, cart["token"], "gifts-bought")).json
    _pay(world, bought)
    world.work("payment-signals")
    world.stream(bought["order"]["id"])
    measure(ISSUED, lambda: world.work("giftcards"))
    world.queued["giftcards"] = []

    first, second = (codes.unseal(card.sealed, card.id)
                     for card in map(table.load, journey.cards_of(bought["order"]["id"])))
    measure(OPENED, lambda: send("GET", f"/api/giftcards/{first}", caller=caller))
    tub = journey.new_line(f"{day}T14:30:00-03:00", "tina-calbuco", 3)
    hour = post("/api/carritos", {"lines": [tub]}, None, "gifts-hour").json
    cart_path = f"/api/carritos/{hour['cart']['id']}/codigos"
    post(cart_path, {"code": first}, hour["token"], "gifts-first")
    measure(PUT_IN, lambda: post(cart_path, {"code": second}, hour["token"], "gifts-second"))
    spent = measure(SPENT, lambda: post("/api/reservas", journey.FORM, hour["token"], "gifts-spent")).json
    _pay(world, spent)
    measure(CONFIRMED, lambda: world.work("payment-signals"))
    line = spent["order"]["lines"][0]["id"]
    measure(BACK, lambda: post(f"/api/reservas/{spent['order']['id']}/cambios", {"action": "cancel", "line": line},
                               spent["token"], "gifts-back"))


def _pay(world: World, placed: dict[str, Any]) -> None:
    token = placed["payment"]["url"].split("token=")[1]
    world.flow.pay(token)
    journey.send("POST", "/api/webhooks/flow", form=f"token={token}")
