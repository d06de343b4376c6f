"""Opening a payment's page at the provider: outside every transaction, after the payment is written down."""

from ..aws import logs, metrics
from ..core.clock import Clock
from ..core.errors import FieldProblem, Invalid, Retryable
from ..payments import table as payments
from ..payments.gateway import Gateway, HostedPayment, PaymentRequest, Reason, Refused
from ..payments.model import Payment, hosted
from .model import Order


def open_page(payment: Payment, order: Order, gateway: Gateway, clock: Clock) -> Payment:
    """Ask the provider for the page where the guest pays, and keep its address. One provider call, one write.

    When the provider can't be reached, or its answer was lost, the payment comes back without an address: the hours
    stay held and the guest may try again, which opens a payment under a new id.
    Raises Invalid naming `guest.email` when the provider won't accept that address, Invalid("amount_refused").
    """
    if payment.url:
        return payment
    left = payment.expires_at - clock.now()
    ask = PaymentRequest(payment=payment.id, order=order.id, subject=f"Aremko · reserva {order.id}",
                         amount=payment.amount, email=order.guest.email, seconds_to_pay=int(left.total_seconds()))
    try:
        page = gateway.create(ask)
    except Refused as refusal:
        metrics.count("PaymentRefusedByProvider", provider=gateway.name, reason=refusal.reason.value)
        if refusal.reason is Reason.EMAIL:
            raise Invalid("invalid_fields", fields=(FieldProblem("guest.email", "email_refused"),)) from refusal
        if refusal.reason is Reason.AMOUNT:
            raise Invalid("amount_refused") from refusal
        logs.warning("provider refused a payment", payment=payment.id, reason=refusal.reason.value)
        return payment
    except Retryable as error:
        metrics.count("ProviderUnreachable", provider=gateway.name)
        logs.warning("provider gave no page", payment=payment.id, code=error.code)
        return payment
    return _keep(payment, page, clock)


def _keep(payment: Payment, page: HostedPayment, clock: Clock) -> Payment:
    """Keep the page's address; a signal may have moved the payment meanwhile, then it is read once more."""
    for fresh in (payment, None):
        now = fresh or payments.load(payment.id)
        try:
            return payments.save(hosted(now, url=page.url, token=page.token, provider_ref=page.provider_ref,
                                        now=clock.now()))
        except Retryable:
            continue
    raise Retryable("payment_moved")
