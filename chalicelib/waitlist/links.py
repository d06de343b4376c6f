"""The signed link that opens an entry of the waitlist."""

from datetime import time, timedelta

from ..aws import settings
from ..core.clock import at_spa
from ..core.pages import page_link
from ..web.signed import sign
from .model import KEPT_AFTER, Entry

PURPOSE = "waitlist"


def entry_token(entry: Entry) -> str:
    """Return the token that opens the entry as long as it may be there; always the same for the same entry."""
    return sign(PURPOSE, entry.id, at_spa(entry.wanted.last + timedelta(days=1), time(6)) + KEPT_AFTER)


def entry_link(entry: Entry) -> str:
    """Return the address of the entry's own page."""
    return page_link(settings.url("SITE_URL"), "/espera/", f"{entry.id}.{entry_token(entry)}", entry.language)
