"""A day's money, ours beside the provider's: what each side sums up to, and where they differ. Pure.

Payments are matched by the provider's number; what went back is matched by payment, because Flow's settlements give a
refund no number. When nothing differs, the sums are equal to the peso.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ..core.money import CURRENCY, Clp
from ..items.model import ItemKind
from .entry import Entry, EntryKind
from .gateway import Back, PaymentReport
from .model import PaymentId
from .signals import is_payment_id

Owners = Mapping[Back, PaymentId | None]
_NOT_OURS = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What a day's movements come to, CLP. `fees` and `net` are of what was received."""

    received: int = 0
    fees: int = 0
    net: int = 0
    refunded: int = 0
    charged_back: int = 0
    won_back: int = 0  # chargebacks that came back


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One movement on which the two sides do not agree. `ours` and `theirs` are amounts, of fees for `fee_differs`."""

    kind: ItemKind
    of: EntryKind
    ours: int
    theirs: int
    payment: str = _NOT_OURS
    order: str = ""
    ref: str = ""  # the provider's number

    @property
    def name(self) -> tuple[str, str, str, str]:
        """What it is about, always the same for the same."""
        return self.kind.value, self.of.value, self.payment, self.ref


def sums(entries: Iterable[Entry]) -> Sums:
    """Return what movements come to; a fee or a net that nobody has told counts nothing."""
    total: Counter[str] = Counter()
    for entry in entries:
        total[entry.kind.value] += entry.amount
        if entry.kind is EntryKind.IN:
            total["fees"] += entry.fee or 0
            total["net"] += entry.net or 0
    return Sums(received=total["in"], fees=total["fees"], net=total["net"], refunded=total["refund"],
                charged_back=total["chargeback"], won_back=total["chargeback_reversed"])


def theirs_of(day: date, payments: Iterable[PaymentReport], owners: Owners) -> list[Entry]:
    """Return what a provider lists as movements; `owners` says of which payment of ours each line is, if of any.

    What came in another currency, or is no whole number of pesos, is no movement of pesos: see `odd`.
    """
    came = [Entry(day=day, kind=EntryKind.IN, payment=_named(report), order="", amount=report.amount, fee=report.fee,
                  net=report.net, ref=report.provider_ref)
            for report in payments if report.currency == CURRENCY and report.amount]
    went = [Entry(day=day, kind=line.kind, payment=owner or _NOT_OURS, order="", amount=line.amount,
                  ref=line.payment_ref) for line, owner in owners.items()]
    return came + went


def odd(payments: Iterable[PaymentReport]) -> list[Difference]:
    """Return the listed payments that brought no whole number of pesos."""
    found = []
    for report in payments:
        kind = ItemKind.AMOUNT_DIFFERS if report.currency == CURRENCY else ItemKind.CURRENCY_DIFFERS
        if report.currency != CURRENCY or not report.amount:
            found.append(Difference(kind=kind, of=EntryKind.IN, ours=0, theirs=report.amount or 0,
                                    payment=_named(report), ref=report.provider_ref))
    return found


def _named(report: PaymentReport) -> str:
    """Return the payment of ours that a report names; what others have written there is nobody's business."""
    return report.payment if is_payment_id(report.payment) else _NOT_OURS


def differences(ours: Iterable[Entry], theirs: Iterable[Entry]) -> list[Difference]:
    """Return all on which the two sides do not agree, by kind and payment."""
    mine, listed = list(ours), list(theirs)
    found = [*_of_payments(mine, listed), *_of_what_went(mine, listed)]
    if not found and sums(mine) != sums(listed):  # one number of the provider's on two payments of ours
        found.append(does_not_tie(mine, listed))
    return sorted(found, key=lambda one: one.name)


def does_not_tie(ours: Iterable[Entry], theirs: Iterable[Entry]) -> Difference:
    """Return that a day as a whole does not tie, for a reason that no single movement tells."""
    return Difference(kind=ItemKind.DAY_DOES_NOT_TIE, of=EntryKind.IN, ours=sums(ours).net, theirs=sums(theirs).net)


def _of_payments(ours: list[Entry], theirs: list[Entry]) -> Iterator[Difference]:
    mine, listed = _came(ours), _came(theirs)
    for ref in mine.keys() | listed.keys():
        known, told = mine.get(ref), listed.get(ref)
        if known is None and told is not None:
            yield _difference(ItemKind.PAYMENT_UNKNOWN, told, 0, told.amount)
        elif told is None and known is not None:
            yield _difference(ItemKind.PAYMENT_MISSING, known, known.amount, 0)
        elif known and told:
            if known.amount != told.amount:
                yield _difference(ItemKind.AMOUNT_DIFFERS, known, known.amount, told.amount)
            if known.fee != told.fee:
                yield _difference(ItemKind.FEE_DIFFERS, known, known.fee or 0, told.fee or 0)
            elif known.net != told.net:
                yield _difference(ItemKind.FEE_DIFFERS, known, _kept(known), _kept(told))


def _of_what_went(ours: list[Entry], theirs: list[Entry]) -> Iterator[Difference]:
    mine, listed = _went(ours), _went(theirs)
    orders = {entry.payment: entry.order for entry in ours}
    for name in mine.keys() | listed.keys():
        kind, payment, ref = name
        if mine[name] != listed[name]:
            yield Difference(kind=ItemKind.DAY_DOES_NOT_TIE if payment else ItemKind.PAYMENT_UNKNOWN, of=kind,
                             ours=mine[name], theirs=listed[name], payment=payment, ref=ref,
                             order=orders.get(payment, ""))


def _came(entries: list[Entry]) -> dict[str, Entry]:
    return {entry.ref or entry.payment: entry for entry in entries if entry.kind is EntryKind.IN}


def _went(entries: list[Entry]) -> Counter[tuple[EntryKind, str, str]]:
    found: Counter[tuple[EntryKind, str, str]] = Counter()
    for entry in entries:
        if entry.kind is not EntryKind.IN:
            found[entry.kind, entry.payment, "" if entry.payment else entry.ref] += entry.amount
    return found


def _difference(kind: ItemKind, entry: Entry, ours: int, theirs: int) -> Difference:
    return Difference(kind=kind, of=entry.kind, ours=ours, theirs=theirs, payment=entry.payment, order=entry.order,
                      ref=entry.ref)


def _kept(entry: Entry) -> Clp:
    """Return what the provider keeps of a payment by its net."""
    return Clp(entry.amount - (entry.net or 0))
