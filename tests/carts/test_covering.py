"""How much each gift card pays: all it can, the one that ends soonest first, and never so that a few pesos are left."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.carts.covering import covering
from chalicelib.core.money import LEAST_CHARGE
from chalicelib.giftcards.model import CardState
from tests.giftcards.test_ledger import new_card

TODAY = date(2026, 12, 2)
CARDS = st.lists(st.tuples(st.integers(1, 60_000), st.integers(-2, 3), st.booleans()), max_size=5).map(
    lambda drawn: [new_card(f"gft_{n}", amount, last_day=TODAY + timedelta(days=days),
                            state=CardState.ACTIVE if active else CardState.BLOCKED)
                   for n, (amount, days, active) in enumerate(drawn)])


@given(CARDS, st.integers(0, 200_000), st.integers(0, 200_000))
def test_cards_pay_all_they_can_and_leave_nothing_or_enough_to_be_charged(cards, due, gifts):
    coverable = max(0, due - gifts)
    found = covering(cards, due=due, coverable=coverable, today=TODAY)
    good = {card.id: card for card in cards if card.good(TODAY)}
    paid, most = sum(amount for _, amount in found), min(coverable, sum(card.free for card in good.values()))
    assert all(0 < amount <= good[card.id].free for card, amount in found)
    left = due - most
    assert paid == (most if not 0 < left < LEAST_CHARGE else max(0, due - LEAST_CHARGE))


@given(CARDS, st.integers(0, 200_000))
def test_no_card_pays_while_one_that_ends_sooner_has_something_left(cards, due):
    found = covering(cards, due=due, coverable=due, today=TODAY)
    for (card, amount), (later, _) in pairwise(found):
        assert card.last_day <= later.last_day and amount == card.free


def test_two_hundred_pesos_are_never_left_to_be_paid():
    cards = [new_card("gft_a", 30_000), new_card("gft_b", 19_800)]
    found = covering(cards, due=50_000, coverable=50_000, today=TODAY)
    assert [(card.id, amount) for card, amount in found] == [("gft_b", 19_800), ("gft_a", 29_850)]
    assert covering([new_card("gft_a", 300)], due=500, coverable=500, today=TODAY) == [(new_card("gft_a", 300), 150)]
    assert covering([new_card("gft_a", 200)], due=300, coverable=300, today=TODAY) == []
