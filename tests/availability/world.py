"""Builders: small catalogues, and sheets made from bookings given as real instants."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.availability.days import INDEX_OF
from chalicelib.availability.sheets import Mark
from chalicelib.catalog.model import (
    Catalogue,
    Category,
    Need,
    Policy,
    Pool,
    PriceRule,
    Resource,
    Schedule,
    Seo,
    Service,
    Text,
)

ZONE = ZoneInfo("America/Santiago")
CABINS = ("tepa", "laurel")
TUB_STARTS = ("12:00", "14:30", "17:00", "19:30", "22:00")


def both(text: str) -> Text:
    """The same words in both languages."""
    return Text(es=text, en=text)


def local(text: str, fold: int = 0) -> datetime:
    """An instant from the spa's wall time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE, fold=fold).astimezone(UTC)


def tub(**changes: Any) -> Service:
    """The usual tub for up to three, at 25,000 per guest."""
    values: dict[str, Any] = {
        "slug": "tina-hornopiren",
        "category": "tinas",
        "kind": "tub",
        "name": both("Tina"),
        "summary": both("Tina"),
        "description": both("Tina"),
        "minutes": 120,
        "after_minutes": 30,
        "min_guests": 1,
        "usual_guests": 2,
        "max_guests": 3,
        "price": PriceRule(amount=25000, unit="guest"),
        "schedule": "tinas",
        "needs": (Need(resource="hornopiren"),),
        "booking": "online",
        "policy": "un-dia",
        "art": "tub",
    }
    return Service(**{**values, **changes})


def massage(**changes: Any) -> Service:
    """A massage of fifty minutes: a table and a skilled therapist for each guest."""
    values: dict[str, Any] = {
        "slug": "masaje",
        "kind": "massage",
        "category": "masajes",
        "minutes": 50,
        "after_minutes": 10,
        "max_guests": 2,
        "schedule": "masajes",
        "price": PriceRule(amount=40000, unit="guest"),
        "needs": (Need(pool="mesas", each="guest"), Need(pool="terapeutas", each="guest", skill="relajacion")),
    }
    return tub(**{**values, **changes})


def cabin(**changes: Any) -> Service:
    """A cabin from 16:00 to 11:00."""
    values: dict[str, Any] = {
        "slug": "cabana-tepa",
        "kind": "cabin",
        "category": "cabanas",
        "minutes": 1140,
        "after_minutes": 0,
        "max_guests": 2,
        "price": PriceRule(amount=90000, unit="night"),
        "schedule": "noches",
        "needs": (Need(resource="tepa"),),
    }
    return tub(**{**values, **changes})


def therapist(slug: str, *spans: str, skills: tuple[str, ...] = ("relajacion",)) -> Resource:
    """Somebody who works the given hours every day but Tuesday; at any hour without them."""
    hours: Any = dict.fromkeys(("mon", "wed", "thu", "fri", "sat", "sun"), spans) if spans else None
    return Resource(slug=slug, pool="terapeutas", name=slug, skills=skills, hours=hours)


def catalogue(
    *services: Service,
    schedules: Iterable[Schedule] = (),
    therapists: Iterable[Resource] = (),
    tables: int = 2,
    **changes: Any,
) -> Catalogue:
    """A catalogue of these services, the usual pools, and tubs Hornopirén and Tronador."""
    own = {schedule.slug: schedule for schedule in schedules}
    usual = {
        "tinas": Schedule(slug="tinas", closed=("tue",), starts=TUB_STARTS),
        "masajes": Schedule(slug="masajes", closed=("tue",), starts=("10:30", "11:45", "13:00")),
        "noches": Schedule(slug="noches", starts=("16:00",)),
    }
    values: dict[str, Any] = {
        "policies": (Policy(slug="un-dia", version="2026-11", cancel_hours=24, text=both("Hasta 24 horas antes.")),),
        "schedules": tuple({**usual, **own}.values()),
        "pools": (
            Pool(slug="tinas", kind="tub", name=both("Tinas")),
            Pool(slug="cabanas", kind="cabin", name=both("Cabañas")),
            Pool(slug="mesas", kind="table", name=both("Camillas"), shared_calendar="masajes"),
            Pool(slug="terapeutas", kind="therapist", name=both("Terapeutas"), shared_calendar="masajes"),
        ),
        "resources": (
            Resource(slug="hornopiren", pool="tinas", name="Hornopirén", capacity=6),
            Resource(slug="tronador", pool="tinas", name="Tronador", capacity=6),
            *(Resource(slug=slug, pool="cabanas", name=slug, capacity=2, by_night=True) for slug in CABINS),
            *(Resource(slug=f"mesa-{n + 1}", pool="mesas", name=f"Camilla {n + 1}") for n in range(tables)),
            *therapists,
        ),
        "categories": tuple(
            Category(
                slug=slug,
                kind=kind,
                name=both(slug),
                summary=both(slug),
                seo=Seo(title=both("t"), description=both("d")),
            )
            for slug, kind in (
                ("tinas", "tub"), ("masajes", "massage"), ("cabanas", "cabin"), ("programas", "programme"),
                ("desayunos", "breakfast"),
            )
        ),
        "services": services,
    }
    return Catalogue(**{**values, **changes})


@dataclass(frozen=True)
class Booked:
    """A booking as it really happens: a resource from one instant to another, buffers included."""

    resource: str
    first: datetime
    last: datetime
    claim: str
    until: int | None = None

    @property
    def cells(self) -> range:
        """The half hours since 1970 that it touches."""
        return range(int(self.first.timestamp()) // 1800, -(-int(self.last.timestamp()) // 1800))

    @property
    def is_block(self) -> bool:
        return self.claim.startswith("block:")


@dataclass
class World:
    """Bookings that do not overlap; a later one that would is left out. Those of a cabin last whole nights."""

    bookings: list[Booked] = field(default_factory=list)

    def add(self, booking: Booked) -> None:
        taken = {cell for other in self.bookings if other.resource == booking.resource for cell in other.cells}
        if not taken & set(booking.cells):
            self.bookings.append(booking)

    def sheets(self) -> dict[tuple[str, date], dict[int, Mark]]:
        """Write the bookings on day sheets, cell by cell: a label says how many half hours after 06:00."""
        found: dict[tuple[str, date], dict[int, Mark]] = {}
        for booking in self.bookings:
            if booking.resource in CABINS:
                for day in nights_of(booking):
                    mark = Mark(booking.claim, booking.until)
                    found.setdefault((booking.resource, day), {})[INDEX_OF["night"]] = mark
                continue
            for cell in booking.cells:
                day = sheet_day(cell)
                minutes = (cell - opening_cell(day)) * 30 + 360
                label = f"t{minutes // 60:02}{minutes % 60:02}"
                found.setdefault((booking.resource, day), {})[INDEX_OF[label]] = Mark(booking.claim, booking.until)
        return found


def nights_of(booking: Booked) -> list[date]:
    """The dates on whose evening a night begins, 16:00 to 11:00, that a booking overlaps."""
    first = booking.first.astimezone(ZONE).date()
    days = [first + timedelta(days=n) for n in range(-1, (booking.last - booking.first).days + 3)]
    return [day for day in days if night(day)[0] < booking.last and booking.first < night(day)[1]]


def night(day: date) -> tuple[datetime, datetime]:
    """When the night of a date begins and ends."""
    following = day + timedelta(days=1)
    return local(f"{day}T16:00"), local(f"{following}T11:00")


def opening_cell(day: date) -> int:
    """The half hour since 1970 in which the spa's day begins."""
    return int(datetime(day.year, day.month, day.day, 6, tzinfo=ZONE).timestamp()) // 1800


def sheet_day(cell: int) -> date:
    """The spa's day of a half hour, found by looking."""
    guess = datetime.fromtimestamp(cell * 1800, ZONE).date()
    return next(
        day
        for day in (guess + timedelta(days=n) for n in (1, 0, -1))
        if opening_cell(day) <= cell < opening_cell(day + timedelta(days=1))
    )
