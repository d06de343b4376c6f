"""What a booking costs on a day: the most specific rule wins, and equals a plain search for it."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.availability.find import Asked, offered_price
from chalicelib.catalog.model import Days, PriceOverride, PriceRule, PriceUnit, price_of
from chalicelib.catalog.values import WEEKDAYS
from chalicelib.core.clock import SPA_ZONE
from tests.support.spa import demo_catalogue

CHRISTMAS = date(2026, 12, 25)  # a Friday
SUMMER = Days(first=date(2026, 12, 15), last=date(2027, 2, 28))
CHRISTMAS_WEEK = Days(first=date(2026, 12, 21), last=date(2026, 12, 27))


def rule(*overrides: PriceOverride) -> PriceRule:
    return PriceRule(amount=25000, unit="guest", overrides=overrides)


def test_a_price_per_guest_is_multiplied_by_the_party() -> None:
    assert rule().total_on(CHRISTMAS, 3) == 75000


def test_a_flat_price_does_not_depend_on_the_party() -> None:
    assert PriceRule(amount=110000, unit="flat").total_on(CHRISTMAS, 2) == 110000


def test_a_holiday_beats_a_date_range_and_a_date_range_beats_a_weekday() -> None:
    friday = PriceOverride(amount=26000, weekdays=("fri",))
    summer = PriceOverride(amount=27000, dates=SUMMER)
    holiday = PriceOverride(amount=28000, holiday=True)
    prices = rule(holiday, summer, friday)
    assert prices.amount_on(CHRISTMAS, {CHRISTMAS}) == 28000
    assert prices.amount_on(CHRISTMAS) == 27000
    assert prices.amount_on(date(2026, 12, 4)) == 26000
    assert prices.amount_on(date(2026, 12, 3)) == 25000


def test_a_shorter_range_beats_a_longer_one_whatever_their_order() -> None:
    summer = PriceOverride(amount=27000, dates=SUMMER)
    week = PriceOverride(amount=29000, dates=CHRISTMAS_WEEK)
    assert rule(summer, week).amount_on(CHRISTMAS) == 29000
    assert rule(week, summer).amount_on(CHRISTMAS) == 29000


def test_of_two_equally_specific_exceptions_the_last_one_wins() -> None:
    first = PriceOverride(amount=27000, weekdays=("fri", "sat"))
    second = PriceOverride(amount=28000, weekdays=("thu", "fri"))
    assert rule(first, second).amount_on(CHRISTMAS) == 28000


overrides = st.builds(
    PriceOverride,
    amount=st.integers(1, 99) .map(lambda thousands: thousands * 1000),
    weekdays=st.lists(st.sampled_from(WEEKDAYS), unique=True, max_size=3).map(tuple),
    dates=st.none() | st.tuples(st.integers(0, 20), st.integers(0, 20)).map(
        lambda ends: Days(first=CHRISTMAS + timedelta(min(ends)), last=CHRISTMAS + timedelta(max(ends)))),
    holiday=st.booleans(),
)  # fmt: skip


@given(st.lists(overrides, max_size=6), st.integers(0, 20), st.booleans())
def test_the_price_is_that_of_the_most_specific_exception(found: list[PriceOverride], after: int, feast: bool) -> None:
    day = CHRISTMAS + timedelta(days=after)
    holidays = {day} if feast else set()
    matching = [
        o
        for o in found
        if (not o.holiday or feast)
        and (o.dates is None or o.dates.first <= day <= o.dates.last)
        and (not o.weekdays or WEEKDAYS[day.weekday()] in o.weekdays)
    ]

    def rank(o: PriceOverride) -> tuple[int, int, int, int, int, int]:
        length = (o.dates.last - o.dates.first).days if o.dates else 0
        days = len(o.weekdays)
        return (int(o.holiday), int(o.dates is not None), -length, int(days > 0), -days, found.index(o))

    # equal exceptions are equal, so found.index is right whichever of them it names
    expected = max(matching, key=rank).amount if matching else 25000
    if len({rank(o)[:5] for o in matching}) == len(matching):
        assert rule(*found).amount_on(day, holidays) == expected
    else:
        assert rule(*found).amount_on(day, holidays) in {o.amount for o in matching}


# ── every unit, over the days on which clocks change and holidays ─────────────────────────────────────────────────────

CLOCKS_BACK, CLOCKS_FORWARD = date(2026, 4, 5), date(2026, 9, 6)
DEMO = demo_catalogue()
AROUND = sorted({day + timedelta(days=n) for n in range(-8, 9)
                 for day in (CLOCKS_BACK, CLOCKS_FORWARD, date(2026, 9, 18), CHRISTMAS)})  # fmt: skip
spread = st.builds(
    PriceOverride,
    amount=st.integers(1, 10**6),
    weekdays=st.just(()) | st.lists(st.sampled_from(WEEKDAYS), unique=True, min_size=1).map(tuple),
    dates=st.none() | st.tuples(st.sampled_from(AROUND), st.sampled_from(AROUND)).map(
        lambda ends: Days(first=min(ends), last=max(ends))),
    holiday=st.booleans(),
)  # fmt: skip


def tried(base: int, found: list[PriceOverride], day: date, holidays: frozenset[date]) -> int:
    """The amount of a day, found by letting every exception that speaks of it beat the one before, if it may."""
    amount, by = base, None
    for one in found:
        if one.holiday and day not in holidays:
            continue
        if one.dates is not None and not one.dates.first <= day <= one.dates.last:
            continue
        if one.weekdays and ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[day.isoweekday() - 1] not in one.weekdays:
            continue
        if by is None or not narrower(by, one):
            amount, by = one.amount, one
    return amount


def narrower(one: PriceOverride, other: PriceOverride) -> bool:
    """Tell whether `one` says more precisely which days it means."""
    if one.holiday != other.holiday:
        return one.holiday
    if (one.dates is None) != (other.dates is None):
        return one.dates is not None
    if one.dates and other.dates and one.dates != other.dates:
        spans = [(each.last - each.first).days for each in (one.dates, other.dates)]
        if spans[0] != spans[1]:
            return spans[0] < spans[1]
    if bool(one.weekdays) != bool(other.weekdays):
        return bool(one.weekdays)
    return len(one.weekdays) < len(other.weekdays)


@given(st.lists(spread, max_size=6), st.sampled_from(["guest", "unit", "night", "flat"]), st.sampled_from(AROUND),
       st.integers(1, 20))  # fmt: skip
def test_every_kind_of_price_is_that_of_its_day_times_what_it_counts(
    found: list[PriceOverride], unit: PriceUnit, day: date, guests: int
) -> None:
    price = PriceRule(amount=25000, unit=unit, overrides=tuple(found))
    service = DEMO.service("tina-hornopiren").model_copy(update={"price": price})
    each = tried(25000, found, day, DEMO.holiday_dates)
    assert price_of(service, day, guests, DEMO.holiday_dates) == each * (guests if unit == "guest" else 1)


@given(st.lists(spread, max_size=6), st.sampled_from([day for day in AROUND if day.month > 8]), st.integers(1, 9))
def test_a_stay_costs_the_sum_of_its_nights_each_at_the_price_of_its_own_day(
    found: list[PriceOverride], first: date, nights: int
) -> None:
    cabin = DEMO.service("cabana-tepa")
    price = PriceRule(amount=90000, unit="night", overrides=tuple(found))
    cabin = cabin.model_copy(update={"price": price})
    catalogue = DEMO.model_copy(update={"services": tuple(cabin if s.slug == cabin.slug else s for s in DEMO.services)})
    check_in = datetime(first.year, first.month, first.day, 16, tzinfo=SPA_ZONE)
    asked = Asked(cabin, check_in, 2, nights)
    days = [first + timedelta(days=n) for n in range(nights)]
    total = offered_price(catalogue, asked, now=check_in - timedelta(days=9))
    assert total == sum(tried(90000, found, day, DEMO.holiday_dates) for day in days)
