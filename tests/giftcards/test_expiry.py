"""The night writes off what is left of a card whose last day is over, once, by the spa's calendar."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import FixedClock
from chalicelib.core.errors import Conflict
from chalicelib.giftcards import jobs, ledger, listing, table
from chalicelib.giftcards.expire import expire
from chalicelib.giftcards.model import Card, CardState, EntryKind, differences
from tests.giftcards.test_ledger import NOW, done, new_card
from tests.support.books import empty, scan
from tests.support.faults import Died

LAST = date(2027, 12, 2)
NIGHT = datetime(2027, 12, 3, 6, 30, tzinfo=UTC)  # 03:30 at the spa, the night after


@pytest.fixture
def clock(dynamodb: str, monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    empty("giftcards")
    clock = FixedClock(NOW)
    monkeypatch.setattr(jobs, "clock", clock)
    return clock


def lies(id: str = "gft_one", **more: Any) -> Card:
    """Put a card of 50,000 pesos into the table, good until 2 December 2027."""
    card = new_card(**{"id": id, "code_hash": f"hash-{id}", "last_day": LAST, **more})
    done(lambda tx: table.issued(tx, card))
    return card


def night(clock: FixedClock, at: datetime = NIGHT, context: Any = None) -> dict[str, int]:
    clock.advance(seconds=(at - clock.now()).total_seconds())
    found: dict[str, int] = jobs.expire_cards({}, context)
    return found


def told(id: str = "gft_one") -> list[tuple[str, int]]:
    return [(fact.type, fact.data["amount"]) for fact in listing.history(id)]


def book(id: str = "gft_one") -> tuple[int, int, list[tuple[EntryKind, int]]]:
    card = table.load(id)
    assert differences(card) == []
    return card.balance, card.free, [(entry.kind, entry.amount) for entry in card.entries[1:]]


def test_what_is_left_is_written_off_the_night_after_the_last_day_and_once(clock: FixedClock) -> None:
    lies()
    done(lambda tx: ledger.redeem(tx, "gft_one", "AAAA", 20_000, NOW))
    assert night(clock, NIGHT - timedelta(days=1)) == {"looked": 0, "failed": 0}
    assert night(clock) == {"looked": 1, "failed": 0}
    assert book()[:2] == (0, 0) and book()[2][1:] == [(EntryKind.EXPIRE, -30_000)]
    assert told() == [("giftcard.expired", 30_000)] and table.load("gft_one").entries[-1].at == NIGHT
    before = scan("giftcards")
    assert night(clock, NIGHT + timedelta(days=1)) == {"looked": 0, "failed": 0}
    assert expire("gft_one", clock) == 0 and scan("giftcards") == before
    assert told() == [("giftcard.expired", 30_000)]


def test_a_card_that_was_spent_goes_off_the_list_without_a_word(clock: FixedClock) -> None:
    lies()
    done(lambda tx: ledger.redeem(tx, "gft_one", "AAAA", 50_000, NOW))
    assert night(clock)["looked"] == 1 and told() == [] and book()[2] == [(EntryKind.REDEEM, -50_000)]
    assert night(clock)["looked"] == 0


def test_a_blocked_card_is_written_off_like_any_other(clock: FixedClock) -> None:
    lies(state=CardState.BLOCKED, blocked_because="Perdida")
    assert night(clock)["looked"] == 1 and book() == (0, 0, [(EntryKind.EXPIRE, -50_000)])


def test_what_an_order_holds_stays_and_is_written_off_once_it_lets_go(clock: FixedClock) -> None:
    lies()
    done(lambda tx: ledger.hold(tx, "gft_one", "AAAA", 20_000, NOW))
    night(clock)
    assert book() == (20_000, 0, [(EntryKind.EXPIRE, -30_000)])
    held = scan("giftcards")
    assert night(clock, NIGHT + timedelta(days=1)) == {"looked": 1, "failed": 0} and scan("giftcards") == held
    done(lambda tx: ledger.release(tx, "gft_one", "AAAA", 20_000))
    night(clock, NIGHT + timedelta(days=2))
    assert book() == (0, 0, [(EntryKind.EXPIRE, -30_000), (EntryKind.EXPIRE, -20_000)])
    assert told() == [("giftcard.expired", 30_000), ("giftcard.expired", 20_000)]
    assert night(clock)["looked"] == 0


def test_what_was_held_in_time_is_still_spent(clock: FixedClock) -> None:
    lies()
    done(lambda tx: ledger.hold(tx, "gft_one", "AAAA", 50_000, NOW))
    night(clock)
    done(lambda tx: ledger.redeem_held(tx, "gft_one", "AAAA", 50_000, clock.now()))
    assert night(clock, NIGHT + timedelta(days=1))["looked"] == 1 and told() == []
    assert book() == (0, 0, [(EntryKind.REDEEM, -50_000)])


def test_a_run_after_an_outage_catches_up_the_oldest_first(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        lies(f"gft_{number:02}", last_day=LAST - timedelta(days=number))
    monkeypatch.setattr(jobs, "TIME_FOR_A_CARD_MS", 10)
    left = iter([100] * 15 + [0] * 100)

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return next(left)

    assert night(clock, context=Context()) == {"looked": 15, "failed": 0}
    written_off = {f"gft_{number:02}" for number in range(40) if told(f"gft_{number:02}")}
    assert written_off == {f"gft_{number:02}" for number in range(25, 40)}
    assert night(clock)["looked"] == 25 and night(clock)["looked"] == 0
    assert sum(table.load(f"gft_{number:02}").balance for number in range(40)) == 0


def test_one_card_that_fails_does_not_hold_up_the_others(clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    lies("gft_a", last_day=LAST - timedelta(days=1))
    lies("gft_b")
    commit = Transaction.commit

    def fails_once(tx: Transaction) -> None:
        monkeypatch.setattr(Transaction, "commit", commit)
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Transaction, "commit", fails_once)
    assert night(clock) == {"looked": 2, "failed": 1}
    assert (book("gft_a")[0], book("gft_b")[0]) == (50_000, 0)
    assert night(clock) == {"looked": 1, "failed": 0} and book("gft_a")[0] == 0


def test_a_run_that_dies_after_its_write_writes_off_nothing_twice(clock: FixedClock,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    lies()
    commit = Transaction.commit

    def dies(tx: Transaction) -> None:
        commit(tx)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", dies)
        with pytest.raises(Died):
            night(clock)
    assert night(clock) == {"looked": 0, "failed": 0}
    assert book() == (0, 0, [(EntryKind.EXPIRE, -50_000)]) and told() == [("giftcard.expired", 50_000)]


@pytest.mark.parametrize(("last_day", "midnight"), [
    (date(2027, 4, 3), datetime(2027, 4, 4, 4, 0, tzinfo=UTC)),   # the day of 25 hours: summer time ends at its end
    (date(2027, 4, 4), datetime(2027, 4, 5, 4, 0, tzinfo=UTC)),
    (date(2027, 9, 4), datetime(2027, 9, 5, 4, 0, tzinfo=UTC)),   # the next day has no midnight: it begins at 01:00
    (date(2027, 9, 5), datetime(2027, 9, 6, 3, 0, tzinfo=UTC)),   # the day of 23 hours
    (date(2027, 12, 2), datetime(2027, 12, 3, 3, 0, tzinfo=UTC)),
])
def test_the_last_day_ends_when_it_ends_at_the_spa(clock: FixedClock, last_day: date, midnight: datetime) -> None:
    lies(last_day=last_day)
    assert night(clock, midnight - timedelta(seconds=1))["looked"] == 0
    done(lambda tx: ledger.redeem(tx, "gft_one", "AAAA", 1_000, clock.now()))
    clock.advance(seconds=1)
    with pytest.raises(Conflict, match="gift_card_short"):
        done(lambda tx: ledger.redeem(tx, "gft_one", "BBBB", 1_000, clock.now()))
    assert night(clock, midnight)["looked"] == 1 and told() == [("giftcard.expired", 49_000)]
