"""Mercado Pago in memory, behind the gateway port: a page names no payment; each attempt to pay it is one."""

import itertools
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
from chalicelib.payments.mercadopago_wire import best
from chalicelib.payments.model import PaymentId

_numbers = itertools.count(1_318_881_000)  # it never gives one twice


@dataclass
class Attempt:
    """One try of the guest at paying a page."""

    ask: PaymentRequest
    number: str
    state: Reported


@dataclass
class MemoryMercadoPago:
    """What the port shows of Mercado Pago; `pay` and `reject` are what the guest does on its page."""

    clock: Clock
    name: str = "mercadopago"
    refunds_repeatable: bool = True
    pages: dict[PaymentId, PaymentRequest] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    refunds: dict[str, RefundRequest] = field(default_factory=dict)

    def create(self, ask: PaymentRequest) -> HostedPayment:
        self.pages.setdefault(ask.payment, ask)  # the payment's id is the idempotency key
        return HostedPayment(url=f"https://mercadopago.test/checkout?pref_id={ask.payment}")

    def fetch(self, token: str) -> PaymentReport:
        if token not in self.attempts:
            raise Refused(self.name, "2000", "Payment not found", Reason.NOT_FOUND)
        return self._report(token)

    def find(self, payment: PaymentId) -> PaymentReport | None:
        return best([self._report(number) for number, one in self.attempts.items() if one.ask.payment == payment])

    def refund(self, ask: RefundRequest) -> RefundReport:
        self.refunds.setdefault(ask.refund, ask)  # asked twice under one key, made once
        return self._refunded(f"{ask.provider_ref}-{list(self.refunds).index(ask.refund)}")

    def fetch_refund(self, token: str) -> RefundReport:
        return self._refunded(token)

    def list_day(self, day: date) -> DayList:
        return DayList(payments=tuple(self._report(number) for number in self.attempts))

    def pay(self, payment: str) -> str:
        """The guest pays on the page; return the number of the attempt."""
        return self._tried(payment, Reported.PAID)

    def reject(self, payment: str) -> str:
        """The guest's card is refused; return the number of the attempt."""
        return self._tried(payment, Reported.REJECTED)

    @property
    def holds(self) -> int:
        """The money it has taken and not been asked to give back, in CLP."""
        paid = sum(attempt.ask.amount for attempt in self.attempts.values() if attempt.state is Reported.PAID)
        return Clp(paid - sum(ask.amount for ask in self.refunds.values()))

    def _tried(self, payment: str, state: Reported) -> str:
        number = str(next(_numbers))
        self.attempts[number] = Attempt(self.pages[PaymentId(payment)], number, state)
        return number

    def _report(self, number: str) -> PaymentReport:
        attempt = self.attempts[number]
        return PaymentReport(payment=attempt.ask.payment, state=attempt.state, amount=attempt.ask.amount,
                             provider_ref=number if attempt.state is Reported.PAID else "",
                             currency=attempt.ask.currency, raw_status=attempt.state.value)

    def _refunded(self, token: str) -> RefundReport:
        ask = list(self.refunds.values())[int(token.partition("-")[2])]
        return RefundReport(token=token, provider_ref=token, state=RefundReported.REFUNDED, amount=ask.amount,
                            raw_status="approved")
