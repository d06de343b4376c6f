"""Cards and carts in any order of events, against books that a child could keep; to the peso.

The steps go through the real routes, workers and jobs on the emulator's tables; `Purse` and `Sale` are what should come
of them, worked out by addition and subtraction alone.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.aws import limits
from chalicelib.aws.transactions import Transaction
from chalicelib.core.clock import spa_date, spa_time
from chalicelib.core.errors import Conflict
from chalicelib.core.money import LEAST_CHARGE
from chalicelib.giftcards import jobs, table
from chalicelib.giftcards.adjust import adjust
from chalicelib.giftcards.block import block, unblock
from chalicelib.giftcards.model import differences
from tests.orders import gifts
from tests.support.spa import Placed, Spa, line, opened_spa

TUB_FOR_TWO = 50_000
AHEAD = timedelta(days=40)
HOURS = ("12:00", "14:30", "17:00", "19:30", "22:00")
TUBS = ("tina-hornopiren", "tina-tronador", "tina-osorno", "tina-calbuco")


@dataclass
class Purse:
    """What a card should be worth."""

    id: str
    code: str
    last_day: date
    entries: list[int]
    held: dict[str, int] = field(default_factory=dict)
    blocked: bool = False

    @property
    def balance(self) -> int:
        return sum(self.entries)

    @property
    def free(self) -> int:
        return self.balance - sum(self.held.values())

    def good_for_a_month(self, today: date) -> None:
        """Value was put on it."""
        self.last_day = max(self.last_day, today + timedelta(days=30))


@dataclass
class Sale:
    """What an order should have."""

    order: Placed
    start: datetime
    asked: int
    uses: dict[str, int]
    state: str


class GiftCards(RuleBasedStateMachine):
    """Everything that can happen to cards, one after the other and at once."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.purses: dict[str, Purse] = {}
        self.sales: list[Sale] = []
        self.hours_taken = 0

    @initialize()
    def opens(self) -> None:
        self.spa: Spa = opened_spa(self.patch)
        self.patch.setattr(jobs, "clock", self.spa.clock)

    def teardown(self) -> None:
        self.patch.undo()

    @property
    def today(self) -> date:
        return spa_date(self.spa.clock.now())

    def good(self, purse: Purse) -> bool:
        return not purse.blocked and self.today <= purse.last_day

    @rule(amount=st.sampled_from([10_000, 30_000, TUB_FOR_TWO - 200, TUB_FOR_TWO, 120_000]),
          days=st.sampled_from([0, 20, 365]))
    def is_issued(self, amount: int, days: int) -> None:
        if len(self.purses) < 6:
            id, code = gifts.card(self.spa, amount, days=days)
            self.purses[id] = Purse(id, code, self.today + timedelta(days=days), [amount])

    @precondition(lambda self: self.purses)
    @rule(picks=st.lists(st.integers(0, 5), max_size=3, unique=True))
    def are_used_in_a_cart(self, picks: list[int]) -> None:
        cart, token, start = self._cart()
        used: list[Purse] = []
        for purse in self._picked(picks):
            status = gifts.put_in(self.spa, cart, token, purse.code).status
            if not self.good(purse):
                assert status == 404
            elif not purse.free or sum(self._shares(used).values()) >= TUB_FOR_TWO:
                assert status == 409
            else:
                assert status == 201
                used.append(purse)
        uses = self._shares(used)
        charge = TUB_FOR_TWO - sum(uses.values())
        answer = self.spa.check_out(token, charge=charge)
        assert answer.status == 201, answer.body
        self._sold(answer.json, start, charge, uses)

    @precondition(lambda self: self.purses)
    @rule(pick=st.integers(0, 5), carts=st.integers(2, 3))
    def is_used_in_several_carts_at_once(self, pick: int, carts: int) -> None:
        [purse] = self._picked([pick]) or [next(iter(self.purses.values()))]
        if not self.good(purse) or not purse.free:
            return
        opened = [self._cart() for _ in range(carts)]
        for cart, token, _ in opened:
            assert gifts.put_in(self.spa, cart, token, purse.code).status == 201
        with ThreadPoolExecutor(carts) as pool:
            answers = list(pool.map(lambda one: self.spa.check_out(one[1]), opened))
        free = purse.free
        for answer, (_, _, start) in zip(answers, opened, strict=True):
            if answer.status == 201:
                taken = answer.json["order"]["covered"]
                self._sold(answer.json, start, TUB_FOR_TWO - taken, {purse.id: taken} if taken else {})
            else:
                assert answer.status == 409 and answer.json["code"] == "gift_card_short", answer.body
        assert 0 < free - purse.free <= free

    @rule(pick=st.integers(0, 20))
    def the_rest_is_paid(self, pick: int) -> None:
        sale = self._sale("pending", pick)
        if not sale:
            return
        self.spa.provider.pay(sale.order.payment)
        assert sale.order.webhook() == []
        self._spend(sale)

    @rule()
    def nobody_pays_in_time(self) -> None:
        self._time(timedelta(minutes=30))

    @rule(pick=st.integers(0, 20))
    def an_order_is_given_up(self, pick: int) -> None:
        sale = self._sale("paid", pick)
        if not sale or self.spa.clock.now() > sale.start - timedelta(hours=25):
            return
        answer = self.spa.client.post(f"/api/reservas/{sale.order.id}/cambios", {"action": "cancel_all"},
                                      token=sale.order.token)
        assert answer.status == 200, answer.body
        for id, amount in sale.uses.items():
            purse = self.purses[id]
            purse.entries.append(amount)
            purse.good_for_a_month(self.today)
        sale.state, sale.uses, sale.asked = "given up", {}, 0

    @precondition(lambda self: self.purses)
    @rule(pick=st.integers(0, 5), amount=st.sampled_from([-60_000, -5_000, 7_000]))
    def is_adjusted(self, pick: int, amount: int) -> None:
        for purse in self._picked([pick]):
            tx = Transaction()
            adjust(tx, table.load(purse.id), amount, self.spa.clock.now(), by="sub-1", reason="counted")
            if purse.free + min(amount, 0) < 0:
                with pytest.raises(Conflict, match="gift_card_short"):
                    tx.commit()
            else:
                tx.commit()
                purse.entries.append(amount)
                if amount > 0:
                    purse.good_for_a_month(self.today)

    @precondition(lambda self: self.purses)
    @rule(pick=st.integers(0, 5))
    def is_blocked_or_unblocked(self, pick: int) -> None:
        for purse in self._picked([pick]):
            tx, card, now = Transaction(), table.load(purse.id), self.spa.clock.now()
            unblock(tx, card, now, by="sub-1") if purse.blocked else block(tx, card, "lost", now, by="sub-1")
            tx.commit()
            purse.blocked = not purse.blocked

    @rule(days=st.integers(1, 12))
    def days_go_by(self, days: int) -> None:
        self._time(timedelta(days=days))
        assert jobs.expire_cards({}, None)["failed"] == 0
        for purse in self.purses.values():
            if purse.last_day < self.today and purse.free:
                purse.entries.append(-purse.free)

    @invariant()
    def every_card_and_every_order_tells_the_same(self) -> None:
        for purse in self.purses.values():
            card = table.load(purse.id)
            assert differences(card) == []
            assert [entry.amount for entry in card.entries] == purse.entries
            assert (card.balance, card.free, dict(card.holds)) == (purse.balance, purse.free, purse.held)
            assert card.last_day == purse.last_day
        for sale in self.sales:
            view = sale.order.view()
            live = [use["amount"] for use in view["cards"] if use["state"] != "released"]
            assert sum(live) == sum(sale.uses.values()) == view["covered"]
            assert view["kept"] == (sale.asked if sale.state == "paid" else 0)

    def _cart(self) -> tuple[dict[str, Any], str, datetime]:
        """Return a cart that holds one tub for two at an hour of its own, its token, and that hour."""
        limits._seen.clear()
        for _ in range(40):
            n, self.hours_taken = self.hours_taken, self.hours_taken + 1
            day = spa_time(self.spa.clock.now() + AHEAD).date() + timedelta(days=n // 10 % 7)
            wanted = line(f"{day} {HOURS[n % 5]}", service=TUBS[n // 5 % 2])
            opened = self.spa.client.post("/api/carritos", {"lines": [wanted]})
            if opened.status == 201:
                return opened.json["cart"], opened.json["token"], datetime.fromisoformat(wanted["start"])
        raise AssertionError("no hour left")

    def _picked(self, picks: list[int]) -> list[Purse]:
        purses = list(self.purses.values())
        return [purses[pick] for pick in picks if pick < len(purses)]

    def _shares(self, used: list[Purse]) -> dict[str, int]:
        """Return what each card should pay of a tub: the one that ends soonest first; no rest that can't be paid."""
        left, uses = TUB_FOR_TWO, {}
        for purse in sorted(used, key=lambda purse: (purse.last_day, purse.free, purse.id)):
            part = min(left, purse.free)
            if part:
                uses[purse.id], left = part, left - part
        if 0 < left < LEAST_CHARGE:
            uses[list(uses)[-1]] -= LEAST_CHARGE - left
        return uses

    def _sold(self, placed: dict[str, Any], start: datetime, charge: int, uses: dict[str, int]) -> None:
        payment = placed["payment"]
        assert (payment["amount"] if payment else 0) == charge
        order = Placed(self.spa, placed["order"]["id"], placed["token"], payment["id"] if payment else "")
        sale = Sale(order, start, charge, uses, "pending")
        self.sales.append(sale)
        for id, amount in uses.items():
            self.purses[id].held[order.id] = amount
        if not charge:
            self._spend(sale)

    def _sale(self, state: str, pick: int) -> Sale | None:
        """Return a sale of that state, if any. Whoever won a race decides it, so no precondition may."""
        found = [sale for sale in self.sales if sale.state == state]
        return found[pick % len(found)] if found else None

    def _spend(self, sale: Sale) -> None:
        sale.state = "paid"
        for id, amount in sale.uses.items():
            del self.purses[id].held[sale.order.id]
            self.purses[id].entries.append(-amount)

    def _time(self, by: timedelta) -> None:
        """Let time go by: what was not paid is let go of."""
        self.spa.clock.advance(seconds=by.total_seconds())
        limits._seen.clear()
        self.spa.poll()
        for sale in self.sales:
            if sale.state == "pending":
                sale.order.look()
                for id in sale.uses:
                    del self.purses[id].held[sale.order.id]
                sale.state, sale.uses = "expired", {}


@pytest.mark.slow
def test_whatever_happens_to_cards_no_peso_appears_or_is_lost(dynamodb: str) -> None:
    run_state_machine_as_test(GiftCards, settings=settings(
        max_examples=25, stateful_step_count=20, print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]))
