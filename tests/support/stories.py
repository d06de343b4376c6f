"""A guest's stories as the world lets them go on after a fault, and what must be true when everything has come to rest.

The guest's page repeats a request whose answer was lost, under the same Idempotency-Key; a notice that was not taken
is lost; queues deliver again after their visibility time; the stream is read again; the poll runs every minute.
"""

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from chalicelib.aws import settings
from chalicelib.aws.tables import connection
from chalicelib.core.errors import Retryable
from chalicelib.orders import table as orders
from chalicelib.orders.model import Order, OrderState
from chalicelib.payments import table as payments
from chalicelib.payments.gateway import Reported
from chalicelib.payments.model import Payment, PaymentId, PaymentState
from tests.support import journey
from tests.support.faults import Died, Faults
from tests.support.journey import FORM, Reply, World

_ROUND, _HYDRO = (("12:00", "14:30"), ("17:00", "19:30")), (("14:00", "16:30"), ("19:00", "21:30"))
TUBS = {"hornopiren": _ROUND, "tronador": _ROUND, "puntiagudo": _HYDRO, "llaima": _HYDRO, "villarrica": _HYDRO,
        "puyehue": _HYDRO}
PATIENCE = 12  # times a page or a queue tries; far more than one fault needs
AT_REST = frozenset({PaymentState.CREATED, PaymentState.PENDING, PaymentState.REJECTED, PaymentState.EXPIRED,
                     PaymentState.PAID, PaymentState.REFUNDED, PaymentState.REFUND_UNCLEAR})
_names = itertools.count(1)


def _bookings() -> Iterator[tuple[str, str, str, str]]:
    """Yield tub, its service and two hours of one day that nobody has had; Tuesdays are closed."""
    for number in range(170):
        day = date(2026, 12, 4) + timedelta(days=number)
        if day.weekday() == 1:
            continue
        offset = "-03:00" if day < date(2027, 4, 4) else "-04:00"
        for tub, pairs in TUBS.items():
            for first, second in pairs:
                yield tub, f"tina-{tub}", f"{day}T{first}:00{offset}", f"{day}T{second}:00{offset}"


bookings = _bookings()


class Story:
    """One guest and one order."""

    def __init__(self, world: World, faults: Faults | None = None) -> None:
        self.world = world
        self.faults = faults or Faults()
        self.tub, self.service, *self.hours = next(bookings)
        self.number = next(_names)
        self.caller = f"10.3.{self.number // 250}.{self.number % 250}"
        self.placed: dict[str, Any] = {}
        self.statuses: list[int] = []

    def begun(self) -> None:
        """Say that the story leaves the path of those told before: faults strike from here."""
        self.faults.news = len(self.faults.steps)

    def known(self) -> None:
        """Say that the rest has been told before."""
        self.faults.known = len(self.faults.steps)

    # What the guest does

    def hold(self) -> None:
        """Put two hours into a cart."""
        first, second = self.hours
        cart = self.ask("POST", "/api/carritos", "open", body={"lines": [journey.new_line(first, self.service)]}).json
        self.cart_token = cart["token"]
        self.ask("POST", f"/api/carritos/{cart['cart']['id']}/lineas", "add", token=self.cart_token,
                 body={"lines": [journey.new_line(second, self.service)]})

    def check_out(self) -> None:
        """Check out, and ask for a payment page again if none came."""
        self.placed = self.ask("POST", "/api/reservas", "place", token=self.cart_token, body=FORM).json
        self.payment = self.placed["payment"]
        if not self.payment["url"]:
            self.pay_again("page")

    def pay_again(self, name: str) -> None:
        """Ask for another payment of the order, until there is a page to pay on."""
        for number in range(3):
            self.payment = self.ask("POST", f"/api/reservas/{self.order}/pagos", f"{name}-{number}",
                                    token=self.placed["token"], body={"method": "flow"}).json["payment"]
            if self.payment["url"]:
                return
        raise AssertionError("no payment page")

    def ask(self, method: str, path: str, name: str, **options: Any) -> Reply:
        """Send a request until it is answered for good, always under the same key."""
        for _ in range(PATIENCE):
            try:
                reply = self.world.send(method, path, key=f"{name}-{self.number:08}", caller=self.caller, **options)
            except Died:
                self.world.clock.advance(seconds=31)  # the page's patience is over
                continue
            self.statuses.append(reply.status)
            if reply.status < 400:
                return reply
            if reply.status < 500 and reply.json["code"] != "still_running":
                raise AssertionError(f"{name}: {reply.status} {reply.text}")
            self.world.clock.advance(seconds=31)
        raise AssertionError(f"{name}: never answered")

    # What the provider and the cloud do

    @property
    def order(self) -> str:
        return str(self.placed["order"]["id"])

    @property
    def token(self) -> str:
        return str(self.payment["url"].split("token=")[1])

    def notice(self, token: str | None = None) -> None:
        """Flow tells once that the payment has news; when we are not there, that was it."""
        self._survive(lambda: self.world.send("POST", "/api/webhooks/flow", form=f"token={token or self.token}"))

    def minutes(self, count: int) -> None:
        """Let minutes pass, each with its look at the open payments."""
        for _ in range(count):
            self.world.clock.advance(minutes=1)
            self._survive(self.world.poll)

    def rest(self) -> None:
        """Let the cloud work until nothing moves any more."""
        quiet = 0
        for _ in range(PATIENCE):
            self._survive(lambda: self.world.stream(self.order))
            self.world.mail_events()
            for queue in ("payment-signals", "refunds", "notifications"):
                self._survive(lambda queue=queue: self.world.work(queue))
            for token, payment in self.world.flow.refund_notices():
                self._until_taken(f"/api/webhooks/flow/devolucion/{payment}", token)
            unread = len(self.world.facts(self.order)) - len(self.world.relayed)
            quiet = 0 if any(self.world.queued.values()) or unread else quiet + 1
            if quiet == 2:
                return
            self.minutes(1)
            self.world.clock.advance(seconds=180)  # visibility time: longer than every lease
        raise AssertionError(f"never came to rest: {self.world.queued}")

    def _until_taken(self, path: str, token: str) -> None:
        for _ in range(PATIENCE):  # Flow does not say whether it repeats a refund's notice: here it does
            try:
                if self.world.send("POST", path, form=f"token={token}").status == 200:
                    return
            except Died:
                continue
        raise AssertionError("refund notice never taken")

    def _survive(self, act: Any) -> None:
        """Run one of our functions; when it dies or fails, it is invoked again later."""
        with suppress(Died, Retryable):
            act()

    def forgotten(self) -> None:
        """Take the order from the list of those to look after: the next story has the tables to itself."""
        if self.placed:
            connection().dispatch("UpdateItem", {
                "TableName": settings.table("orders"), "Key": {"pk": {"S": self.order}, "sk": {"S": "order"}},
                "UpdateExpression": "REMOVE due, due_at"})

    # What must be true at the end

    def conserved(self, state: OrderState, mails: list[str]) -> None:
        """Check money, slots, facts and mails of the order, which must have ended in `state`."""
        order = orders.load(self.order)
        ledger = [payments.load(PaymentId(payment)) for payment in order.payments]
        assert order.state is state
        self._money(order, ledger)
        self._slots(order)
        self._facts(order)
        assert self.world.post.kinds() == mails
        assert 403 not in self.statuses

    def _money(self, order: Order, ledger: list[Payment]) -> None:
        known = {payment.id: payment for payment in ledger}
        pages = self.world.flow.pages.values()
        assert {page.ask.payment for page in pages} <= set(known)
        assert {payment.state for payment in ledger} <= AT_REST
        for page in pages:
            if page.state is Reported.PAID:
                assert known[page.ask.payment].paid == page.ask.amount
        assert self.world.flow.holds == sum(payment.paid - payment.refunded for payment in ledger)
        kept = [payment for payment in ledger if payment.state is PaymentState.PAID]
        assert len(kept) == (1 if order.state is OrderState.CONFIRMED else 0)
        assert all(payment.amount == order.total for payment in kept)
        asked = Counter(ask.payment for ask in self.world.flow.refunds.values())
        assert set(asked.values()) <= {1}

    def _slots(self, order: Order) -> None:
        day = self.hours[0][:10]
        marks = journey.sheet_of(self.tub, day)
        for line in order.lines:
            ticks = {tick for place in line.occupied.places for tick in place.ticks}
            owned = {tick for tick, mark in marks.items() if mark["h"] == line.id and "u" not in mark}
            assert owned == (ticks if order.state is OrderState.CONFIRMED else set())

    def _facts(self, order: Order) -> None:
        told = Counter(item["type"]["S"] for item in self.world.facts(order.id))
        assert told["order.placed"] == 1
        assert told["order.confirmed"] == (1 if order.state is OrderState.CONFIRMED else 0)
        assert told["order.expired"] <= 1
        assert set(told.values()) <= {1} or told["payment.opened"] > 1
