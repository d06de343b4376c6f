"""Bank transfer behind the gateway port: nobody is asked anything, a person sees the money on the account.

The "page" on which the guest pays is our own page of the order, with the account's data. Staff confirm what has come
(`orders`), and staff give back what has to go: so a refund is refused here, which rings the alarm that a person hears.
"""

from datetime import date
from urllib.parse import quote

from ..aws import settings
from .gateway import (
    DayList,
    Gateway,
    HostedPayment,
    PaymentReport,
    PaymentRequest,
    Reason,
    RefundReport,
    RefundRequest,
    Refused,
)
from .model import PaymentId

_NAME = "transfer"


class TransferGateway:
    """A bank account that only people look at. No requests."""

    name = _NAME
    refunds_repeatable = False

    def __init__(self, *, site_url: str) -> None:
        self._site_url = site_url.rstrip("/")

    def create(self, ask: PaymentRequest) -> HostedPayment:
        """Return the page that says where to transfer to."""
        return HostedPayment(url=f"{self._site_url}/pago/?reserva={quote(ask.order, safe='')}")

    def fetch(self, token: str) -> PaymentReport:
        """Raise Refused(NOT_FOUND): no bank ever calls us."""
        raise self._unknown()

    def find(self, payment: PaymentId) -> PaymentReport | None:
        """Return None: nobody but staff knows, and they say so themselves."""
        return None

    def refund(self, ask: RefundRequest) -> RefundReport:
        """Raise Refused: a person has to transfer the money back."""
        raise Refused(_NAME, "by_hand", "a person transfers the money back", Reason.OTHER)

    def fetch_refund(self, token: str) -> RefundReport:
        """Raise Refused(NOT_FOUND): no refund is made here."""
        raise self._unknown()

    def list_day(self, day: date) -> DayList:
        """Return nothing: the account's statement is not within reach."""
        return DayList()

    def _unknown(self) -> Refused:
        return Refused(_NAME, "unknown", "no such token", Reason.NOT_FOUND)


def transfer_gateway() -> Gateway:
    """Return the bank transfer with the stage's site."""
    return TransferGateway(site_url=settings.url("SITE_URL"))
