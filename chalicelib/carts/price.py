"""What a cart's lines cost together: the discounts that packs give (docs/pricing.md). Pure."""

from collections.abc import Sequence

from ..catalog.model import Catalogue
from ..catalog.packs import Earned, Missing, earned, missing
from .lines import DiscountLine, units
from .model import Cart


def priced(cart: Cart, catalogue: Catalogue) -> Cart:
    """Return the cart with the discounts that its lines earn now, instead of those it had."""
    return cart.with_discounts(_discounts(earned(catalogue.packs, units(cart.lines))))


def nearly_earned(cart: Cart, catalogue: Catalogue) -> list[Missing]:
    """Return the packs that a little more would earn."""
    return missing(catalogue.packs, units(cart.lines))


def _discounts(found: Sequence[Earned]) -> list[DiscountLine]:
    return [DiscountLine(id=f"{one.pack.slug}-{number}", name_es=one.pack.name.es, name_en=one.pack.name.en,
                         total=-one.discount, source="pack", code=one.pack.slug, lines=one.lines)
            for number, one in enumerate(found, 1)]
