"""A fault at every step of paying with gift cards: nothing is spent twice, kept for ever, or lost, to the peso."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from chalicelib.core.clock import spa_date
from chalicelib.giftcards import jobs as giftcard_jobs
from chalicelib.giftcards import ledger
from chalicelib.giftcards import table as giftcards
from chalicelib.orders import table as orders
from chalicelib.orders.card_books import What, of_card
from chalicelib.orders.check_cards import check, check_order
from chalicelib.orders.model import OrderState
from chalicelib.payments import table as payments
from chalicelib.payments.model import PaymentId, PaymentState
from chalicelib.payments.refund_model import RefundState
from tests.orders.gifts import card
from tests.support.books import empty
from tests.support.faults import Fault, Faults
from tests.support.stories import Story
from tests.support.telling import told, with_a_fault_at_each_step

CONFIRMED = ["order_confirmed"]
ISSUED = [("issue", 30_000)], [("issue", 20_000)]
SPENT = [("issue", 30_000), ("redeem", -30_000)], [("issue", 20_000), ("redeem", -20_000)]


def two_cards_and_flow(story: Story) -> None:
    """Two cards are put into the cart and kept at check-out; Flow's money comes and they are spent."""
    _held(story, begins="cart")
    _paid(story)
    _confirmed_with(story, 50_000)
    _told(story, *SPENT)


def a_card_pays_all(story: Story) -> None:
    """One card is worth more than the hours: there is no payment, and the rest stays on it."""
    _cart(story, 200_000)
    story.begun()
    story.check_out()
    assert story.payment is None
    story.rest()
    total = story.placed["order"]["total"]
    _confirmed_with(story, total)
    _told(story, [("issue", 200_000), ("redeem", -total)])


def never_paid(story: Story) -> None:
    """Nobody pays the rest: the cards are their holders' again."""
    _held(story)
    story.begun()
    _lapsed(story)
    story.rest()
    story.conserved(OrderState.EXPIRED, [])
    _told(story, *ISSUED)


def late_money(story: Story) -> None:
    """The rest is paid when the cards were let go of: they are taken again."""
    _held(story)
    _lapsed(story)
    story.begun()
    _paid(story)
    _confirmed_with(story, 50_000)
    _told(story, *SPENT)


def late_money_and_a_card_that_has_less(story: Story) -> None:
    """The rest is paid late, and one card has been emptied since: the money goes back, once, no card is touched."""
    _held(story)
    _lapsed(story)
    story.ask("POST", f"/api/admin/giftcards/{story.cards[0][0]}/ajuste", "less", staff="owner",
              body={"amount": -25_000, "reason": "Pagó en el mesón"})
    story.begun()
    _paid(story)
    (refund,) = payments.load(PaymentId(story.payment["id"])).refunds
    assert refund.state in (RefundState.REFUNDED, RefundState.UNCLEAR)  # nobody knows what a lost answer said
    asked = refund.state is RefundState.REFUNDED
    story.conserved(OrderState.EXPIRED, ["refund_due", "refunded"] if asked else ["refund_due"],
                    kept=orders.load(story.order).kept)
    _told(story, [("issue", 30_000), ("adjust", -25_000)], ISSUED[1])


def balance_by_card(story: Story) -> None:
    """Half of a night is paid; its guest pays what is left with a card, by a request repeated until it is answered."""
    _cards(story, 200_000)
    story.hold_a_night()
    story.check_out(pay="deposit")
    story.pay()
    story.notice()
    story.rest()
    story.begun()
    story.ask("POST", f"/api/reservas/{story.order}/codigos", "card", token=story.placed["token"],
              body={"code": story.cards[0][1]})
    story.rest()
    order = story.placed["order"]
    due = order["total"] - order["deposit"]
    _confirmed_with(story, due, ["card_redeemed", *CONFIRMED])
    _told(story, [("issue", 200_000), ("redeem", -due)])


def cancelled_in_time(story: Story) -> None:
    """All is given up: Flow's money goes back by Flow, the cards' to the cards."""
    _held(story)
    _paid(story)
    story.begun()
    story.ask("POST", f"/api/reservas/{story.order}/cambios", "cancel", token=story.placed["token"],
              body={"action": "cancel_all"})
    story.rest()
    (refund,) = payments.load(PaymentId(story.payment["id"])).refunds
    told = {RefundState.UNCLEAR: [], RefundState.REFUNDED: ["refunded"]}[refund.state]
    story.conserved(OrderState.CANCELLED, sorted(["order_cancelled", *CONFIRMED, "refund_due", *told]),
                    kept=orders.load(story.order).kept)
    _told(story, *([*spent, ("refund", amount)] for spent, amount in zip(SPENT, (30_000, 20_000), strict=True)))


def over_blocked_and_replaced_while_held(story: Story) -> None:
    """While Flow's page is open midnight passes, the job writes off, one card is blocked and one gets another code."""
    _cart(story, 30_000, 20_000, days=0, wait=710)
    story.check_out()
    story.begun()
    first, second = (one for one, _ in story.cards)
    story.ask("POST", f"/api/admin/giftcards/{first}/bloqueo", "block", staff="reception", body={"reason": "Perdida"})
    story.ask("POST", f"/api/admin/giftcards/{second}/reemplazo", "replace", staff="reception",
              body={"reason": "Perdida"})
    story.world.clock.advance(minutes=max(0, 11 - _minutes(story)))
    assert spa_date(story.world.clock.now()) > giftcards.load(first).last_day
    for _ in range(2):
        story.minute(lambda: _expire(story))
    _paid(story)
    _confirmed_with(story, 50_000)
    _told(story, *SPENT)


STORIES = [two_cards_and_flow, a_card_pays_all, never_paid, late_money, late_money_and_a_card_that_has_less,
           balance_by_card, cancelled_in_time, over_blocked_and_replaced_while_held]
KINDS = (Fault.CRASH_AFTER, Fault.REFUSED, Fault.TIMED_OUT, Fault.CONFLICT)


def _cards(story: Story, *amounts: int, days: int = 365) -> None:
    for area in ("giftcards", "orders", "payments"):  # the audit looks at all of them
        empty(area)
    story.cards = [card(story.world, amount, days=days) for amount in amounts]


def _cart(story: Story, *amounts: int, days: int = 365, wait: int = 0, begins: bool = False) -> None:
    """Let so many minutes pass, open a cart with two hours and put cards into it."""
    story.world.clock.advance(minutes=wait)
    _cards(story, *amounts, days=days)
    story.hold()
    if begins:
        story.begun()
    for number, (_, code) in enumerate(story.cards):
        story.ask("POST", f"/api/carritos/{story.cart}/codigos", f"code-{number}", token=story.cart_token,
                  body={"code": code})


def _held(story: Story, begins: str = "") -> None:
    """Check out with two cards; what is left is to be paid with Flow."""
    _cart(story, 30_000, 20_000, begins=begins == "cart")
    story.check_out()
    held = [giftcards.load(one).holds for one, _ in story.cards]
    assert held == [{story.order: 30_000}, {story.order: 20_000}]


def _paid(story: Story) -> None:
    """Pay at Flow, and let all come to rest; a notice that was lost is made up for."""
    story.pay()
    story.notice()
    story.rest()
    if payments.load(PaymentId(story.payment["id"])).state is PaymentState.EXPIRED:
        story.notice()  # the guest comes back, or Flow's list is compared the next day
        story.rest()


def _lapsed(story: Story) -> None:
    story.world.clock.advance(minutes=25)  # deadline and grace are over
    story.minutes(3)


def _minutes(story: Story) -> int:
    """Return how many minutes have passed since the cards were issued."""
    return int((story.world.clock.now() - giftcards.load(story.cards[0][0]).created_at).total_seconds() / 60)


def _expire(story: Story) -> None:
    with story.world.running():
        giftcard_jobs.expire_cards({}, None)


def _confirmed_with(story: Story, covered: int, mails: list[str] = CONFIRMED) -> None:
    """Check that the order is confirmed and fully paid: so much by cards, the rest in money."""
    order = orders.load(story.order)
    assert order.covered == covered
    story.conserved(OrderState.CONFIRMED, mails, kept=order.total - covered)


def _told(story: Story, *ledgers: list[tuple[str, int]]) -> None:
    """Check that each card's ledger tells exactly this, that nothing is held of it, and that the audit agrees."""
    today = spa_date(story.world.clock.now())
    for (one, _), expected in zip(story.cards, ledgers, strict=True):
        found = giftcards.load(one)
        assert [(entry.kind.value, entry.amount) for entry in found.entries] == expected
        left = sum(amount for _, amount in expected)
        assert (found.balance, found.free, dict(found.holds)) == (left, left, {})
        assert of_card(found, today) == []
    assert [odd for odd in check_order(story.order, story.world.clock) if odd.what is not What.LINE] == []
    if story.faults.at is None:  # these cards' buyer is not in the books: nothing else is odd
        assert {odd.what for odd in check(story.world.clock).found} <= {What.LINE}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_one_fault_at_any_step_moves_no_peso_of_a_card_twice(story: Callable[[Story], None], kind: Fault) -> None:
    with_a_fault_at_each_step(story, kind)


def _forgotten(*args: Any) -> None:
    """What a step of the ledger would be that does nothing."""


def _twice(tx: Any, card: str, order: str, amount: int, *more: Any) -> None:
    _redeem(tx, card, order, 2 * amount, *more)


_redeem = ledger.redeem


@pytest.mark.parametrize(("story", "step", "broken"), [
    (two_cards_and_flow, "hold", _forgotten), (two_cards_and_flow, "redeem_held", _forgotten),
    (never_paid, "release", _forgotten), (late_money, "redeem", _forgotten), (balance_by_card, "redeem", _twice),
    (cancelled_in_time, "refund", _forgotten),
], ids=lambda value: getattr(value, "__name__", value))
def test_a_step_of_the_ledger_that_is_wrong_is_noticed(story: Callable[[Story], None], step: str,
                                                       broken: Callable[..., None]) -> None:
    told(story, Faults())  # nothing but the broken step is wrong
    with mock.patch.object(ledger, step, broken), pytest.raises(AssertionError):
        told(story, Faults())
