"""What packs take off a cart: never more than what they discount, whatever its lines cost when they were held."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.carts.lines import BookingLine, DiscountLine, Line, ProductLine, deposit_of
from chalicelib.carts.model import Cart
from chalicelib.carts.price import priced
from chalicelib.catalog.model import Kind, Pack
from tests.support.spa import NOW, demo_catalogue

MONDAY = NOW.replace(hour=17) + timedelta(days=7)
DEMO = demo_catalogue()


def booked(name: str, kind: Kind, total: int, guests: int = 2) -> BookingLine:
    return BookingLine(
        id=name, kind="night" if kind == "cabin" else "service", service=name, service_kind=kind, name_es=name,
        name_en=name, start=MONDAY, end=MONDAY + timedelta(hours=2), guests=guests, unit_price=total, total=total,
        deposit=total, held_until=NOW + timedelta(minutes=20), cancel_hours=24,
        stay=f"stay-{name}" if kind == "cabin" else None)  # fmt: skip


def cart_of(*lines: Line, packs: tuple[Pack, ...] = DEMO.packs) -> Cart:
    return priced(Cart(id="crt_1", created_at=NOW, lines=lines), DEMO.model_copy(update={"packs": packs}))


def off(cart: Cart) -> list[tuple[str, int]]:
    return [(line.code, line.total) for line in cart.lines if isinstance(line, DiscountLine)]


def test_a_pack_takes_off_what_it_says() -> None:
    cart = cart_of(booked("tub", "tub", 50_000), booked("massage", "massage", 80_000))
    assert (off(cart), cart.total) == ([("tina-y-masaje", -35_000)], 95_000)


def test_a_pack_takes_no_more_off_than_its_own_lines_cost() -> None:
    juice = ProductLine(id="juice", name_es="Jugo", name_en="Juice", product="juice", quantity=1, unit_price=4_000,
                        total=4_000)  # fmt: skip
    cart = cart_of(booked("tub", "tub", 12_000), booked("massage", "massage", 8_000), juice)
    assert (off(cart), cart.total, cart.deposit) == ([("tina-y-masaje", -20_000)], 4_000, 4_000)


def test_a_pack_of_lines_that_cost_nothing_is_no_line() -> None:
    cart = cart_of(booked("tub", "tub", 0), booked("massage", "massage", 0))
    assert (off(cart), cart.total) == ([], 0)


def test_two_packs_share_a_line_and_both_take_off_all_they_say() -> None:
    free = tuple(pack.model_copy(update={"discount": 100_000}) for pack in DEMO.packs)
    cart = cart_of(booked("tub", "tub", 100_000, guests=4), booked("night", "cabin", 50_000),
                   booked("massage", "massage", 50_000), packs=free)  # fmt: skip
    assert off(cart) == [("cabana-y-tina", -100_000), ("tina-y-masaje", -100_000)]
    assert cart.total == 0


def test_two_packs_of_a_line_that_is_too_cheap_for_both_share_what_there_is() -> None:
    cart = cart_of(booked("tub", "tub", 30_000, guests=4), booked("night", "cabin", 20_000),
                   booked("massage", "massage", 5_000))  # fmt: skip
    assert off(cart) == [("cabana-y-tina", -45_000), ("tina-y-masaje", -10_000)]


lines = st.lists(
    st.tuples(st.sampled_from(("tub", "massage", "cabin")), st.integers(0, 60_000), st.integers(1, 6)), max_size=7,
).map(lambda found: tuple(booked(f"l{n}", *one) for n, one in enumerate(found)))  # fmt: skip


@given(lines)
def test_no_discount_exceeds_what_it_discounts_nor_a_cart_falls_below_nothing(lines: tuple[BookingLine, ...]) -> None:
    cart, totals = cart_of(*lines), {line.id: line.total for line in lines}
    discounts = [line for line in cart.lines if isinstance(line, DiscountLine)]
    said = {pack.slug: pack.discount for pack in DEMO.packs}
    for one in discounts:
        assert 0 < -one.total <= min(said[one.code], sum(totals[line] for line in one.lines))
    for some in range(len(discounts) + 1):
        touched = {line for one in discounts[:some] for line in one.lines}
        assert -sum(one.total for one in discounts[:some]) <= sum(totals[line] for line in touched)
    assert 0 <= cart.total == sum(totals.values()) + sum(one.total for one in discounts)
    assert 0 <= deposit_of(cart.lines) <= cart.total
