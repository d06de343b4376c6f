"""The feeds table: one item per cabin and channel, side by side in one partition, because there are few.

| pk | sk | what |
|---|---|---|
| `feed` | `tepa#airbnb` | the channel, written whole on the condition that its version has not moved |
"""

from datetime import date

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from ..aws.tables import BaseTable
from ..aws.transactions import Transaction
from ..core.errors import NotFound, Retryable
from .model import Feed
from .problem import FeedProblem

_PK = "feed"


class FeedRecord(BaseTable):
    """The stored form of a `Feed`."""

    class Meta:
        area = "feeds"
        table_name = None

    pk = UnicodeAttribute(hash_key=True, default=_PK)
    sk = UnicodeAttribute(range_key=True)
    edition = UnicodeAttribute()
    url = UnicodeAttribute(null=True)
    leaving = BooleanAttribute(default=False)
    nights = NumberAttribute(default=0)
    read_at = UTCDateTimeAttribute(null=True)
    tried_at = UTCDateTimeAttribute(null=True)
    failures = NumberAttribute(default=0)
    failing_since = UTCDateTimeAttribute(null=True)
    problem = UnicodeAttribute(null=True)
    clashes = JSONAttribute(default=dict)
    version = NumberAttribute()


def find(cabin: str, channel: str) -> Feed | None:
    """Return a cabin's channel, None if there is none. One consistent read."""
    try:
        return _feed(FeedRecord.get(_PK, _sort_key(cabin, channel), consistent_read=True))
    except DoesNotExist:
        return None


def load(cabin: str, channel: str) -> Feed:
    """Return a cabin's channel. One consistent read. Raises NotFound("channel_not_found")."""
    found = find(cabin, channel)
    if found is None:
        raise NotFound("channel_not_found")
    return found


def every() -> list[Feed]:
    """Return all channels of all cabins. One consistent Query."""
    return [_feed(record) for record in FeedRecord.query(_PK, consistent_read=True)]


def saved(tx: Transaction, feed: Feed) -> None:
    """Add the step that writes a channel; the commit raises Retryable("channel_changed") if somebody else did."""
    record = FeedRecord(
        sk=_sort_key(feed.cabin, feed.channel), edition=feed.edition, url=feed.url, leaving=feed.leaving,
        nights=feed.nights, read_at=feed.read_at, tried_at=feed.tried_at, failures=feed.failures,
        failing_since=feed.failing_since, problem=feed.problem.value if feed.problem else None,
        clashes={day.isoformat(): key for day, key in feed.clashes.items()}, version=feed.version + 1)
    tx.put(record, condition=_unmoved(feed), otherwise=Retryable("channel_changed"))


def removed(tx: Transaction, feed: Feed) -> None:
    """Add the step that removes a channel; the commit raises as that of `saved`."""
    tx.delete(FeedRecord(_PK, _sort_key(feed.cabin, feed.channel)), condition=_unmoved(feed),
              otherwise=Retryable("channel_changed"))


def _unmoved(feed: Feed) -> Condition:
    known: Condition = FeedRecord.version == feed.version
    return known if feed.version else FeedRecord.version.does_not_exist()


def _sort_key(cabin: str, channel: str) -> str:
    return f"{cabin}#{channel}"


def _feed(record: FeedRecord) -> Feed:
    cabin, _, channel = record.sk.partition("#")
    return Feed(
        cabin=cabin, channel=channel, edition=record.edition, url=record.url, leaving=record.leaving,
        nights=int(record.nights), read_at=record.read_at, tried_at=record.tried_at, failures=int(record.failures),
        failing_since=record.failing_since, problem=FeedProblem(record.problem) if record.problem else None,
        clashes={date.fromisoformat(day): key for day, key in record.clashes.items()}, version=int(record.version))
