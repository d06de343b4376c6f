"""Bank transfers: a person sees the money on the account and says so; from there on it is a payment like any other."""

from ..aws.transactions import decided_again
from ..core.clock import Clock
from ..core.errors import Conflict, Invalid
from ..core.money import CURRENCY, Clp
from ..core.roles import Actor
from ..payments import table as payments
from ..payments.gateway import PaymentReport, Reported
from ..payments.model import Payment, PaymentId
from .model import TRANSFER
from .settle import settle_as_read


def confirm_transfer(payment_id: PaymentId, *, amount: Clp, reference: str, by: Actor, clock: Clock) -> Payment:
    """Record that a transfer has come, with the bank's own reference; return the payment as it then stands.

    The amount is compared as any provider's: the right one confirms the order (late: the ladder), another
    one is credited. Saying the same again changes nothing. Requests as `settle`. Raises NotFound("payment_not_found"),
    Invalid("not_a_transfer"), Conflict("transfer_confirmed_already") when something else was said before.
    """
    return decided_again(lambda: _confirmed(payment_id, amount, reference, by, clock))


def _confirmed(payment_id: PaymentId, amount: Clp, reference: str, by: Actor, clock: Clock) -> Payment:
    payment = payments.load(payment_id)
    if payment.method != TRANSFER:
        raise Invalid("not_a_transfer")
    if payment.received is not None:
        if (payment.received, payment.provider_ref) != (amount, reference):
            raise Conflict("transfer_confirmed_already")
        return payment
    report = PaymentReport(payment=payment.id, provider_ref=reference, state=Reported.PAID, amount=amount,
                           currency=CURRENCY, raw_status="confirmed by staff", media=TRANSFER)
    return settle_as_read(payment, report, clock, by=by.id)
