"""The ledger in memory keeps the same promises as the one in DynamoDB: any sequence of steps ends alike."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.clock import FixedClock
from chalicelib.core.errors import Retryable
from chalicelib.notifications import table
from chalicelib.notifications.model import RANKS, Delivery
from chalicelib.notifications.table import Claim
from tests.notifications.builders import NOW, a_fact
from tests.notifications.memory import MemoryLedger

pytestmark = pytest.mark.cloud
LEASE = timedelta(seconds=150)

steps = st.lists(st.one_of(
    st.tuples(st.just("claim"), st.just("")),
    st.tuples(st.sampled_from(["sent", "refused"]), st.sampled_from(["1", "2"])),
    st.tuples(st.just("record"), st.sampled_from(sorted(RANKS))),
    st.tuples(st.just("wait"), st.sampled_from(["10", "151"])),
), max_size=10)


def _run(ledger: Any, plan: list[tuple[str, str]], fact: Any) -> list[Any]:
    clock, answers, claimed = FixedClock(NOW), [], False
    for step, value in plan:
        if step == "wait":
            clock.advance(seconds=int(value))
        elif step == "record":
            answers.append(ledger.record(Delivery(fact.id, value, 1)))
        elif step == "claim":
            try:
                answers.append(ledger.claim(fact, now=clock.now(), lease=LEASE))
                claimed = True
            except Retryable as error:
                answers.append(error.code)
        elif claimed and step == "sent":
            ledger.sent(Claim(fact.id, int(value)), provider_id="x", now=clock.now())
        elif claimed:
            ledger.refused(Claim(fact.id, int(value)))
    return answers


@given(plan=steps)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_ledgers_answer_alike(dynamodb: str, plan: list[tuple[str, str]]) -> None:
    fact = a_fact()
    assert _run(table, plan, fact) == _run(MemoryLedger(), plan, fact)
