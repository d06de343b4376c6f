"""A channel: one place outside where one cabin is sold too. Pure.

    opened ─► read every 15 minutes ─┬─ heard: its nights are blocked here as it says, and only those
       ▲            (while it has    └─ failed: nothing changes; after FAILURES in a row somebody is told
       │              an address)
    leaving ─► its nights are opened, and it is forgotten
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from ..availability.sheets import BLOCK_PREFIX
from ..catalog.model import Catalogue
from ..catalog.services import Resource
from ..core.errors import FieldProblem, Invalid, NotFound
from .problem import FeedProblem

FAILURES = 4
"""So many failed readings in a row, an hour, and a person is told."""
MOST_URL = 1000
_CHANNEL = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A cabin on a channel.

    `edition` is what its secret link is made of: a new one makes a new link. `url` is where its own calendar is read,
    `nights` how many of ours it blocks. `clashes` are the nights it has and a booking of ours too, each with the key of
    the item that tells of it. `version` counts the writes.
    """

    cabin: str
    channel: str
    edition: str
    url: str | None = None
    leaving: bool = False
    nights: int = 0
    read_at: datetime | None = None
    tried_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    problem: FeedProblem | None = None
    clashes: dict[date, str] = field(default_factory=dict)
    version: int = 0

    @property
    def claim(self) -> str:
        """The claim under which the channel's own nights stand on the day sheets."""
        return f"{BLOCK_PREFIX}feed.{self.cabin}.{self.channel}"

    @property
    def has_work(self) -> bool:
        """Whether there is something to read, or to open because there no longer is."""
        return self.url is not None or self.leaving or self.nights + self.failures > 0 or bool(self.clashes)

    @property
    def failing(self) -> str | None:
        """The key of the item that tells that it can't be read; None while nobody has been told."""
        if self.failures < FAILURES or self.failing_since is None:
            return None
        return f"feed_failing.{self.cabin}.{self.channel}.{self.failing_since.strftime(_STAMP)}"


def heard(feed: Feed, now: datetime, *, nights: int, clashes: dict[date, str]) -> Feed:
    """Return a channel whose calendar has been read and done."""
    tried = now if feed.url else feed.tried_at
    return replace(feed, nights=nights, clashes=clashes, read_at=now if feed.url else feed.read_at, tried_at=tried,
                   failures=0, failing_since=None, problem=None)


def failed(feed: Feed, now: datetime, problem: FeedProblem) -> Feed:
    """Return a channel whose calendar could not be read."""
    return replace(feed, tried_at=now, failures=feed.failures + 1, failing_since=feed.failing_since or now,
                   problem=problem)


def clashes_after(feed: Feed, clashing: Collection[date], now: datetime, *, most: int) -> dict[date, str]:
    """Return the clashes with their items' keys: at most `most` new ones, and without at most `most` that are over.

    A night that clashes, is put right and clashes once more is another item.
    """
    new = sorted(day for day in clashing if day not in feed.clashes)[:most]
    over = sorted(day for day in feed.clashes if day not in clashing)[:most]
    found = {day: key for day, key in feed.clashes.items() if day not in over}
    return found | {day: f"feed_clash.{feed.cabin}.{feed.channel}.{day}.{now.strftime(_STAMP)}" for day in new}


def must_be_channel(text: str) -> None:
    """Raise Invalid("channel_invalid") when a text can't name a channel."""
    if not is_channel(text):
        raise Invalid("channel_invalid")


def is_channel(text: str) -> bool:
    """Tell whether a text can name a channel: it stands in addresses and keys as it is.

    >>> is_channel("airbnb"), is_channel("Booking.com"), is_channel("")
    (True, False, False)
    """
    return _CHANNEL.match(text) is not None


def must_be_address(url: str) -> None:
    """Raise Invalid for what can't be a calendar's address: https, a host, no name or password, no odd port."""
    try:
        parts = urlsplit(url)
        right = bool(parts.hostname) and parts.username is None and (parts.scheme, parts.port or 443) == ("https", 443)
    except ValueError:
        right = False
    if not right or len(url) > MOST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise Invalid("invalid_fields", fields=(FieldProblem("url", "feed_url_invalid"),))


def cabins(catalogue: Catalogue) -> list[Resource]:
    """Return what is let by the night, in use and chosen by name, in the catalogue's order."""
    return [resource for resource in catalogue.resources
            if resource.by_night and resource.active and not catalogue.calendar_of(resource.slug)]


def cabin_of(catalogue: Catalogue, slug: str) -> Resource:
    """Return a cabin. Raises NotFound("cabin_not_found")."""
    for cabin in cabins(catalogue):
        if cabin.slug == slug:
            return cabin
    raise NotFound("cabin_not_found")
