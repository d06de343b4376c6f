"""Faults at every step: an error, a crash, throttling, or a time-out after the deed, at the n-th call to the outside.

A step is one call that leaves the process: a botocore request, a message put on a queue, a call of the payment
provider, a file stored, a mail handed over. `Faults.watching()` counts the steps of our own functions only, never those
of the test.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from typing import Any
from unittest import mock

from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from chalicelib.aws import files
from chalicelib.core.errors import Retryable
from chalicelib.notifications.sendgrid import InDoubt
from chalicelib.payments.gateway import Gateway, Unclear, Unreachable
from tests.support.fork import Fork
from tests.support.journey import World

ADDRESS = "http://aws.test"
READS = frozenset({"dynamodb.GetItem", "dynamodb.BatchGetItem", "dynamodb.TransactGetItems", "dynamodb.Query"})
_GATEWAY = ("create", "fetch", "find", "refund", "fetch_refund")


class Died(BaseException):
    """The process ended here: the memory is gone, nothing catches it, nothing is cleaned up."""


class Fault(StrEnum):
    """What goes wrong at a step."""

    CRASH_BEFORE = "the process dies before the call"
    CRASH_AFTER = "the process dies after the call"
    REFUSED = "the call fails and nothing happened"
    TIMED_OUT = "the call was carried out and its answer is lost"
    THROTTLED = "the table has no capacity left for a moment"
    CONFLICT = "another transaction has the item"


@dataclass
class Faults:
    """One fault, at the step number `at` (from 0), once. `steps` names every step that was taken.

    `fork` is asked before each step whether it is now, in this process, that the fault is to strike there.
    """

    at: int | None = None
    kind: Fault = Fault.REFUSED
    fork: Fork | None = None
    steps: list[str] = field(default_factory=list)
    struck: str | None = None
    news: int = 0  # the first step that no other story has taken before
    known: int | None = None  # the first step after that which another story has taken again
    _inside: bool = False
    _counting: Any = field(default_factory=Lock, repr=False)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count and strike while one of our functions runs."""
        self._inside = True
        try:
            yield
        finally:
            self._inside = False

    def step(self, name: str, act: Callable[[], Any], refused: Exception, lost: Exception) -> Any:
        """Take one step, with its fault if it is the one."""
        if not self._inside:
            return act()
        with self._counting:  # reads may run beside each other
            number = len(self.steps)
            self.steps.append(name)
        if self.at is None and self.fork and self.fork(number):
            self.at = number
        if number != self.at or self.struck:
            return act()
        self.struck = name
        if self.kind is Fault.CRASH_BEFORE:
            raise Died(name)
        if self.kind in (Fault.REFUSED, Fault.THROTTLED, Fault.CONFLICT):
            raise refused
        result = act()
        if self.kind is Fault.CRASH_AFTER:
            raise Died(name)
        if self.kind is Fault.TIMED_OUT:
            raise lost
        return result


@contextmanager
def injected(world: World, faults: Faults) -> Iterator[None]:
    """Let every call that a world's functions make go through `faults`."""
    original, put, post, kept = BaseClient._make_api_call, world.sqs.send_message, world.post.__call__, files.put

    def call_aws(self: Any, operation: str, kwargs: dict[str, Any]) -> Any:
        service = self.meta.service_model.service_name
        if service != "dynamodb":  # secrets are read once per container, before
            return original(self, operation, kwargs)
        return faults.step(f"dynamodb.{operation}", lambda: original(self, operation, kwargs),
                           _refusal(faults.kind, operation, kwargs), ReadTimeoutError(endpoint_url=ADDRESS))

    def send_message(**message: str) -> None:
        faults.step("sqs", lambda: put(**message), EndpointConnectionError(endpoint_url=ADDRESS),
                    ReadTimeoutError(endpoint_url=ADDRESS))

    def hand_over(mail: Any, *, mail_id: str) -> Any:
        return faults.step("mail", lambda: post(mail, mail_id=mail_id), Retryable("mail_provider_unreachable"),
                           InDoubt("mail_in_doubt"))

    def keep(*file: Any) -> None:
        faults.step("s3", lambda: kept(*file), Retryable("busy"), Retryable("busy"))

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(files, "put", keep))
        stack.enter_context(mock.patch.object(BaseClient, "_make_api_call", call_aws))
        stack.enter_context(mock.patch.object(world.sqs, "send_message", send_message))
        stack.enter_context(mock.patch.object(world, "post_mail", hand_over))
        for provider in (world.flow, world.mercadopago):
            for name in _GATEWAY:
                stack.enter_context(mock.patch.object(provider, name, _provider_call(provider, faults, name)))
        world.running = faults.watching
        yield


def _provider_call(provider: Gateway, faults: Faults, name: str) -> Callable[..., Any]:
    real, who = getattr(provider, name), provider.name

    def call(*args: Any) -> Any:
        return faults.step(f"{who}.{name}", lambda: real(*args), Unreachable(who), Unclear(who, "time-out"))

    return call


def applies(fault: Fault, step: str, *, thorough: bool) -> bool:
    """Tell whether a fault can happen at a step: only DynamoDB throttles, only its writes conflict.

    Unless `thorough`, leave out what another fault amounts to: dying before a call is dying after the one before, and a
    read that is throttled, or whose answer is lost, is a read that failed: it changes nothing either way.
    """
    writes = step in ("dynamodb.TransactWriteItems", "dynamodb.PutItem", "dynamodb.UpdateItem")
    if fault is Fault.CRASH_BEFORE:
        return thorough
    if fault is Fault.TIMED_OUT and not thorough:
        return step not in READS
    if fault is Fault.THROTTLED:
        return writes or (thorough and step.startswith("dynamodb."))
    return writes or fault is not Fault.CONFLICT


def _refusal(kind: Fault, operation: str, kwargs: dict[str, Any]) -> Exception:
    if kind is Fault.THROTTLED:
        return _client_error("ProvisionedThroughputExceededException", operation)
    if kind is Fault.CONFLICT and operation == "TransactWriteItems":
        reasons = [{"Code": "None"}] * (len(kwargs["TransactItems"]) - 1) + [{"Code": "TransactionConflict"}]
        return _client_error("TransactionCanceledException", operation, CancellationReasons=reasons)
    if kind is Fault.CONFLICT:
        return _client_error("TransactionConflictException", operation)
    return EndpointConnectionError(endpoint_url=ADDRESS)


def _client_error(code: str, operation: str, **more: Any) -> ClientError:
    said = f"An error occurred ({code}) on request (ABCDEF) on table (test): {operation} [injected]"
    return ClientError({"Error": {"Code": code, "Message": said}, "ResponseMetadata": {"RequestId": "A"}, **more},
                       operation)
