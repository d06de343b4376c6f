"""The secret link of a channel: whoever knows it sees which nights are taken, and nothing else."""

import base64
import hashlib
import hmac

from ..aws import settings
from ..core.ids import random_id
from ..web.signed import derived_key
from .model import Feed

SUFFIX = ".ics"
_BYTES = 20
"""160 bits, 32 characters."""


def new_edition() -> str:
    """Return what a new secret link is made of; the links of earlier editions are dead."""
    return random_id("lnk")


def secret_of(feed: Feed) -> str:
    """Return the secret of a channel's link. It is made, not stored: who only sees the table can't open anything."""
    content = f"{feed.cabin}\n{feed.channel}\n{feed.edition}".encode()
    digest = hmac.digest(derived_key("calendar"), content, hashlib.sha256)[:_BYTES]
    return base64.b32encode(digest).decode().lower()


def link_of(feed: Feed) -> str:
    """Return the address at which a channel reads our calendar of the cabin."""
    return f"{settings.url('SITE_URL')}/api/calendarios/{feed.cabin}/{feed.channel}/{secret_of(feed)}{SUFFIX}"


def opens(file: str, feed: Feed) -> bool:
    """Tell whether a file's name is the one of the channel's link, in a time that does not tell how nearly."""
    return hmac.compare_digest(file.encode(), f"{secret_of(feed)}{SUFFIX}".encode())
