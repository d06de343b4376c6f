"""What does not agree of gift cards, their orders and payments, in plain words; it changes nothing.

    python -m infra.diagnose giftcards --stage prod
    python -m infra.diagnose giftcards --stage local --card gft_… | --order 7K2M-9Q4T-X

It looks at what the job `check-cards` looks at each night. The exit code is 1 if anything does not agree, 2 if nobody
could look.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.clock import Clock, SystemClock
from chalicelib.core.errors import DomainError
from chalicelib.core.money import format_clp
from chalicelib.orders.card_books import Odd, What
from chalicelib.orders.check_cards import Report, check, check_card, check_order
from infra import package
from infra.deploy import REGION, Place

TABLES = {"GIFTCARDS_TABLE": "GiftcardsTable", "ORDERS_TABLE": "OrdersTable", "PAYMENTS_TABLE": "PaymentsTable"}
RUNBOOK = "docs/operations.md#gift-cards-differ"

_WORDS = {
    What.AMOUNTS: "its amounts contradict its ledger: {detail}",
    What.OVERDUE: "{says} are still on it although its last day is over: has `expire-cards` run?",
    What.CODE: "its code does not open it",
    What.HELD: "the card keeps {says} for the order, the order says {other}, or is not being paid any more",
    What.SPENT: "by the card's ledger the order has spent {says}, by the order {other}",
    What.LINE: "the card was issued for {says}, the order's line that names it comes to {other}",
    What.LOST: "the order names this card, and it is not there",
    What.NOT_ISSUED: "the order is fully paid, and gift cards for {other} are not issued: dead letters of `giftcards`?",
    What.UNPAID: "cards for {other} were issued when {says} had been paid",
    What.KEPT: "the order's payments keep {says}, the order says {other}",
}


def lines(found: Iterable[Odd]) -> Iterator[str]:
    """Yield a line for each thing that does not agree: of what, and how."""
    for one in found:
        about = ", ".join(filter(None, (one.card and f"gift card {one.card}", one.order and f"order {one.order}")))
        words = _WORDS[one.what].format(says=format_clp(one.says), other=format_clp(one.other), detail=one.detail)
        yield f"{one.what}: {about}: {words}"


def summary(report: Report) -> str:
    """Return what was looked at, and what came of it."""
    looked = f"{report.cards:,} gift cards, {report.orders:,} orders that buy or use some"
    if not report.count:
        return f"Everything agrees: {looked}."
    more = f" The first {len(report.found)} are shown." if report.count > len(report.found) else ""
    return f"{report.count:,} things do not agree ({looked}).{more} What to do: {RUNBOOK}"


def looked(card: str | None, order: str | None, clock: Clock) -> Report:
    """Look at one card, one order, or everything. Raises NotFound for what is not there."""
    if card is None and order is None:
        return check(clock)
    found = check_card(card, clock) if card else check_order(order or "", clock)
    return Report(cards=int(bool(card)), orders=int(bool(order)), count=len(found), found=found)


def reach(stage: str, region: str) -> None:
    """Let the code at hand find the tables of a stage: names from its stack, as its functions have them."""
    if stage == "local":
        from infra.local.cloud import reach_local

        reach_local()
    os.environ.setdefault("AWS_DEFAULT_REGION", region)
    place = Place(stage, region, os.environ.get("AWS_ENDPOINT_URL"))
    stack = place.client("cloudformation")
    for name, logical_id in TABLES.items():
        found = stack.describe_stack_resource(StackName=place.stack, LogicalResourceId=logical_id)
        os.environ[name] = str(found["StackResourceDetail"]["PhysicalResourceId"])


def main() -> int:
    """Look, and print what does not agree."""
    parser = argparse.ArgumentParser(description="Say what does not agree of gift cards, their orders and payments")
    parser.add_argument("what", choices=("giftcards",))
    parser.add_argument("--stage", choices=package.STAGES, required=True)
    parser.add_argument("--region", default=os.environ.get("AWS_REGION", REGION))
    parser.add_argument("--card", help="only this card's id, gft_…")
    parser.add_argument("--order", help="only this order's number")
    chosen = parser.parse_args()
    if chosen.card and chosen.order:
        parser.error("name a --card or an --order, not both")
    try:
        reach(chosen.stage, chosen.region)
        report = looked(chosen.card, chosen.order, SystemClock())
    except (ClientError, BotoCoreError, DomainError) as error:
        print(f"could not look at the gift cards of {chosen.stage}: {error}", file=sys.stderr)
        return 2
    for line in lines(report.found):
        print(line)
    print(summary(report))
    return 1 if report.count else 0


if __name__ == "__main__":
    sys.exit(main())
