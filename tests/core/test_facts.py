"""Facts travel as JSON and come back the same."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.events import CONSUMERS, Fact

FACTS = st.builds(
    Fact,
    id=st.text(min_size=1),
    type=st.sampled_from(sorted(CONSUMERS)),
    order=st.text(min_size=1),
    trace=st.text(),
    at=st.datetimes(timezones=st.just(UTC)),
    data=st.dictionaries(st.text(), st.integers() | st.text()),
)


@given(FACTS)
def test_a_fact_survives_its_queue(fact: Fact) -> None:
    assert Fact.from_message(fact.as_message()) == fact


def test_a_fact_nobody_has_declared_cannot_be_stated() -> None:
    with pytest.raises(ValueError, match="unknown fact type order\\.vanished"):
        Fact(id="1", type="order.vanished", at=datetime(2026, 12, 1, tzinfo=UTC), order="o", trace="t")


def test_money_that_must_go_back_is_heard_by_refunds_and_told_to_the_guest() -> None:
    assert CONSUMERS["payment.refund_due"] == ("refunds", "notifications")
    assert CONSUMERS["order.confirmed"] == ("notifications",)
