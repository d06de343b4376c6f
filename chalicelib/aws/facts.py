"""How facts are stored: beside what they tell of, in a table whose stream the relay reads."""

from datetime import datetime
from typing import Any, Self

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from ..core.events import FACT_PREFIX, Fact
from .tables import BaseTable


class StoredFact(BaseTable):
    """The stored form of a `Fact`; each area's own model names its table."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    type = UnicodeAttribute()
    at = UnicodeAttribute()
    trace = UnicodeAttribute()
    data = JSONAttribute()

    @classmethod
    def of(cls, fact: Fact, **more: Any) -> Self:
        """Return a fact as it is stored; `more` are the table's own attributes."""
        return cls(pk=fact.order, sk=FACT_PREFIX + fact.id, type=fact.type, at=fact.at.isoformat(), trace=fact.trace,
                   data=fact.data, **more)

    def fact(self) -> Fact:
        """Return the fact that is stored."""
        return Fact(id=self.sk.removeprefix(FACT_PREFIX), type=self.type, at=datetime.fromisoformat(self.at),
                    order=self.pk, trace=self.trace, data=self.data)
