"""What programmes, gifts, packs, products and the transfer's account must satisfy. Pure; part of `check.problems`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ..core.rut import normalise_rut
from .combine import takes_lines
from .model import Catalogue, Pack, ProgrammePart, Service
from .offers import DRAWN, MESSAGE_MAX, PackNeed
from .problem import Problem, known
from .values import WEEKDAYS

MOST_PACKS = 4
"""Packs that may compete for one kind on one day: the search for the best total stays short (docs/pricing.md)."""


def offer_problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Yield everything that is wrong with what is sold besides plain services, and with the account for transfers."""
    yield from _programmes(catalogue)
    yield from _gifts(catalogue)
    yield from _packs(catalogue)
    yield from _rivals(catalogue)
    for number, product in enumerate(catalogue.products):
        if not product.price:
            yield Problem(f"products[{number}].price", "must be more than 0")
        if not product.sold or len(set(product.sold)) < len(product.sold):
            yield Problem(f"products[{number}].sold", "needs one place or more where it is sold, each once")
    if catalogue.transfer and normalise_rut(catalogue.transfer.rut) is None:
        yield Problem("transfer.rut", f"{catalogue.transfer.rut!r} is not a RUT")


def _gifts(catalogue: Catalogue) -> Iterator[Problem]:
    """What is given has a price or a range of amounts, a design that is drawn, and words that fit on a card."""
    for number, gift in enumerate(catalogue.gift_experiences):
        free = gift.min_amount is not None and gift.max_amount is not None and gift.min_amount < gift.max_amount
        if (gift.price is None) != free:
            yield Problem(f"gift_experiences[{number}]", "needs either a price or a min_amount below a max_amount")
    if catalogue.gift_experiences and not catalogue.gift_designs:
        yield Problem("gift_designs", "a gift card needs a design")
    for number, design in enumerate(catalogue.gift_designs):
        yield from known(f"gift_designs[{number}].slug", "drawing", [design.slug], DRAWN)
    for number, tone in enumerate(catalogue.gift_tones):
        if not tone.suggestions:
            yield Problem(f"gift_tones[{number}].suggestions", "a tone has words to begin with")
        for position, words in enumerate(tone.suggestions):
            if max(len(words.es), len(words.en)) > MESSAGE_MAX:
                path = f"gift_tones[{number}].suggestions[{position}]"
                yield Problem(path, f"a message has at most {MESSAGE_MAX} letters")


def _programmes(catalogue: Catalogue) -> Iterator[Problem]:
    services = {service.slug: service for service in catalogue.services}
    seen = Counter[str]()
    for number, programme in enumerate(catalogue.programmes):
        path = f"programmes[{number}]"
        seen[programme.service] += 1
        yield from known(f"{path}.service", "service", [programme.service], services)
        if programme.service in services and services[programme.service].kind != "programme":
            yield Problem(f"{path}.service", f"{programme.service!r} is not a programme")
        if seen[programme.service] > 1:
            yield Problem(f"{path}.service", f"{programme.service!r} already has its parts")
        if not programme.parts:
            yield Problem(f"{path}.parts", "a programme has parts")
        for position, part in enumerate(programme.parts):
            yield from _part(part, services, f"{path}.parts[{position}].any_of")


def _part(part: ProgrammePart, services: dict[str, Service], path: str) -> Iterator[Problem]:
    """Each service of a part can be had online by as many guests."""
    if not part.any_of:
        yield Problem(path, "names no service")
    yield from known(path, "service", part.any_of, services)
    for slug in part.any_of:
        service = services.get(slug)
        if service is None:
            continue
        if service.kind == "programme":
            yield Problem(path, f"{slug!r} is itself a programme")
        if not service.bookable_online:
            yield Problem(path, f"{slug!r} is not booked online")
        if not service.min_guests <= part.guests <= service.max_guests:
            yield Problem(path, f"{slug!r} is for {service.min_guests} to {service.max_guests}, not {part.guests}")


def _packs(catalogue: Catalogue) -> Iterator[Problem]:
    """A pack names each kind once, and never gives more than the cheapest lines that can serve it cost."""
    for number, pack in enumerate(catalogue.packs):
        path = f"packs[{number}]"
        kinds = [need.kind for need in pack.needs]
        if not kinds:
            yield Problem(f"{path}.needs", "a pack needs something")
        if len(set(kinds)) < len(kinds):
            yield Problem(f"{path}.needs", "a pack names each kind once")
        if pack.min_nights and "cabin" not in kinds:
            yield Problem(f"{path}.min_nights", "only a pack with a cabin has nights")
        floor = sum(_floor(catalogue, need) for need in pack.needs)
        if not 0 < pack.discount <= floor:
            yield Problem(f"{path}.discount", f"must be between 1 and {floor}, what its cheapest lines cost")


def _floor(catalogue: Catalogue, need: PackNeed) -> int:
    """Return the least that what serves a need can cost: a guest's share of a line, or whole lines, in CLP."""
    services = [service for service in catalogue.services if service.kind == need.kind]
    if takes_lines(need):
        each = [s.price.lowest * (s.min_guests if s.price.unit == "guest" else 1) for s in services]
    else:
        each = [s.price.lowest // (1 if s.price.unit == "guest" else s.max_guests) for s in services]
    return min(each, default=0) * need.at_least


def _rivals(catalogue: Catalogue) -> Iterator[Problem]:
    """Only so many packs may use the same kind on the same day."""
    for number, pack in enumerate(catalogue.packs):
        before = [other for other in catalogue.packs[:number] if _compete(pack, other)]
        if len(before) >= MOST_PACKS:
            yield Problem(f"packs[{number}]", f"shares a kind and a day with more than {MOST_PACKS - 1} others")


def _compete(one: Pack, other: Pack) -> bool:
    """Tell whether two packs may want the same line."""
    kinds = {need.kind for need in one.needs} & {need.kind for need in other.needs}
    weekdays = set(one.weekdays or WEEKDAYS) & set(other.weekdays or WEEKDAYS)
    apart = one.dates and other.dates and (one.dates.last < other.dates.first or other.dates.last < one.dates.first)
    return bool(kinds and weekdays) and not apart
