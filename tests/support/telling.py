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
    _forking(story, Faults(kind=kind, fork=fork))
    for number, error in fork.errors.items():
        raise AssertionError(f"{story.__name__}: {kind.value}, step {number} ({whole.steps[number]})\n{error}")
    for number in sorted(fork.beside):
        _from_the_start(story, Faults(at=number, kind=kind))
    assert sorted(fork.told + fork.beside) == struck
    return struck


def _forking(story: Told, faults: Faults) -> None:
    try:
        told(story, faults)
    except BaseException:
        faults.fork.ended(traceback.format_exc())
        raise
    faults.fork.ended()


def _from_the_start(story: Told, faults: Faults) -> None:
    try:
        told(story, faults)
    except Exception as error:
        raise AssertionError(f"{story.__name__}: {faults.kind.value}, step {faults.at}") from error
    assert faults.struck, f"step {faults.at} never came"
