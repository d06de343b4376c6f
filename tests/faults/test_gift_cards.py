"""A fault at every step from paying for a gift to its arrival: no card unpaid, none paid and not delivered, none twice,
and nothing is mailed that is empty or not the card any more.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest

from chalicelib.aws.transactions import Transaction
from chalicelib.giftcards import codes, table
from chalicelib.giftcards import print_card as printer
from chalicelib.giftcards.model import Card, CardState, differences
from chalicelib.orders import model
from chalicelib.orders import table as orders
from chalicelib.orders.model import OrderState
from tests.giftcards.conftest import gift
from tests.support import journey
from tests.support.books import empty
from tests.support.faults import Fault
from tests.support.stories import Story
from tests.support.telling import with_a_fault_at_each_step

FRIDAY = datetime(2026, 12, 4, 12, tzinfo=UTC)  # 09:00 at the spa
LATER = {"way": "later", "email": "carla@example.cl", "date": "2026-12-04", "time": "09:00"}
NOW_AND_LATER = (gift(), gift(recipient="Carla", delivery=LATER))


@pytest.fixture(scope="module", autouse=True)
def quick_sheets(spa: None) -> Iterator[None]:
    """A printer whose sheets are quick to make."""
    with mock.patch.object(printer, "_pdf", lambda text, form: f"{form} {text.recipient} {text.code}".encode()):
        yield


def bought_for_now_and_for_later(story: Story) -> None:
    """Two cards are paid for: one is mailed at once, the other on Friday at nine."""
    _paid(story, *NOW_AND_LATER)
    _mailed(story, ["berta@example.cl"])
    _friday(story)
    _delivered(story, {"berta@example.cl": "Berta", "carla@example.cl": "Carla"})
    story.conserved(OrderState.CONFIRMED, ["gift_card", "gift_card", "gift_delivered", "gift_delivered",
                                           "gift_receipt"])


def changed_before_its_day(story: Story) -> None:
    """Its buyer changes for whom a card is before Friday; then it is as she wrote it last."""
    _paid(story, gift(delivery=LATER))
    story.begun()
    [line] = story.placed["order"]["lines"]
    wanted = gift(recipient="Dora", delivery={**LATER, "email": "dora@example.cl"})
    words = {name: value for name, value in wanted.items() if name != "experience"}
    story.ask("POST", f"/api/reservas/{story.order}/regalos/{line['id']}", "change", token=story.placed["token"],
              body=words)
    story.rest()
    story.known()
    _friday(story)
    _delivered(story, {"dora@example.cl": "Dora"}, printed=2)


def sent_again_by_its_buyer(story: Story) -> None:
    """A buyer has a delivered card sent once more, by a request that is repeated until it is answered: once more."""
    _paid(story, gift())
    story.begun()
    [line] = story.placed["order"]["lines"]
    story.ask("POST", f"/api/reservas/{story.order}/regalos/{line['id']}/envio", "again", token=story.placed["token"],
              body={})
    story.rest()
    assert story.world.post.kinds() == ["gift_card", "gift_card", "gift_delivered", "gift_receipt"]
    [card] = _cards(story)
    assert (card.delivery.told, card.delivery.sent, len(card.delivery.asked_at)) == (2, 2, 1)


def claimed_back_before_its_day(story: Story) -> None:
    """The bank takes the money back before Friday: nothing goes out. The claim is won: it goes out, once."""
    _paid(story, gift(delivery=LATER))
    story.begun()
    _money(story, "payment.charged_back", -50_000)
    story.rest()
    assert [(card.state, card.blocked_because) for card in _cards(story)] == [(CardState.BLOCKED, "money_went_back")]
    _friday(story)
    _mailed(story, [])
    _money(story, "payment.chargeback_reversed", 50_000)
    story.rest()
    _delivered(story, {"carla@example.cl": "Berta"})


def _paid(story: Story, *gifts: dict[str, Any]) -> None:
    """Buy cards and let all of it come to rest that follows."""
    empty("giftcards")
    story.hold_gifts(*gifts)
    story.check_out()
    story.begun()
    story.pay()
    story.notice()
    story.rest()
    story.minutes(2)  # a notice that was lost is made up for
    story.rest()
    assert len(_cards(story)) == len(gifts)


def _friday(story: Story) -> None:
    """Let it become Friday, nine in the morning, and some minutes more."""
    story.world.clock.advance(seconds=max(0, (FRIDAY - story.world.clock.now()).total_seconds()))
    for _ in range(3):
        story.minute(story.world.deliver_cards)
    story.rest()


def _money(story: Story, type: str, amount: int) -> None:
    """Let money move of which a fact tells; what its bank does, no fault of ours strikes."""
    order = orders.load(story.order)
    after = model.with_money(model.changed(order, story.world.clock.now()), amount)
    said = {"payment": order.payments[0], "refund": 1, "amount": abs(amount)}
    tx = Transaction()
    orders.saved(tx, after, orders.fact(after, type, **said))
    tx.commit()


def _cards(story: Story) -> list[Card]:
    return [table.load(card) for card in journey.cards_of(story.order)]


def _gifts(story: Story) -> list[Any]:
    return [mail for _, mail in story.world.post.accepted if mail.kind == "gift_card"]


def _mailed(story: Story, addresses: list[str]) -> None:
    assert sorted(mail.to for mail in _gifts(story)) == addresses


def _delivered(story: Story, names: dict[str, str], printed: int = 1) -> None:
    """Check that each card is there, as it is, once."""
    cards = _cards(story)
    _mailed(story, sorted(names))
    assert {card.delivery.email: card.face.recipient for card in cards} == names
    for card in cards:
        [mail] = [mail for mail in _gifts(story) if mail.to == card.delivery.email]
        code = codes.unseal(card.sealed, card.id)
        for words in (mail.html, mail.text):
            assert code in words and card.face.recipient in words and "Tina para dos" in words
        for form in ("print", "phone"):
            file = story.world.files[f"prints/cards/{card.id}/{card.printed}-{form}.pdf"]
            assert file == f"{form} {card.face.recipient} {code}".encode()
        assert card.delivered and (card.delivery.told, card.delivery.sent) == (1, 1) and differences(card) == []
        told = Counter(item["type"]["S"] for item in story.world.facts(card.id))
        assert told["giftcard.issued"] == told["giftcard.delivery_due"] == told["giftcard.delivered"] == 1
        assert told["giftcard.printed"] == printed
    assert Counter(item["type"]["S"] for item in story.world.facts(story.order))["order.cards_issued"] == 1
    assert story.world.post.kinds().count("gift_receipt") == 1
    assert story.world.post.kinds().count("gift_delivered") == len(cards)


STORIES = [bought_for_now_and_for_later, changed_before_its_day, sent_again_by_its_buyer, claimed_back_before_its_day]
CASES = [(story, kind) for story in STORIES
         for kind in (Fault.CRASH_AFTER, Fault.REFUSED, Fault.TIMED_OUT, Fault.CONFLICT)
         if story is bought_for_now_and_for_later or kind in (Fault.CRASH_AFTER, Fault.REFUSED)]


@pytest.mark.parametrize(("story", "kind"), CASES, ids=lambda value: getattr(value, "name", None) or value.__name__)
def test_one_fault_at_any_step_delivers_each_paid_card_once(story: Callable[[Story], None], kind: Fault) -> None:
    with_a_fault_at_each_step(story, kind)
