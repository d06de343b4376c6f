"""How often one caller may ask: free for ordinary guests, exact beyond that."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chalicelib.aws import limits
from chalicelib.aws.limits import FREE_PER_WINDOW, Counter, Limit, caller_id
from chalicelib.core.errors import TooMany
from tests.support.spa import NOW, Spa

WINDOW = NOW.replace(second=0)


@pytest.fixture
def requests(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The requests made to DynamoDB."""
    made: list[str] = []
    update = Counter.update
    monkeypatch.setattr(Counter, "update", lambda self, **given: (made.append(self.pk), update(self, **given))[1])
    yield made


def spend(times: int, limit: Limit, *, after: float = 0, caller: str = "caller", group: str = "group") -> None:
    for _ in range(times):
        limit.spend(group, caller, WINDOW + timedelta(seconds=after))


def test_an_ordinary_guest_costs_no_request(requests: list[str]) -> None:
    spend(FREE_PER_WINDOW, Limit(10))
    assert requests == []


def test_beyond_the_burst_every_request_is_counted(requests: list[str]) -> None:
    spend(FREE_PER_WINDOW + 3, Limit(10))
    assert len(requests) == 3


def test_the_limit_is_exact_beyond_the_burst(requests: list[str]) -> None:
    spend(FREE_PER_WINDOW + 10, Limit(10))
    with pytest.raises(TooMany):
        spend(1, Limit(10))


def test_all_containers_share_one_count(requests: list[str]) -> None:
    spend(FREE_PER_WINDOW + 6, Limit(10))
    limits._seen.clear()  # another container
    spend(FREE_PER_WINDOW + 4, Limit(10))
    with pytest.raises(TooMany):
        spend(1, Limit(10))


def test_who_asks_too_often_is_told_when_the_window_ends(requests: list[str]) -> None:
    with pytest.raises(TooMany) as refused:
        spend(20, Limit(10, per_seconds=60), after=17)
    assert refused.value.retry_after_seconds == 43


def test_a_new_window_begins_anew(requests: list[str]) -> None:
    spend(FREE_PER_WINDOW + 10, Limit(10))
    spend(FREE_PER_WINDOW + 10, Limit(10), after=60)


@pytest.mark.parametrize("other", [{"caller": "somebody else"}, {"group": "another route"}])
def test_callers_and_routes_are_counted_apart(requests: list[str], other: dict[str, str]) -> None:
    spend(FREE_PER_WINDOW + 10, Limit(10))
    spend(FREE_PER_WINDOW + 10, Limit(10), **other)  # type: ignore[arg-type]


def test_counters_are_forgotten_after_their_window(requests: list[str]) -> None:
    spend(FREE_PER_WINDOW + 1, Limit(10))
    (counter,) = Counter.scan()
    assert 60 <= counter.expires - WINDOW.timestamp() <= 120


def test_a_containers_memory_stays_small(requests: list[str]) -> None:
    for n in range(limits._REMEMBERED + 10):
        limits._seen[f"name-{n}"] = 1
    spend(1, Limit(10))
    assert len(limits._seen) <= limits._REMEMBERED


def test_a_callers_name_does_not_show_the_address() -> None:
    assert caller_id("203.0.113.7") == caller_id("203.0.113.7") != caller_id("203.0.113.8")
    assert "203" not in caller_id("203.0.113.7")
    assert len(caller_id("")) == 24


def test_one_ipv6_line_is_one_caller_whatever_address_it_picks() -> None:
    assert caller_id("2001:db8:1:2::7") == caller_id("[2001:db8:1:2:ffff::9]") != caller_id("2001:db8:1:3::7")
    assert caller_id("not:an:address") != caller_id("203.0.113.7")
