"""Publish a catalogue: a new version that every function reads within a minute."""

from __future__ import annotations

import gzip

from ..aws.transactions import Transaction
from ..core.clock import Clock
from ..core.errors import Conflict
from .model import Catalogue
from .stock import stocked
from .table import CURRENT, Edition, find, forget, opened


def publish(catalogue: Catalogue, *, by: str, note: str, clock: Clock) -> int:
    """Publish the catalogue as the next version, and return that version; publishing the same again changes nothing.

    `catalogue.version` is ignored: the next number is given here. One consistent GetItem and one transaction of two
    puts, on the condition that nobody published meanwhile; raises Conflict("catalogue_changed") if somebody did. Before
    it, one write for each product's first stock. To undo a version, publish an earlier one.
    """
    stocked(catalogue.products)
    before = find(CURRENT, consistent=True)
    version = int(before.version) if before else 0
    if before and opened(before) == catalogue.model_copy(update={"version": version}):
        return version
    following = catalogue.model_copy(update={"version": version + 1})
    tx = Transaction()
    unchanged = Edition.version == version if before else Edition.version.does_not_exist()
    tx.put(_edition(CURRENT, following, by, note, clock), condition=unchanged, otherwise=Conflict("catalogue_changed"))
    tx.put(
        _edition(f"version#{following.version:06}", following, by, note, clock),
        condition=Edition.version.does_not_exist(),
        otherwise=Conflict("catalogue_changed"),
    )
    tx.commit()
    forget()
    return following.version


def sealed(catalogue: Catalogue) -> bytes:
    """Return the catalogue as its document: JSON, gzip; the same content always gives the same bytes."""
    return gzip.compress(catalogue.model_dump_json(exclude_none=True).encode(), mtime=0)


def _edition(sort_key: str, catalogue: Catalogue, by: str, note: str, clock: Clock) -> Edition:
    return Edition(
        sk=sort_key,
        version=catalogue.version,
        document=sealed(catalogue),
        published_at=clock.now(),
        published_by=by,
        note=note,
    )
