"""How a sandbox misbehaves on demand, for one payment (`order` = our id of it) or for whichever comes next.

On any API call (`on` narrows it to one path):
  timeout         silent for `seconds`, then the connection is cut; nothing was done
  timeout_after   the same, but what was asked was done
  lost_reply      what was asked was done, the connection is cut at once
  error           500, nothing was done
  error_after     500, but what was asked was done
  garbage         200 with a page that is no JSON
On the notices to the merchant:
  drop            the merchant is never called
  duplicate       it is called `copies` times
  delay           it is called `seconds` later, after the browser has returned
  reorder         the browser returns first, the notice comes 2 seconds later
Each sandbox has kinds of its own besides.
"""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

CALLS = frozenset({"timeout", "timeout_after", "lost_reply", "error", "error_after", "garbage"})
NOTICES = frozenset({"drop", "duplicate", "delay", "reorder"})
_NOTHING_DONE = frozenset({"timeout", "error", "garbage"})


@dataclass
class Fault:
    """A fault, and how often it is still to happen (None: until cleared)."""

    kind: str
    order: str | None = None
    on: str | None = None
    times: int | None = 1
    seconds: float = 12.0
    value: str | None = None
    copies: int = 2


class Faults:
    """The faults that are armed, first come first served."""

    def __init__(self, own: frozenset[str]) -> None:
        """Know the kinds of every sandbox and the `own` ones of this."""
        self.kinds = CALLS | NOTICES | own
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def arm(self, kind: str, **options: Any) -> None:
        """Arm a fault; see the module for kinds and `Fault` for options. Raises ValueError for an unknown kind."""
        if kind not in self.kinds:
            raise ValueError(f"unknown fault {kind!r}; one of {', '.join(sorted(self.kinds))}")
        if kind == "reorder":
            options.setdefault("seconds", 2.0)
        with self._lock:
            self._armed.append(Fault(kind, **options))

    def take(self, kinds: frozenset[str], *, order: str | None, path: str | None = None) -> Fault | None:
        """Return and use up the first armed fault of these kinds that fits the payment and the path."""
        with self._lock:
            for fault in self._armed:
                fits = fault.order in (None, order) and (fault.on is None or fault.on == path)
                if fault.kind in kinds and fits:
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._armed.remove(fault)
                    return fault
        return None

    def answer(self, work: Callable[[], ResponseReturnValue], *, order: str | None, path: str) -> ResponseReturnValue:
        """Do the work of an API call and return its answer, unless a fault strikes before it or instead of its answer.

        What the work raises (a refusal) goes through: faults change only what would have gone well.
        """
        fault = self.take(CALLS, order=order, path=path)
        if fault is not None and fault.kind in _NOTHING_DONE:
            return _misbehave(fault)
        answer = work()
        return _misbehave(fault) if fault else answer

    def armed(self) -> list[dict[str, Any]]:
        """Return what is armed, for the page and the tests."""
        with self._lock:
            return [asdict(fault) for fault in self._armed]

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._armed.clear()


def _misbehave(fault: Fault) -> ResponseReturnValue:
    """Answer as the fault says, whether or not the work was done."""
    if fault.kind in ("error", "error_after"):
        return jsonify(message="Internal Server Error", error="internal_error", status=500), 500
    if fault.kind == "garbage":
        return "<html><body>Sitio en mantención</body></html>", 200
    if fault.kind in ("timeout", "timeout_after"):
        time.sleep(fault.seconds)
    return _cut()


def _cut() -> Response:
    """Close the connection instead of answering."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
