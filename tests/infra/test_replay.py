"""Facts the relay could not deliver are sent to their consumers once more, and to nobody else."""

import json
from datetime import UTC, datetime, timedelta

import botocore.session

from chalicelib.core.events import Fact
from chalicelib.orders.table import FactRecord
from infra import replay

NOON = datetime(2026, 12, 2, 15, tzinfo=UTC)


class Sqs:
    """Remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Fact]] = []

    def send_message(self, **asked: str) -> None:
        self.sent.append((asked["QueueUrl"], Fact.from_message(json.loads(asked["MessageBody"]))))


def _fact(type: str, *, nth: int = 0, order: str = "7K2M-9Q4T-X", at: datetime = NOON) -> Fact:
    return Fact(id=f"{order}.000002.{nth}", type=type, at=at, order=order, trace="trace-1", data={"amount": 50000})


def test_each_fact_goes_to_its_consumers_only() -> None:
    sqs, due = Sqs(), _fact("payment.refund_due")
    queues = {"notifications": "url-n", "refunds": "url-r"}

    lines = list(replay.replay(sqs, queues, [_fact("payment.opened", nth=1), due], NOON))

    assert sqs.sent == [("url-r", due), ("url-n", due)]
    assert len(lines) == 2


def test_a_fact_older_than_the_mail_ledger_remembers_is_not_sent() -> None:
    sqs = Sqs()

    lines = list(replay.replay(sqs, {"notifications": "url"}, [_fact("order.confirmed")], NOON + timedelta(days=61)))

    assert sqs.sent == []
    assert "not sent" in lines[0]


def test_a_list_sends_nothing_and_leaves_out_what_nobody_hears() -> None:
    assert list(replay.listed([_fact("payment.opened"), _fact("order.confirmed", nth=1)])) == [
        "2026-12-02T15:00:00+00:00  7K2M-9Q4T-X.000002.1  order.confirmed → notifications (not sent)"]


def test_facts_are_read_as_the_orders_area_wrote_them(dynamodb: str) -> None:
    mine, later = _fact("order.confirmed", order="REPL-AY01-A"), _fact("payment.refunded", nth=1, order="REPL-AY01-A",
                                                                       at=NOON + timedelta(hours=2))
    for fact in (mine, later):
        FactRecord(pk=fact.order, sk="fact#" + fact.id, type=fact.type, at=fact.at.isoformat(), trace=fact.trace,
                   data=fact.data).save()
    client = botocore.session.get_session().create_client("dynamodb", endpoint_url=dynamodb, region_name="sa-east-1")
    table = FactRecord.Meta.table_name

    assert replay.facts_of(client, str(table), "REPL-AY01-A") == [mine, later]
    found = replay.facts_between(client, str(table), NOON, NOON + timedelta(hours=1))
    assert [fact for fact in found if fact.order == "REPL-AY01-A"] == [mine]
