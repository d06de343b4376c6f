"""How the sandbox misbehaves on demand. Each fault is used up by the requests or mails it spoils."""

import threading
from dataclasses import dataclass

# On POST /v3/mail/send
#   too_many        429 with the rate-limit headers        error / unavailable    500 / 503, nothing accepted
#   error_after     500 although the mail was accepted     garbage                200 with a page of somebody else
#   timeout_before  silent for `seconds`, then cut off, nothing accepted
#   timeout_after   the same, but the mail was accepted
# On the mail's events
#   drop_events     accepted, but no event is ever posted  bounce / dropped       that event instead of `delivered`
#   late_events     the events come `seconds` later
SENDING = frozenset({"too_many", "error", "unavailable", "error_after", "garbage", "timeout_before", "timeout_after"})
EVENTS = frozenset({"drop_events", "bounce", "dropped", "late_events"})


@dataclass
class Fault:
    """A fault and how often it is still to happen."""

    kind: str
    times: int = 1
    seconds: float = 15.0


class Faults:
    """The faults that are armed, first come first served; one of each family per request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[Fault] = []

    def arm(self, kind: str, *, times: int = 1, seconds: float = 15.0) -> None:
        """Let `kind` happen to the next `times` requests. Raises ValueError for a kind that is not listed above."""
        if kind not in SENDING | EVENTS:
            raise ValueError(f"unknown fault {kind!r}; one of {', '.join(sorted(SENDING | EVENTS))}")
        with self._lock:
            self._armed.append(Fault(kind, times, seconds))

    def take(self, family: frozenset[str]) -> Fault | None:
        """Use up and return the next fault of a family, or None."""
        with self._lock:
            for fault in self._armed:
                if fault.kind in family:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._armed.remove(fault)
                    return Fault(fault.kind, 1, fault.seconds)
        return None

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._armed.clear()
