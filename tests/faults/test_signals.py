"""Flow's signals in any order, any number of times, early, late and after the fact: the end is always the same."""

import itertools
import random
from collections.abc import Callable

import pytest

from chalicelib.orders.model import OrderState
from chalicelib.payments.gateway import Reported
from tests.support import journey
from tests.support.journey import World
from tests.support.stories import Story

SHUFFLES = 25


def ready(world: World) -> Story:
    story = Story(world)
    story.hold()
    story.check_out()
    return story


def signals(story: Story) -> dict[str, Callable[[], object]]:
    """Everything that may tell us of the payment, each to be repeated at will."""
    payment = story.payment["id"]
    send = story.world.send
    return {
        "webhook": story.notice,
        "return by form": lambda: send("POST", f"/api/pagos/flow/retorno/{payment}", form=f"token={story.token}"),
        "return by link": lambda: send("GET", f"/api/pagos/flow/retorno/{payment}"),
        "poll": lambda: story.minutes(1),
        "worker": lambda: story.world.work("payment-signals"),
        "worker hears all twice": lambda: _twice(story.world),
        "relay": lambda: story.world.stream(story.order),
        "relay reads again": lambda: _again(story),
    }


def _twice(world: World) -> None:
    waiting = world.queued.get("payment-signals", [])
    waiting.extend(list(waiting))
    world.work("payment-signals")


def _again(story: Story) -> None:
    story.world.relayed.clear()
    story.world.stream(story.order)


@pytest.mark.parametrize("order", list(itertools.permutations(("webhook", "return by form", "poll"))),
                         ids=lambda order: " → ".join(order))
def test_whoever_comes_first_confirms_and_the_others_change_nothing(order: tuple[str, ...]) -> None:
    with journey.world() as world:
        story = ready(world)
        story.pay()
        for name in order:
            signals(story)[name]()
            world.work("payment-signals")
        story.rest()
        story.conserved(OrderState.CONFIRMED, ["order_confirmed"])
        story.forgotten()


@pytest.mark.parametrize("seed", range(SHUFFLES))
def test_any_shuffle_of_signals_before_and_after_the_payment_ends_in_one_confirmed_order(seed: int) -> None:
    chance = random.Random(seed)
    with journey.world() as world:
        story = ready(world)
        every = signals(story)
        moments = [*chance.choices(list(every), k=8)]
        paid_at = chance.randrange(9)
        for number, name in enumerate([*moments, "end"]):
            if number == paid_at:
                story.pay()
            if name != "end":
                every[name]()
        every["webhook"]()
        story.rest()
        _again(story)
        story.rest()
        story.conserved(OrderState.CONFIRMED, ["order_confirmed"])
        story.forgotten()


def test_a_rejection_heard_after_the_payment_takes_nothing_back() -> None:
    """An old answer of the provider, delayed on its way, argues for less than what is known."""
    from chalicelib.orders import settle

    with journey.world() as world:
        story = ready(world)
        stale = world.flow.fetch(story.token)
        world.flow.pages[story.token].state = Reported.REJECTED
        rejected = world.flow.fetch(story.token)
        story.pay()
        for report in (rejected, world.flow.fetch(story.token), stale, rejected):
            settle.settle(report.payment, report, world.clock)
        story.rest()
        story.conserved(OrderState.CONFIRMED, ["order_confirmed"])
        story.forgotten()


def test_a_notice_with_a_token_that_nobody_gave_out_changes_nothing() -> None:
    with journey.world() as world:
        story = ready(world)
        for token in ("0" * 40, "f" * 40):
            story.notice(token)
        story.rest()
        story.conserved(OrderState.PENDING_PAYMENT, [])
        story.forgotten()
