"""The one availability function, by example: each reason, each state, and who gets which therapist."""

from datetime import date, datetime, timedelta

import pytest

from chalicelib.availability.assign import assign
from chalicelib.availability.model import Slot, availability, slot_at, spot_of
from chalicelib.availability.reasons import Reason
from chalicelib.catalog.model import Catalogue, Days, Resource, Service
from chalicelib.core.errors import Conflict, Invalid
from chalicelib.core.texts import Lang
from tests.availability.world import Booked, World, cabin, catalogue, local, massage, therapist, tub

NOW = local("2026-11-30T09:00")
WED = date(2026, 12, 2)


def world(*bookings: tuple[str, str, str, str], until: datetime | None = None) -> World:
    found = World()
    for resource, first, last, claim in bookings:
        found.add(Booked(resource, local(first), local(last), claim, until and int(until.timestamp())))
    return found


def codes(
    shop: Catalogue, service: Service, day: date, guests: int, found: World, now: datetime = NOW
) -> list[str | None]:
    slots = availability(shop, service, [day], guests, found.sheets(), now)[0].slots
    return [slot.reason and slot.reason.code for slot in slots]


TUB = catalogue(tub())
SOLD_AT_FIVE = ("hornopiren", "2026-12-02T17:00", "2026-12-02T19:30", "lin_1")


def test_an_empty_day_is_free_at_every_start_for_the_party_s_price() -> None:
    day = availability(TUB, tub(), [WED], 2, {}, NOW)[0]
    assert (day.state, day.price, day.reason) == ("free", 50000, None)
    assert [slot.start.iso for slot in day.slots][:2] == ["2026-12-02T12:00:00-03:00", "2026-12-02T14:30:00-03:00"]
    assert {(slot.price, slot.resources) for slot in day.slots} == {(50000, ("hornopiren",))}


def test_a_tub_is_one_group_s_at_a_time() -> None:
    assert codes(TUB, tub(), WED, 1, world(SOLD_AT_FIVE)) == [None, None, "slot_taken", None, None]


def test_another_tub_s_bookings_say_nothing_about_this_one() -> None:
    assert codes(TUB, tub(), WED, 1, world(("tronador", *SOLD_AT_FIVE[1:]))) == [None] * 5


def test_a_hold_counts_until_its_last_second_and_then_no_more() -> None:
    until = NOW + timedelta(minutes=20)
    held = world(SOLD_AT_FIVE, until=until)
    assert codes(TUB, tub(), WED, 2, held, now=until)[2] == "held"
    assert codes(TUB, tub(), WED, 2, held, now=until + timedelta(seconds=1))[2] is None


def test_one_s_own_claim_is_not_in_one_s_own_way() -> None:
    slots = availability(TUB, tub(), [WED], 2, world(SOLD_AT_FIVE).sheets(), NOW, own="lin_1")[0].slots
    assert all(slot.free for slot in slots)


def test_a_turnaround_says_until_when() -> None:
    late = world(("hornopiren", "2026-12-02T15:00", "2026-12-02T17:30", "lin_1"))
    assert codes(TUB, tub(), WED, 2, late)[2] == "turnaround_until_17:30"


def test_a_block_says_so() -> None:
    assert codes(TUB, tub(), WED, 2, world(("hornopiren", "2026-12-02T18:00", "2026-12-03T06:00", "block:b"))) == [
        None, None, "blocked", "blocked", "blocked",
    ]  # fmt: skip


def test_tuesdays_are_closed_in_words() -> None:
    day = availability(TUB, tub(), [date(2026, 12, 1)], 2, {}, NOW)[0]
    assert (day.state, day.price, day.slots) == ("closed", None, ())
    assert day.reason is not None
    assert day.reason.say("es") == "Los martes cerramos por mantención."
    assert day.reason.say("en") == "We are closed for maintenance on Tuesdays."


def test_no_rule_for_a_day_means_closed() -> None:
    service = tub(schedule=None)
    assert availability(catalogue(service), service, [WED], 2, {}, NOW)[0].reason == Reason("no_rule")


def test_the_past_the_notice_and_the_horizon_are_not_offered() -> None:
    noon = local("2026-12-02T12:00")
    assert codes(TUB, tub(), WED, 2, World(), now=noon)[:2] == ["in_the_past", None]
    assert codes(TUB, tub(), WED, 2, World(), now=noon + timedelta(minutes=31))[1] == "too_short_notice"
    yesterday = availability(TUB, tub(), [date(2026, 11, 29)], 2, {}, NOW)[0]
    assert yesterday.reason == Reason("in_the_past")
    last = date(2026, 11, 30) + timedelta(days=180)
    far = availability(TUB, tub(), [last, last + timedelta(days=1)], 2, {}, NOW)
    assert [day.reason and day.reason.code for day in far] == [None, "beyond_horizon"]


@pytest.mark.parametrize(("guests", "code"), [(4, "too_many_guests"), (0, "too_few_guests")])
def test_a_party_that_does_not_fit_is_refused(guests: int, code: str) -> None:
    day = availability(TUB, tub(), [WED], guests, {}, NOW)[0]
    assert (day.state, day.reason and day.reason.code) == ("closed", code)


def test_days_are_free_few_full_or_closed() -> None:
    starts = ("12:00", "14:30", "17:00", "19:30", "22:00")
    states = []
    for sold in range(6):
        found = World()
        for wall in starts[:sold]:
            first = local(f"2026-12-02T{wall}")
            found.add(Booked("hornopiren", first, first + timedelta(minutes=150), f"lin_{wall}"))
        states.append(availability(TUB, tub(), [WED], 2, found.sheets(), NOW)[0].state)
    assert states == ["free", "free", "free", "few", "few", "full"]


def test_a_full_day_gives_one_reason_and_says_if_it_may_yet_free_up() -> None:
    times = [("12:00", "14:30"), ("14:30", "17:00"), ("17:00", "19:30"), ("19:30", "22:00"), ("22:00", "23:59")]
    sold = [("hornopiren", f"2026-12-02T{a}", f"2026-12-02T{b}", f"lin_{a}") for a, b in times]
    full = availability(TUB, tub(), [WED], 2, world(*sold).sheets(), NOW)[0]
    assert (full.state, full.reason and full.reason.code) == ("full", "slot_taken")
    found = world(*sold[1:])
    found.add(
        Booked("hornopiren", local("2026-12-02T12:00"), local("2026-12-02T14:30"), "lin_h", int(NOW.timestamp()) + 9)
    )
    held = availability(TUB, tub(), [WED], 2, found.sheets(), NOW)[0]
    assert (held.state, held.reason and held.reason.code) == ("full", "held")


PAULA, TOMAS = therapist("paula"), therapist("tomas", skills=("relajacion", "deportivo"))


def test_a_massage_for_two_takes_two_tables_and_two_therapists() -> None:
    shop = catalogue(massage(), therapists=[PAULA, TOMAS])
    slot = slot_at(shop, shop.services[0], local("2026-12-02T10:30"), 2, {}, NOW)
    assert isinstance(slot, Slot)
    assert slot.resources == ("mesa-1", "mesa-2", "paula", "tomas")
    spot = spot_of(shop, shop.services[0], slot)
    assert [place.key for place in spot.places] == [
        ("masajes", f"2026-12-02#{name}") for name in ("mesa-1", "mesa-2", "paula", "tomas")
    ]
    assert {place.ticks for place in spot.places} == {("t1030", "t1100")}


def test_the_least_busy_therapist_of_the_day_is_chosen() -> None:
    shop = catalogue(massage(), therapists=[PAULA, TOMAS])
    busy = world(("paula", "2026-12-02T13:00", "2026-12-02T14:00", "lin_1"))
    slot = slot_at(shop, shop.services[0], local("2026-12-02T10:30"), 1, busy.sheets(), NOW)
    assert isinstance(slot, Slot)
    assert slot.resources == ("mesa-1", "tomas")


@pytest.mark.parametrize(
    ("people", "tables", "code"),
    [
        ([PAULA], 2, "no_therapist"),
        ([PAULA, therapist("ines", skills=("deportivo",))], 2, "no_therapist"),
        ([PAULA, therapist("ines", "14:00-22:00")], 2, "no_therapist"),
        ([PAULA, TOMAS.model_copy(update={"days_off": (Days(first=WED, last=WED),)})], 2, "no_therapist"),
        ([PAULA, TOMAS], 1, "no_table"),
    ],
)
def test_without_a_second_table_or_skilled_therapist_at_work_two_cannot_come(
    people: list[Resource], tables: int, code: str
) -> None:
    shop = catalogue(massage(), therapists=people, tables=tables)
    assert codes(shop, shop.services[0], WED, 2, World())[0] == code
    assert codes(shop, shop.services[0], WED, 1, World())[0] is None


def test_a_versatile_therapist_steps_aside_for_whoever_needs_just_that_skill() -> None:
    assert assign([["tomas", "paula"], ["tomas"]]) == ("paula", "tomas")
    assert assign([["tomas", "paula"], ["tomas", "paula"], ["tomas"]]) == 2


def test_a_cabin_is_taken_night_by_night() -> None:
    shop = catalogue(cabin())
    from chalicelib.availability.sheets import Mark

    sheets = {("tepa", WED): {60: Mark("lin_1")}}
    days = availability(shop, cabin(), [WED, WED + timedelta(days=1)], 2, sheets, NOW)
    assert [(day.state, day.reason and day.reason.code) for day in days] == [("full", "slot_taken"), ("free", None)]


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2026-12-02T17:15", "off_schedule"),
        ("2026-12-01T17:00", "closed_weekday"),
        ("2026-11-29T17:00", "in_the_past"),
        ("2027-11-29T17:00", "beyond_horizon"),
    ],
)
def test_a_claim_outside_the_rules_is_told_which(start: str, code: str) -> None:
    found = slot_at(TUB, tub(), local(start), 2, {}, NOW)
    assert isinstance(found, Reason)
    error = found.refusal()
    assert (type(error), error.code) == (Invalid, code)


@pytest.mark.parametrize("code", ["slot_taken", "held", "turnaround_until_17:30"])
def test_whatever_occupies_a_slot_is_a_conflict_to_a_buyer(code: str) -> None:
    error = Reason(code, competition=True).refusal(service="tina-hornopiren")
    assert (type(error), error.code) == (Conflict, "slot_taken")


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_reason_has_a_sentence_of_its_own(lang: Lang) -> None:
    plain = ["no_rule", "in_the_past", "blocked", "slot_taken", "no_therapist", "no_table", "no_tub", "no_cabin",
             "held", "day_full", "off_schedule", "turnaround_until_17:30"]  # fmt: skip
    said = [Reason(code, {"until": "17:30"}).say(lang) for code in plain]
    assert len(set(said)) == len(plain)
    assert not any("…" in text for text in said)
