"""Facts reach every queue that asked for them, and one bad message never holds up the others."""

import json
from typing import Any

import pytest

from chalicelib.aws import queues
from chalicelib.aws.relay import relay
from chalicelib.core.errors import Retryable, Terminal
from chalicelib.core.events import CONSUMERS, Fact
from tests.support.spa import NOW, sqs_event


def record(
    number: int, type: str = "order.confirmed", *, event: str = "INSERT", sk: str | None = None
) -> dict[str, Any]:
    image = {
        "pk": {"S": "ORDER-1"},
        "sk": {"S": sk or f"fact#ORDER-1.{number:06d}.0"},
        "type": {"S": type},
        "at": {"S": NOW.isoformat()},
        "trace": {"S": "trace-1"},
        "data": {"S": json.dumps({"amount": 50_000})},
    }
    stream: dict[str, Any] = {"SequenceNumber": str(number)}
    if event != "REMOVE":
        stream["NewImage"] = image
    return {"eventID": str(number), "eventName": event, "dynamodb": stream}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What is put on the queues."""
    found: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(queues, "send", lambda queue, body: found.append((queue, body)))
    return found


def relayed(*records: dict[str, Any]) -> list[str]:
    answer = relay({"Records": list(records)}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.mark.parametrize("type", sorted(CONSUMERS))
def test_a_fact_reaches_exactly_the_queues_that_asked_for_its_type(type: str, sent: list[Any]) -> None:
    assert relayed(record(1, type)) == []
    assert [queue for queue, _ in sent] == list(CONSUMERS[type])


def test_a_fact_arrives_as_it_was_written(sent: list[Any]) -> None:
    relayed(record(3))
    ((_, body),) = sent
    assert Fact.from_message(body) == Fact(
        id="ORDER-1.000003.0", type="order.confirmed", at=NOW, order="ORDER-1", trace="trace-1", data={"amount": 50_000}
    )


@pytest.mark.parametrize(
    "other",
    [
        record(1, event="MODIFY"),
        record(1, event="REMOVE"),
        record(1, sk="order"),
    ],
    ids=["a change", "a removal", "the order itself"],
)
def test_only_new_facts_are_sent(other: dict[str, Any], sent: list[Any]) -> None:
    assert relayed(other) == []
    assert sent == []


def test_a_batch_starts_again_from_the_first_fact_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    def send(queue: str, body: dict[str, Any]) -> None:
        if body["id"].endswith("2.0"):
            raise OSError("no queue")
        sent.append(body["id"])

    monkeypatch.setattr(queues, "send", send)
    assert relayed(record(1), record(2), record(3)) == ["2"]
    assert sent == ["ORDER-1.000001.0"]


def test_a_fact_nobody_has_declared_is_not_lost_silently(sent: list[Any]) -> None:
    assert relayed(record(1), record(2, "order.vanished"), record(3)) == ["2"]


def test_good_messages_are_worked_and_bad_ones_come_again() -> None:
    worked: list[int] = []

    def work(body: dict[str, Any]) -> None:
        worked.append(body["n"])
        if body["n"] == 1:
            raise Retryable("busy")
        if body["n"] == 2:
            raise Terminal("provider_refused")
        if body["n"] == 3:
            raise KeyError("a fault of ours")

    event = sqs_event(*({"n": n} for n in range(5)))
    assert queues.work_through(event, work, queue="refunds") == {
        "batchItemFailures": [{"itemIdentifier": f"message-{n}"} for n in (1, 2, 3)]
    }
    assert worked == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("poison", ["not json", "", "[]", "7", "null"])
def test_a_message_that_cannot_be_read_fails_alone(poison: str) -> None:
    worked: list[int] = []
    event = sqs_event({"n": 0}, poison, {"n": 2})
    answer = queues.work_through(event, lambda body: worked.append(body["n"]), queue="refunds")
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["message-1"]
    assert worked == [0, 2]


def test_a_batch_that_went_well_says_so() -> None:
    assert queues.work_through(sqs_event({"n": 0}), lambda body: None, queue="refunds") == {"batchItemFailures": []}


@pytest.mark.usefixtures("spa")
def test_a_sent_message_arrives_as_json() -> None:
    import os

    from chalicelib.aws.clients import client

    url = os.environ["REFUNDS_QUEUE_URL"]
    client("sqs").purge_queue(QueueUrl=url)
    queues.send("refunds", {"id": "1", "ñ": "á"})
    (message,) = client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"]) == {"id": "1", "ñ": "á"}
    client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
