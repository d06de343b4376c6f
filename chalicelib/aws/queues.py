"""Sending to a queue, and working through a batch so that one bad message does not hold up the others."""

import json
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ..core.errors import DomainError, Retryable
from . import logs, metrics, settings
from .clients import client
from .outage import passing

Message = dict[str, Any]


def send(queue: str, body: Message) -> None:
    """Put one message on a queue; one request. Raises Retryable("busy") when SQS does not answer, or not now."""
    try:
        client("sqs").send_message(QueueUrl=settings.queue_url(queue), MessageBody=json.dumps(body))
    except (BotoCoreError, ClientError) as error:
        if passing(error):
            raise Retryable("busy") from error
        raise


def work_through(event: dict[str, Any], work: Callable[[Message], None], *, queue: str) -> dict[str, Any]:
    """Handle each message of an SQS event and return the failed ones (partial batch response).

    A message that fails is logged and comes again after its visibility time; after five receives it goes to the
    queue's DLQ, whose alarm names the runbook. Handlers may therefore run twice.
    """
    failed = []
    for record in event["Records"]:
        logs.bind(record["messageId"], queue=queue)
        try:
            body = json.loads(record["body"])
            logs.bind(str(body.get("trace") or record["messageId"]), queue=queue)
            work(body)
        except DomainError as error:
            logs.warning("message will come again", code=error.code, kind=type(error).__name__)
            failed.append(record["messageId"])
        except Exception:  # noqa: BLE001  the outermost handler: logged, returned to the queue, ends in the DLQ
            logs.exception("message failed")
            failed.append(record["messageId"])
    if failed:
        metrics.count("MessageFailed", len(failed), queue=queue)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}
