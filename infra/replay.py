"""Sending facts to their consumers' queues once more, when the relay could not.

    python -m infra.replay --stage prod --order 7K2M-9Q4T-X
    python -m infra.replay --stage prod --since 2026-12-01T10:00:00-03:00 --until 2026-12-01T11:00:00-03:00 --send

It lists what it would send, and sends with `--send`. Every consumer recognises a fact it has handled by its id, so a
fact too many is harmless; the mail ledger remembers for 90 days, which is why nothing older than MOST_DAYS is sent.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.events import CONSUMERS, Fact
from infra import package
from infra.cfn import pascal
from infra.deploy import REGION, Place

MOST_DAYS = 60
_PREFIX = "fact#"
_TABLES = {"orders": "OrdersTable", "waitlist": "WaitlistTable", "giftcards": "GiftcardsTable"}


def facts_of(dynamodb: Any, table: str, order: str) -> list[Fact]:
    """Return an order's facts, oldest first; one query."""
    pages = dynamodb.get_paginator("query").paginate(
        TableName=table, KeyConditionExpression="pk = :order AND begins_with(sk, :fact)",
        ExpressionAttributeValues={":order": {"S": order}, ":fact": {"S": _PREFIX}}, ConsistentRead=True)
    return _sorted(pages)


def facts_between(dynamodb: Any, table: str, since: datetime, until: datetime) -> list[Fact]:
    """Return all facts of a time, oldest first. It reads the whole table: a tool for a bad day, not for a program."""
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=table, FilterExpression="begins_with(sk, :fact)",
        ExpressionAttributeValues={":fact": {"S": _PREFIX}}, ConsistentRead=True)
    return [fact for fact in _sorted(pages) if since <= fact.at < until]


def replay(sqs: Any, queues: dict[str, str], facts: list[Fact], now: datetime) -> Iterator[str]:
    """Send each fact to its consumers' queues (URLs by name) and yield a line for each message."""
    for fact in facts:
        if now - fact.at > timedelta(days=MOST_DAYS):
            yield f"{fact.at.isoformat()}  {fact.id}  {fact.type}: older than {MOST_DAYS} days, not sent"
            continue
        for name in CONSUMERS[fact.type]:
            sqs.send_message(QueueUrl=queues[name], MessageBody=json.dumps(fact.as_message()))
            yield f"{fact.at.isoformat()}  {fact.id}  {fact.type} → {name}"


def listed(facts: list[Fact]) -> Iterator[str]:
    """Yield a line for each fact that has a consumer."""
    for fact in facts:
        if CONSUMERS[fact.type]:
            yield f"{fact.at.isoformat()}  {fact.id}  {fact.type} → {', '.join(CONSUMERS[fact.type])} (not sent)"


def _sorted(pages: Any) -> list[Fact]:
    found = [_fact(item) for page in pages for item in page["Items"]]
    return sorted(found, key=lambda fact: (fact.at, fact.id))


def _fact(item: dict[str, Any]) -> Fact:
    return Fact.from_message({
        "id": item["sk"]["S"].removeprefix(_PREFIX), "order": item["pk"]["S"], "type": item["type"]["S"],
        "at": item["at"]["S"], "trace": item["trace"]["S"], "data": json.loads(item["data"]["S"])})


def _physical(place: Place, logical_id: str) -> str:
    found = place.client("cloudformation").describe_stack_resource(StackName=place.stack, LogicalResourceId=logical_id)
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def main() -> int:
    """List or send the facts of an order, or of a time."""
    parser = argparse.ArgumentParser(description="Send facts to their consumers' queues once more")
    parser.add_argument("--stage", choices=package.STAGES, required=True)
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", REGION))
    parser.add_argument("--table", choices=sorted(_TABLES), default="orders")
    parser.add_argument("--order", help="an order's number, or an entry's id with `--table waitlist`")
    parser.add_argument("--since", type=datetime.fromisoformat, help="with its offset")
    parser.add_argument("--until", type=datetime.fromisoformat, default=datetime.now(UTC))
    parser.add_argument("--send", action="store_true")
    chosen = parser.parse_args()
    if (chosen.order is None) == (chosen.since is None):
        parser.error("name an --order or a time --since, one of them")
    if chosen.since and not (chosen.since.tzinfo and chosen.until.tzinfo):
        parser.error("times need their offset: 2026-12-01T10:00:00-03:00")
    if chosen.stage == "local":
        from infra.local.cloud import reach_local

        reach_local()
    place = Place(chosen.stage, chosen.region, os.environ.get("AWS_ENDPOINT_URL"))
    try:
        table, dynamodb = _physical(place, _TABLES[chosen.table]), place.client("dynamodb")
        facts = (facts_of(dynamodb, table, chosen.order) if chosen.order
                 else facts_between(dynamodb, table, chosen.since, chosen.until))
        names = sorted({name for fact in facts for name in CONSUMERS[fact.type]})
        queues = {name: _physical(place, f"{pascal(name)}Queue") for name in names}
        lines = replay(place.client("sqs"), queues, facts, datetime.now(UTC)) if chosen.send else listed(facts)
        for line in lines:
            print(line)
    except (ClientError, BotoCoreError) as error:
        print(f"could not replay in {place.stack}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
