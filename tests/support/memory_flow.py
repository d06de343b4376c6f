"""A payment provider in memory, behind the gateway port: it remembers what it was asked and what money it holds."""

from dataclasses import dataclass, field
from datetime import date

from chalicelib.core.clock import Clock
from chalicelib.core.money import Clp
from chalicelib.payments.gateway import (
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


@dataclass
class Page:
    """One payment at the provider."""

    ask: PaymentRequest
    token: str
    ref: str
    state: Reported = Reported.PENDING


@dataclass
class MemoryFlow:
    """Flow's behaviour as far as the port shows it; `pay` and `reject` are what the guest does on its page."""

    clock: Clock
    name: str = "flow"
    refunds_repeatable: bool = False
    pages: dict[str, Page] = field(default_factory=dict)
    refunds: dict[str, RefundRequest] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)

    def create(self, ask: PaymentRequest) -> HostedPayment:
        token = f"{len(self.pages):08d}{ask.payment[4:]}"
        page = self.pages[token] = Page(ask, token, str(100_000 + len(self.pages)))
        return HostedPayment(url=f"https://flow.test/pay?token={token}", token=token, provider_ref=page.ref)

    def fetch(self, token: str) -> PaymentReport:
        if token not in self.pages:
            raise Refused(self.name, "105", "No services available", Reason.NOT_FOUND)
        page = self.pages[token]
        return PaymentReport(payment=page.ask.payment, provider_ref=page.ref, state=page.state, amount=page.ask.amount,
                             currency=page.ask.currency, raw_status=page.state.value, token=token)

    def find(self, payment: PaymentId) -> PaymentReport | None:
        for page in self.pages.values():
            if page.ask.payment == payment:
                return self.fetch(page.token)
        return None

    def refund(self, ask: RefundRequest) -> RefundReport:
        token = f"r{len(self.refunds)}{ask.payment[4:]}"
        self.refunds[token] = ask
        return self._report(token, RefundReported.REQUESTED)

    def fetch_refund(self, token: str) -> RefundReport:
        if token not in self.refunds:
            raise Refused(self.name, "105", "No such refund", Reason.NOT_FOUND)
        return self._report(token, RefundReported.REFUNDED if token in self.accepted else RefundReported.REQUESTED)

    def list_day(self, day: date) -> DayList:
        return DayList(payments=tuple(self.fetch(token) for token in self.pages))

    def pay(self, token: str) -> None:
        """The guest pays on the page."""
        self.pages[token].state = Reported.PAID

    def refund_notices(self) -> list[tuple[str, str]]:
        """Return (token, our refund) of each refund that its receiver has accepted since the last call."""
        fresh = [token for token in self.refunds if token not in self.accepted]
        self.accepted.update(fresh)
        return [(token, self.refunds[token].refund) for token in fresh]

    @property
    def holds(self) -> int:
        """The money it has taken and not been asked to give back, in CLP."""
        paid = sum(page.ask.amount for page in self.pages.values() if page.state is Reported.PAID)
        return Clp(paid - sum(ask.amount for ask in self.refunds.values()))

    def _report(self, token: str, state: RefundReported) -> RefundReport:
        return RefundReport(token=token, provider_ref=token, state=state, amount=self.refunds[token].amount,
                            raw_status=state.value)
