"""The minute's run asks for the mails of cards whose time has come, each once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import FixedClock
from chalicelib.giftcards import jobs, table, way
from chalicelib.giftcards.deliver import due
from chalicelib.giftcards.model import Card, Delivery, Way, changed
from tests.giftcards.test_ledger import NOW, done, new_card
from tests.support.books import empty
from tests.support.journey import items_of

FRIDAY = datetime(2026, 12, 4, 12, tzinfo=UTC)  # 09:00 at the spa
LOOKED, NOTHING = {"looked": 1, "failed": 0}, {"looked": 0, "failed": 0}


@pytest.fixture
def clock(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    empty("giftcards")
    clock = FixedClock(NOW)
    monkeypatch.setattr(jobs, "clock", clock)
    return clock


def _lies(id: str = "gft_one", at: datetime | None = FRIDAY, **more: Any) -> Card:
    """Put a card into the table that is for Friday at nine, and printed."""
    delivery = Delivery(way=Way.LATER if at else Way.NOW, email="berta@example.cl", at=at)
    card = new_card(**{"id": id, "delivery": delivery, "printed": 1, "code_hash": f"hash-{id}", **more})
    done(lambda tx: table.issued(tx, card))
    return card


def _facts(card: str = "gft_one") -> list[str]:
    return [item["type"]["S"] for item in items_of(card) if "type" in item]


def _run(clock: FixedClock, at: datetime) -> dict[str, int]:
    clock.advance(seconds=(at - clock.now()).total_seconds())
    found: dict[str, int] = jobs.deliver_cards({}, None)
    return found


def test_a_card_for_friday_is_asked_for_on_friday_and_once(clock: FixedClock) -> None:
    _lies()
    assert _run(clock, FRIDAY - timedelta(seconds=1)) == NOTHING and _facts() == []
    assert _run(clock, FRIDAY) == LOOKED
    assert _facts() == ["giftcard.delivery_due"] and table.load("gft_one").delivery.told == 1
    assert _run(clock, FRIDAY + timedelta(minutes=1)) == NOTHING and _facts() == ["giftcard.delivery_due"]


def test_a_run_after_an_outage_catches_up(clock: FixedClock) -> None:
    _lies("gft_one")
    _lies("gft_two", FRIDAY + timedelta(hours=1))
    assert _run(clock, FRIDAY + timedelta(days=3)) == {"looked": 2, "failed": 0}
    assert (_facts("gft_one"), _facts("gft_two")) == (["giftcard.delivery_due"],) * 2


def test_what_is_not_printed_waits_and_is_asked_for_by_its_printer(clock: FixedClock) -> None:
    card = _lies(printed=0)
    assert _run(clock, FRIDAY) == NOTHING
    printed = changed(card, FRIDAY, printed=card.version)
    done(lambda tx: due(tx, printed, FRIDAY, table.fact(printed, "giftcard.printed")) and None)
    assert _facts() == ["giftcard.printed", "giftcard.delivery_due"]
    assert (table.load("gft_one").version, table.load("gft_one").delivery.told) == (2, 1)


def test_a_card_that_is_printed_before_its_day_waits_for_it(clock: FixedClock) -> None:
    card = _lies(printed=0)
    printed = changed(card, NOW, printed=card.version)
    done(lambda tx: due(tx, printed, NOW, table.fact(printed, "giftcard.printed")) and None)
    assert _facts() == ["giftcard.printed"]
    assert _run(clock, FRIDAY) == LOOKED and _facts() == ["giftcard.printed", "giftcard.delivery_due"]


def test_a_blocked_card_waits_and_is_asked_for_when_it_is_good_again(clock: FixedClock) -> None:
    blocked = way.blocked(_lies(), "lost", NOW, by="sub-1")
    done(lambda tx: table.saved(tx, blocked))
    assert _run(clock, FRIDAY) == NOTHING
    done(lambda tx: due(tx, way.unblocked(table.load("gft_one"), FRIDAY), FRIDAY) and None)
    assert _facts() == ["giftcard.delivery_due"] and table.load("gft_one").blocked_because is None


def test_one_card_that_can_t_be_read_holds_up_no_other(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    _lies("gft_bad", FRIDAY - timedelta(hours=1))
    _lies("gft_one")
    load = table.load

    def odd(card: str) -> Card:
        if card == "gft_bad":
            raise ValueError("cannot be read")
        return load(card)

    monkeypatch.setattr(table, "load", odd)
    assert _run(clock, FRIDAY) == {"looked": 2, "failed": 1}
    assert (_facts("gft_bad"), _facts("gft_one")) == ([], ["giftcard.delivery_due"])
    monkeypatch.setattr(table, "load", load)
    assert _run(clock, FRIDAY + timedelta(minutes=1)) == LOOKED and _facts("gft_bad") == ["giftcard.delivery_due"]


def test_two_runs_at_once_ask_once(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    _lies()
    load, met = table.load, []

    def slow(card: str) -> Card:
        found = load(card)
        if not met:
            met.append(card)
            jobs.deliver_cards({}, None)
        return found

    monkeypatch.setattr(table, "load", slow)
    assert _run(clock, FRIDAY) == {"looked": 1, "failed": 1}
    assert _facts() == ["giftcard.delivery_due"] and load("gft_one").delivery.told == 1


def test_a_run_without_time_leaves_the_rest_to_the_next(clock: FixedClock) -> None:
    class Hurried:
        left = 6_000

        def get_remaining_time_in_millis(self) -> int:
            self.left -= 1_000
            return self.left

    _lies("gft_one")
    _lies("gft_two", FRIDAY + timedelta(minutes=1))
    clock.advance(seconds=(FRIDAY + timedelta(hours=1) - clock.now()).total_seconds())
    assert jobs.deliver_cards({}, Hurried()) == LOOKED
    assert jobs.deliver_cards({}, None) == LOOKED and jobs.deliver_cards({}, None) == NOTHING


def test_a_card_is_written_on_the_version_that_was_read(clock: FixedClock) -> None:
    card = _lies()
    done(lambda tx: table.saved(tx, changed(card, NOW)))
    tx = Transaction()
    due(tx, changed(card, FRIDAY), FRIDAY)
    with pytest.raises(Exception, match="gift_card_changed"):
        tx.commit()
    assert _facts() == []
