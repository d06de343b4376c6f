"""A fault at every step between "hold" and "mail sent": money, slots and messages come out right all the same."""

from collections.abc import Callable

import pytest

from chalicelib.orders.model import OrderState
from chalicelib.payments import table as payments
from chalicelib.payments.gateway import Reported
from chalicelib.payments.model import PaymentId, PaymentState
from chalicelib.payments.refund_model import RefundState
from tests.support import journey
from tests.support.faults import Fault
from tests.support.stories import HOURS, TUB, Story
from tests.support.telling import with_a_fault_at_each_step

ELSEWHERE = "2026-12-05T17:00:00-03:00"


def paid_at_once(story: Story) -> None:
    """Hold, check out, pay; the webhook, the worker, the relay and the mail."""
    story.hold()
    story.check_out()
    story.pay()
    story.notice()
    story.rest()
    story.conserved(OrderState.CONFIRMED, ["order_confirmed"])


def rejected_then_paid(story: Story) -> None:
    """The bank says no, the guest asks for another payment and that one goes through."""
    story.hold()
    story.check_out()
    story.begun()
    story.world.flow.pages[story.token].state = Reported.REJECTED
    story.notice()
    story.rest()
    story.pay_again("second")
    story.known()
    story.pay()
    story.notice()
    story.rest()
    story.conserved(OrderState.CONFIRMED, ["order_confirmed"])


def never_paid(story: Story) -> None:
    """The guest leaves; the order ends by itself and the hours are anybody's."""
    story.hold()
    story.check_out()
    story.begun()
    story.world.clock.advance(minutes=25)  # deadline and grace are over
    story.minutes(3)
    story.rest()
    story.conserved(OrderState.EXPIRED, [])
    rival = journey.send("POST", "/api/carritos", body={"lines": [journey.new_line(HOURS[0], TUB)]},
                         key=f"rival-{story.number:08}", caller="10.4.0.1")
    assert rival.status == 201, rival.text


def late_money(story: Story) -> None:
    """The hold lapses, a rival takes one of the hours, then the money comes: the guest wants it back, once."""
    story.hold()
    story.check_out()
    story.world.clock.advance(minutes=25)  # deadline and grace are over
    story.minutes(3)
    rival = journey.send("POST", "/api/carritos", body={"lines": [journey.new_line(HOURS[1], TUB)]},
                         key=f"rival-{story.number:08}", caller="10.4.0.2")
    assert rival.status == 201, rival.text
    story.begun()
    story.pay()
    story.notice()
    story.rest()
    if _unknown_money(story):
        story.notice()  # the notice was lost: the guest comes back, or Flow's list is compared the next day
        story.rest()
    story.ask("POST", f"/api/reservas/{story.order}/devolucion", "back", token=story.placed["token"], body={})
    story.rest()
    _money_went_back(story)


def late_money_for_other_hours(story: Story) -> None:
    """The same, but the guest takes the first of the other hours that are offered."""
    story.hold()
    story.check_out()
    story.world.clock.advance(minutes=25)
    story.minutes(3)
    rival = journey.send("POST", "/api/carritos", body={"lines": [journey.new_line(HOURS[1], TUB)]},
                         key=f"rival-{story.number:08}", caller="10.4.0.2")
    assert rival.status == 201, rival.text
    story.pay()
    story.notice()
    story.rest()
    if _unknown_money(story):
        story.notice()
        story.rest()
    story.begun()
    path, token = f"/api/reservas/{story.order}/alternativas", story.placed["token"]
    found = story.ask("GET", path, "see", token=token).json["alternatives"]
    [move] = next(one for one in found if one["due"] == 0)["moves"]
    chosen = {name: move[name] for name in ("line", "service", "start")}
    story.ask("POST", path, "choose", token=token, body={"moves": [chosen]})
    story.rest()
    story.conserved(OrderState.CONFIRMED, ["alternatives_offered", "order_confirmed"])


def _unknown_money(story: Story) -> bool:
    return payments.load(PaymentId(story.payment["id"])).state is PaymentState.EXPIRED


def _money_went_back(story: Story) -> None:
    (refund,) = payments.load(PaymentId(story.payment["id"])).refunds
    if refund.state is RefundState.UNCLEAR:
        assert not story.world.flow.refunds  # nobody was asked; staff see it by the alarm
        story.conserved(OrderState.EXPIRED, ["alternatives_offered", "refund_due"])
        return
    assert refund.state is RefundState.REFUNDED
    story.conserved(OrderState.EXPIRED, ["alternatives_offered", "refund_due", "refunded"])


def changed_and_given_back(story: Story) -> None:
    """One of two paid hours is moved, a bottle is added, the other hour given up; what is over comes back."""
    story.hold()
    story.check_out()
    story.pay()
    story.notice()
    story.rest()
    story.begun()
    first, second = (line["id"] for line in story.placed["order"]["lines"][:2])
    path, token = f"/api/reservas/{story.order}/cambios", story.placed["token"]
    story.ask("POST", path, "move", token=token, body={"action": "move", "line": first, "start": ELSEWHERE})
    story.ask("POST", path, "add", token=token,
              body={"action": "add", "products": [{"product": "espumante", "quantity": 1}]})
    story.ask("POST", path, "cancel", token=token, body={"action": "cancel", "line": second})
    story.rest()
    (refund,) = payments.load(PaymentId(story.payment["id"])).refunds
    told = {RefundState.UNCLEAR: [], RefundState.REFUNDED: ["refunded"]}[refund.state]
    story.conserved(OrderState.CONFIRMED, sorted(
        [*["order_changed"] * 3, "order_confirmed", "refund_due", *told]))


def all_there_is_by_mercado_pago(story: Story) -> None:
    """A cart with a stay, a couple massage, a decoration, a programme and products, paid with a card."""
    story.hold_some_of_all()
    story.check_out("mercadopago")
    story.pay()
    story.notice()
    story.rest()
    story.conserved(OrderState.CONFIRMED, ["order_confirmed"])


def deposit_then_balance(story: Story) -> None:
    """Half of a night confirms it; the rest is paid later, by the other provider."""
    story.hold_a_night()
    story.check_out("flow", pay="deposit")
    story.pay()
    story.notice()
    story.rest()
    story.conserved(OrderState.CONFIRMED, ["order_confirmed"], kept=story.placed["order"]["deposit"])
    story.begun()
    story.pay_again("balance", "mercadopago")
    story.pay()
    story.notice()
    story.rest()
    story.conserved(OrderState.CONFIRMED, ["order_confirmed", "payment_received"])


def transfer_seen(story: Story) -> None:
    """The guest transfers the money, the front desk finds it and says so."""
    story.hold_a_night()
    story.begun()
    story.check_out("transfer")
    story.rest()
    story.world.clock.advance(hours=5)
    story.pay()
    story.transfer_seen()
    story.rest()
    story.conserved(OrderState.CONFIRMED, ["order_confirmed", "transfer_instructions"])


def transfer_never_came(story: Story) -> None:
    """A day passes without a transfer; night and bottles are anybody's."""
    story.hold_a_night()
    story.check_out("transfer")
    story.rest()
    story.begun()
    story.world.clock.advance(hours=24, minutes=11)
    story.minutes(3)
    story.rest()
    story.conserved(OrderState.EXPIRED, ["transfer_instructions"])


STORIES: list[Callable[[Story], None]] = [
    paid_at_once, rejected_then_paid, never_paid, late_money, late_money_for_other_hours,
    changed_and_given_back, all_there_is_by_mercado_pago, deposit_then_balance,
    transfer_seen, transfer_never_came,
]


CASES = [(story, kind) for story in STORIES for kind in Fault
         if story is paid_at_once or kind is not Fault.CRASH_BEFORE]


@pytest.mark.parametrize(("story", "kind"), CASES, ids=lambda value: getattr(value, "name", None) or value.__name__)
def test_one_fault_at_any_step_changes_nothing_in_the_end(story: Callable[[Story], None], kind: Fault) -> None:
    with_a_fault_at_each_step(story, kind, thorough=story is paid_at_once)
