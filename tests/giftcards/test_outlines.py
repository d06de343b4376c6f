"""What SVG's path notation says, as lines and cubic curves."""

import math

import pytest

from chalicelib.giftcards.paper.ink import Shape, fill, placed
from chalicelib.giftcards.paper.paths import ellipse, moved, outline, put


def test_relative_and_absolute_lines_say_the_same() -> None:
    square = (("M", ((1, 2),)), ("L", ((4, 2),)), ("L", ((4, 5),)), ("L", ((1, 5),)), ("Z", ()))
    assert outline("M1 2H4V5H1Z") == outline("m1,2h3v3h-3z") == outline("M1 2 4 2 4 5L1 5z") == square


def test_after_a_closed_outline_the_pen_is_where_it_began() -> None:
    assert outline("M1 1h2v2zl5 0")[-1] == ("L", ((6, 1),))


def test_short_curves_mirror_the_handle_before_them() -> None:
    assert outline("M0 0C0 1 1 2 2 2S4 1 4 0")[2] == ("C", ((3, 2), (4, 1), (4, 0)))
    first, second = outline("M0 0Q3 3 6 0T12 0")[1:]
    assert first == ("C", ((2, 2), (4, 2), (6, 0)))
    assert second == ("C", ((8, -2), (10, -2), (12, 0)))
    assert outline("M0 0S1 1 2 0")[1] == ("C", ((0, 0), (1, 1), (2, 0)))


@pytest.mark.parametrize(("flags", "highest"), [("0 0", 1), ("0 1", -1), ("1 0", 1), ("1 1", -1)])
def test_a_half_circle_bulges_to_the_side_that_its_flag_says(flags: str, highest: int) -> None:
    curves = outline(f"M-1 0A1 1 0 {flags} 1 0")[1:]
    assert len(curves) == 2
    assert curves[0][1][-1] == pytest.approx((0, highest), abs=1e-9)
    assert curves[1][1][-1] == pytest.approx((1, 0), abs=1e-9)


def test_an_arc_too_short_for_its_radius_grows_as_svg_says() -> None:
    assert outline("M0 0a1 1 0 0 1 6 0")[-1][1][-1] == pytest.approx((6, 0))


def test_a_circle_is_round_within_three_thousandths() -> None:
    start = (-10.0, 0.0)
    for _, points in ellipse(0, 0, 10)[1:5]:
        first, second, end = points
        x, y = ((start[i] + 3 * first[i] + 3 * second[i] + end[i]) / 8 for i in (0, 1))
        assert math.hypot(x, y) == pytest.approx(10, rel=0.003)
        start = end


def test_a_place_turns_and_enlarges_shapes_with_their_lines() -> None:
    ends = [points[0] for _, points in moved(outline("M1 0L0 1"), put(10, 20, 2, 90))]
    assert ends == [pytest.approx((10, 22)), pytest.approx((8, 20))]
    thick = Shape(outline("M0 0h1"), stroke="#000000", width=3)
    assert placed((thick, fill("M0 0z", "#ffffff")), put(0, 0, 2))[0].width == pytest.approx(6)
