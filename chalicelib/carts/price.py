"""What a cart's lines cost together: the discounts that packs give (docs/pricing.md). Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from ..catalog.model import Catalogue, Kind
from ..catalog.packs import Earned, Missing, earned, missing
from .lines import DiscountLine, Line, timed, units
from .model import Cart


def priced(cart: Cart, catalogue: Catalogue) -> Cart:
    """Return the cart with the discounts that its lines earn now, instead of those it had."""
    return cart.with_discounts(pack_discounts(cart.lines, catalogue))


def pack_discounts(lines: Sequence[Line], catalogue: Catalogue) -> list[DiscountLine]:
    """Return the discounts that lines earn by the packs of a catalogue."""
    totals = {line.id: line.total for line in timed(lines)}
    return _discounts(earned(catalogue.packs, units(lines)), totals)


def nearly_earned(cart: Cart, catalogue: Catalogue) -> list[Missing]:
    """Return the packs that a little more would earn, of what the house offers on the day."""

    def offered(kind: Kind, day: date) -> bool:
        return any(service.kind == kind and service.bookable_online and catalogue.starts_on(service, day)
                   for service in catalogue.services)

    return missing(catalogue.packs, units(cart.lines), offered)


def _discounts(found: Sequence[Earned], totals: dict[str, int]) -> list[DiscountLine]:
    """Return the discounts, none of them more than what is left to pay of its lines, whose `totals` are in CLP.

    A line of an older edition may be cheaper than the pack of today supposes. One that serves several packs is used up
    last.
    """
    left, serves = dict(totals), Counter(line for one in found for line in one.lines)
    lines = []
    for number, one in enumerate(found, 1):
        off = min(one.discount, sum(left[line] for line in one.lines))
        if off:
            lines.append(DiscountLine(id=f"{one.pack.slug}-{number}", name_es=one.pack.name.es,
                                      name_en=one.pack.name.en, total=-off, source="pack", code=one.pack.slug,
                                      lines=one.lines))
        for line in sorted(one.lines, key=lambda line: serves[line]):
            part = min(off, left[line])
            left[line], off = left[line] - part, off - part
    return lines
