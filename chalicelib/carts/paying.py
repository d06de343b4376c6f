"""How what a cart or an order holds can be paid. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..catalog.model import Catalogue
from ..payments.gateways import METHODS
from .lines import Line, timed

TRANSFER_WITHIN = timedelta(hours=24)
"""How long hours are kept for a bank transfer (DOMAIN.md, Orders)."""


def methods_for(lines: Sequence[Line], catalogue: Catalogue, now: datetime) -> list[str]:
    """Return the ways to pay, the usual one first.

    A bank transfer is not one of them when the first visit begins before its time would be over.
    """
    first = min((line.start for line in timed(lines)), default=None)
    too_soon = first is not None and first <= now + TRANSFER_WITHIN
    no_transfer = catalogue.transfer is None or too_soon
    return [method for method in METHODS if method != "transfer" or not no_transfer]
