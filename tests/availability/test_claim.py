"""Claims on real tables: who may take a tick, who may let it go, and what it costs."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.availability.claim import exchange, release, release_all, take, take_all
from chalicelib.availability.days import Tick
from chalicelib.availability.sheets import Claimed, Occupied, Place
from chalicelib.aws.tables import connection
from chalicelib.aws.transactions import Transaction
from chalicelib.core.errors import Conflict
from tests.availability.world import local
from tests.support.books import empty
from tests.support.meter import metered

NOW = local("2026-11-30T09:00")
HELD = NOW + timedelta(minutes=20)
WED = date(2026, 12, 2)


@pytest.fixture(autouse=True)
def empty_calendar(dynamodb: str) -> Iterator[None]:
    empty("calendar")
    yield
    empty("calendar")


def spot(*ticks: str, resource: str = "hornopiren", day: date = WED, calendar: str = "") -> Occupied:
    return Occupied(
        places=(Place(resource=resource, day=day, ticks=tuple(Tick(tick) for tick in ticks), calendar=calendar),)
    )


FIVE = spot("t1700", "t1730", "t1800")


def taken(claim: str, where: Occupied, until: Any = HELD, now: Any = NOW) -> bool:
    tx = Transaction()
    take(tx, claim, where, until, now)
    try:
        tx.commit()
    except Conflict as refusal:
        assert refusal.code == "slot_taken"
        return False
    return True


def released(claim: str, where: Occupied) -> bool:
    tx = Transaction()
    release(tx, claim, where)
    try:
        tx.commit()
    except Conflict as refusal:
        assert refusal.code == "not_held"
        return False
    return True


def sheet(partition: str = "hornopiren", sort: str = "2026-12-02") -> dict[str, Any]:
    """The ticks as they are stored: claim, or claim and until."""
    key = {"resource": {"S": partition}, "day": {"S": sort}}
    item = connection().dispatch("GetItem", {"TableName": "test-calendar", "Key": key, "ConsistentRead": True})
    ticks = {name: value["M"] for name, value in item.get("Item", {}).items() if name[0] in "tn"}
    return {n: (m["h"]["S"], int(m["u"]["N"])) if "u" in m else m["h"]["S"] for n, m in ticks.items()}


def test_a_hold_is_written_tick_by_tick_with_its_end() -> None:
    assert taken("lin_1", FIVE)
    assert sheet() == dict.fromkeys(("t1700", "t1730", "t1800"), ("lin_1", int(HELD.timestamp())))


def test_one_tick_in_common_is_enough_to_lose_and_then_nothing_is_held() -> None:
    taken("lin_1", FIVE)
    before = sheet()
    assert not taken("lin_2", spot("t1800", "t1830"))
    assert sheet() == before


def test_a_lapsed_hold_loses_to_a_new_buyer_and_a_living_one_does_not() -> None:
    taken("lin_1", FIVE)
    assert not taken("lin_2", FIVE, now=HELD)
    assert taken("lin_2", FIVE, until=HELD + timedelta(minutes=20), now=HELD + timedelta(seconds=1))
    assert {holder for holder, _ in sheet().values()} == {"lin_2"}


def test_confirming_replaces_the_end_and_then_nobody_else_can_ever_take_it() -> None:
    taken("lin_1", FIVE)
    assert taken("lin_1", FIVE, until=None)
    assert sheet() == dict.fromkeys(("t1700", "t1730", "t1800"), "lin_1")
    assert not taken("lin_2", FIVE, now=NOW + timedelta(days=300))


def test_a_late_claim_gets_its_own_lapsed_slot_back_only_if_nobody_took_it() -> None:
    taken("lin_1", FIVE)
    later = HELD + timedelta(hours=1)
    assert taken("lin_1", FIVE, until=None, now=later)
    taken("lin_2", spot("t2000"))
    taken("lin_3", spot("t2000"), until=None, now=later)
    assert not taken("lin_2", spot("t2000"), until=None, now=later)


def test_only_its_owner_lets_a_slot_go() -> None:
    taken("lin_1", FIVE)
    assert not released("lin_2", FIVE)
    assert len(sheet()) == 3
    assert released("lin_1", FIVE)
    assert sheet() == {}
    assert not released("lin_1", FIVE)


def test_what_another_has_taken_meanwhile_is_not_let_go_by_the_one_who_lapsed() -> None:
    taken("lin_1", FIVE)
    taken("lin_2", FIVE, until=None, now=HELD + timedelta(minutes=1))
    assert not released("lin_1", FIVE)
    assert set(sheet().values()) == {"lin_2"}


def test_several_resources_are_taken_together_or_not_at_all() -> None:
    couple = Occupied(places=FIVE.places + spot("t1700", resource="paula", calendar="masajes").places)
    taken("lin_1", spot("t1700", resource="paula", calendar="masajes"))
    assert not taken("lin_2", couple)
    assert sheet() == {}
    assert sheet("masajes", "2026-12-02#paula") == {"t1700": ("lin_1", int(HELD.timestamp()))}


def test_two_claims_on_one_day_sheet_share_one_step() -> None:
    both = [Claimed("lin_1", FIVE), Claimed("lin_2", spot("t2000"))]
    tx = Transaction()
    take_all(tx, both, HELD, NOW)
    with metered() as bill:
        tx.commit()
    assert bill.written_keys() == [("test-calendar", "hornopiren/2026-12-02")]
    assert {tick: holder for tick, (holder, _) in sheet().items()} == {
        "t1700": "lin_1",
        "t1730": "lin_1",
        "t1800": "lin_1",
        "t2000": "lin_2",
    }
    tx = Transaction()
    release_all(tx, both)
    tx.commit()
    assert sheet() == {}


def test_different_tubs_never_touch_the_same_item() -> None:
    with metered() as bill:
        taken("lin_1", FIVE)
        taken("lin_2", spot("t1700", resource="tronador"))
    assert bill.written_keys() == [
        ("test-calendar", "hornopiren/2026-12-02"),
        ("test-calendar", "tronador/2026-12-02"),
    ]


def test_a_night_is_taken_like_any_tick() -> None:
    night = spot("night", resource="tepa")
    assert taken("lin_1", night, until=None)
    assert not taken("lin_2", night)
    assert sheet("tepa") == {"night": "lin_1"}


def test_a_spot_survives_being_stored_with_its_line() -> None:
    stored = FIVE.model_dump(mode="json")
    assert stored == {
        "places": [
            {"resource": "hornopiren", "day": "2026-12-02", "ticks": ["t1700", "t1730", "t1800"], "calendar": ""}
        ]
    }
    assert Occupied.model_validate(stored) == FIVE


def test_a_sheet_expires_long_after_its_day() -> None:
    taken("lin_1", FIVE)
    key = {"resource": {"S": "hornopiren"}, "day": {"S": "2026-12-02"}}
    item = connection().dispatch("GetItem", {"TableName": "test-calendar", "Key": key})["Item"]
    assert int(item["expires"]["N"]) == int(local("2028-01-06T06:00").timestamp())


def test_two_claims_on_the_same_tick_are_refused_before_anything_is_sent() -> None:
    tx = Transaction()
    with metered() as bill, pytest.raises(Conflict, match="slot_taken"):
        take_all(tx, [Claimed("lin_1", FIVE), Claimed("lin_2", spot("t1800"))], HELD, NOW)
    assert bill.counted() == {}


def exchanged(old: list[Claimed], new: list[Claimed]) -> bool:
    tx = Transaction()
    exchange(tx, old, new, NOW)
    try:
        tx.commit()
    except Conflict as refusal:
        assert refusal.code == "slot_taken"
        return False
    return True


def test_a_move_within_a_day_is_one_step_of_the_sheet_and_keeps_what_both_have_in_common() -> None:
    taken("lin_1", FIVE, until=None)
    with metered() as meter:
        assert exchanged([Claimed("lin_1", FIVE)], [Claimed("lin_1", spot("t1800", "t1830"))])
    assert [request.operation for request in meter.requests] == ["TransactWriteItems"]
    assert sheet() == {"t1800": "lin_1", "t1830": "lin_1"}


def test_a_move_to_another_day_frees_the_old_one_and_loses_to_whoever_was_there() -> None:
    taken("lin_1", FIVE, until=None)
    thursday = spot("t1700", day=WED + timedelta(days=1))
    taken("lin_2", thursday, until=None)
    assert not exchanged([Claimed("lin_1", FIVE)], [Claimed("lin_1", thursday)])
    assert sheet() == dict.fromkeys(("t1700", "t1730", "t1800"), "lin_1")
    assert released("lin_2", thursday)
    assert exchanged([Claimed("lin_1", FIVE)], [Claimed("lin_1", thursday)])
    assert (sheet(), sheet(sort="2026-12-03")) == ({}, {"t1700": "lin_1"})


def test_what_is_not_ours_any_more_can_not_be_exchanged() -> None:
    taken("lin_2", FIVE, until=None)
    assert not exchanged([Claimed("lin_1", FIVE)], [Claimed("lin_1", spot("t1900"))])
    assert sheet() == dict.fromkeys(("t1700", "t1730", "t1800"), "lin_2")


def test_a_tick_may_go_from_one_of_our_claims_to_another() -> None:
    nights = [spot("night", day=WED + timedelta(days=number)) for number in range(3)]
    taken("lin_1", nights[0], until=None)
    taken("lin_2", nights[1], until=None)
    assert exchanged([Claimed("lin_1", nights[0]), Claimed("lin_2", nights[1])],
                     [Claimed("lin_1", nights[1]), Claimed("lin_2", nights[2])])
    assert [sheet(sort=f"2026-12-0{day}") for day in (2, 3, 4)] == [{}, {"night": "lin_1"}, {"night": "lin_2"}]


def test_a_lapsed_hold_of_another_loses_to_an_exchange() -> None:
    taken("lin_1", FIVE, until=None)
    taken("lin_2", spot("t1900"), until=NOW - timedelta(seconds=1), now=NOW - timedelta(minutes=20))
    assert exchanged([Claimed("lin_1", FIVE)], [Claimed("lin_1", spot("t1900"))])
    assert sheet() == {"t1900": "lin_1"}
