"""Packs: the best total for the guest, equal to trying everything, and what is missing to earn one more."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.catalog.check_offers import MOST_PACKS
from chalicelib.catalog.offers import Pack, PackNeed
from chalicelib.catalog.packs import Unit, earned, missing
from chalicelib.catalog.values import WEEKDAYS, Days, Text
from infra.paths import ROOT
from tests.support.effort import calls
from tests.support.spa import demo_catalogue

SUN, MON, TUE, WED, THU, FRI, SAT = (date(2026, 12, 6) + timedelta(days=n) for n in range(7))
KINDS = ("tub", "massage", "cabin")
DEMO = demo_catalogue().packs


def tub(line: str = "tub", day: date = MON, guests: int = 2) -> Unit:
    return Unit(line, "tub", day, guests, 0)


def massage(line: str = "massage", day: date = MON, guests: int = 2) -> Unit:
    return Unit(line, "massage", day, guests, 0)


def night(line: str = "night", day: date = MON, guests: int = 2, nights: int = 1) -> Unit:
    return Unit(line, "cabin", day, guests, nights)


def pack(slug: str, discount: int, *needs: tuple[str, int, str], **more: object) -> Pack:
    parts = [PackNeed.model_validate({"kind": kind, "at_least": n, "counted": by}) for kind, n, by in needs]
    fields = {"slug": slug, "name": Text(es=slug, en=slug), "needs": parts, "discount": discount, **more}
    return Pack.model_validate(fields)


def told(packs: tuple[Pack, ...], units: list[Unit]) -> list[tuple[str, tuple[str, ...], int]]:
    return [(e.pack.slug, e.lines, e.discount) for e in earned(packs, units)]


def lacks(packs: tuple[Pack, ...], units: list[Unit]) -> list[tuple[str, tuple[tuple[str, int], ...], int, date]]:
    return [(m.pack.slug, m.needs, m.discount, m.day) for m in missing(packs, units)]


def test_a_tub_and_two_massages_of_one_day_cost_35000_less() -> None:
    assert told(DEMO, [tub(), massage()]) == [("tina-y-masaje", ("tub", "massage"), 35000)]
    assert told(DEMO, [tub(), massage("a", guests=1), massage("b", guests=1)])[0][2] == 35000


@pytest.mark.parametrize("day", [FRI, SAT])
def test_on_fridays_and_saturdays_there_is_no_pack(day: date) -> None:
    assert told(DEMO, [tub(day=day), massage(day=day), night(day=day)]) == []


def test_two_days_do_not_make_a_pack_of_one_day() -> None:
    assert told(DEMO, [tub(day=MON), massage(day=WED)]) == []


def test_a_tub_serves_one_pack_only_the_one_that_saves_more() -> None:
    assert told(DEMO, [night(), tub(), massage()]) == [("cabana-y-tina", ("night", "tub"), 45000)]
    both = told(DEMO, [night(), tub("a"), tub("b"), massage()])
    assert [(slug, discount) for slug, _, discount in both] == [("cabana-y-tina", 45000), ("tina-y-masaje", 35000)]
    assert len({line for _, lines, _ in both for line in lines}) == 4


def test_a_tub_for_four_serves_two_packs() -> None:
    assert sum(e.discount for e in earned(DEMO, [tub(guests=4), night(), massage()])) == 80000


def test_two_small_packs_beat_one_big_one() -> None:
    big = pack("big", 50, ("tub", 2, "guests"), ("massage", 2, "guests"), priority=9)
    left, right = pack("left", 30, ("tub", 2, "guests")), pack("right", 30, ("massage", 2, "guests"))
    assert [slug for slug, _, _ in told((big, left, right), [tub(), massage()])] == ["left", "right"]


def test_of_equal_totals_the_higher_priority_wins_then_the_order_of_the_catalogue() -> None:
    one, two = pack("one", 50, ("tub", 2, "guests")), pack("two", 50, ("tub", 2, "guests"), priority=1)
    assert [e.pack.slug for e in earned((one, two), [tub()])] == ["two"]
    assert [e.pack.slug for e in earned((one, two.model_copy(update={"priority": 0})), [tub()])] == ["one"]


def test_a_short_stay_does_not_earn_a_pack_of_two_nights() -> None:
    long = pack("long", 20000, ("cabin", 2, "units"), min_nights=2, same_day=False)
    assert told((long,), [night("a", SUN), night("b", WED)]) == []
    assert told((long,), [night("a", SUN, nights=2), night("b", MON, nights=2)]) == [("long", ("a", "b"), 20000)]


def test_a_unit_of_massage_is_one_guest_s_massage() -> None:
    units = pack("units", 1000, ("massage", 2, "units"))
    assert told((units,), [massage(guests=2)]) == [("units", ("massage",), 1000)]
    assert told((pack("bookings", 1000, ("tub", 2, "units")),), [tub(guests=4)]) == []


def test_what_is_missing_is_said_with_what_it_saves() -> None:
    assert lacks(DEMO, [massage()]) == [("tina-y-masaje", (("tub", 2),), 35000, MON)]
    assert lacks(DEMO, [tub(), massage(guests=1)])[1] == ("tina-y-masaje", (("massage", 1),), 35000, MON)
    # with the night, the tub alone would rather serve the cabin: 45.000 instead of 35.000
    assert lacks(DEMO, [tub(), massage()]) == [("cabana-y-tina", (("cabin", 2),), 10000, MON)]


def test_nothing_is_missing_where_nothing_would_be_saved() -> None:
    assert lacks(DEMO, []) == []
    assert lacks(DEMO, [massage(day=FRI)]) == []
    assert lacks(DEMO, [night(), tub()]) == []


def test_nobody_is_told_to_add_what_is_closed_that_day() -> None:
    found = missing(DEMO, [night(day=TUE), night(day=WED)], lambda kind, day: day != TUE)
    assert [m.day for m in found] == [WED]


# ── against trying everything ─────────────────────────────────────────────────────────────────────────────────────────

needs = st.builds(
    lambda kind, n, by: PackNeed(kind=kind, at_least=n, counted=by),
    st.sampled_from(KINDS), st.integers(1, 3), st.sampled_from(["guests", "units"]),
)  # fmt: skip
some_packs = st.lists(
    st.builds(
        Pack,
        slug=st.just("p"),
        name=st.just(Text(es="p", en="p")),
        needs=st.lists(needs, min_size=1, max_size=2, unique_by=lambda need: need.kind).map(tuple),
        discount=st.integers(1, 6).map(lambda n: n * 1000),
        weekdays=st.just(()) | st.lists(st.sampled_from(WEEKDAYS[:3]), unique=True, min_size=1, max_size=2).map(tuple),
        dates=st.none() | st.just(Days(first=MON, last=TUE)),
        same_day=st.booleans(),
        min_nights=st.integers(0, 2),
        priority=st.integers(0, 2),
    ),
    min_size=1,
    max_size=3,
).map(lambda packs: tuple(p.model_copy(update={"slug": f"p{n}"}) for n, p in enumerate(packs)))


@st.composite
def carts(draw: st.DrawFn) -> list[Unit]:
    found = []
    for n in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(KINDS))
        nights = draw(st.integers(1, 3)) if kind == "cabin" else 0
        found.append(Unit(f"l{n}", kind, draw(st.sampled_from([MON, TUE, WED])), draw(st.integers(1, 3)), nights))
    return found


def applications(p: Pack, units: list[Unit], left: tuple[int, ...]) -> set[tuple[int, ...]]:
    """Every state after one application, chosen line by line straight from the rules of DOMAIN.md."""

    def usable(i: int, kind: str, day: date | None) -> bool:
        unit = units[i]
        return (
            unit.kind == kind
            and (day is None or unit.day == day)
            and (not p.weekdays or WEEKDAYS[unit.day.weekday()] in p.weekdays)
            and (p.dates is None or p.dates.first <= unit.day <= p.dates.last)
            and (kind != "cabin" or unit.nights >= p.min_nights)
        )

    def ways(need: PackNeed, day: date | None, now: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        mine = [i for i in range(len(units)) if usable(i, need.kind, day)]
        if need.counted == "units" and need.kind != "massage":
            for chosen in combinations([i for i in mine if now[i] == units[i].guests], need.at_least):
                yield tuple(0 if i in chosen else n for i, n in enumerate(now))
        else:
            for taken in set(combinations([i for i in mine for _ in range(now[i])], need.at_least)):
                yield tuple(n - taken.count(i) for i, n in enumerate(now))

    after: set[tuple[int, ...]] = set()
    for day in {u.day for u in units} if p.same_day else {None}:
        states = {left}
        for need in p.needs:
            states = {following for state in states for following in ways(need, day, state)}
        after |= states
    return after


def tried(packs: tuple[Pack, ...], units: list[Unit]) -> tuple[int, ...]:
    """The best (total, uses of each pack in order of priority) of all there are."""
    order = sorted(range(len(packs)), key=lambda n: (-packs[n].priority, n))
    known: dict[tuple[int, ...], tuple[int, ...]] = {}

    def go(left: tuple[int, ...]) -> tuple[int, ...]:
        if left not in known:
            best = (0,) * (len(packs) + 1)
            for rank, n in enumerate(order):
                for after in applications(packs[n], units, left):
                    then = list(go(after))
                    then[0] += packs[n].discount
                    then[rank + 1] += 1
                    best = max(best, tuple(then))
            known[left] = best
        return known[left]

    return go(tuple(u.guests for u in units))


def uses(packs: tuple[Pack, ...], units: list[Unit]) -> tuple[int, ...]:
    found = earned(packs, units)
    order = sorted(range(len(packs)), key=lambda n: (-packs[n].priority, n))
    counts = [sum(e.pack.slug == packs[n].slug for e in found) for n in order]
    return (sum(e.discount for e in found), *counts)


@settings(max_examples=250)
@given(some_packs, carts())
def test_the_discount_is_the_best_there_is(packs: tuple[Pack, ...], units: list[Unit]) -> None:
    assert uses(packs, units) == tried(packs, units)


@settings(max_examples=150)
@given(some_packs, carts(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(packs: tuple[Pack, ...], units: list[Unit], by: random.Random) -> None:
    shuffled = list(units)
    by.shuffle(shuffled)
    assert earned(packs, shuffled) == earned(packs, units)
    assert missing(packs, shuffled) == missing(packs, units)


@settings(max_examples=150)
@given(some_packs, carts())
def test_another_line_never_lowers_the_discount(packs: tuple[Pack, ...], units: list[Unit]) -> None:
    totals = [sum(e.discount for e in earned(packs, units[:n])) for n in range(len(units) + 1)]
    assert totals == sorted(totals)


@settings(max_examples=150)
@given(some_packs, carts())
def test_the_lines_named_can_serve_their_packs_and_are_shared_by_nobody(
    packs: tuple[Pack, ...], units: list[Unit]
) -> None:
    """Following the applications through the named lines alone must be possible, one after the other."""
    found = earned(packs, units)
    states = {tuple(u.guests for u in units)}
    for e in found:
        named = {n for n, u in enumerate(units) if u.line in e.lines}
        states = {
            after
            for left in states
            for after in applications(e.pack, units, left)
            if {n for n, (was, now) in enumerate(zip(left, after, strict=True)) if was != now} == named
        }
    assert states


@settings(max_examples=150)
@given(some_packs, carts())
def test_adding_what_is_missing_saves_exactly_what_was_said(packs: tuple[Pack, ...], units: list[Unit]) -> None:
    before = tried(packs, units)[0]
    for lack in missing(packs, units):
        whole = {n.kind for n in lack.pack.needs if n.counted == "units" and n.kind != "massage"}
        more = [
            Unit(f"new{kind}{i}", kind, lack.day, 1 if kind in whole else n, max(1, lack.pack.min_nights))
            for kind, n in lack.needs for i in range(n if kind in whole else 1)
        ]  # fmt: skip
        assert lack.discount > 0
        assert sum(e.discount for e in earned(packs, [*units, *more])) - before == lack.discount


def rivals(by: random.Random, any_days: int) -> tuple[Pack, ...]:
    """As many packs as may be published that all want the same lines, with needs of every kind."""
    found = []
    for n in range(MOST_PACKS):
        kinds = by.sample(KINDS, by.choice([2, 2, 3]))
        parts = [(kind, by.randint(1, 3), by.choice(["guests", "guests", "units"])) for kind in kinds]
        discount = by.randint(10, 60) * 1000
        found.append(pack(f"p{n}", discount, *parts, same_day=n >= any_days, priority=n))
    return tuple(found)


def price(packs: tuple[Pack, ...], units: list[Unit]) -> int:
    """Return how many calls a cart's discounts and hints cost together."""
    return calls(lambda: (earned(packs, units), missing(packs, units)))


@pytest.mark.parametrize("any_days", range(MOST_PACKS + 1))
def test_the_fullest_carts_cost_bounded_effort_with_all_the_packs_that_may_compete(any_days: int) -> None:
    """The bounds are twice what is done today: 98,000 calls for twenty lines, 4.9 million for long stays and more."""
    for seed in range(2):
        by = random.Random(seed)
        packs = rivals(by, any_days)
        twenty = [Unit(f"l{n}", KINDS[n % 3], MON, by.randint(1, 4), int(n % 3 == 2)) for n in range(20)]
        assert price(packs, twenty) < 200_000
        stays = [night(f"n{n}", MON + timedelta(days=n % 15), by.randint(1, 4), 15) for n in range(60)]
        more = [Unit(f"m{n}", KINDS[n % 2], MON + timedelta(days=n), by.randint(1, 4)) for n in range(16)]
        assert price(packs, stays + more) < 10_000_000


def test_the_packs_of_the_house_take_little_even_for_a_cart_of_sixty_lines() -> None:
    units = [Unit(f"l{n}", KINDS[n % 3], SUN + timedelta(days=n // 6), 2, 2 * (n % 3 == 2)) for n in range(60)]
    assert price(DEMO, units) < 50_000


def test_what_is_missing_is_told_of_the_first_days_only() -> None:
    found = missing(DEMO, [night(f"n{n}", SUN + timedelta(days=n), nights=9) for n in range(9)])
    assert [m.day for m in found] == [SUN, MON, TUE]


def test_the_example_of_the_page_is_true() -> None:
    page = (ROOT / "docs/pricing.md").read_text(encoding="utf-8").split("## Example")[1]
    rows = [row.strip("| ").split(" | ") for row in page.splitlines() if row.startswith("| ")]
    assert len(rows) == 5
    for cart, names, off in rows[1:]:
        parts = [part.split() for part in cart.split(", ")]
        found = earned(DEMO, [Unit(kind, kind, MON, int(n), int(kind == "cabin")) for kind, n in parts])
        assert ", ".join(e.pack.slug for e in found) == names.replace("–", "")
        assert f"{sum(e.discount for e in found):,}".replace(",", ".") == off
