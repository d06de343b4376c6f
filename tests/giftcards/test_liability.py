"""What gift cards owe, by month of issue: sums of ledgers that tie to the peso, on screen and as a sheet."""

import base64
import io
import random
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import app
from chalicelib.core.clock import spa_date
from chalicelib.giftcards import ledger, listing, table
from chalicelib.giftcards.liability import Ledger, Moved, Sums, months, sums
from chalicelib.giftcards.model import Entry, EntryKind
from chalicelib.giftcards.records import CardRecord
from chalicelib.giftcards.sheet import XLSX
from tests.giftcards.test_ledger import NOW, done, new_card
from tests.support import journey
from tests.support.books import empty

PATH = "/api/admin/giftcards/pasivo"
JAN = datetime(2027, 1, 15, 15, tzinfo=UTC)
KINDS = {EntryKind.ISSUE: 1, EntryKind.REDEEM: -1, EntryKind.REFUND: 1, EntryKind.EXPIRE: -1, EntryKind.ADJUST: 1}


@pytest.fixture
def spa(dynamodb: str) -> Iterator[journey.World]:
    """The books of a December and a January, seen on 15 January 2027."""
    empty("giftcards")
    with journey.world(at=JAN) as world:
        yield world


def a_december() -> None:
    """Two cards of December and one of January, and what has become of them."""
    done(lambda tx: table.issued(tx, new_card("gft_a")))
    done(lambda tx: table.issued(tx, new_card("gft_b", 110_000)))
    late = datetime(2027, 1, 2, 12, tzinfo=UTC)
    done(lambda tx: table.issued(tx, new_card("gft_c", 20_000, month="2027-01", created_at=late, entries=(
        Entry(kind=EntryKind.ISSUE, amount=20_000, at=late),))))
    done(lambda tx: ledger.redeem(tx, "gft_a", "AAAA", 50_000, NOW + timedelta(days=1)))
    done(lambda tx: ledger.refund(tx, table.load("gft_a"), "AAAA", 5_000, late, "changed"))
    done(lambda tx: ledger.hold(tx, "gft_b", "BBBB", 30_000, JAN))
    done(lambda tx: ledger.adjust(tx, table.load("gft_b"), -10_000, late, by="member-owner", reason="Se pagó aparte"))
    done(lambda tx: ledger.expire(tx, table.load("gft_c"), JAN))


def row(**figures: int | None) -> dict[str, int | None]:
    names = ("cards", "issued", "redeemed", "refunded", "expired", "adjusted", "outstanding", "held")
    return {**dict.fromkeys(names, 0), **figures}


def ask(spa: journey.World, query: str = "", staff: str = "owner", accept: str = "application/json") -> journey.Reply:
    return spa.send("GET", PATH + query, staff=staff, more={"accept": accept})


def test_each_month_says_what_became_of_its_cards_and_the_rows_add_up(spa: journey.World) -> None:
    a_december()
    found = ask(spa, "?from=2026-11&to=2027-01").json
    december = row(cards=2, issued=160_000, redeemed=-50_000, refunded=5_000, adjusted=-10_000, outstanding=105_000,
                   held=30_000)
    january = row(cards=1, issued=20_000, expired=-20_000)
    assert found == {"as_of": None, "months": [
        {"month": "2026-11", **row()}, {"month": "2026-12", **december}, {"month": "2027-01", **january}],
        "total": row(cards=3, issued=180_000, redeemed=-50_000, refunded=5_000, expired=-20_000, adjusted=-10_000,
                     outstanding=105_000, held=30_000)}
    assert found["total"]["outstanding"] == sum(table.load(card).balance for card in ("gft_a", "gft_b", "gft_c"))
    usual = ask(spa).json
    assert (usual["months"][0]["month"], usual["months"][-1]["month"], len(usual["months"])) == (
        "2025-02", "2027-01", 24)
    assert usual["total"] == found["total"]


def test_a_day_counts_what_was_entered_until_its_end_at_the_spa(spa: journey.World) -> None:
    a_december()
    found = ask(spa, "?from=2026-12&to=2027-01&as_of=2027-01-01").json
    assert found["total"] == row(cards=2, issued=160_000, redeemed=-50_000, outstanding=110_000, held=None)
    assert ask(spa, "?as_of=2026-12-01").json["total"] == row(held=None)
    card = new_card("gft_d", entries=(Entry(kind=EntryKind.ISSUE, amount=50_000, at=NOW),))
    done(lambda tx: table.issued(tx, card))
    midnight = datetime(2026, 12, 11, 3, tzinfo=UTC)
    done(lambda tx: ledger.redeem(tx, "gft_d", "AAAA", 1, midnight - timedelta(microseconds=1)))
    done(lambda tx: ledger.redeem(tx, "gft_d", "BBBB", 2, midnight))
    assert ask(spa, "?as_of=2026-12-10").json["total"]["redeemed"] == -50_001
    assert ask(spa, "?as_of=2026-12-11").json["total"]["redeemed"] == -50_003


@pytest.mark.parametrize(("query", "field", "code"), [
    ("?from=2027-02&to=2027-01", "to", "range_backwards"), ("?from=2010-01", "to", "too_many_months"),
    ("?from=2020-01&to=2030-01", "to", "too_many_months"), ("?as_of=2027-01-16", "as_of", "day_not_over"),
    ("?as_of=2027-02-30", "as_of", "date_from_datetime_parsing"), ("?to=2027-13", "to", "string_pattern_mismatch"),
    ("?from=ayer", "from", "string_pattern_mismatch"), ("?desde=2027-01", "desde", "unknown_field")])
def test_what_can_not_be_is_refused_by_name(spa: journey.World, query: str, field: str, code: str) -> None:
    reply = ask(spa, query)
    assert (reply.status, [(one["field"], one["code"]) for one in reply.json["errors"]]) == (422, [(field, code)])


def test_the_books_are_managements(spa: journey.World) -> None:
    assert ask(spa, staff="reception").json["code"] == "not_permitted"
    assert ask(spa, "/planilla", staff="reception").json["code"] == "not_permitted"


def test_the_sheet_has_the_same_rows_and_ties(spa: journey.World) -> None:
    a_december()
    reply = ask(spa, "/planilla?from=2026-12&to=2027-01")
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="gift-cards-2027-01-15.csv"'
    assert reply.text.removeprefix("\ufeff").splitlines() == [
        "Mes de emisión;Gift cards;Emitido;Canjeado;Devuelto;Vencido;Ajustado;Por canjear;De eso, reservado",
        "2026-12;2;160000;-50000;5000;0;-10000;105000;30000", "2027-01;1;20000;0;0;-20000;0;0;0",
        "Total;3;180000;-50000;5000;-20000;-10000;105000;30000"]
    assert reply.text[0] == "\ufeff"
    day = ask(spa, "/planilla?from=2026-12&to=2026-12&as_of=2026-12-31").text.splitlines()
    assert day[1:] == ["2026-12;2;160000;-50000;0;0;0;110000;", "Total;2;160000;-50000;0;0;0;110000;"]


def test_the_workbook_has_formulas_that_come_to_the_same(spa: journey.World) -> None:
    a_december()
    refused = ask(spa, "/planilla?formato=xlsx")
    assert (refused.status, refused.json["code"]) == (400, "accept_needed")
    event = journey.request_event("GET", PATH + "/planilla?formato=xlsx&from=2026-12&to=2027-01", staff="owner",
                                  more={"accept": XLSX})
    answer = app(event, None)
    assert (answer["statusCode"], answer["isBase64Encoded"], answer["headers"]["Content-Type"]) == (200, True, XLSX)
    cells = cells_of(base64.b64decode(answer["body"]))
    assert [cells[name][0] for name in ("A1", "A2", "A3", "A4")] == ["Mes de emisión", "2026-12", "2027-01", "Total"]
    assert [cells[f"{column}2"][0] for column in "BCDEFGHI"] == [
        "2", "160000", "-50000", "5000", "0", "-10000", "105000", "30000"]
    assert [cells[f"{column}4"] for column in "CDEFGHI"] == [
        ("180000", "SUM(C2:C3)"), ("-50000", "SUM(D2:D3)"), ("5000", "SUM(E2:E3)"), ("-20000", "SUM(F2:F3)"),
        ("-10000", "SUM(G2:G3)"), ("105000", "SUM(C4:G4)"), ("30000", "SUM(I2:I3)")]
    assert cells["H2"] == ("105000", "SUM(C2:G2)")


def cells_of(workbook: bytes) -> dict[str, tuple[str, str | None]]:
    """Return value and formula of each cell, read as the file format says and not as its writer thinks."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    parts = zipfile.ZipFile(io.BytesIO(workbook))
    shared = ["".join(text.text or "" for text in one.iter(f"{space}t"))
              for one in ElementTree.fromstring(parts.read("xl/sharedStrings.xml")).iter(f"{space}si")]
    found = {}
    for cell in ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml")).iter(f"{space}c"):
        value, formula = cell.findtext(f"{space}v") or "", cell.findtext(f"{space}f")
        found[cell.get("r", "")] = (shared[int(value)] if cell.get("t") == "s" else value, formula)
    return found


ENTRIES = st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 10**6), st.integers(0, 60)), max_size=8)


@given(st.lists(st.tuples(ENTRIES, st.integers(0, 10**5)), max_size=6), st.integers(0, 60))
def test_sums_are_those_of_anybody_who_adds_the_entries_up_by_hand(cards: Any, days: int) -> None:
    begin = datetime(2027, 3, 1, 2, 59, tzinfo=UTC)  # a minute before midnight at the spa; its clocks move within
    books = [Ledger(tuple(Moved(kind, KINDS[kind] * amount, begin + timedelta(days=day)) for kind, amount, day in
                          entries), held) for entries, held in cards]
    day = spa_date(begin) + timedelta(days=days)
    told = [entry for book in books for entry in book.entries if spa_date(entry.at) <= day]
    then, now = sums(books, day), sums(books)
    assert then.outstanding == sum(entry.amount for entry in told) and then.held == 0
    assert then.cards == sum(entry.kind is EntryKind.ISSUE for entry in told)
    assert then.redeemed == sum(entry.amount for entry in told if entry.kind is EntryKind.REDEEM)
    assert now.outstanding == sum(entry.amount for book in books for entry in book.entries)
    assert now.held == sum(held for _, held in cards)
    assert sum((sums([book]) for book in books), Sums()) == now


def test_months_go_on_into_the_next_year() -> None:
    assert months("2026-11", "2027-02") == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert months("2027-02", "2027-01") == []


def test_a_hundred_thousand_cards_need_no_more_memory_than_two_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page is in memory, whatever the number of pages."""
    rng = random.Random(7)
    page = {"Items": [raw(rng) for _ in range(1000)]}
    peaks = []
    for pages in (2, 100):
        left = iter(range(pages - 1, -1, -1))

        class Door:
            def query(self, *_: Any, left: Iterator[int] = left, **__: Any) -> dict[str, Any]:
                return {**page, "LastEvaluatedKey": {"pk": {"S": "x"}} if next(left) else None}

        monkeypatch.setattr(CardRecord, "_get_connection", Door)
        tracemalloc.start()
        found = sums(listing.ledgers("2026-12"), date(2027, 6, 1))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert found.cards == pages * 1000 and found.outstanding == pages * sum(
            int(entry["M"]["amount"]["N"]) for item in page["Items"] for entry in item["entries"]["L"])
    assert peaks[1] < peaks[0] + 1_000_000


def raw(rng: random.Random) -> dict[str, Any]:
    """Return a card as a page of the index has it."""
    amounts = [50_000, *(-rng.randrange(1, 10_000) for _ in range(3))]
    return {"holds": {"M": {}}, "entries": {"L": [{"M": {
        "kind": {"S": "redeem" if amount < 0 else "issue"}, "amount": {"N": str(amount)},
        "at": {"S": "2026-12-02T15:00:00.123456Z"}}} for amount in amounts]}}
