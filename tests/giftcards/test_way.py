"""A card's way to whom it is for: asked for once, sent once, held back while it is blocked. Without tables."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import at_spa
from chalicelib.core.errors import Conflict, TooMany
from chalicelib.giftcards import way
from chalicelib.giftcards.model import Card, CardState, Delivery, Entry, EntryKind, Way, changed
from chalicelib.giftcards.way import Stage
from tests.giftcards.test_ledger import NOW, new_card

FRIDAY = datetime(2026, 12, 4, 12, tzinfo=UTC)  # 09:00 at the spa


def _card(way: Way = Way.NOW, **more: Any) -> Card:
    at = FRIDAY if way is Way.LATER else None
    delivery = Delivery(way=way, email=None if way is Way.SELF else "berta@example.cl", at=at)
    return new_card(**{"delivery": delivery, "printed": 1, **more})


def test_a_card_is_due_once_its_time_has_come_and_it_is_printed() -> None:
    second = timedelta(seconds=1)
    assert way.is_due(_card(), NOW) and not way.is_due(_card(printed=0), NOW)
    later = _card(Way.LATER)
    assert (way.is_due(later, FRIDAY - second), way.is_due(later, FRIDAY)) == (False, True)
    assert not way.is_due(_card(Way.LATER, printed=0), FRIDAY)
    assert not way.is_due(_card(Way.SELF), FRIDAY) and not way.is_due(_card(state=CardState.BLOCKED), NOW)


@pytest.mark.parametrize(("day", "hours_from_utc"), [
    (date(2026, 9, 5), 4), (date(2026, 9, 6), 3), (date(2027, 4, 3), 3), (date(2027, 4, 4), 4)])
def test_nine_in_the_morning_is_nine_by_the_spas_clocks(day: date, hours_from_utc: int) -> None:
    at = at_spa(day, time(9))
    assert at == datetime(day.year, day.month, day.day, 9 + hours_from_utc, tzinfo=UTC)
    card = _card(delivery=Delivery(way=Way.LATER, email="b@example.cl", at=at))
    assert way.is_due(card, at) and not way.is_due(card, at - timedelta(seconds=1))


def test_a_mail_is_asked_for_once_and_noted_once() -> None:
    asked = way.asked(_card())
    assert asked.delivery.told == 1 and not way.is_due(asked, FRIDAY) and way.is_awaited(asked, 1)
    sent = way.sent(asked, 1, NOW)
    assert sent and sent.delivered and (sent.version, sent.delivery.sent_at) == (2, NOW)
    assert way.sent(sent, 1, NOW) is None and not way.is_awaited(sent, 2)
    again = way.asked(changed(sent, NOW))
    assert not way.is_awaited(again, 1) and way.is_awaited(again, 2) and way.sent(again, 1, NOW) is None
    twice = way.sent(again, 2, FRIDAY)
    assert twice and twice.delivery.sent_at == FRIDAY


def test_a_mail_that_came_back_leaves_the_card_undelivered_until_another_goes_out() -> None:
    sent = way.sent(way.asked(_card()), 1, NOW)
    assert sent
    back = way.bounced(sent, 1, NOW)
    assert back and back.delivery.bounced and not back.delivered and way.bounced(back, 1, NOW) is None
    assert way.sent(back, 1, NOW) is None and not way.is_due(back, FRIDAY)
    anew = way.asked(way.sent_for(back, NOW, "berta@example.com"))
    assert not anew.delivery.bounced and way.bounced(anew, 1, NOW) is None
    arrived = way.sent(anew, 2, NOW)
    assert arrived and arrived.delivered and arrived.delivery.email == "berta@example.com"


def test_a_mail_that_comes_back_before_it_is_noted_is_not_noted_as_sent() -> None:
    back = way.bounced(way.asked(_card()), 1, NOW)
    assert back and way.sent(back, 1, NOW) is None


def test_what_is_under_way_when_a_card_is_blocked_does_not_go_out_and_is_due_again_afterwards() -> None:
    blocked = way.blocked(way.asked(_card()), "lost", NOW, by="sub-1")
    assert not way.is_awaited(blocked, 1) and not way.is_due(blocked, FRIDAY)
    good = way.unblocked(blocked, NOW)
    assert way.is_due(good, NOW) and not way.is_awaited(good, 1) and good.blocked_by is None
    assert way.is_awaited(way.asked(good), 2)


def test_a_mail_that_was_out_before_the_card_was_blocked_is_noted_and_not_sent_again() -> None:
    blocked = way.blocked(way.asked(_card()), "lost", NOW)
    noted = way.sent(blocked, 1, NOW)
    assert noted and noted.delivered
    assert not way.is_due(way.unblocked(noted, NOW), FRIDAY)


def test_a_delivered_card_that_was_blocked_for_a_while_is_not_sent_again() -> None:
    sent = way.sent(way.asked(_card()), 1, NOW)
    assert sent and not way.is_due(way.unblocked(way.blocked(sent, "lost", NOW), NOW), FRIDAY)


def test_other_words_are_printed_anew_until_the_card_is_on_its_way() -> None:
    card = _card(Way.LATER)
    face = card.face.model_copy(update={"recipient": "Carla"})
    after = way.rewritten(card, face, card.delivery, NOW)
    assert (after.face.recipient, after.printed, after.version) == ("Carla", 0, 2)
    spent = Entry(kind=EntryKind.REDEEM, amount=-1, at=NOW)
    for held, code in ((way.asked(card), "gift_card_delivered"), (way.blocked(card, "x", NOW), "gift_card_blocked"),
                       (_card(Way.SELF, holds={"o": 1}), "gift_card_delivered"),
                       (_card(Way.SELF, entries=(*card.entries, spent)), "gift_card_delivered")):
        with pytest.raises(Conflict) as refused:
            way.rewritten(held, face, card.delivery, NOW)
        assert refused.value.code == code
    assert way.rewritten(_card(Way.SELF), face, card.delivery, NOW).delivery.way is Way.LATER


def test_who_can_t_wait_sends_a_card_before_its_day() -> None:
    card = way.sent_for(_card(Way.LATER), NOW)
    assert (card.delivery.way, card.delivery.at) == (Way.NOW, None) and way.is_due(card, NOW)


def test_a_card_that_came_back_may_be_changed_and_is_then_sent_in_its_time() -> None:
    back = way.bounced(way.asked(_card()), 1, NOW)
    assert back and way.changeable(back)
    anew = way.rewritten(back, back.face, Delivery(way=Way.LATER, email="b@example.cl", at=FRIDAY), NOW)
    assert not anew.delivery.bounced and way.bounced(anew, 1, NOW) is None
    printed = changed(anew, NOW, printed=anew.version)
    assert (way.is_due(printed, NOW), way.is_due(printed, FRIDAY)) == (False, True)
    assert way.is_awaited(way.asked(printed), 2) and way.sent(way.asked(printed), 2, NOW)


def test_a_card_that_was_blocked_after_it_came_back_is_still_one_that_came_back() -> None:
    back = way.bounced(way.asked(_card()), 1, NOW)
    assert back
    good = way.unblocked(way.blocked(back, "odd", NOW), NOW)
    assert good.delivery.bounced and not way.is_due(good, FRIDAY) and way.stage(good, NOW) is Stage.BOUNCED


def test_three_times_a_day_and_no_more() -> None:
    card = _card()
    for hours in (0, 1, 2):
        asked = way.asked(way.sent_for(card, NOW + timedelta(hours=hours)))
        card = way.sent(asked, asked.delivery.told, NOW) or card
    with pytest.raises(TooMany) as refused:
        way.sent_for(card, NOW + timedelta(hours=3))
    assert (refused.value.code, refused.value.retry_after_seconds) == ("gift_card_sent_often", 21 * 3600)
    assert not way.resendable(card, NOW + timedelta(hours=23)) and way.resendable(card, NOW + timedelta(hours=24))


def test_another_code_is_mailed_again_also_when_the_mail_with_the_old_one_is_noted_late() -> None:
    under_way = way.asked(_card())
    anew = way.mailed_anew(under_way, None)
    assert not way.is_awaited(anew, 1) and way.sent(anew, 1, NOW) is None
    assert way.is_due(anew, NOW) and way.is_awaited(way.asked(anew), 3) and anew.delivery.renewed


def test_another_code_waits_for_the_cards_own_day_and_goes_by_mail_only_with_an_address() -> None:
    later = way.mailed_anew(_card(Way.LATER), None)
    assert (later.due_at, later.delivery.renewed) == (FRIDAY, False)
    own = way.mailed_anew(_card(Way.SELF), None)
    assert own.delivery.way is Way.SELF and own.due_at is None
    mailed = way.mailed_anew(_card(Way.SELF), "berta@example.cl")
    assert (mailed.delivery.way, mailed.delivery.email) == (Way.NOW, "berta@example.cl") and way.is_due(mailed, NOW)


def test_the_first_mail_that_arrives_is_no_mail_about_another_code() -> None:
    back = way.bounced(way.asked(_card()), 1, NOW)
    assert back and not way.mailed_anew(back, "berta@example.com").delivery.renewed
