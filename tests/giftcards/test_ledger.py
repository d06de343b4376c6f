"""The steps that move a card's value: each guarded, none leaving a trace when it is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.errors import Conflict, DomainError, Retryable
from chalicelib.giftcards import ledger, table
from chalicelib.giftcards.model import Card, CardState, Delivery, Entry, EntryKind, Face, Way, changed, differences
from tests.support.books import empty

NOW = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)


def new_card(id: str = "gft_one", amount: int = 50_000, **more: Any) -> Card:
    """Return a card of 50,000 pesos, good until 2 December 2027."""
    values: dict[str, Any] = {
        "id": id, "order": "AAAA", "line": "lin_1", "buyer_language": "es", "code_hash": f"hash-{id}", "sealed": "s",
        "face": Face(experience="e", title="Tina para dos", amount=amount, recipient="Berta", sender="Ana", message="",
                     design="bosque", language="es"),
        "delivery": Delivery(way=Way.SELF), "ending": "7K4M-C", "issued": amount, "ceiling": amount, "balance": amount,
        "free": amount, "entries": (Entry(kind=EntryKind.ISSUE, amount=amount, at=NOW),),
        "last_day": date(2027, 12, 2), "month": "2026-12", "created_at": NOW, "updated_at": NOW, "trace": "t"}
    return Card.model_validate(values | more)


@pytest.fixture
def card(dynamodb: str) -> Card:
    """A card of 50,000 pesos that lies in the table."""
    empty("giftcards")
    new = new_card()
    done(lambda tx: table.issued(tx, new))
    return new


def done(step: Callable[[Transaction], None]) -> None:
    tx = Transaction()
    step(tx)
    tx.commit()


def refused(step: Callable[[Transaction], None], kind: type[DomainError], code: str) -> None:
    """Assert that a step is refused with a code and changes nothing."""
    before = table.load("gft_one")
    with pytest.raises(kind) as refusal:
        done(step)
    assert refusal.value.code == code and table.load("gft_one") == before


def amounts() -> tuple[int, int, dict[str, int], list[int]]:
    now = table.load("gft_one")
    assert differences(now) == []
    return now.balance, now.free, dict(now.holds), [entry.amount for entry in now.entries]


def test_a_card_comes_back_from_its_table_as_it_was(card: Card) -> None:
    assert table.load(card.id) == card
    assert table.load_all([card.id, "gft_none"]) == [card] and table.load_all([]) == []


def test_what_is_held_is_spent_or_given_back(card: Card) -> None:
    done(lambda tx: ledger.hold(tx, card.id, "order-a", 30_000, NOW))
    assert amounts() == (50_000, 20_000, {"order-a": 30_000}, [50_000])
    refused(lambda tx: ledger.hold(tx, card.id, "order-b", 20_001, NOW), Conflict, "gift_card_short")
    refused(lambda tx: ledger.hold(tx, card.id, "order-a", 1, NOW), Conflict, "gift_card_short")
    done(lambda tx: ledger.hold(tx, card.id, "order-b", 20_000, NOW))
    done(lambda tx: ledger.release(tx, card.id, "order-b", 20_000))
    done(lambda tx: ledger.redeem_held(tx, card.id, "order-a", 30_000, NOW))
    assert amounts() == (20_000, 20_000, {}, [50_000, -30_000])
    refused(lambda tx: ledger.redeem_held(tx, card.id, "order-a", 30_000, NOW), Retryable, "gift_card_changed")
    refused(lambda tx: ledger.release(tx, card.id, "order-b", 20_000), Retryable, "gift_card_changed")


def test_what_nobody_holds_is_spent_at_once_and_comes_back(card: Card) -> None:
    done(lambda tx: ledger.redeem(tx, card.id, "order-a", 50_000, NOW))
    refused(lambda tx: ledger.redeem(tx, card.id, "order-b", 1, NOW), Conflict, "gift_card_short")
    now = table.load(card.id)
    done(lambda tx: ledger.refund(tx, now, "order-a", 50_000, NOW, "cancelled"))
    assert amounts() == (50_000, 50_000, {}, [50_000, -50_000, 50_000])
    refused(lambda tx: ledger.refund(tx, table.load(card.id), "order-a", 1, NOW, "cancelled"), Retryable,
            "gift_card_changed")


def test_a_card_that_is_blocked_or_over_pays_nothing(card: Card) -> None:
    last = datetime(2027, 12, 3, 2, 59, 59, tzinfo=UTC)  # a second before midnight at the spa
    over = last + timedelta(seconds=1)
    refused(lambda tx: ledger.redeem(tx, card.id, "order-a", 1, over), Conflict, "gift_card_short")
    refused(lambda tx: ledger.hold(tx, card.id, "order-a", 1, over), Conflict, "gift_card_short")
    done(lambda tx: ledger.redeem(tx, card.id, "order-a", 1, last))
    blocked = changed(card, NOW, state=CardState.BLOCKED, blocked_because="lost")
    done(lambda tx: table.saved(tx, blocked))
    refused(lambda tx: ledger.redeem(tx, card.id, "order-b", 1, NOW), Conflict, "gift_card_short")


def test_what_was_held_in_time_is_spent_after_the_last_day(card: Card) -> None:
    done(lambda tx: ledger.hold(tx, card.id, "order-a", 10_000, NOW))
    later = NOW + timedelta(days=500)
    done(lambda tx: ledger.expire(tx, table.load(card.id), later))
    assert amounts() == (10_000, 0, {"order-a": 10_000}, [50_000, -40_000])
    assert list(table.live_until(date(2028, 1, 1), 10)) == [card.id]
    done(lambda tx: ledger.redeem_held(tx, card.id, "order-a", 10_000, later))
    done(lambda tx: ledger.expire(tx, table.load(card.id), later))
    assert amounts() == (0, 0, {}, [50_000, -40_000, -10_000]) and list(table.live_until(date(2028, 1, 1), 10)) == []


def test_value_that_comes_back_to_a_card_that_is_over_is_good_for_thirty_days(card: Card) -> None:
    done(lambda tx: ledger.redeem(tx, card.id, "order-a", 50_000, NOW))
    later = datetime(2028, 1, 10, 15, 0, tzinfo=UTC)
    done(lambda tx: ledger.expire(tx, table.load(card.id), later))
    done(lambda tx: ledger.refund(tx, table.load(card.id), "order-a", 20_000, later, "cancelled"))
    now = table.load(card.id)
    assert (now.last_day, now.balance) == (date(2028, 2, 9), 20_000)
    assert list(table.live_until(date(2028, 2, 9), 10)) == [card.id]


def test_staff_add_and_take_off_no_more_than_is_there(card: Card) -> None:
    done(lambda tx: ledger.adjust(tx, card, 5_000, NOW, by="sub-1", reason="kindness"))
    done(lambda tx: ledger.adjust(tx, card, -55_000, NOW, by="sub-1", reason="paid out"))
    refused(lambda tx: ledger.adjust(tx, card, -1, NOW, by="sub-1", reason="more"), Conflict, "gift_card_short")
    assert amounts() == (0, 0, {}, [50_000, 5_000, -55_000]) and table.load(card.id).ceiling == 55_000


def test_words_and_money_are_written_apart(card: Card) -> None:
    done(lambda tx: ledger.redeem(tx, card.id, "order-a", 1_000, NOW))
    done(lambda tx: table.saved(tx, changed(card, NOW, printed=1)))
    assert amounts() == (49_000, 49_000, {}, [50_000, -1_000]) and table.load(card.id).printed == 1
    refused(lambda tx: table.saved(tx, changed(card, NOW, printed=1)), Retryable, "gift_card_changed")
