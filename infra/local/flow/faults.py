"""How the sandbox misbehaves on demand, for one payment (`order` = commerceOrder) or for whichever comes next.

On any API call (`on` narrows it to one path, such as `/payment/create`):
  timeout         silent for `seconds`, then the connection is cut; nothing was done
  timeout_after   the same, but what was asked was done
  lost_reply      what was asked was done, the connection is cut at once
  error           500, nothing was done
  error_after     500, but what was asked was done
  garbage         200 with a page that is no JSON
On what the status calls say:
  amount / currency / order   another amount (`value`, default 1000), currency (USD) or commerceOrder
  shapes          the same facts as strings, numbers as strings, objects as text, unknown properties
On the notices to the merchant:
  drop            urlConfirmation (or urlCallBack) is never called
  duplicate       it is called `copies` times
  delay           it is called `seconds` later, after the browser has returned
  reorder         the browser returns first, the notice comes 2 seconds later
"""

import threading
from dataclasses import asdict, dataclass
from typing import Any

CALLS = frozenset({"timeout", "timeout_after", "lost_reply", "error", "error_after", "garbage"})
WORDS = frozenset({"amount", "currency", "order", "shapes"})
NOTICES = frozenset({"drop", "duplicate", "delay", "reorder"})
KINDS = CALLS | WORDS | NOTICES


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

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def arm(self, kind: str, **options: Any) -> None:
        """Arm a fault; see the module for kinds and `Fault` for options. Raises ValueError for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"unknown fault {kind!r}; one of {', '.join(sorted(KINDS))}")
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

    def armed(self) -> list[dict[str, Any]]:
        """Return what is armed, for the page and the tests."""
        with self._lock:
            return [asdict(fault) for fault in self._armed]

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._armed.clear()
