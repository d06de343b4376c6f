"""Thirty days before its last day the holder of a card hears of it, once, while it is worth something."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest

from chalicelib.core.clock import FixedClock
from chalicelib.core.events import CONSUMERS
from chalicelib.core.ids import gift_code
from chalicelib.giftcards import codes, jobs, ledger, print_card, table, way
from chalicelib.giftcards.model import Card, changed
from tests.giftcards.test_ledger import NOW, done, new_card
from tests.support.books import empty
from tests.support.journey import items_of

MORNING = datetime(2027, 11, 2, 13, 10, tzinfo=UTC)  # thirty days before 2 December 2027, 10:10 at the spa
DAY = timedelta(days=1)
LOOKED, NOTHING = {"looked": 1, "failed": 0}, {"looked": 0, "failed": 0}


@pytest.fixture
def card(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Card]:
    """A card of 50,000 pesos, good until 2 December 2027."""
    empty("giftcards")
    monkeypatch.setattr(jobs, "clock", FixedClock(NOW))
    card = new_card()
    done(lambda tx: table.issued(tx, card))
    yield card


def _run(at: datetime) -> dict[str, int]:
    jobs.clock = FixedClock(at)
    found: dict[str, int] = jobs.remind_cards({}, None)
    return found


def _told() -> list[str]:
    return [item["data"]["S"] for item in items_of("gft_one") if item.get("type", {}).get("S") == "giftcard.expiring"]


def test_a_holder_is_reminded_thirty_days_before_and_once(card: Card) -> None:
    assert _run(MORNING - DAY) == NOTHING
    assert _run(MORNING) == LOOKED and len(_told()) == 1 and "2027-12-02" in _told()[0]
    assert _run(MORNING + DAY) == LOOKED and len(_told()) == 1
    assert table.load(card.id).reminded == date(2027, 12, 2)


@pytest.mark.parametrize(("late", "told"), [(7, 1), (8, 0)])
def test_missed_runs_are_made_up_for_within_a_week(card: Card, late: int, told: int) -> None:
    _run(MORNING + late * DAY)
    assert len(_told()) == told


def test_of_a_card_with_nothing_left_or_one_that_is_blocked_nobody_hears(card: Card) -> None:
    done(lambda tx: table.saved(tx, way.blocked(card, "lost", NOW, by="sub-1")))
    assert _run(MORNING) == LOOKED and _told() == []
    done(lambda tx: table.saved(tx, way.unblocked(table.load(card.id), NOW)))
    done(lambda tx: ledger.hold(tx, card.id, "order-a", 50_000, NOW))
    assert _run(MORNING) == LOOKED and _told() == []
    done(lambda tx: ledger.release(tx, card.id, "order-a", 50_000))
    assert _run(MORNING) == LOOKED and len(_told()) == 1


def test_another_last_day_is_told_of_anew(card: Card) -> None:
    assert _run(MORNING) == LOOKED
    later = MORNING + 20 * DAY
    done(lambda tx: ledger.redeem(tx, card.id, "order-a", 10_000, later))
    done(lambda tx: ledger.refund(tx, table.load(card.id), "order-a", 10_000, later, "cancelled"))
    assert table.load(card.id).last_day == date(2027, 12, 22)
    assert _run(later) == LOOKED and len(_told()) == 2 and "2027-12-22" in _told()[1]


def test_a_card_with_another_last_day_is_printed_anew_with_it(card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, bytes] = {}
    monkeypatch.setattr(print_card.files, "put", lambda _, key, content, __: files.update({key: content}))
    sealed = codes.seal(gift_code(), card.id)
    done(lambda tx: table.saved(tx, changed(card, NOW, sealed=sealed)))
    assert print_card.print_card(card.id, FixedClock(NOW)) and _run(MORNING) == LOOKED
    assert not print_card.print_card(card.id, FixedClock(MORNING))  # reminded of the day that its prints have
    later = MORNING + 20 * DAY
    done(lambda tx: ledger.adjust(tx, table.load(card.id), 1_000, later, by="sub-1", reason="disculpas"))
    assert _run(later) == LOOKED and "giftcard-prints" in CONSUMERS["giftcard.expiring"]
    asked = table.load(card.id).delivery.told
    assert print_card.print_card(card.id, FixedClock(later)) and table.load(card.id).delivery.told == asked
    newest = files[print_card.key_of(card.id, table.load(card.id).printed, "phone")]
    text = pypdfium2.PdfDocument(newest)[0].get_textpage().get_text_bounded()
    assert "22 de diciembre de 2027" in text and "2 de diciembre" not in text.replace("22 de diciembre", "")
