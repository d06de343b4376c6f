"""What providers say went back of a payment, against the refunds we know. Pure, and safe to say again.

A line is the refund that bears its number; else, where numbers tell nothing, one of ours of the same amount; else
nobody here knew of it: somebody gave money back in the provider's panel, or a bank claimed it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from .entry import EntryKind
from .gateway import Back
from .model import Payment, with_refund
from .refund_model import MAX_REFUNDS, Origin, Refund, RefundState
from .refund_steps import lease_over

PROVIDER = "provider"
CHARGEBACK = "chargeback"
_ORIGINS = {EntryKind.REFUND: Origin.PROVIDER, EntryKind.CHARGEBACK: Origin.CHARGEBACK}
_REASONS = {Origin.PROVIDER: PROVIDER, Origin.CHARGEBACK: CHARGEBACK}


@dataclass(frozen=True, slots=True)
class Returned:
    """The payment afterwards, and the numbers of its refunds by what befell them.

    `found` nobody here had asked for, `heard` are ours whose end was not known, `won` are chargebacks that came back.
    """

    payment: Payment
    found: tuple[int, ...] = ()
    heard: tuple[int, ...] = ()
    won: tuple[int, ...] = ()


def returned(payment: Payment, lines: Iterable[Back], *, now: datetime, dated: bool = False) -> Returned:
    """Record what the provider says went back of a payment, and came back; what is known already changes nothing.

    Money is recorded as it went, even beyond what the payment still kept. A refund that somebody is asking for at this
    moment is left alone, and so is what is said after MAX_REFUNDS. `dated`: the lines are of a day's list, and that day
    counts for what is known already too.
    """
    so_far = Returned(payment)
    for line in lines:
        if line.kind is EntryKind.CHARGEBACK_REVERSED:
            so_far = _won(so_far, line, now)
        else:
            so_far = _gone(so_far, line, now, dated)
    return so_far


def _gone(so_far: Returned, line: Back, now: datetime, dated: bool) -> Returned:
    payment = so_far.payment
    known = _same(payment, line)
    if known is None:
        return _recorded(so_far, line, now)
    if known.state is RefundState.REQUESTING and not lease_over(payment, known.number, now=now):
        return so_far
    asked = known.state not in (RefundState.DUE, RefundState.REFUNDED) and not known.by_hand
    after = replace(
        known, state=RefundState.REFUNDED, lease_until=None,
        day=line.day if dated or known.state is not RefundState.REFUNDED else known.day,
        provider_ref=known.provider_ref or (None if line.loose else line.ref),
        listed=line.ref if line.loose and not _bears(known, line) else known.listed,
        requested_at=known.requested_at or now, settled_at=known.settled_at or now,
        fee=known.fee if line.fee is None else line.fee,
        origin=known.origin if asked or known.state is RefundState.REFUNDED else _ORIGINS[line.kind])
    if after == known:
        return so_far
    moved = replace(so_far, payment=with_refund(payment, after, now=now))
    if known.state is RefundState.REFUNDED:
        return moved
    if asked:
        return replace(moved, heard=(*so_far.heard, known.number))
    return replace(moved, found=(*so_far.found, known.number))


def _recorded(so_far: Returned, line: Back, now: datetime) -> Returned:
    payment, origin = so_far.payment, _ORIGINS[line.kind]
    number = len(payment.refunds) + 1
    if number > MAX_REFUNDS:
        return so_far
    refund = Refund(number=number, amount=line.amount, reason=_REASONS[origin], state=RefundState.REFUNDED,
                    origin=origin, due_at=now, provider_ref=line.ref, requested_at=now, settled_at=now, fee=line.fee,
                    day=line.day)
    after = replace(payment, refunds=(*payment.refunds, refund), updated_at=now)
    return replace(so_far, payment=after, found=(*so_far.found, number))


def _won(so_far: Returned, line: Back, now: datetime) -> Returned:
    payment = so_far.payment
    claims = [refund for refund in payment.refunds if refund.origin is Origin.CHARGEBACK]
    if any(claim.reversed_ref == line.ref for claim in claims):
        return so_far
    lost = next((claim for claim in claims if claim.out and (
        claim.provider_ref == line.ref or (line.loose and claim.amount == line.amount))), None)
    if lost is None:
        return so_far
    back = replace(lost, reversed_day=line.day, reversed_ref=line.ref)
    return replace(so_far, payment=with_refund(payment, back, now=now), won=(*so_far.won, lost.number))


def _same(payment: Payment, line: Back) -> Refund | None:
    """Return the refund that a line is about."""
    for refund in payment.refunds:
        if _bears(refund, line) and (refund.origin is Origin.CHARGEBACK) is (line.kind is EntryKind.CHARGEBACK):
            return refund
    if line.kind is EntryKind.CHARGEBACK:
        return None
    like = (refund for refund in payment.refunds if refund.amount == line.amount and _may_be(refund, line))
    return min(like, key=lambda refund: (-refund.state.rank, refund.number), default=None)


def _bears(refund: Refund, line: Back) -> bool:
    """Tell whether a line has a refund's number, or the one under which that was listed."""
    return line.ref in (refund.provider_ref, refund.listed)


def _may_be(refund: Refund, line: Back) -> bool:
    """Tell whether a line can be about a refund that does not bear its number."""
    if refund.listed or refund.state.failed or refund.origin is Origin.CHARGEBACK:
        return False
    if refund.state is RefundState.REFUNDED:
        return line.loose and refund.origin is Origin.US and not refund.by_hand
    return line.loose or refund.provider_ref is None
