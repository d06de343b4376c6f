"""A telling that forks: at a step, another way on is told in a child of this process, then the telling goes on.

The child has memory, clock, queues and providers as they are at that moment; the tables, which it shares, are put back
after it as they were.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import get_ident
from typing import NoReturn

from tests.support.books import KEYS, put_back, scan

_PATIENCE_SECONDS = 600


@dataclass
class Fork:
    """The steps, by number, at which to fork. `told` are those told so far, `errors` what went wrong in which.

    `beside` are the steps that other threads take: a child has the forking thread alone, so they are to be told apart.
    """

    at: frozenset[int]
    told: list[int] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)
    _thread: int = field(default_factory=get_ident)
    _say: Callable[[str], NoReturn] | None = None  # in a child: end it

    def __call__(self, step: int) -> bool:
        """Return True in a child, for which this is the step; False in the telling that goes on.

        Once a child has ended badly, there are no more.
        """
        if step not in self.at or self.errors:
            return False
        if get_ident() != self._thread:
            self.beside.append(step)
            return False
        before = {area: scan(area) for area in KEYS}
        error = self._child()
        if self._say:
            return True
        self.told.append(step)
        if error:
            self.errors[step] = error
        for area, items in before.items():
            put_back(area, items)
        return False

    def ended(self, error: str = "") -> None:
        """Say how the telling ended. A child is over with that, `error` or "" is its parent's to know."""
        if self._say:
            self._say(error)

    def _child(self) -> str:
        """Fork; return in the child at once, in the parent what went wrong in it when it is over."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            signal.alarm(_PATIENCE_SECONDS)  # a child that waits for ever is ended, and its step named
            self._say = lambda error: _over(writing, error)
            return ""
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            error = pipe.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return error or (f"the child ended with {status}" if status else "")


def _over(pipe: int, error: str) -> NoReturn:
    """End this process at once: nothing of the tests' frame, which it has inherited, runs in it."""
    with suppress(OSError), os.fdopen(pipe, "w", encoding="utf-8") as out:
        out.write(error)
    os._exit(1 if error else 0)
