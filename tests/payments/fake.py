"""A payment provider in memory: keeps the gateway's contract (`contract.py`), and fails when it is told to."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import TypeVar

from chalicelib.core.money import Clp
from chalicelib.payments.entry import EntryKind
from chalicelib.payments.gateway import (
    Back,
    DayList,
    HostedPayment,
    PaymentReport,
    PaymentRequest,
    Reason,
    RefundReport,
    RefundReported,
    RefundRequest,
    Refused,
    Reported,
)
from chalicelib.payments.model import PaymentId

MINIMUM = 350
_STAYED = (RefundReported.REJECTED, RefundReported.CANCELLED)
Known = TypeVar("Known")


@dataclass
class FakeGateway:
    """Payments and refunds by token. `pay`, `reject` … are the guest; `failures` are raised by the next calls.

    A failure `(error, True)` comes after the call has had its effect: the reply is lost. `calls` counts every call.
    """

    name: str = "flow"
    refunds_repeatable: bool = False
    payments: dict[str, PaymentReport] = field(default_factory=dict)
    refunds: dict[str, RefundReport] = field(default_factory=dict)
    refund_requests: list[RefundRequest] = field(default_factory=list)
    failures: list[tuple[BaseException, bool]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    back: list[Back] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1001))

    def create(self, ask: PaymentRequest) -> HostedPayment:
        lost = self._begin("create")
        if "@" not in ask.email or ask.email.endswith("example.com"):
            raise Refused(self.name, "1620", "userEmail not valid", Reason.EMAIL)
        if ask.amount < MINIMUM:
            raise Refused(self.name, "1901", "minimum amount", Reason.AMOUNT)
        if any(r.payment == ask.payment and r.state is Reported.PAID for r in self.payments.values()):
            raise Refused(self.name, "1605", "previously paid", Reason.ALREADY_PAID)
        number = str(next(self._numbers))
        token = f"token-{number}"
        self.payments[token] = PaymentReport(
            payment=ask.payment,
            provider_ref=number,
            state=Reported.PENDING,
            amount=ask.amount,
            currency=ask.currency,
            raw_status="1",
            token=token,
        )
        self._end(lost)
        return HostedPayment(url=f"https://pay.test/?token={token}", token=token, provider_ref=number)

    def fetch(self, token: str) -> PaymentReport:
        self._end(self._begin("fetch"))
        return self._known(self.payments, token)

    def find(self, payment: PaymentId) -> PaymentReport | None:
        self._end(self._begin("find"))
        found = [report for report in self.payments.values() if report.payment == payment]
        return replace(found[-1], token=None) if found else None

    def refund(self, ask: RefundRequest) -> RefundReport:
        lost = self._begin("refund")
        asked_before = ask.refund in {request.refund for request in self.refund_requests}
        self.refund_requests.append(ask)
        if self.refunds_repeatable and asked_before:
            self._end(lost)
            return self.refunds[f"refund-{ask.refund}"]
        paid = next((r for r in self.payments.values() if r.payment == ask.payment and r.state is Reported.PAID), None)
        if paid is None:
            raise Refused(self.name, "105", "Transaction not found", Reason.NOT_FOUND)
        back = [one for one in self.refunds.values() if one.state not in _STAYED]
        if ask.amount + sum(one.amount or 0 for one in back) > (paid.amount or 0):
            raise Refused(self.name, "1607", "exceeds what was paid", Reason.OTHER)
        number = str(next(self._numbers))
        report = RefundReport(
            token=f"refund-{ask.refund}" if self.refunds_repeatable else f"refund-{number}",
            provider_ref=number,
            state=RefundReported.REQUESTED,
            amount=ask.amount,
            raw_status="created",
            fee=240,
        )
        self.refunds[report.token] = report
        self._end(lost)
        return report

    def fetch_refund(self, token: str) -> RefundReport:
        self._end(self._begin("fetch_refund"))
        return self._known(self.refunds, token)

    def list_day(self, day: date) -> DayList:
        self._end(self._begin("list_day"))
        paid = tuple(replace(r, token=None) for r in self.payments.values() if r.state is Reported.PAID)
        return DayList(payments=paid, back=tuple(line for line in self.back if line.day == day))

    def refund_in_panel(self, token: str, amount: int, day: date) -> None:
        self._took_back(EntryKind.REFUND, token, amount, day)

    def charge_back(self, token: str, day: date) -> None:
        self._took_back(EntryKind.CHARGEBACK, token, self.payments[token].amount or 0, day)

    def _took_back(self, kind: EntryKind, token: str, amount: int, day: date) -> None:
        paid = self.payments[token]
        self.back.append(Back(kind=kind, payment=paid.payment, payment_ref=paid.provider_ref, amount=Clp(amount),
                              ref=str(next(self._numbers)), day=day))

    def pay(self, token: str) -> None:
        self._set(token, Reported.PAID, "2")

    def reject(self, token: str) -> None:
        self._set(token, Reported.REJECTED, "3")

    def leave(self, token: str) -> None:
        self._set(token, Reported.ANNULLED, "4")

    def accept_refund(self, token: str) -> None:
        self.refunds[token] = replace(self.refunds[token], state=RefundReported.REFUNDED, raw_status="refunded")

    def reject_refund(self, token: str) -> None:
        self.refunds[token] = replace(self.refunds[token], state=RefundReported.REJECTED, raw_status="rejected")

    def cancel_refund(self, token: str) -> None:
        self.refunds[token] = replace(self.refunds[token], state=RefundReported.CANCELLED, raw_status="canceled")

    def token_of(self, payment: PaymentId) -> str:
        """Return the token of a payment."""
        return next(token for token, report in self.payments.items() if report.payment == payment)

    def tamper(self, token: str, **changes: object) -> None:
        """Let the reports on a payment say something else: amount=Clp(1000), currency="USD", payment=…"""
        self.payments[token] = replace(self.payments[token], **changes)  # type: ignore[arg-type]

    def fail(self, error: BaseException, *, after: bool = False) -> None:
        """Let the next call raise `error`, before or after it has had its effect."""
        self.failures.append((error, after))

    def _set(self, token: str, state: Reported, raw: str) -> None:
        if self.payments[token].state is Reported.PENDING:
            paid = state is Reported.PAID
            self.payments[token] = replace(
                self.payments[token],
                state=state,
                raw_status=raw,
                media="Webpay" if paid else None,
                fee=1898 if paid else None,
                net=(self.payments[token].amount or 0) - 1898 if paid else None,
            )

    def _begin(self, call: str) -> BaseException | None:
        self.calls.append(call)
        error, after = self.failures.pop(0) if self.failures else (None, False)
        if error is not None and not after:
            raise error
        return error

    def _end(self, lost: BaseException | None) -> None:
        if lost is not None:
            raise lost

    def _known(self, known: dict[str, Known], token: str) -> Known:
        if token not in known:
            raise Refused(self.name, "105", "Transaction not found", Reason.NOT_FOUND)
        return known[token]
