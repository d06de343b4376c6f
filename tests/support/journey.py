"""A guest's whole journey in one process: the real application on an emulator's tables, with a provider and a mail
service of our own making, and a clock that stands still.

Everything between the HTTP event and DynamoDB is the production code. What the cloud would carry from one function
to the next (queues, the stream) is carried here by `World`, so that a test can repeat, delay or reorder it.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from chalice.app import DynamoDBEvent, SQSEvent

from app import app
from chalicelib.availability.table import Sheet
from chalicelib.aws import files, limits, queues, relay
from chalicelib.aws.tables import connection
from chalicelib.catalog import table as catalogue_table
from chalicelib.catalog.load import load
from chalicelib.catalog.publish import publish
from chalicelib.core.clock import FixedClock
from chalicelib.giftcards import jobs as giftcard_jobs
from chalicelib.notifications import jobs as mail_jobs
from chalicelib.notifications import send as mail_send
from chalicelib.notifications import table as mail_table
from chalicelib.notifications.model import Delivery, Mail
from chalicelib.orders import api as orders_api
from chalicelib.orders import jobs as order_jobs
from chalicelib.payments.gateway import Gateway
from chalicelib.payments.transfer import TransferGateway
from chalicelib.waitlist import jobs as waitlist_jobs
from chalicelib.web import edge
from infra.local.mercadopago.signature import signature_header
from infra.paths import ROOT
from tests.support import direct
from tests.support.memory_flow import MemoryFlow
from tests.support.memory_mercadopago import MemoryMercadoPago
from tests.support.staff import authorizer
from tests.support.tables import SECRETS

NOW = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)  # a Wednesday at noon
CATALOGUE = ROOT / "infra/demo/catalogue.yaml"
TUB = "tina-hornopiren"
WEBHOOK_SECRET = str(json.loads(SECRETS["mercadopago"])["webhook_secret"])
GUEST = {"phone": "+56987654321", "name": "Ana Soto", "email": "ana@example.cl"}
QUEUES = ("payment-signals", "refunds", "giftcards", "giftcard-prints", "notifications", "waitlist")
FORM: dict[str, Any] = {"guest": GUEST, "consents": {"policy": True}, "policy_version": "2026-11",
                        "payment_method": "flow"}


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def request_event(method: str, path: str, *, body: Any = None, token: str | None = None, key: str | None = None,
                  caller: str = "10.0.0.1", form: str | None = None, staff: str | None = None,
                  more: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the API Gateway proxy event of a request; `staff="reception"` sends it as a member of staff.

    `more` are further headers.
    """
    path, _, query = path.partition("?")
    resource, values = _resource(method, path)
    headers = {"accept-language": "es", **(more or {})}
    if body is not None:
        headers["content-type"] = "application/json"
    if form is not None:
        headers["content-type"] = "application/x-www-form-urlencoded"
    if token:
        headers["authorization"] = f"Bearer {token}"
    if key:
        headers["idempotency-key"] = key
    parameters = dict(pair.split("=", 1) for pair in query.split("&")) if query else {}
    return {
        "resource": resource, "path": path, "httpMethod": method, "headers": headers,
        "multiValueQueryStringParameters": {name: [value] for name, value in parameters.items()} or None,
        "pathParameters": values or None, "stageVariables": None, "isBase64Encoded": False,
        "body": form if form is not None else json.dumps(body) if body is not None else None,
        "requestContext": {"resourcePath": resource, "httpMethod": method, "requestId": "request-0001",
                           "identity": {"sourceIp": caller}, "path": path, **authorizer(staff)},
    }


def _resource(method: str, path: str) -> tuple[str, dict[str, str]]:
    everything = (route for routes in app.areas.values() for route in routes.table)
    for route in sorted(everything, key=lambda route: route.path.count("{")):
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)
        found = re.fullmatch(pattern, path)
        if found and route.method == method:
            return route.path, found.groupdict()
    raise LookupError(f"no route {method} {path}")


def send(method: str, path: str, **options: Any) -> Reply:
    """Send one request through the application, edge and all."""
    answer = app(request_event(method, path, **options), None)
    return Reply(answer["statusCode"], answer["body"], answer.get("headers", {}))


def new_line(start: str = "2026-12-03T17:00:00-03:00", service: str = TUB, guests: int = 2) -> dict[str, Any]:
    """Return the body that asks for one line."""
    return {"service": service, "start": start, "guests": guests}


@dataclass
class Post:
    """The mail service: what it accepted."""

    accepted: list[tuple[str, Mail]] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)

    def __call__(self, mail: Mail, *, mail_id: str) -> str | None:
        self.accepted.append((mail_id, mail))
        self.unheard.append(mail_id)
        return f"message-{len(self.accepted)}"

    def kinds(self) -> list[str]:
        return sorted(mail.kind for _, mail in self.accepted)


@dataclass
class Sqs:
    """The queues: a message waits until a worker has done it."""

    waiting: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:
        queue = QueueUrl.rpartition("/")[2].removeprefix("test-")
        self.waiting.setdefault(queue, []).append(json.loads(MessageBody))


@dataclass
class World:
    """Everything around the functions: clock, providers, mail service, queues and the stream."""

    clock: FixedClock
    flow: MemoryFlow
    mercadopago: MemoryMercadoPago
    transfer: TransferGateway = field(default_factory=lambda: TransferGateway(site_url="https://site.test"))
    post: Post = field(default_factory=Post)
    sqs: Sqs = field(default_factory=Sqs)
    relayed: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)  # what was printed, by bucket and key
    running: Callable[[], AbstractContextManager[Any]] = nullcontext  # entered while one of our functions runs

    def send(self, method: str, path: str, **options: Any) -> Reply:
        """Send one request through the application."""
        with self.running():
            return send(method, path, **options)

    def gateway(self, method: str) -> Gateway:
        """Return the provider behind a way to pay."""
        return {"flow": self.flow, "mercadopago": self.mercadopago, "transfer": self.transfer}[method]

    def post_mail(self, mail: Mail, *, mail_id: str) -> str | None:
        """Hand a mail to the mail service."""
        return self.post(mail, mail_id=mail_id)

    def keep(self, bucket: str, key: str, content: bytes, content_type: str) -> None:
        """Keep a file in place of S3."""
        self.files[f"{bucket}/{key}"] = content

    def poll(self) -> None:
        """Run the minute's look at open payments."""
        with self.running():
            order_jobs.poll_payments({}, None)

    def deliver_cards(self) -> dict[str, int]:
        """Run the minute's look at gift cards whose time has come."""
        with self.running():
            found: dict[str, int] = giftcard_jobs.deliver_cards({}, None)
        return found

    def mercadopago_notice(self, number: str) -> Reply:
        """Mercado Pago tells, signed, that one of its payments has news."""
        ts = str(int(self.clock.now().timestamp()))
        signed = signature_header(WEBHOOK_SECRET, data_id=number, request_id="notice-1", ts=ts)
        return self.send("POST", f"/api/webhooks/mercadopago?data.id={number}&type=payment",
                         more={"x-signature": signed, "x-request-id": "notice-1"})

    @property
    def queued(self) -> dict[str, list[dict[str, Any]]]:
        return self.sqs.waiting

    def work(self, queue: str) -> int:
        """Deliver each waiting message once, alone; keep what fails. Return how many are left."""
        handler = {"payment-signals": order_jobs.settle_signals, "refunds": order_jobs.refund_late_money,
                   "notifications": mail_jobs.send_mails, "waitlist": waitlist_jobs.hear_for_waitlist,
                   "giftcards": order_jobs.issue_cards, "giftcard-prints": giftcard_jobs.print_cards}[queue]
        for body in list(self.queued.get(queue, [])):
            with self.running():
                answer = handler(sqs_event(body), None)
            if not answer["batchItemFailures"]:
                self.queued[queue].remove(body)
        return len(self.queued.get(queue, []))

    def facts(self, order: str) -> list[dict[str, Any]]:
        """Return the fact items of an order, in the order in which they were written."""
        return [item for item in items_of(order) if item["sk"]["S"].startswith(relay.FACT_PREFIX)]

    def stream(self, order: str) -> None:
        """Hand each fact of an order, and of the gift cards it bought, that was not relayed yet to the relay.

        Stop at the first that fails.
        """
        for item in self.unread(order):
            with self.running():
                answer = relay.relay(stream_event(item), None)
            if answer["batchItemFailures"]:
                return
            self.relayed.add(item["sk"]["S"])

    def unread(self, order: str) -> list[dict[str, Any]]:
        """Return the facts of an order, and of the gift cards it bought, that were not relayed yet."""
        mine = items_of(order)
        found = [*mine, *(item for card in _bought(mine) for item in items_of(card))]
        return [item for item in found if item["sk"]["S"].startswith(relay.FACT_PREFIX)
                and item["sk"]["S"] not in self.relayed]

    def mail_events(self) -> None:
        """Tell what the mail service knows: it has every mail it accepted."""
        while self.post.unheard:
            mail_table.record(Delivery(self.post.unheard[0], "processed", int(self.clock.now().timestamp())))
            self.post.unheard.pop(0)

    def settle_everything(self, order: str) -> None:
        """Let the cloud run until nothing moves any more: stream, queues, minutes, provider's notices."""
        for _ in range(12):
            self.stream(order)
            self.mail_events()
            left = sum(self.work(queue) for queue in QUEUES)
            for token, refund in self.flow.refund_notices():
                self.send("POST", f"/api/webhooks/flow/devolucion/{refund}", form=f"token={token}")
            self.stream(order)
            if not left and not any(self.queued.values()):
                return
            self.clock.advance(seconds=200)
        raise AssertionError(f"never came to rest: {self.queued}")


def sqs_event(*bodies: dict[str, Any]) -> dict[str, Any]:
    """Return an SQS event with message ids of their own."""
    return SQSEvent({"Records": [{"body": json.dumps(body), "messageId": f"message-{number}", "receiptHandle": "r"}
                                 for number, body in enumerate(bodies)]}, None).to_dict()


def stream_event(item: dict[str, Any]) -> dict[str, Any]:
    """Return the stream's event of one new item."""
    record = {"eventName": "INSERT", "dynamodb": {"NewImage": item, "SequenceNumber": "1"}, "eventSourceARN": "orders"}
    return DynamoDBEvent({"Records": [record]}, None).to_dict()


def items_of(order: str) -> list[dict[str, Any]]:
    """Return everything stored under an order's number, or an id of the waitlist or of a gift card."""
    from chalicelib.aws import settings

    area = "waitlist" if order.startswith("esp_") else "giftcards" if order.startswith("gft_") else "orders"
    table = settings.table(area)
    answer = direct.ask("Query", {
        "TableName": table, "ConsistentRead": True, "KeyConditionExpression": "pk = :o",
        "ExpressionAttributeValues": {":o": {"S": order}}})
    found: list[dict[str, Any]] = answer["Items"]
    return found


def cards_of(order: str) -> list[str]:
    """Return the gift cards that were issued for an order."""
    return _bought(items_of(order))


def _bought(items: list[dict[str, Any]]) -> list[str]:
    lines = [json.loads(item["lines"]["S"]) for item in items if "lines" in item]
    return [line["card"] for line in lines[0] if line.get("card")] if lines else []


def sheet_of(resource: str, day: str) -> dict[str, dict[str, Any]]:
    """Return the marks on a day sheet: `{"t1700": {"h": claim, "u": epoch}}`, without `u` when confirmed."""
    from chalicelib.aws import settings

    Sheet._get_connection()
    answer = connection().dispatch("GetItem", {"TableName": settings.table("calendar"), "ConsistentRead": True, "Key": {
        "resource": {"S": resource}, "day": {"S": day}}})
    return _marks(answer.get("Item", {}))


def owners(*, held: bool = False) -> dict[tuple[str, str, str], str]:
    """Return who has what for good (or also for the while), on all day sheets: claims by partition, sort key, tick."""
    from chalicelib.aws import settings

    answer = direct.ask("Scan", {"TableName": settings.table("calendar"), "ConsistentRead": True})
    return {(sheet["resource"]["S"], sheet["day"]["S"], tick): mark["h"] for sheet in answer["Items"]
            for tick, mark in _marks(sheet).items() if held or "u" not in mark}


def _marks(sheet: dict[str, Any]) -> dict[str, dict[str, Any]]:
    marks = {name: value["M"] for name, value in sheet.items() if "M" in value}
    return {name: {part: next(iter(value.values())) for part, value in mark.items()} for name, mark in marks.items()}


def published(path: Path = CATALOGUE) -> None:
    """Publish the demo catalogue to the tables at hand."""
    publish(load(path), by="test", note="test", clock=FixedClock(NOW))


@contextmanager
def world(at: datetime = NOW) -> Iterator[World]:
    """Yield a world whose clock stands at `at`, wired into the application until the block ends."""
    clock = FixedClock(at)
    found = World(clock, MemoryFlow(clock), MemoryMercadoPago(clock))
    with (
        mock.patch.object(edge, "clock", clock), mock.patch.object(order_jobs, "clock", clock),
        mock.patch.object(mail_jobs, "clock", clock), mock.patch.object(waitlist_jobs, "clock", clock),
        mock.patch.object(giftcard_jobs, "clock", clock),
        mock.patch.object(orders_api, "gateway", found.gateway),
        mock.patch.object(order_jobs, "gateway", found.gateway),
        mock.patch.object(queues, "client", lambda service: found.sqs), mock.patch.object(files, "put", found.keep),
        mock.patch.dict(limits._seen, clear=True),
        mock.patch.dict(mail_send.send_mail.__kwdefaults__, {
            "post": lambda mail, mail_id: found.post_mail(mail, mail_id=mail_id)}),
    ):
        catalogue_table.forget()
        yield found
        catalogue_table.forget()
