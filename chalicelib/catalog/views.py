"""What the site is shown of the catalogue, in the caller's language."""

from __future__ import annotations

from typing import Literal

from ..core.shapes import View
from .model import Booking, Catalogue, Category, Kind, Lang, PriceUnit, Service
from .values import WEEKDAYS, iso_weekdays


class PriceView(View):
    """The usual price, in CLP with IVA, of one guest, unit, night or the whole."""

    amount: int
    unit: PriceUnit


class ImageView(View):
    """A picture and what it shows, for those who can't see it."""

    url: str
    alt: str


class PolicyView(View):
    """Cancellation terms and the version of their text."""

    cancel_hours: int
    text: str
    version: str


class ServiceView(View):
    """A service. `starts` are wall times of the spa; `closed_weekdays` are ISO numbers (Monday is 1)."""

    slug: str
    category: str
    kind: Kind
    name: str
    summary: str
    description: str
    minutes: int
    min_guests: int
    max_guests: int
    usual_guests: int
    price: PriceView
    price_from: int
    starts: list[str]
    closed_weekdays: list[int]
    booking: Booking
    addon_to: Kind | None
    notice_minutes: int
    horizon_days: int
    images: list[ImageView]
    policy: PolicyView
    art: str


class ServicesView(View):
    """A page of services; `next` is the cursor of the following one, null at the end."""

    items: list[ServiceView]
    next: str | None


class QuestionView(View):
    """A question guests ask, and its answer."""

    q: str
    a: str


class SeoView(View):
    """What a search engine shows of a page."""

    title: str
    description: str


class CategoryView(View):
    """A category, with the lowest price of its services."""

    slug: str
    name: str
    summary: str
    kind: Kind
    services: int
    price_from: int | None
    price_unit: PriceUnit | None
    faq: list[QuestionView]
    seo: SeoView


class CategoriesView(View):
    """All categories, in order."""

    items: list[CategoryView]
    next: Literal[None] = None


def service_view(catalogue: Catalogue, service: Service, lang: Lang) -> ServiceView:
    """Return a service as the site shows it. `booking` is "ask" while the sale of its kind is not built."""
    schedule = catalogue.schedule_of(service)
    walls = {wall for weekday in WEEKDAYS for wall in (schedule.starts_on(weekday) if schedule else ())}
    closed = [weekday for weekday in WEEKDAYS if schedule and not schedule.starts_on(weekday)]
    policy = catalogue.policy_of(service)
    return ServiceView(
        slug=service.slug,
        category=service.category,
        kind=service.kind,
        name=service.name.say(lang),
        summary=service.summary.say(lang),
        description=service.description.say(lang),
        minutes=service.minutes,
        min_guests=service.min_guests,
        max_guests=service.max_guests,
        usual_guests=service.usual_guests,
        price=PriceView(amount=service.price.amount, unit=service.price.unit),
        price_from=service.price.lowest,
        starts=sorted(walls, key=_from_opening),
        closed_weekdays=iso_weekdays(closed),
        booking="online" if service.bookable_online else "ask",
        addon_to=service.addon_to,
        notice_minutes=service.notice_minutes,
        horizon_days=service.horizon_days,
        images=[ImageView(url=image.url, alt=image.alt.say(lang)) for image in service.images],
        policy=PolicyView(cancel_hours=policy.cancel_hours, text=policy.text.say(lang), version=policy.version),
        art=service.art,
    )


def category_view(catalogue: Catalogue, category: Category, lang: Lang) -> CategoryView:
    """Return a category as the site shows it."""
    services = catalogue.services_in(category.slug)
    cheapest = min(services, key=lambda service: service.price.lowest, default=None)
    return CategoryView(
        slug=category.slug,
        name=category.name.say(lang),
        summary=category.summary.say(lang),
        kind=category.kind,
        services=len(services),
        price_from=cheapest.price.lowest if cheapest else None,
        price_unit=cheapest.price.unit if cheapest else None,
        faq=[QuestionView(q=question.q.say(lang), a=question.a.say(lang)) for question in category.faq],
        seo=SeoView(title=category.seo.title.say(lang), description=category.seo.description.say(lang)),
    )


def _from_opening(wall: str) -> tuple[bool, str]:
    """Sort key: the small hours are the end of the spa's day."""
    return wall < "06:00", wall
