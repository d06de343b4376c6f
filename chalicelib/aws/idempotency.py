"""The same request twice gets the same answer, byte for byte, for 24 hours (DESIGN.md §4).

A verb that only writes to DynamoDB commits its answer in the very transaction that makes the change
(`Attempt.answered`). A verb that also calls a provider commits a mark first (`Attempt.started`) and its answer
afterwards (`Attempt.finish`); until then a repetition is told to wait, and after the lease, or when the provider
refused (`Attempt.abandon`), it may take over.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from ..core.clock import epoch
from ..core.errors import Conflict, Invalid, Retryable
from .tables import BaseTable
from .transactions import Transaction

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=30)  # longer than API Gateway lets any request run


class RequestRecord(BaseTable):
    """What was asked under a key, and what was answered."""

    class Meta:
        area = "requests"
        table_name = None

    pk = UnicodeAttribute(hash_key=True)
    fingerprint = UnicodeAttribute()
    leased_until = NumberAttribute(null=True)
    status = NumberAttribute(null=True)
    body = UnicodeAttribute(null=True)
    expires = NumberAttribute()


class AlreadyAnswered(Conflict):
    """Another run of the same request was first; its answer stands in the record."""

    def __init__(self) -> None:
        super().__init__("still_running")


@dataclass(frozen=True)
class Answer:
    """An HTTP status and the body as it went out."""

    status: int
    body: str


@dataclass(frozen=True)
class Attempt:
    """One run of a request with an Idempotency-Key."""

    pk: str
    fingerprint: str
    at: datetime

    @classmethod
    def of(cls, *, route: str, key: str, scope: str, content: bytes, at: datetime) -> "Attempt":
        """Build the attempt for a route, the client's key, whom it acts for (`scope`) and the body it sent."""
        name = hashlib.sha256(f"{route}\n{scope}\n{key}".encode()).hexdigest()
        return cls(pk=f"request#{name}", fingerprint=hashlib.sha256(content).hexdigest(), at=at)

    def recall(self) -> Answer | None:
        """Return the answer given before, or None when the request is new or its earlier run was abandoned.

        Raises Invalid when the key came with another body before, Retryable while the first run goes on. One read.
        """
        record = self._kept()
        if record is None:
            return None
        if record.body is not None and record.status is not None:
            return Answer(int(record.status), record.body)
        if self._runs(record):
            raise Retryable("still_running")
        return None

    def answered(self, tx: Transaction, answer: Answer) -> None:
        """Make the answer part of the transaction; a second run's commit raises AlreadyAnswered."""
        tx.put(self._record(status=answer.status, body=answer.body), condition=self._is_free(),
               otherwise=AlreadyAnswered())

    def started(self, tx: Transaction, *, once: bool = False) -> None:
        """Mark the request as running for LEASE as part of the transaction.

        After that another run may take over; `once`: never, because the change that is committed with it must not
        happen a second time (`unanswered` tells that it has).
        """
        tx.put(self._record(leased_until=epoch(self.at + LEASE)), condition=self._is_free(taken_over=not once),
               otherwise=AlreadyAnswered())

    def unanswered(self) -> bool:
        """Tell whether an earlier run was `started`, and so made its change, but is over without an answer. One read.

        Raises Invalid when the key came with another body before.
        """
        record = self._kept()
        return record is not None and record.body is None and not self._runs(record)

    def finish(self, answer: Answer) -> None:
        """Keep the answer of a request that was `started`. One write."""
        self._record(status=answer.status, body=answer.body).save()

    def abandon(self) -> None:
        """Give up a request that was `started`, so that it may be tried again at once. One write."""
        self._record(leased_until=epoch(self.at) - 1).save()

    def _record(self, **attributes: Any) -> RequestRecord:
        return RequestRecord(pk=self.pk, fingerprint=self.fingerprint, expires=epoch(self.at + KEPT), **attributes)

    def _kept(self) -> RequestRecord | None:
        """Return what is known under the key. Raises Invalid when it came with another body."""
        try:
            record = RequestRecord.get(self.pk, consistent_read=True)
        except DoesNotExist:
            return None
        if record.expires <= epoch(self.at):
            return None
        if record.fingerprint != self.fingerprint:
            raise Invalid("idempotency_key_reused")
        return record

    def _runs(self, record: RequestRecord) -> bool:
        return record.leased_until is not None and record.leased_until > epoch(self.at)

    def _is_free(self, *, taken_over: bool = True) -> Condition:
        """Nobody has this key, or whoever had it was forgotten or, if it may be `taken_over`, gave up."""
        free: Condition = RequestRecord.pk.does_not_exist() | (RequestRecord.expires <= epoch(self.at))
        if taken_over:
            free |= RequestRecord.body.does_not_exist() & (RequestRecord.leased_until < epoch(self.at))
        return free
