"""How often one caller may do something. Ordinary guests cost nothing: the shared counter is asked only beyond a burst.

Each container first counts by itself; only a caller who goes past FREE_PER_WINDOW within one window is counted in
DynamoDB, where the count is exact across containers. So a caller is stopped after `count` plus at most
FREE_PER_WINDOW requests per container.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from ..core.clock import epoch
from ..core.errors import TooMany
from .tables import BaseTable

FREE_PER_WINDOW = 5
_REMEMBERED = 10_000
_seen: dict[str, int] = {}


class Counter(BaseTable):
    """Requests of one caller to one group of routes in one window of time."""

    class Meta:
        area = "requests"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    hits = NumberAttribute()
    expires = NumberAttribute()


@dataclass(frozen=True)
class Limit:
    """At most `count` requests per caller in each window of `per_seconds`."""

    count: int
    per_seconds: int = 60

    def spend(self, group: str, caller: str, at: datetime, times: int = 1) -> None:
        """Count one request of the caller, or something it asks for so many times.

        Raises TooMany beyond the limit. No request for the first FREE_PER_WINDOW of a window, then one write each.
        """
        name = self._name(group, caller, at)
        if len(_seen) >= _REMEMBERED:
            _seen.clear()
        _seen[name] = _seen.get(name, 0) + times
        if _seen[name] > FREE_PER_WINDOW:
            self.count_exactly(group, caller, at, times)

    def count_exactly(self, group: str, caller: str, at: datetime, times: int = 1) -> None:
        """Count in DynamoDB from the first time on. One write. Raises TooMany beyond the limit."""
        if self._added(group, caller, at, times) > self.count:
            raise TooMany(retry_after_seconds=self.per_seconds - epoch(at) % self.per_seconds)

    def take_back(self, group: str, caller: str, at: datetime) -> None:
        """Let what was counted at an instant not have been. One write."""
        self._added(group, caller, at, -1)

    def _added(self, group: str, caller: str, at: datetime, times: int) -> int:
        counter, window = Counter(self._name(group, caller, at)), epoch(at) // self.per_seconds
        counter.update(actions=[Counter.hits.add(times), Counter.expires.set((window + 2) * self.per_seconds)])
        return int(counter.hits)

    def _name(self, group: str, caller: str, at: datetime) -> str:
        return f"limit#{group}#{caller}#{epoch(at) // self.per_seconds}"


def caller_id(address: str) -> str:
    """Return a name for a caller's network that does not show it: an IPv4 address, or an IPv6 line's /64."""
    return hashlib.sha256(_network(address).encode(errors="replace")).hexdigest()[:24]


def _network(address: str) -> str:
    if ":" not in address:
        return address
    from ipaddress import ip_network  # few callers need it

    try:
        return str(ip_network(f"{address.strip('[]')}/64", strict=False))
    except ValueError:
        return address
