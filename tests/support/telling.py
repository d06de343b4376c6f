"""Stories told again and again, each time with a fault at another step."""

from collections.abc import Callable

from tests.support import journey
from tests.support.faults import Fault, Faults, applies, injected
from tests.support.stories import Story

Told = Callable[[Story], None]


def told(story: Told, faults: Faults) -> Faults:
    """Tell a story with a fault in it, and check its end."""
    with journey.world() as world, injected(world, faults):
        guest = Story(world, faults)
        try:
            story(guest)
        finally:
            guest.forgotten()
    return faults


def with_a_fault_at_each_step(story: Told, kind: Fault, *, thorough: bool = False) -> None:
    """Tell a story with a fault at each step at which it can happen, from where it leaves those told before.

    Raises AssertionError naming the step when the story does not end as it should.
    """
    whole = told(story, Faults())
    assert len(whole.steps) > 15
    for number, step in enumerate(whole.steps[:whole.known]):
        if number < whole.news or not applies(kind, step, thorough=thorough):
            continue
        faults = Faults(at=number, kind=kind)
        try:
            told(story, faults)
        except Exception as error:
            raise AssertionError(f"{story.__name__}: {kind.value}, step {number} ({step})") from error
        assert faults.struck, f"step {number} ({step}) never came"
