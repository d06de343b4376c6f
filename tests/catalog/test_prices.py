"""What a booking costs on a day: the most specific rule wins, and equals a plain search for it."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.model import Days, PriceOverride, PriceRule
from chalicelib.catalog.values import WEEKDAYS

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
