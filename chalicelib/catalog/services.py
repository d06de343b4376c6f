"""What can be booked and what it occupies: services, schedules, needs, resources, pools, blocks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from .prices import PriceRule
from .values import Days, Line, Slug, Text, Value, WallSpan, WallTime, Weekday, weekday_of

Kind = Literal["tub", "massage", "cabin", "decoration", "breakfast", "programme", "other"]
Booking = Literal["online", "ask"]


class Policy(Value):
    """Cancellation terms. `version` names the text a guest accepted."""

    slug: Slug
    version: Line
    cancel_hours: Annotated[int, Field(ge=0, le=720)]
    text: Text


class Schedule(Value):
    """Weekly start times, in wall time of the spa. A weekday without starts is closed.

    A start before 06:00 belongs to the night of the day it is listed under (docs/availability.md).
    """

    slug: Slug
    closed: tuple[Weekday, ...] = ()
    starts: tuple[WallTime, ...] = ()
    by_weekday: dict[Weekday, tuple[WallTime, ...]] = Field(default_factory=dict)

    def starts_on(self, weekday: Weekday) -> tuple[WallTime, ...]:
        """Return the start times of a weekday; empty when it is closed."""
        if weekday in self.closed:
            return ()
        return self.by_weekday.get(weekday, self.starts)


class Need(Value):
    """What one booking takes: a named resource, or one of a pool; once, or once for each guest."""

    resource: Slug | None = None
    pool: Slug | None = None
    each: Literal["booking", "guest"] = "booking"
    skill: Slug | None = None

    @model_validator(mode="after")
    def names_one_thing(self) -> Need:
        if (self.resource is None) == (self.pool is None):
            raise ValueError("a need names either a resource or a pool")
        return self


class Pool(Value):
    """Interchangeable resources. With `shared_calendar` their day sheets lie side by side and are read at once."""

    slug: Slug
    kind: Literal["tub", "table", "therapist", "cabin"]
    name: Text
    shared_calendar: Slug | None = None


class Resource(Value):
    """Something that one booking at a time occupies: a tub, a cabin, a treatment table, a therapist.

    Without `hours` it is there whenever the service is; with them, only within its spans of that weekday.
    """

    slug: Slug
    pool: Slug
    name: Line
    capacity: Annotated[int, Field(ge=1, le=20)] = 1
    active: bool = True
    by_night: bool = False
    hours: dict[Weekday, tuple[WallSpan, ...]] | None = None
    skills: tuple[Slug, ...] = ()
    days_off: tuple[Days, ...] = ()

    def spans_on(self, day: date) -> tuple[WallSpan, ...] | None:
        """Return the working spans of a local date; None means at any hour, empty means not at all."""
        if not self.active or any(day in off for off in self.days_off):
            return ()
        if self.hours is None:
            return None
        return self.hours.get(weekday_of(day), ())


class Image(Value):
    """A photograph, by its address."""

    url: Annotated[str, Field(pattern=r"^(https://|/)")]
    alt: Text


class Service(Value):
    """Something a guest can choose. `minutes` is what they enjoy; buffers are what the house needs around it.

    An add-on (`addon_to`) begins when its host does, or `before_end_minutes` before the host ends. `deposit_percent` of
    its price confirm the booking; 100 means that it is paid in full.
    """

    slug: Slug
    category: Slug
    kind: Kind
    name: Text
    summary: Text
    description: Text
    minutes: Annotated[int, Field(ge=10, le=1440)]
    before_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    after_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    min_guests: Annotated[int, Field(ge=1)] = 1
    max_guests: Annotated[int, Field(ge=1, le=20)]
    usual_guests: Annotated[int, Field(ge=1)]
    price: PriceRule
    schedule: Slug | None = None
    needs: tuple[Need, ...] = ()
    booking: Booking
    addon_to: Kind | None = None
    before_end_minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    notice_minutes: Annotated[int, Field(ge=0)] = 120
    horizon_days: Annotated[int, Field(ge=1, le=730)] = 180
    deposit_percent: Annotated[int, Field(ge=1, le=100)] = 100
    policy: Slug
    images: tuple[Image, ...] = ()
    art: Slug
    active: bool = True

    @model_validator(mode="after")
    def guests_make_sense(self) -> Service:
        if not self.min_guests <= self.usual_guests <= self.max_guests:
            raise ValueError("guests must satisfy min_guests <= usual_guests <= max_guests")
        return self

    @property
    def bookable_online(self) -> bool:
        """Whether the site may sell it; else guests ask."""
        return self.active and self.booking == "online"

    @property
    def by_night(self) -> bool:
        """Whether it is sold by the night, and so occupies the one tick `night`."""
        return self.price.unit == "night"


class Question(Value):
    """One entry of a category's FAQ."""

    q: Text
    a: Text


class Seo(Value):
    """What a search engine shows of a category."""

    title: Text
    description: Text


class Category(Value):
    """A shelf of the shop, with its texts."""

    slug: Slug
    kind: Kind
    name: Text
    summary: Text
    seo: Seo
    faq: tuple[Question, ...] = ()


class Block(Value):
    """A time when a resource, a pool or everything can't be booked. Wall times of the spa."""

    slug: Slug
    resource: Slug | None = None
    pool: Slug | None = None
    first: datetime
    last: datetime
    reason: Text

    @model_validator(mode="after")
    def makes_sense(self) -> Block:
        """Refuse a block of two things at once, or of no time."""
        if self.resource and self.pool:
            raise ValueError("a block names a resource, a pool, or neither (everything)")
        if self.first.tzinfo or self.last.tzinfo:
            raise ValueError("a block's times are wall times, without offset")
        if self.first >= self.last:
            raise ValueError("a block must end after it begins")
        return self
