"""Availability by brute force: every minute, every half hour since 1970, every way to share out resources.

Shares no code with chalicelib.availability; says what docs/availability.md says.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import permutations

from chalicelib.catalog.model import Catalogue, Need, Resource, Service
from tests.availability.world import ZONE, Booked, World, opening_cell

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@cache
def minutes_of_day(day: date) -> dict[str, datetime]:
    """Each wall time of the spa's day and the first instant that shows it."""
    shown: dict[str, datetime] = {}
    instant = datetime.fromtimestamp(opening_cell(day) * 1800, UTC)
    while int(instant.timestamp()) // 1800 < opening_cell(day + timedelta(days=1)):
        shown.setdefault(instant.astimezone(ZONE).strftime("%H:%M"), instant)
        instant += timedelta(minutes=5)
    return shown


class Oracle:
    """One question: this service, this party, in this world, now."""

    def __init__(self, catalogue: Catalogue, service: Service, guests: int, world: World, now: datetime) -> None:
        self.catalogue, self.service, self.guests, self.now = catalogue, service, guests, now
        self.bookings = [b for b in world.bookings if b.until is None or b.until >= int(now.timestamp())]

    def day(self, day: date) -> tuple[str, str | None, dict[str, str | None]]:
        """Return the day's state, its reason, and each offered wall time with its reason (None: free)."""
        service = self.service
        if self.guests > service.max_guests:
            return "closed", "too_many_guests", {}
        if self.guests < service.min_guests:
            return "closed", "too_few_guests", {}
        today = next(d for d in (self.now.astimezone(ZONE).date() - timedelta(days=n) for n in (0, 1))
                     if opening_cell(d) * 1800 <= self.now.timestamp())  # fmt: skip
        if day < today:
            return "closed", "in_the_past", {}
        if (day - today).days > service.horizon_days:
            return "closed", "beyond_horizon", {}
        schedule = next(s for s in self.catalogue.schedules if s.slug == service.schedule)
        weekday = WEEK[day.weekday()]
        if weekday in schedule.closed:
            return "closed", "closed_weekday", {}
        walls = schedule.by_weekday.get(weekday, schedule.starts)
        slots = {wall: self.slot(day, minutes_of_day(day)[wall]) for wall in walls if self.offered(day, wall)}
        return (*self.summary(slots), slots) if slots else ("closed", "no_rule", {})

    def summary(self, slots: dict[str, str | None]) -> tuple[str, str | None]:
        free = [wall for wall, reason in slots.items() if reason is None]
        if free:
            return ("few" if len(free) < len(slots) / 2 else "free"), None
        reasons = Counter(reason for reason in slots.values() if reason)
        competing = [r for r in reasons if r in ("held", "slot_taken") or r.startswith("turnaround")]
        competing += [r for r in reasons if r.startswith("no_") and r in self.short_of]
        state = "full" if competing else "closed"
        if len(reasons) == 1:
            return state, next(iter(reasons))
        if competing:
            return state, "held" if "held" in reasons else "day_full"
        return state, list(slots.values())[-1]

    def offered(self, day: date, wall: str) -> bool:
        start = minutes_of_day(day).get(wall)
        if self.service.kind == "cabin":
            return start is not None
        cells = self.cells(start) if start else set()
        return bool(cells) and all(opening_cell(day) <= c < opening_cell(day + timedelta(days=1)) for c in cells)

    def cells(self, start: datetime) -> set[int]:
        """Every half hour that some minute of the booking falls into."""
        first = int(start.timestamp()) - self.service.before_minutes * 60
        last = int(start.timestamp()) + (self.service.minutes + self.service.after_minutes) * 60
        return {second // 1800 for second in range(first, last, 60)}

    short_of: set[str] = set()

    def slot(self, day: date, start: datetime) -> str | None:
        if start <= self.now:
            return "in_the_past"
        if start < self.now.replace(microsecond=0) + timedelta(minutes=self.service.notice_minutes):
            return "too_short_notice"
        if not self.shortage(day, start, self.bookings):
            return None
        unheld = [b for b in self.bookings if b.until is None or b.is_block]
        if not self.shortage(day, start, unheld):
            return "held"
        sold = [b for b in unheld if not b.is_block]
        missing = self.shortage(day, start, sold)
        if not missing:
            return "blocked"
        by_roster = bool(self.shortage(day, start, []))
        if missing.resource and not by_roster:
            return self.taken(day, start, missing.resource)
        kind = {"mesas": "table", "terapeutas": "therapist"}.get(missing.pool or "", self.service.kind)
        if not by_roster:
            self.short_of = {*self.short_of, f"no_{kind}"}
        return f"no_{kind}"

    def shortage(self, day: date, start: datetime, bookings: list[Booked]) -> Need | None:
        """The first need (in order) such that the demands up to it can't be met; None when all can."""
        demands = [need for need in self.service.needs for _ in range(self.guests if need.each == "guest" else 1)]
        good = [[r.slug for r in self.catalogue.resources if self.serves(r, need, day, start, bookings)]
                for need in demands]  # fmt: skip
        names = sorted({name for names in good for name in names})
        for count in range(1, len(demands) + 1):
            if not any(all(name in good[n] for n, name in enumerate(chosen)) for chosen in permutations(names, count)):
                return demands[count - 1]
        return None

    def serves(self, resource: Resource, need: Need, day: date, start: datetime, bookings: list[Booked]) -> bool:
        meant = resource.slug == need.resource or (need.resource is None and resource.pool == need.pool)
        skilled = need.skill is None or need.skill in resource.skills
        cells = self.cells(start)
        busy = any(b.resource == resource.slug and cells & set(b.cells) for b in bookings)
        return meant and skilled and resource.active and not busy and self.works(resource, day, start)

    def works(self, resource: Resource, day: date, start: datetime) -> bool:
        if any(off.first <= day <= off.last for off in resource.days_off):
            return False
        if resource.hours is None:
            return True
        shown = minutes_of_day(day)
        for span in resource.hours.get(WEEK[day.weekday()], ()):  # type: ignore[call-overload]
            first, last = (shown.get(wall) for wall in span.split("-"))
            if first and last and first <= start and start + timedelta(minutes=self.service.minutes) <= last:
                return True
        return False

    def taken(self, day: date, start: datetime, resource: str) -> str:
        """Taken by a booking, or only by the turn-around that ends it."""
        turnaround = -(-self.service.after_minutes // 30)
        cells = self.cells(start)
        mine = [b for b in self.bookings if b.resource == resource and cells & set(b.cells)]
        own_day = set(range(opening_cell(day), opening_cell(day + timedelta(days=1))))
        for booking in mine:
            on_sheet = sorted(own_day & set(booking.cells))
            if not turnaround or not cells & set(on_sheet) <= set(on_sheet[-turnaround:]):
                return "slot_taken"
        until = max(sorted(own_day & set(b.cells))[-1] + 1 for b in mine)
        return "turnaround_until_" + datetime.fromtimestamp(until * 1800, ZONE).strftime("%H:%M")
