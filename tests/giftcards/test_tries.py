"""Codes are guessed by nobody: wrong tries are counted by caller and by how the code begins; right ones are not."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import FixedClock
from chalicelib.core.errors import NotFound, TooMany
from chalicelib.core.ids import gift_code
from chalicelib.giftcards import codes, table, tries
from chalicelib.giftcards.model import CardState, changed
from tests.giftcards.test_ledger import new_card
from tests.support.books import empty, scan

CODE = "AAAA-7K4M-QRTW-346X-R"
NOW = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def clock(dynamodb: str) -> Iterator[FixedClock]:
    """A card with a code lies in the table, and nobody has tried yet."""
    for area in ("giftcards", "requests"):
        empty(area)
    tx = Transaction()
    table.issued(tx, new_card(code_hash=codes.find_key(CODE)))
    tx.commit()
    yield FixedClock(NOW)


def wrong(clock: FixedClock, typed: str, caller: str = "guesser") -> str:
    """Return the code of the refusal."""
    with pytest.raises((NotFound, TooMany)) as refused:
        tries.opened(typed, caller, clock)
    return refused.value.code


def test_a_right_code_opens_its_card_and_counts_for_nothing(clock: FixedClock) -> None:
    for _ in range(40):
        assert tries.opened(CODE.lower(), "guest", clock).id == "gft_one"
    assert {item["hits"]["N"] for item in scan("requests")} == {"0"}


def test_after_ten_wrong_codes_a_caller_opens_nothing_for_a_while(clock: FixedClock) -> None:
    for _ in range(10):
        assert wrong(clock, gift_code()) == "gift_card_not_found"
    with pytest.raises(TooMany) as refused:
        tries.opened(CODE, "guesser", clock)
    assert 0 < refused.value.retry_after_seconds <= 900
    assert tries.opened(CODE, "another", clock).id == "gft_one"
    clock.advance(seconds=refused.value.retry_after_seconds)
    assert tries.opened(CODE, "guesser", clock).id == "gft_one"


def test_guesses_at_one_beginning_are_stopped_however_many_networks_they_come_from(clock: FixedClock) -> None:
    for number in range(30):
        assert wrong(clock, f"aaaa-{gift_code()[5:]}", f"network-{number}") == "gift_card_not_found"
    assert wrong(clock, CODE, "one-more") == "too_many_requests"
    assert wrong(clock, gift_code(), "one-more") == "gift_card_not_found"


@pytest.mark.parametrize("typed", ["", "AAAA", "AAAA-AAAA-AAAA-AAAA-C", "ñ" * 200, "GFT_ONE", "3333-3333-3333-3333-4"])
def test_all_that_is_no_good_card_costs_and_says_the_same(clock: FixedClock, typed: str) -> None:
    assert wrong(clock, typed) == "gift_card_not_found"
    assert sorted(item["hits"]["N"] for item in scan("requests")) == ["1", "1"]


def test_a_blocked_card_is_like_none_and_no_code_stands_in_the_table(clock: FixedClock) -> None:
    tx = Transaction()
    table.saved(tx, changed(table.load("gft_one"), NOW, state=CardState.BLOCKED, blocked_because="lost"))
    tx.commit()
    assert wrong(clock, CODE) == "gift_card_not_found"
    kept = repr(scan("requests")) + repr(scan("giftcards"))
    assert CODE[:14] not in kept and CODE[5:14] not in kept
