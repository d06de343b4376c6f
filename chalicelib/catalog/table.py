"""The published catalogue: one versioned document in DynamoDB, read whole (docs/decisions/0003)."""

from __future__ import annotations

import gzip
from datetime import datetime, timedelta

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from ..aws import metrics
from ..aws.tables import BaseTable
from ..core.clock import Clock
from ..core.errors import Terminal
from .model import Catalogue

PARTITION = "catalogue"
CURRENT = "current"
FRESH = timedelta(seconds=60)


class Edition(BaseTable):
    """A published version: sort key `current` for the one in force, `version#000007` for each there ever was."""

    class Meta:
        area = "catalog"
        table_name = None

    pk = UnicodeAttribute(hash_key=True, default=PARTITION)
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    document = BinaryAttribute(legacy_encoding=False)
    published_at = UTCDateTimeAttribute()
    published_by = UnicodeAttribute()
    note = UnicodeAttribute(null=True)


class _Cache:
    """What this container knows of the catalogue, and when it last asked."""

    catalogue: Catalogue | None = None
    asked_at: datetime | None = None


def current(clock: Clock) -> Catalogue:
    """Return the catalogue in force, at most 60 s old.

    One eventually consistent GetItem (≤ 2 read units) each 60 s per container, else none; a document is parsed once per
    version. Raises Terminal("catalogue_missing") before the first publication.
    """
    now = clock.now()
    if _Cache.catalogue is not None and _Cache.asked_at is not None and now - _Cache.asked_at < FRESH:
        return _Cache.catalogue
    edition = find(CURRENT)
    if edition is None:
        raise Terminal("catalogue_missing")
    if _Cache.catalogue is None or _Cache.catalogue.version != edition.version:
        _Cache.catalogue = opened(edition)
        metrics.count("CatalogueParsed")
    _Cache.asked_at = now
    return _Cache.catalogue


def forget() -> None:
    """Forget the container's copy: for tests and for whoever has just published."""
    _Cache.catalogue = _Cache.asked_at = None


def find(sort_key: str, *, consistent: bool = False) -> Edition | None:
    """Return an edition, or None. One GetItem."""
    try:
        return Edition.get(PARTITION, sort_key, consistent_read=consistent)
    except Edition.DoesNotExist:
        return None


def opened(edition: Edition) -> Catalogue:
    """Return the catalogue inside an edition; what newer code has added to it is passed over."""
    return Catalogue.model_validate_json(gzip.decompress(edition.document), extra="ignore")
