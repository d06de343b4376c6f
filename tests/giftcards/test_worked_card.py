"""The worked card of docs/giftcards.md, step by step as the page tells it."""

from datetime import date, datetime, timedelta

from chalicelib.core.money import format_clp
from chalicelib.giftcards import ledger, table
from infra.paths import ROOT
from tests.giftcards.test_ledger import NOW, done, new_card
from tests.support.books import empty

LATER = datetime(2028, 1, 10, 15, 0, tzinfo=NOW.tzinfo)


def _told() -> list[list[str]]:
    """Return the cells of the page's table: entry, balance, free, held."""
    page = (ROOT / "docs/giftcards.md").read_text(encoding="utf-8")
    rows = page.split("| what happens | entry |")[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")][1:] for row in rows]


def _stands() -> list[str]:
    """Return how the card stands, as a row of the table has it without the entry."""
    card = table.load("gft_one")
    return [format_clp(amount)[1:].replace(".", ",") for amount in (card.balance, card.free, sum(card.holds.values()))]


def _entries() -> list[int]:
    return [entry.amount for entry in table.load("gft_one").entries]


def test_the_worked_card_is_as_the_page_says(dynamodb: str) -> None:
    empty("giftcards")
    steps = [
        lambda tx: table.issued(tx, new_card()),
        lambda tx: ledger.hold(tx, "gft_one", "first", 50_000, NOW),
        lambda tx: ledger.redeem_held(tx, "gft_one", "first", 50_000, NOW),
        lambda tx: ledger.refund(tx, table.load("gft_one"), "first", 30_000 - 25_000, NOW, "cancelled"),
        lambda tx: ledger.hold(tx, "gft_one", "second", 2_000, NOW),
        lambda tx: ledger.release(tx, "gft_one", "second", 2_000),
        lambda tx: ledger.expire(tx, table.load("gft_one"), LATER),
        lambda tx: ledger.refund(tx, table.load("gft_one"), "first", 45_000, LATER, "cancelled"),
    ]
    rows, seen = _told(), 0
    assert len(rows) == len(steps)
    for step, (entry, *amounts) in zip(steps, rows, strict=True):
        done(step)
        new = _entries()[seen:]
        seen += len(new)
        assert [f"{amount:+,}".replace("-", "−") for amount in new] == ([entry] if entry else [])
        assert _stands() == amounts
    assert table.load("gft_one").last_day == date(2028, 1, 10) + timedelta(days=30)
