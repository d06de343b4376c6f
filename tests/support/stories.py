"""A guest's stories as the world lets them go on after a fault, and what must be true when everything has come to rest.

The guest's page repeats a request whose answer was lost, under the same Idempotency-Key; a notice that was not taken
is lost; queues deliver again after their visibility time; the stream is read again; the poll runs every minute.
"""

import itertools
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from chalicelib.aws import settings
from chalicelib.aws.tables import connection
from chalicelib.carts.lines import products
from chalicelib.catalog import stock
from chalicelib.core.errors import Retryable
from chalicelib.orders import table as orders
from chalicelib.orders.model import Order, OrderState
from chalicelib.payments import table as payments
from chalicelib.payments.gateway import Reported
from chalicelib.payments.model import Payment, PaymentId, PaymentState, Problem
from chalicelib.payments.refund_model import RefundState
from tests.support import journey
from tests.support.baskets import Body, programme, some_of_all, together, tub_and_products
from tests.support.books import empty
from tests.support.faults import Died, Faults
from tests.support.journey import FORM, QUEUES, Reply, World

TUB, HOURS = "tina-hornopiren", ("2026-12-04T12:00:00-03:00", "2026-12-04T17:00:00-03:00")
STAY, PROGRAMME = "2026-12-09", "2026-12-12"  # days of the cart that holds all there is
PATIENCE = 12  # times a page or a queue tries; far more than one fault needs
AT_REST = frozenset({PaymentState.CREATED, PaymentState.PENDING, PaymentState.REJECTED, PaymentState.EXPIRED,
                     PaymentState.PAID})
REFUNDS_AT_REST = frozenset({RefundState.REFUNDED, RefundState.UNCLEAR})
_names = itertools.count(1)


class Story:
    """One guest and one order. Each has the house to itself: `forgotten` clears the books for the next."""

    def __init__(self, world: World, faults: Faults | None = None) -> None:
        self.world = world
        self.faults = faults or Faults()
        self.number = next(_names)
        self.caller = f"10.3.{self.number // 250}.{self.number % 250}"
        self.placed: dict[str, Any] = {}
        self.statuses: list[int] = []
        self.shelf = stock.left()
        self.bank = 0  # what lies on the spa's account

    def begun(self) -> None:
        """Say that the story leaves the path of those told before: faults strike from here."""
        self.faults.news = len(self.faults.steps)

    def known(self) -> None:
        """Say that the rest has been told before."""
        self.faults.known = len(self.faults.steps)

    # What the guest does

    def hold(self) -> None:
        """Put two hours into a cart, one after the other."""
        first, second = ({"lines": [journey.new_line(hour, TUB)]} for hour in HOURS)
        self._opened(first)
        self.ask("POST", f"/api/carritos/{self.cart}/lineas", "add", token=self.cart_token, body=second)

    def hold_some_of_all(self) -> None:
        """Put a tub, a massage for two, two nights, a decoration, a programme and products into a cart at once."""
        self._opened(together(some_of_all(STAY), programme(PROGRAMME), tub_and_products(STAY)))

    def hold_a_night(self) -> None:
        """Put a night, which half of its price confirms, and products into a cart."""
        night = journey.new_line(f"{STAY}T16:00:00-03:00", "cabana-tepa")
        self._opened({"lines": [night], "products": [{"product": "espumante", "quantity": 2}]})

    def check_out(self, method: str = "flow", pay: str = "full") -> None:
        """Check out, and ask for a payment page again if none came."""
        form = {**FORM, "payment_method": method, "pay": pay}
        self.placed = self.ask("POST", "/api/reservas", "place", token=self.cart_token, body=form).json
        self.payment = self.placed["payment"]
        if self.payment and not self.payment["url"]:
            self.pay_again("page", method, pay)

    def pay_again(self, name: str, method: str = "flow", pay: str = "full") -> None:
        """Ask for another payment of the order, until there is a page to pay on."""
        for number in range(3):
            self.payment = self.ask("POST", f"/api/reservas/{self.order}/pagos", f"{name}-{number}",
                                    token=self.placed["token"], body={"method": method, "pay": pay}).json["payment"]
            if self.payment["url"]:
                return
        raise AssertionError("no payment page")

    def pay(self) -> None:
        """Pay what the page asks for."""
        if self.payment["method"] == "flow":
            self.world.flow.pay(self.token)
        elif self.payment["method"] == "mercadopago":
            self.attempt = self.world.mercadopago.pay(self.payment["id"])
        else:
            self.bank += self.payment["amount"]

    def transfer_seen(self) -> None:
        """The front desk finds the money on the account and says so."""
        body = {"amount": self.payment["amount"], "reference": f"BANK-{self.number}"}
        self.ask("POST", f"/api/admin/pagos/{self.payment['id']}/confirmacion", "seen", staff="reception", body=body)

    def _opened(self, body: Body) -> None:
        """Open a cart with this in it."""
        opened = self.ask("POST", "/api/carritos", "open", body=body).json
        self.cart_token = opened["token"]
        self.cart = str(opened["cart"]["id"])

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

    def hold_gifts(self, *gifts: Body) -> None:
        """Put gift cards into a cart."""
        self._opened({"gifts": list(gifts)})

    # What the provider and the cloud do

    @property
    def order(self) -> str:
        return str(self.placed["order"]["id"])

    @property
    def token(self) -> str:
        return str(self.payment["url"].split("token=")[1])

    def notice(self, token: str | None = None) -> None:
        """The provider tells once that the payment has news; when we are not there, that was it."""
        if self.payment["method"] == "mercadopago":
            self._survive(lambda: self.world.mercadopago_notice(token or self.attempt))
        else:
            self._survive(lambda: self.world.send("POST", "/api/webhooks/flow", form=f"token={token or self.token}"))

    def minutes(self, count: int) -> None:
        """Let minutes pass, each with its look at the open payments."""
        for _ in range(count):
            self.world.clock.advance(minutes=1)
            self._survive(self.world.poll)

    def minute(self, job: Callable[[], object]) -> None:
        """Let a minute pass and another job of ours run."""
        self.world.clock.advance(minutes=1)
        self._survive(job)

    def rest(self) -> None:
        """Let the cloud work until nothing moves any more."""
        quiet = 0
        for _ in range(PATIENCE):
            self._survive(lambda: self.world.stream(self.order))
            self.world.mail_events()
            for queue in QUEUES:
                self._survive(lambda queue=queue: self.world.work(queue))
            for token, refund in self.world.flow.refund_notices():
                self._until_taken(f"/api/webhooks/flow/devolucion/{refund}", token)
            moving = any(self.world.queued.values()) or self.world.unread(self.order)
            quiet = 0 if moving else quiet + 1
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
        """Take the order from the list of those to look after and clear the books: the next story begins afresh."""
        empty("calendar")
        for product, left in self.shelf.items():
            stock.Counter(sk=product, left=left).save()
        if self.placed:
            connection().dispatch("UpdateItem", {
                "TableName": settings.table("orders"), "Key": {"pk": {"S": self.order}, "sk": {"S": "order"}},
                "UpdateExpression": "REMOVE due, due_at"})

    # What must be true at the end

    def conserved(self, state: OrderState, mails: list[str], *, kept: int | None = None) -> None:
        """Check money, slots, stock, facts and mails of the order, which must have ended in `state`.

        `kept` is the money that it must have been paid, in CLP: if nothing else is said, all of it once confirmed.
        """
        order = orders.load(self.order)
        ledger = [payments.load(PaymentId(payment)) for payment in order.payments]
        assert order.state is state
        self._money(order, ledger, (order.total if state is OrderState.CONFIRMED else 0) if kept is None else kept)
        self._slots(order)
        self._stock(order)
        self._facts(order)
        assert self.world.post.kinds() == mails
        assert 403 not in self.statuses

    def _money(self, order: Order, ledger: list[Payment], kept: int) -> None:
        known = {payment.id: payment for payment in ledger}
        flow, mercadopago = self.world.flow, self.world.mercadopago
        assert {page.ask.payment for page in flow.pages.values()} | set(mercadopago.pages) <= set(known)
        assert {payment.state for payment in ledger} <= AT_REST
        assert {refund.state for payment in ledger for refund in payment.refunds} <= REFUNDS_AT_REST
        for page in (*flow.pages.values(), *mercadopago.attempts.values()):
            if page.state is Reported.PAID:
                assert known[page.ask.payment].paid == page.ask.amount
        held = flow.holds + mercadopago.holds + self.bank
        assert held == sum(payment.paid - payment.refunded for payment in ledger)
        assert order.kept == sum(payment.kept for payment in ledger) == kept
        asked = Counter(ask.refund for ask in (*flow.refunds.values(), *mercadopago.refunds.values()))
        assert set(asked.values()) <= {1}

    def _slots(self, order: Order) -> None:
        """Compare the ticks that are taken for good, on all sheets, with those of the order's lines."""
        theirs = {(*place.key, tick): line.id for line in order.timed for place in line.occupied.places
                  for tick in place.ticks}
        assert journey.owners() == (theirs if order.state is OrderState.CONFIRMED else {})

    def _stock(self, order: Order) -> None:
        sold = {} if order.state is OrderState.EXPIRED else products(order.lines)
        assert stock.left() == {product: left - sold.get(product, 0) for product, left in self.shelf.items()}

    def _facts(self, order: Order) -> None:
        told = Counter(item["type"]["S"] for item in self.world.facts(order.id))
        assert told["order.placed"] == 1
        assert told["order.confirmed"] == (1 if order.state in (OrderState.CONFIRMED, OrderState.CANCELLED) else 0)
        assert told["order.expired"] <= 1
        most = {"order.changed": 3, "payment.opened": len(order.payments),
                "payment.transfer_awaited": len(order.payments),
                "payment.mismatch": len(Problem)}
        assert {type: count for type, count in told.items() if count > most.get(type, 1)} == {}
