"""The worker and the webhook with real tables around them and the mail sandbox behind them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from chalice.app import SQSEvent

from app import app
from chalicelib.aws import secrets, settings
from chalicelib.aws.clients import client
from chalicelib.aws.transactions import Transaction
from chalicelib.carts.lines import Line
from chalicelib.catalog import table as catalogue_table
from chalicelib.catalog.load import load
from chalicelib.catalog.model import Catalogue
from chalicelib.catalog.publish import publish
from chalicelib.core.clock import FixedClock, SystemClock
from chalicelib.core.events import Fact
from chalicelib.core.ids import order_number, random_id
from chalicelib.core.money import Clp
from chalicelib.notifications import jobs, sendgrid
from chalicelib.orders import table as orders
from chalicelib.orders.guest import Guest
from chalicelib.payments import table as payments
from chalicelib.payments.model import Payment, PaymentId, PaymentState
from chalicelib.web import edge
from infra.local.mail import Server, serve
from infra.paths import ROOT
from tests.notifications.builders import a_payment, an_order
from tests.support.http import Client

API_KEY = "SG.a-key-for-tests"
GUEST = Guest(phone="+56987654321", name="Ana María Soto", email="ana@correo.cl")


@dataclass
class Post:
    """The worker's surroundings: its clock, the sandbox, and the queue that brings a message again when it failed."""

    clock: FixedClock
    sandbox: Server
    http: Client

    def deliver(self, *facts: Fact) -> list[int]:
        """Deliver the facts' messages in one batch and return the places of those that will come again."""
        return self.deliver_bodies(*(json.dumps(fact.as_message()) for fact in facts))

    def deliver_bodies(self, *bodies: str) -> list[int]:
        records = [{"messageId": str(index), "body": body} for index, body in enumerate(bodies)]
        answer = jobs.send_mails(SQSEvent({"Records": records}, None).to_dict(), None)
        return [int(item["itemIdentifier"]) for item in answer["batchItemFailures"]]

    def deliver_when(self, fault: str, fact: Fact) -> list[int]:
        """Deliver a fact's message while the next answer fails so: if it is late by a second, the worker gives up."""
        self.sandbox.fault(fault, seconds=1)
        with mock.patch.object(sendgrid, "TIMEOUT_SECONDS", 0.5 if fault.startswith("timeout") else 20):
            return self.deliver(fact)

    def tell(self, *, tamper: bool = False, timestamp: str | None = None) -> int:
        """Let the sandbox tell the webhook of everything that it has to tell, signed; return the answer's status."""
        events = [event.body for event in self.sandbox.events.store.due(4e9)]
        return self.tell_events(events, tamper=tamper, timestamp=timestamp)

    def tell_events(self, events: Any, *, tamper: bool = False, timestamp: str | None = None) -> int:
        headers, body = self.sandbox.events.signed(events, timestamp or str(int(self.clock.now().timestamp())))
        raw = (body + b" " if tamper else body).decode()
        return self.http.ask("POST", "/api/webhooks/sendgrid", raw=raw, headers=headers, key=None).status

    def subjects(self) -> list[str]:
        return [message["mail"]["subject"] for message in self.sandbox.messages()]


@pytest.fixture
def post(dynamodb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    sandbox = serve(0, tmp_path, settings={"api_key": API_KEY, "batch_seconds": 0.05})
    monkeypatch.setenv("SENDGRID_API_URL", sandbox.url)
    monkeypatch.setenv("MAIL_FROM", "reservas@aremko.test")
    before = secrets.secret("sendgrid")
    _put_secret(api_key=API_KEY, webhook_public_key=sandbox.public_key)
    clock = FixedClock(SystemClock().now())
    monkeypatch.setattr(jobs, "clock", clock)
    monkeypatch.setattr(edge, "clock", clock)
    yield Post(clock, sandbox, Client(app))
    sandbox.stop()
    _put_secret(**before)


def _put_secret(**values: str) -> None:
    client("secretsmanager").put_secret_value(SecretId=settings.secret_arn("sendgrid"), SecretString=json.dumps(values))
    secrets.secret.cache_clear()


@pytest.fixture
def confirmed(dynamodb: str) -> Callable[..., Fact]:
    """Store an order of a tub with its payment, paid unless it is said otherwise, and return a fact of both."""

    def make(type: str = "order.confirmed", language: str = "es", *, payment: Payment | None = None,
             lines: Sequence[Line] = (), choose_until: datetime | None = None, **data: Any) -> Fact:
        number = order_number()
        payment = replace(payment or a_paid_one(), id=PaymentId(random_id("pay")), order=number, order_number=number)
        order = an_order(*lines, id=number, language=language, guest=GUEST, payments=(payment.id,), paid=payment.kept,
                         choose_until=choose_until)
        tx = Transaction()
        payments.opened(tx, payment)
        orders.saved(tx, order)
        tx.commit()
        return orders.fact(order, type, **{"payment": payment.id, **data})

    return make


def a_paid_one() -> Payment:
    """A payment with Flow that has brought its money."""
    return replace(a_payment(), state=PaymentState.PAID, received=Clp(50_000))


@pytest.fixture
def catalogue(dynamodb: str) -> Iterator[Catalogue]:
    """The demo catalogue, published."""
    published = load(ROOT / "infra/demo/catalogue.yaml")
    catalogue_table.forget()
    publish(published, by="tests", note="demo", clock=FixedClock(SystemClock().now()))
    catalogue_table.forget()
    yield published
    catalogue_table.forget()
