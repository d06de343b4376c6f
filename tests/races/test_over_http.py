"""Thirty-two buyers of one slot over HTTP, through API Gateway, Lambda and the roles: one wins each time."""

import json
import threading
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from chalicelib.core.clock import SystemClock, spa_date
from chalicelib.core.ids import random_id

if TYPE_CHECKING:
    from infra.local.stack import Stack

BUYERS = 32
ROUNDS = 20
TUB, SERVICE = "tronador", "tina-tronador"


def buy(stack: "Stack", start: str, buyer: int, gate: threading.Barrier) -> tuple[int, dict[str, Any]]:
    """Ask for a cart with the slot in it; return status and body."""
    request = urllib.request.Request(
        f"{stack.api_url}/api/carritos", method="POST",
        data=json.dumps({"lines": [{"service": SERVICE, "start": start, "guests": 2}]}).encode(),
        headers={"Content-Type": "application/json", "Idempotency-Key": random_id("key"),
                 **stack.as_cloudfront(f"198.51.{buyer}.{abs(hash(start)) % 250}:4711")})
    gate.wait()
    try:
        with urllib.request.urlopen(request, timeout=180) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def slots(stack: "Stack") -> list[str]:
    """Return starts that nobody has, each on a day of its own: other tests book on the same cloud."""
    first = spa_date(SystemClock().now()) + timedelta(days=100)
    asked = f"servicio={SERVICE}&desde={first}&hasta={first + timedelta(days=60)}&personas=2"
    with urllib.request.urlopen(f"{stack.api_url}/api/disponibilidad?{asked}", timeout=180) as answer:
        days = json.load(answer)["services"][0]["days"]
    whole = [day["slots"] for day in days if day["slots"] and all(slot["free"] for slot in day["slots"])]
    return [free[0]["start"] for free in whole[:ROUNDS]]


@pytest.mark.slow
def test_of_32_buyers_over_http_exactly_one_wins_in_each_of_20_rounds(stack: "Stack") -> None:
    with ThreadPoolExecutor(max_workers=BUYERS) as pool:
        starts = slots(stack)
        assert len(starts) == ROUNDS
        for start in starts:
            gate = threading.Barrier(BUYERS)
            replies = [run.result() for run in [pool.submit(buy, stack, start, n, gate) for n in range(BUYERS)]]
            won = [body for status, body in replies if status == 201]
            lost = Counter((status, body.get("code")) for status, body in replies if status != 201)
            assert len(won) == 1, lost
            assert lost == {(409, "slot_taken"): BUYERS - 1}
            item = stack.client("dynamodb").get_item(TableName=stack.table("calendar"), ConsistentRead=True, Key={
                "resource": {"S": TUB}, "day": {"S": start[:10]}})["Item"]
            owners = {value["M"]["h"]["S"] for name, value in item.items() if "M" in value}
            assert owners == {won[0]["cart"]["lines"][0]["id"]}
