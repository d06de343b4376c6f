"""What a catalogue must satisfy beyond the shape of its parts: references that exist, schedules that can be kept. Pure.

Every problem is told, not just the first, with its path in the document (`services[3].schedule`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from .check_offers import offer_problems
from .model import Catalogue, Need, Service, WallTime
from .problem import Problem, known
from .values import WEEKDAYS, minutes_of

TICK_MINUTES = 30
DAY_OPENS_MINUTES = 6 * 60
SHORTEST_DAY_MINUTES = 23 * 60
"""The spa's day has 23 hours when clocks go forward; a booking must fit even then (PROVIDERS.md §E.4)."""


def problems(catalogue: Catalogue) -> list[Problem]:
    """Return everything that is wrong across the parts of a catalogue; empty when it can be published."""
    return [
        *_duplicates(catalogue),
        *_resources(catalogue),
        *_services(catalogue),
        *_addons(catalogue),
        *offer_problems(catalogue),
        *_blocks(catalogue),
    ]


def _duplicates(catalogue: Catalogue) -> Iterator[Problem]:
    lists: dict[str, Sequence[str]] = {
        "policies": [x.slug for x in catalogue.policies],
        "schedules": [x.slug for x in catalogue.schedules],
        "pools": [x.slug for x in catalogue.pools],
        "resources": [x.slug for x in catalogue.resources],
        "categories": [x.slug for x in catalogue.categories],
        "services": [x.slug for x in catalogue.services],
        "packs": [x.slug for x in catalogue.packs],
        "gift_experiences": [x.slug for x in catalogue.gift_experiences],
        "gift_designs": [x.slug for x in catalogue.gift_designs],
        "gift_tones": [x.slug for x in catalogue.gift_tones],
        "products": [x.slug for x in catalogue.products],
        "blocks": [x.slug for x in catalogue.blocks],
    }
    for name, slugs in lists.items():
        for number, slug in enumerate(slugs):
            if slug in slugs[:number]:
                yield Problem(f"{name}[{number}].slug", f"duplicate slug {slug!r}")
    partitions = {pool.shared_calendar for pool in catalogue.pools}
    for number, resource in enumerate(catalogue.resources):
        if resource.slug in partitions:
            yield Problem(f"resources[{number}].slug", f"{resource.slug!r} is already the name of a shared calendar")
    days = [holiday.day for holiday in catalogue.holidays]
    for number, day in enumerate(days):
        if day in days[:number]:
            yield Problem(f"holidays[{number}].day", f"duplicate holiday {day}")


def _resources(catalogue: Catalogue) -> Iterator[Problem]:
    pools = {pool.slug for pool in catalogue.pools}
    for number, resource in enumerate(catalogue.resources):
        yield from known(f"resources[{number}].pool", "pool", [resource.pool], pools)
        for weekday, spans in (resource.hours or {}).items():
            for span in spans:
                if _minute(span[:5]) >= _minute(span[6:]):
                    yield Problem(f"resources[{number}].hours.{weekday}", f"{span} ends before it begins")


def _services(catalogue: Catalogue) -> Iterator[Problem]:
    policies = {policy.slug for policy in catalogue.policies}
    categories = {category.slug: category.kind for category in catalogue.categories}
    schedules = {schedule.slug: schedule for schedule in catalogue.schedules}
    for number, service in enumerate(catalogue.services):
        path = f"services[{number}]"
        yield from known(f"{path}.policy", "policy", [service.policy], policies)
        yield from known(f"{path}.category", "category", [service.category], categories)
        if categories.get(service.category, service.kind) != service.kind:
            yield Problem(f"{path}.kind", f"category {service.category!r} holds another kind")
        if service.schedule:
            yield from known(f"{path}.schedule", "schedule", [service.schedule], schedules)
        if service.bookable_online and not _can_be_booked(catalogue, service):
            yield Problem(f"{path}.booking", "what is booked online needs a schedule and needs, parts, or a host")
        for position, need in enumerate(service.needs):
            yield from _need(catalogue, service, need, f"{path}.needs[{position}]")
        if service.schedule in schedules and not service.by_night:
            schedule = schedules[service.schedule]
            days = {schedule.starts_on(weekday) for weekday in WEEKDAYS}
            yield from _starts(service, days, f"{path}.schedule")


def _can_be_booked(catalogue: Catalogue, service: Service) -> bool:
    """Tell whether there is something to book: hours of resources, a programme's parts, or an add-on's host."""
    if service.kind == "programme":
        return any(programme.service == service.slug for programme in catalogue.programmes)
    return service.addon_to is not None or bool(service.schedule and service.needs)


def _addons(catalogue: Catalogue) -> Iterator[Problem]:
    """An add-on takes its hour from its host, and so has none of its own."""
    hosts = {service.kind for service in catalogue.services if service.bookable_online and not service.addon_to}
    for number, service in enumerate(catalogue.services):
        path = f"services[{number}]"
        if service.addon_to is None:
            if service.before_end_minutes is not None:
                yield Problem(f"{path}.before_end_minutes", "only what is added to something (addon_to) has it")
            continue
        if service.needs:
            yield Problem(f"{path}.needs", "an add-on occupies nothing of its own")
        if service.schedule:
            yield Problem(f"{path}.schedule", "an add-on begins with its host, and has no schedule")
        if service.bookable_online and service.addon_to not in hosts:
            yield Problem(f"{path}.addon_to", f"no {service.addon_to} is booked online for it to go with")


def _need(catalogue: Catalogue, service: Service, need: Need, path: str) -> Iterator[Problem]:
    resources = {resource.slug: resource for resource in catalogue.resources}
    if need.resource:
        yield from known(f"{path}.resource", "resource", [need.resource], resources)
        named = [resources[need.resource]] if need.resource in resources else []
    else:
        yield from known(f"{path}.pool", "pool", [need.pool or ""], [pool.slug for pool in catalogue.pools])
        named = [resource for resource in catalogue.resources if resource.pool == need.pool]
    if need.skill and named and not any(need.skill in resource.skills for resource in named):
        yield Problem(f"{path}.skill", f"nobody has the skill {need.skill!r}")
    if any(resource.by_night != service.by_night for resource in named):
        yield Problem(path, "a service sold by the night needs resources marked by_night, any other ones that are not")
    if need.resource and named and need.each == "booking" and named[0].capacity < service.max_guests:
        yield Problem(f"{path}.resource", f"{need.resource!r} holds {named[0].capacity}, not {service.max_guests}")
    if not need.resource and need.each == "guest" and named and len(named) < service.max_guests:
        yield Problem(f"{path}.pool", f"pool {need.pool!r} has {len(named)} resources for {service.max_guests} guests")


def _starts(service: Service, days: Iterable[tuple[WallTime, ...]], path: str) -> Iterator[Problem]:
    """Each booking must lie within the spa's day and leave the next start of the same schedule alone."""
    for starts in sorted(days):
        minutes = [_minute(start) - DAY_OPENS_MINUTES for start in starts]
        if minutes != sorted(set(minutes)):
            yield Problem(path, f"{service.slug}: start times {', '.join(starts)} are not in order")
            continue
        spans = [(m - service.before_minutes, m + service.minutes + service.after_minutes) for m in minutes]
        for start, (first, last) in zip(starts, spans, strict=True):
            if first < 0 or last > SHORTEST_DAY_MINUTES:
                yield Problem(path, f"{service.slug}: {start} with its buffers leaves the spa's day (06:00 to 06:00)")
        for (start, (_, last)), (following, (first, _)) in pairwise(zip(starts, spans, strict=True)):
            if -(-last // TICK_MINUTES) > first // TICK_MINUTES:
                yield Problem(path, f"{service.slug}: {start} and its turn-around run into {following}")


def _blocks(catalogue: Catalogue) -> Iterator[Problem]:
    for number, block in enumerate(catalogue.blocks):
        if block.resource:
            names = [resource.slug for resource in catalogue.resources]
            yield from known(f"blocks[{number}].resource", "resource", [block.resource], names)
        if block.pool:
            yield from known(f"blocks[{number}].pool", "pool", [block.pool], [pool.slug for pool in catalogue.pools])


def _minute(wall: str) -> int:
    """Minutes since midnight; the night before 06:00 counts as the end of the day."""
    minutes = minutes_of(wall)
    return minutes if minutes >= DAY_OPENS_MINUTES else minutes + 24 * 60
