"""What is added to something else, at a time that its host gives it: a decoration, a breakfast. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..catalog.model import Service
from ..core.clock import epoch
from .reasons import Reason, guests_refused


def addon_times(service: Service, host_start: datetime, host_end: datetime) -> tuple[datetime, datetime]:
    """Return when an add-on is served: as its host begins, or `before_end_minutes` before the host ends.

    It ends so many minutes later as it lasts, and never after its host.
    """
    start = host_start
    if service.before_end_minutes is not None:
        start = max(host_start, host_end - timedelta(minutes=service.before_end_minutes))
    return start, min(host_end, start + timedelta(minutes=service.minutes))


def addon_refused(service: Service, start: datetime, guests: int, now: datetime) -> Reason | None:
    """Say what speaks against an add-on that is served at `start`: the size of the party, or that it is too late."""
    if refused := guests_refused(service, guests):
        return refused
    if epoch(start) <= epoch(now):
        return Reason("in_the_past")
    if epoch(start) < epoch(now) + service.notice_minutes * 60:
        return Reason("too_short_notice", {"minutes": service.notice_minutes})
    return None
