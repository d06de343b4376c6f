"""A channel: one place outside where one cabin is sold too. Pure."""

import re
from dataclasses import dataclass

from ..availability.sheets import BLOCK_PREFIX
from ..catalog.model import Catalogue
from ..catalog.services import Resource
from ..core.errors import Invalid, NotFound

_CHANNEL = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A cabin on a channel.

    `edition` is what its secret link is made of: a new one makes a new link. `version` counts its writes.
    """

    cabin: str
    channel: str
    edition: str
    version: int = 0

    @property
    def claim(self) -> str:
        """The claim under which the channel's own nights stand on the day sheets."""
        return f"{BLOCK_PREFIX}feed.{self.cabin}.{self.channel}"


def is_channel(text: str) -> bool:
    """Tell whether a text can name a channel: it stands in addresses and keys as it is.

    >>> is_channel("airbnb"), is_channel("Booking.com"), is_channel("")
    (True, False, False)
    """
    return _CHANNEL.match(text) is not None


def must_be_channel(text: str) -> None:
    """Raise Invalid("channel_invalid") when a text can't name a channel."""
    if not is_channel(text):
        raise Invalid("channel_invalid")


def cabins(catalogue: Catalogue) -> list[Resource]:
    """Return what is let by the night and in use, in the catalogue's order."""
    return [resource for resource in catalogue.resources if resource.by_night and resource.active]


def cabin_of(catalogue: Catalogue, slug: str) -> Resource:
    """Return a cabin. Raises NotFound("cabin_not_found")."""
    for cabin in cabins(catalogue):
        if cabin.slug == slug:
            return cabin
    raise NotFound("cabin_not_found")
