"""A payment provider in memory, written by hand: for tests of what orders make of it, not of any wire format."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

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
    Unclear,
    Unreachable,
)
from chalicelib.payments.model import PaymentId


@dataclass
class Provider:
    """A gateway whose payments the test decides. `asked` and `refunds` remember what was asked of it."""

    name: str = "flow"
    refunds_repeatable: bool = False
    down: bool = False
    refuses_email: bool = False
    loses_answers: bool = False
    refunds_wait: bool = False
    reports: dict[PaymentId, PaymentReport] = field(default_factory=dict)
    asked: list[PaymentRequest] = field(default_factory=list)
    refunds: list[RefundRequest] = field(default_factory=list)
    fetched: int = 0
    whole: bool = True
    back: list[Back] = field(default_factory=list)
    today: Callable[[], date] = lambda: date(2026, 11, 30)

    def pay(self, payment: str, *, amount: int | None = None, currency: str | None = None) -> str:
        """Let the guest pay, what was asked or something else; return the payment's token."""
        report = self.reports[PaymentId(payment)]
        return self._decide(
            report,
            Reported.PAID,
            Clp(report.amount or 0) if amount is None else Clp(amount),
            currency or report.currency,
        )

    def reject(self, payment: str) -> str:
        """Let the bank say no."""
        return self._decide(self.reports[PaymentId(payment)], Reported.REJECTED)

    def annul(self, payment: str) -> str:
        """Let the guest give up on the provider's page."""
        return self._decide(self.reports[PaymentId(payment)], Reported.ANNULLED)

    def token(self, payment: str) -> str:
        """Return the token of a payment."""
        return f"token-of-{payment}"

    def create(self, ask: PaymentRequest) -> HostedPayment:
        self._reach()
        if self.refuses_email:
            raise Refused(self.name, "1620", "email is not valid", Reason.EMAIL)
        self.asked.append(ask)
        number = str(1000 + len(self.asked))
        self.reports[ask.payment] = PaymentReport(
            payment=ask.payment,
            provider_ref=number,
            state=Reported.PENDING,
            amount=ask.amount,
            currency=ask.currency,
            raw_status="1",
        )
        if self.loses_answers:
            raise Unclear(self.name, "time-out")
        token = self.token(ask.payment)
        return HostedPayment(url=f"https://pay.test/?token={token}", token=token, provider_ref=number)

    def fetch(self, token: str) -> PaymentReport:
        self._reach()
        self.fetched += 1
        for report in self.reports.values():
            if self.token(report.payment) == token:
                return replace(report, token=token)
        raise Refused(self.name, "108", "no such token", Reason.NOT_FOUND)

    def find(self, payment: PaymentId) -> PaymentReport | None:
        self._reach()
        return self.reports.get(payment)

    def refund(self, ask: RefundRequest) -> RefundReport:
        self._reach()
        self.refunds.append(ask)
        if not self.refunds_wait:
            self._took_back(EntryKind.REFUND, ask.payment, ask.amount)
        return self.fetch_refund(f"refund-{ask.refund}")

    def fetch_refund(self, token: str) -> RefundReport:
        self._reach()
        for ask in self.refunds:
            if token == f"refund-{ask.refund}":
                state = RefundReported.REQUESTED if self.refunds_wait else RefundReported.REFUNDED
                return RefundReport(
                    token=token, provider_ref="77", state=state, amount=ask.amount, raw_status=state.value
                )
        raise Refused(self.name, "108", "no such token", Reason.NOT_FOUND)

    def list_day(self, day: date) -> DayList:
        self._reach()
        paid = (report for report in self.reports.values() if report.state is Reported.PAID and report.day == day)
        back = (line for line in self.back if line.day == day)
        return DayList(payments=tuple(paid), back=tuple(back), whole=self.whole)

    def strange(self, amount: int) -> None:
        """Let somebody pay who never asked us for a payment."""
        report = PaymentReport(payment=PaymentId(f"caja-{len(self.reports)}"), state=Reported.PENDING,
                               provider_ref=str(9000 + len(self.reports)), amount=Clp(amount), currency="CLP",
                               raw_status="1")
        self.reports[report.payment] = report
        self.pay(report.payment)

    def charge(self, payment: str, fee: int) -> None:
        """Let the provider keep so much of a payment."""
        report = self.reports[PaymentId(payment)]
        self.reports[report.payment] = replace(report, fee=fee, net=(report.amount or 0) - fee)

    def give_back(self, payment: str, amount: int) -> None:
        """Let somebody give money back in the provider's panel."""
        self._took_back(EntryKind.REFUND, payment, amount)

    def claim(self, payment: str) -> None:
        """Let the payer's bank claim a payment."""
        self._took_back(EntryKind.CHARGEBACK, payment, self.reports[PaymentId(payment)].amount or 0)

    def lose_claim(self, payment: str) -> None:
        """Let the bank's claim end well for us."""
        claim = next(line for line in self.back if line.payment == payment and line.kind is EntryKind.CHARGEBACK)
        self.back.append(replace(claim, kind=EntryKind.CHARGEBACK_REVERSED, day=self.today()))

    def _took_back(self, kind: EntryKind, payment: str, amount: int) -> None:
        report = self.reports[PaymentId(payment)]
        self.back.append(Back(kind=kind, payment=report.payment, payment_ref=report.provider_ref, amount=Clp(amount),
                              ref=f"back-{len(self.back)}", day=self.today(), loose=not self.refunds_repeatable))

    def _decide(
        self, report: PaymentReport, state: Reported, amount: Clp | None = None, currency: str | None = None
    ) -> str:
        self.reports[report.payment] = replace(
            report,
            state=state,
            amount=report.amount if amount is None else amount,
            currency=currency or report.currency,
            day=self.today() if state is Reported.PAID else None,
        )
        return self.token(report.payment)

    def _reach(self) -> None:
        if self.down:
            raise Unreachable(self.name)
