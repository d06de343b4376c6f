"""Telling a story with a fault at each step: every step is struck, each end is checked, and none leaves a trace."""

import re

import pytest

from chalicelib.orders.model import OrderState
from tests.support.books import KEYS, scan
from tests.support.faults import Fault, Faults
from tests.support.stories import Story
from tests.support.telling import told, with_a_fault_at_each_step


def left_alone(story: Story) -> None:
    """Two hours are held and checked out; nobody pays within these minutes."""
    story.hold()
    story.begun()
    story.check_out()
    story.known()
    story.minutes(2)
    story.conserved(OrderState.PENDING_PAYMENT, [])


def test_each_step_is_struck_once_where_it_is_new() -> None:
    whole = told(left_alone, Faults())
    new = list(range(whole.news, whole.known or 0))
    struck = with_a_fault_at_each_step(left_alone, Fault.REFUSED)
    assert struck == new == [6, 7, 8, 9, 10]


def test_an_end_that_is_wrong_names_its_step_and_kind() -> None:
    whole = told(left_alone, Faults())
    third = whole.news + 2

    def spoilt(story: Story) -> None:
        left_alone(story)
        assert story.faults.at != third, "the third step is our undoing"

    said = re.escape(f"spoilt: {Fault.REFUSED.value}, step {third} ({whole.steps[third]})") + "(?s:.*)our undoing"
    with pytest.raises(AssertionError, match=said):
        with_a_fault_at_each_step(spoilt, Fault.REFUSED)


def test_a_telling_struck_by_faults_leaves_the_tables_as_one_without() -> None:
    def kinds() -> dict[str, int]:
        return {area: len(scan(area)) for area in KEYS}

    before = kinds()
    told(left_alone, Faults())
    one = {area: count - before[area] for area, count in kinds().items()}
    assert one["orders"] > 0
    with_a_fault_at_each_step(left_alone, Fault.CRASH_AFTER)  # tells it twice without a fault
    assert {area: count - before[area] for area, count in kinds().items()} == {
        area: 3 * count for area, count in one.items()}
