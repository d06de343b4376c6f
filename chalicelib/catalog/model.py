"""The catalogue as one value, with its lookups. Pure: no I/O, no clock."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import cached_property

from ..core.errors import NotFound
from ..core.money import Clp
from .offers import BankAccount, GiftDesign, GiftExperience, GiftTone, Pack, PackNeed, Product, Programme, ProgrammePart
from .prices import PriceOverride, PriceRule, PriceUnit
from .services import (
    Block,
    Booking,
    Category,
    Image,
    Kind,
    Need,
    Policy,
    Pool,
    Question,
    Resource,
    Schedule,
    Seo,
    Service,
)
from .values import Days, Holiday, Lang, Text, Value, WallTime, Weekday, weekday_of

__all__ = [
    "BankAccount", "Block", "Booking", "Catalogue", "Category", "Days", "GiftDesign", "GiftExperience", "GiftTone",
    "Holiday", "Image", "Kind",
    "Lang", "Need", "Pack", "PackNeed", "Policy", "Pool", "PriceOverride", "PriceRule", "PriceUnit", "Product",
    "Programme", "ProgrammePart", "Question", "Resource", "Schedule", "Seo", "Service", "Text", "WallTime", "Weekday",
    "price_of",
]  # fmt: skip


class Catalogue(Value):
    """All that the spa sells, at one version. Lists keep the order in which they are shown."""

    version: int = 0
    policies: tuple[Policy, ...]
    schedules: tuple[Schedule, ...] = ()
    pools: tuple[Pool, ...] = ()
    resources: tuple[Resource, ...] = ()
    categories: tuple[Category, ...]
    services: tuple[Service, ...]
    holidays: tuple[Holiday, ...] = ()
    blocks: tuple[Block, ...] = ()
    programmes: tuple[Programme, ...] = ()
    packs: tuple[Pack, ...] = ()
    gift_experiences: tuple[GiftExperience, ...] = ()
    gift_designs: tuple[GiftDesign, ...] = ()
    gift_tones: tuple[GiftTone, ...] = ()
    products: tuple[Product, ...] = ()
    transfer: BankAccount | None = None

    def service(self, slug: str) -> Service:
        """Return an active service. Raises NotFound("service_not_found")."""
        found = self._services.get(slug)
        if found is None or not found.active:
            raise NotFound("service_not_found", service=slug)
        return found

    def programme_of(self, service: Service) -> Programme:
        """Return the parts behind a service of kind "programme"."""
        return self._programmes[service.slug]

    def product(self, slug: str) -> Product:
        """Return a product. Raises NotFound("product_not_found")."""
        found = self._products.get(slug)
        if found is None:
            raise NotFound("product_not_found", product=slug)
        return found

    def category(self, slug: str) -> Category:
        """Return a category. Raises NotFound("category_not_found")."""
        found = self._categories.get(slug)
        if found is None:
            raise NotFound("category_not_found", category=slug)
        return found

    def services_in(self, category: str) -> tuple[Service, ...]:
        """Return the active services of a category, in order. Raises NotFound("category_not_found")."""
        self.category(category)
        return tuple(service for service in self.services if service.active and service.category == category)

    def resource(self, slug: str) -> Resource:
        """Return a resource that the catalogue itself names."""
        return self._resources[slug]

    def pool(self, slug: str) -> Pool:
        """Return a pool that the catalogue itself names."""
        return self._pools[slug]

    def calendar_of(self, resource: str) -> str:
        """Return the calendar that a resource's day sheets share with others; empty when they have their own."""
        return self.pool(self.resource(resource).pool).shared_calendar or ""

    def members(self, pool: str) -> tuple[Resource, ...]:
        """Return the resources of a pool, in order, active or not."""
        return self._members.get(pool, ())

    def policy_of(self, service: Service) -> Policy:
        """Return the cancellation terms of a service."""
        return self._policies[service.policy]

    def schedule_of(self, service: Service) -> Schedule | None:
        """Return the weekly schedule of a service; None when it has none, and so is never open by itself."""
        return self._schedules[service.schedule] if service.schedule else None

    def starts_on(self, service: Service, day: date) -> tuple[WallTime, ...]:
        """Return the start times of a service on a local date; empty when it is closed."""
        schedule = self.schedule_of(service)
        return schedule.starts_on(weekday_of(day)) if schedule else ()

    def candidates(self, need: Need) -> tuple[Resource, ...]:
        """Return the active, skilled resources that can answer a need, in order."""
        named = (self.resource(need.resource),) if need.resource else self.members(need.pool or "")
        return tuple(r for r in named if r.active and (need.skill is None or need.skill in r.skills))

    @cached_property
    def holiday_dates(self) -> frozenset[date]:
        return frozenset(holiday.day for holiday in self.holidays)

    @cached_property
    def _services(self) -> dict[str, Service]:
        return {service.slug: service for service in self.services}

    @cached_property
    def _programmes(self) -> dict[str, Programme]:
        return {programme.service: programme for programme in self.programmes}

    @cached_property
    def _products(self) -> dict[str, Product]:
        return {product.slug: product for product in self.products}

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {category.slug: category for category in self.categories}

    @cached_property
    def _resources(self) -> dict[str, Resource]:
        return {resource.slug: resource for resource in self.resources}

    @cached_property
    def _pools(self) -> dict[str, Pool]:
        return {pool.slug: pool for pool in self.pools}

    @cached_property
    def _members(self) -> dict[str, tuple[Resource, ...]]:
        return {p.slug: tuple(r for r in self.resources if r.pool == p.slug) for p in self.pools}

    @cached_property
    def _policies(self) -> dict[str, Policy]:
        return {policy.slug: policy for policy in self.policies}

    @cached_property
    def _schedules(self) -> dict[str, Schedule]:
        return {schedule.slug: schedule for schedule in self.schedules}


def price_of(service: Service, day: date, guests: int, holidays: Container[date] = ()) -> Clp:
    """Return what one booking of `service` for `guests` costs on a local date, in CLP with IVA.

    The most specific rule wins: holiday, then date range, then weekday (DOMAIN.md, Catalogue).
    """
    return service.price.total_on(day, guests, holidays)
