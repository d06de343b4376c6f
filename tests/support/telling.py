"""Stories told with a fault at each step: the story is told once, and forks at each step that can go wrong."""

import traceback
from collections.abc import Callable

from tests.support import journey
from tests.support.faults import Fault, Faults, applies, injected
from tests.support.fork import Fork
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


def with_a_fault_at_each_step(story: Told, kind: Fault, *, thorough: bool = False) -> list[int]:
    """Tell a story with a fault at each step at which it can happen, from where it leaves those told before.

    Returns the numbers of the steps that were struck: all of these. Raises AssertionError naming the step when the
    story does not end as it should.
    """
    whole = told(story, Faults())
    assert len(whole.steps) > 15
    struck = [number for number, step in enumerate(whole.steps[:whole.known])
              if number >= whole.news and applies(kind, step, thorough=thorough)]
    fork = Fork(frozenset(struck))
    faults = Faults(kind=kind, fork=fork)
    try:
        told(story, faults)
    except BaseException:
        fork.ended(traceback.format_exc())
        raise
    fork.ended()
    for number, error in fork.errors.items():
        raise AssertionError(f"{story.__name__}: {kind.value}, step {number} ({whole.steps[number]})\n{error}")
    assert (fork.told, faults.steps) == (struck, whole.steps)
    return struck
