"""One `TransactWriteItems` in which every step says what it means when its condition fails."""

import random
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from ..core.errors import DomainError, Retryable
from .tables import BaseTable, connection

T = TypeVar("T")

ATTEMPTS = 6
DECISIONS = 3
_BASE_WAIT_SECONDS = 0.02
_CONFLICT = "TransactionConflict"
_TRANSIENT = {_CONFLICT, "ThrottlingError", "ProvisionedThroughputExceeded"}
_TRANSIENT_CALLS = {"TransactionInProgressException", "ThrottlingException",
                    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "InternalServerError"}


class Step(NamedTuple):
    """A part of a transaction: what to say when its condition fails, or when its item is wanted by too many at once."""

    add: Callable[[TransactWrite], None]
    otherwise: DomainError | None
    contended: Retryable | None = None



def decided_again(decide: Callable[[], T], *, tries: int = DECISIONS) -> T:
    """Return what `decide` returns: a read, a decision and a commit, done again when somebody wrote in between.

    Raises what `decide` raises; Retryable only after `tries` runs.
    """
    for _ in range(tries - 1):
        try:
            return decide()
        except Retryable:
            continue
    return decide()


class StepFailed(Exception):
    """A condition failed to which no error was given: a fault in the code that built the transaction."""


class Transaction:
    """All of its steps happen, or none (at most 100 items of at most 4 MB; PROVIDERS.md §F.1).

    Example::

        tx = Transaction()
        tx.update(sheet, actions=[...], condition=free, otherwise=Conflict("slot_taken"))
        tx.put(cart, condition=Cart.version == 3, otherwise=Conflict("cart_changed"))
        tx.commit()
    """

    def __init__(self) -> None:
        self._checks: list[Step] = []
        self._deletes: list[Step] = []
        self._puts: list[Step] = []
        self._updates: list[Step] = []

    def put(self, item: BaseTable, *, condition: Condition | None = None,
            otherwise: DomainError | None = None) -> None:
        """Write the whole item; when `condition` fails, the commit raises `otherwise`."""
        self._puts.append(Step(lambda write: write.save(item, condition=condition), otherwise))

    def update(self, item: BaseTable, *, actions: list[Action], condition: Condition | None = None,
               otherwise: DomainError | None = None, contended: Retryable | None = None) -> None:
        """Change attributes of one item, created if need be.

        `contended` is what the commit raises when so many others write to that very item that it does not get its turn.
        """
        self._updates.append(Step(lambda write: write.update(item, actions=actions, condition=condition,
                                                             add_version_condition=False), otherwise, contended))

    def delete(self, item: BaseTable, *, condition: Condition | None = None,
               otherwise: DomainError | None = None) -> None:
        """Remove one item."""
        self._deletes.append(Step(lambda write: write.delete(item, condition=condition,
                                                             add_version_condition=False), otherwise))

    def check(self, model: type[BaseTable], hash_key: str, range_key: str | None = None, *,
              condition: Condition, otherwise: DomainError) -> None:
        """Demand something of an item that the transaction does not change."""
        self._checks.append(Step(lambda write: write.condition_check(model, hash_key, range_key, condition), otherwise))

    def commit(self) -> None:
        """Write everything in one request.

        Conflicts with another transaction and throttling are tried again, up to ATTEMPTS times with jitter; botocore
        repeats a lost connection under the same client token, so nothing is written twice.

        Raises the `otherwise` of the first step whose condition failed; when all attempts are spent, the `contended`
        of a step in conflict, or Retryable("busy").
        """
        busy = Retryable("busy")
        for attempt in range(ATTEMPTS):
            try:
                self._write()
                return
            except TransactWriteError as error:
                self._raise_refusal(error)
                if not _transient(error):
                    raise
                busy = self._contended(error) or busy
                time.sleep(random.uniform(0, _BASE_WAIT_SECONDS * 2**attempt))
        raise busy

    def _steps(self) -> list[Step]:
        return [*self._checks, *self._deletes, *self._puts, *self._updates]  # the order pynamodb sends them in

    def _write(self) -> None:
        with TransactWrite(connection=connection()) as write:
            for step in self._steps():
                step.add(write)

    def _raise_refusal(self, error: TransactWriteError) -> None:
        for step, reason in zip(self._steps(), error.cancellation_reasons, strict=False):
            if reason is not None and reason.code == "ConditionalCheckFailed":
                raise (step.otherwise or StepFailed(str(reason.message))) from error

    def _contended(self, error: TransactWriteError) -> Retryable | None:
        return next((step.contended for step, reason in zip(self._steps(), error.cancellation_reasons, strict=False)
                     if step.contended and reason is not None and reason.code == _CONFLICT), None)


def _transient(error: TransactWriteError) -> bool:
    """Tell whether the same transaction may succeed a moment later."""
    codes: set[Any] = {reason.code for reason in error.cancellation_reasons if reason is not None}
    if codes:
        return codes <= _TRANSIENT
    return error.cause_response_code in _TRANSIENT_CALLS
