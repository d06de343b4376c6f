"""What the site is shown of packs and products, in the caller's language."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ..core.money import format_clp
from ..core.shapes import View
from ..core.texts import sentence
from .model import Days, Kind, Lang, Pack, Product
from .needs import listed, need_told, needs_told
from .offers import Counter
from .values import WEEKDAYS, iso_weekdays


class PackNeedView(View):
    """At least so many guests, or units, of a kind; `detail` says it in words."""

    kind: Kind
    at_least: int
    counted: Literal["guests", "units"]
    detail: str


class DaysView(View):
    """Local dates, both ends included."""

    first: date
    last: date


class PackView(View):
    """A discount in CLP on a combination; `detail` explains it.

    `weekdays` are ISO numbers, any weekday when there are none; without `dates` it holds at any time.
    """

    slug: str
    name: str
    needs: list[PackNeedView]
    discount: int
    weekdays: list[int]
    dates: DaysView | None
    same_day: bool
    min_nights: int
    detail: str


class PacksView(View):
    """All packs, in order."""

    items: list[PackView]
    next: Literal[None] = None


class ProductView(View):
    """Something to eat, drink or take along. `available` units may still be sold; `sold` tells where."""

    slug: str
    name: str
    price: int
    category: str
    sold: list[Counter]
    available: int


class ProductsView(View):
    """A page of products; `next` is the cursor of the following one, null at the end."""

    items: list[ProductView]
    next: str | None


def pack_view(pack: Pack, lang: Lang) -> PackView:
    """Return a pack as the site shows it."""
    needs = [
        PackNeedView(kind=n.kind, at_least=n.at_least, counted=n.counted, detail=need_told(n, n.at_least, lang))
        for n in pack.needs
    ]
    return PackView(
        slug=pack.slug,
        name=pack.name.say(lang),
        needs=needs,
        discount=pack.discount,
        weekdays=iso_weekdays(pack.weekdays),
        dates=DaysView(first=pack.dates.first, last=pack.dates.last) if pack.dates else None,
        same_day=pack.same_day,
        min_nights=pack.min_nights,
        detail=_explained(pack, lang),
    )


def product_view(product: Product, available: int, lang: Lang) -> ProductView:
    """Return a product as the site shows it."""
    return ProductView(
        slug=product.slug,
        name=product.name.say(lang),
        price=product.price,
        category=product.category,
        sold=list(product.sold),
        available=max(0, available),
    )


def _explained(pack: Pack, lang: Lang) -> str:
    """Return what a pack asks and gives, and the days on which it does."""
    needs = needs_told(pack, {need.kind: need.at_least for need in pack.needs}, lang)
    told = [sentence("pack_same_day" if pack.same_day else "pack_any_day", lang, needs=needs,
                     saved=format_clp(pack.discount))]  # fmt: skip
    if pack.min_nights > 1:
        told.append(sentence("pack_nights", lang, count=pack.min_nights))
    if pack.weekdays:
        days = [sentence(f"weekdays.{name}", lang) for name in WEEKDAYS if name in pack.weekdays]
        told.append(sentence("pack_weekdays", lang, days=listed(days, lang)))
    if pack.dates:
        told.append(_dates(pack.dates, lang))
    return " ".join(told)


def _dates(days: Days, lang: Lang) -> str:
    form = "%Y-%m-%d" if lang == "en" else "%d-%m-%Y"
    return sentence("pack_dates", lang, first=days.first.strftime(form), last=days.last.strftime(form))
