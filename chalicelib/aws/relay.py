"""Facts leave the order's table by its stream and reach each consumer's queue.

At least once: a batch that fails is read again, and every consumer recognises a fact it has handled by its id.
"""

import json
from typing import Any

from chalice.app import Blueprint, DynamoDBEvent

from ..core.events import CONSUMERS, FACT_PREFIX, Fact
from . import logs, queues

jobs = Blueprint(__name__)


@jobs.on_dynamodb_record(stream_arn="orders", batch_size=25)
def relay(event: DynamoDBEvent) -> dict[str, Any]:
    """Send each new fact to the queues that subscribe to its type; stop at the first failure, which is retried.

    Returns the partial batch response of stream sources: the sequence number to start again from.
    """
    for record in event.to_dict()["Records"]:
        image = record["dynamodb"].get("NewImage") or {}
        if record["eventName"] != "INSERT" or not image["sk"]["S"].startswith(FACT_PREFIX):
            continue
        try:
            _deliver(_fact(image))
        except Exception:  # noqa: BLE001  the outermost handler: logged and handed back to the stream
            logs.exception("relay failed")
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def _deliver(fact: Fact) -> None:
    logs.bind(fact.trace, fact=fact.id, fact_type=fact.type, order=fact.order)
    for queue in CONSUMERS[fact.type]:
        queues.send(queue, fact.as_message())
        logs.info("fact relayed", consumer=queue)


def _fact(image: dict[str, Any]) -> Fact:
    return Fact.from_message({
        "id": image["sk"]["S"].removeprefix(FACT_PREFIX), "order": image["pk"]["S"],
        "type": image["type"]["S"], "at": image["at"]["S"], "trace": image["trace"]["S"],
        "data": json.loads(image["data"]["S"]),
    })
