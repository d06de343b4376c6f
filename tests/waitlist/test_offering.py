"""From joining to the hour: something frees, it is offered to the first in line, kept for her, and taken."""

from datetime import timedelta

import pytest

from chalicelib.carts import table as carts
from chalicelib.waitlist import join
from tests.support import journey

DAY = "2026-12-10"
FIVE = f"{DAY}T17:00:00-03:00"
HALF_PAST_SEVEN = f"{DAY}T19:30:00-03:00"


def test_an_hour_that_is_cancelled_is_kept_for_who_waits_and_becomes_her_order(house):
    booked = house.booked(FIVE)
    berta = house.waiter()
    assert (berta.state, berta.look()["ahead"], berta.hour) == ("waiting", 0, None)
    house.cancel(booked)
    house.hear(booked["order"]["id"])

    seen = berta.look()
    assert (seen["state"], seen["ahead"]) == ("offered", None)
    assert seen["offer"] == {"service": journey.TUB, "name": "Tina Hornopirén", "start": FIVE,
                             "end": f"{DAY}T19:00:00-03:00", "price": 50_000, "until": "2026-12-02T13:00:00-03:00"}
    assert house.hold(FIVE).status == 409  # nobody else can have it

    opened = berta.open_offer()
    assert opened.status == 200
    placed = house.check_out(opened.json["token"])
    assert placed.status == 201, placed.text
    assert [line["start"] for line in placed.json["order"]["lines"]] == [FIVE]
    house.hear(placed.json["order"]["id"])
    assert berta.state == "taken"
    assert berta.facts() == ["waitlist.joined", "waitlist.offered", "waitlist.taken"]


def test_what_was_free_when_she_joined_is_not_offered(house):
    berta = house.waiter()
    assert house.minute() == {"ended": 0, "offers": 0, "failed": 0}
    assert berta.state == "waiting"


def test_an_hour_that_was_free_is_news_once_somebody_had_it(house):
    berta = house.waiter()
    booked = house.booked(FIVE)
    house.minute()
    house.cancel(booked)
    house.hear(booked["order"]["id"])
    assert berta.hour == FIVE


def test_a_hold_that_lapses_is_offered_by_the_minute_s_look(house):
    house.hold(FIVE)
    berta = house.waiter()
    house.spa.clock.advance(minutes=20, seconds=1)
    assert house.minute()["offers"] == 1
    assert berta.hour == FIVE


def test_the_hour_goes_to_the_first_in_line_and_then_to_the_next(house):
    booked = house.booked(FIVE)
    first, second = house.waiter(name="Berta"), house.waiter(name="Carla")
    assert second.look()["ahead"] == 1
    house.cancel(booked)
    house.hear(booked["order"]["id"])
    assert (first.hour, second.hour) == (FIVE, None)
    house.spa.clock.advance(minutes=60)
    assert house.minute() == {"ended": 0, "offers": 0, "failed": 0}  # its last second still counts
    house.spa.clock.advance(seconds=1)
    assert house.minute() == {"ended": 1, "offers": 1, "failed": 0}
    assert (first.state, first.look()["ahead"], second.hour) == ("waiting", 0, FIVE)
    house.spa.clock.advance(minutes=61)
    assert house.minute() == {"ended": 1, "offers": 0, "failed": 0}  # no news to either of them any more
    assert (first.state, second.state, second.look()["ahead"]) == ("waiting", "waiting", 1)


def test_who_lets_two_offers_lapse_is_off_the_list(house):
    berta = house.waiter()
    for start in (FIVE, HALF_PAST_SEVEN):
        booked = house.booked(start)
        house.minute()
        house.cancel(booked)
        house.hear(booked["order"]["id"])
        assert berta.hour == start
        house.spa.clock.advance(minutes=61)
        house.minute()
    assert berta.state == "ended"
    assert house.join().status == 201  # and may come again


def test_leaving_frees_the_offered_hour_for_the_next_in_line(house):
    booked = house.booked(FIVE)
    first, second = house.waiter(name="Berta"), house.waiter(name="Carla")
    house.cancel(booked)
    house.hear(booked["order"]["id"])
    assert first.leave().json["state"] == "left"
    house.hear(first.id)
    assert (first.state, second.hour) == ("left", FIVE)
    assert first.leave().json["state"] == "left"
    assert first.open_offer().json["code"] == "no_offer"


def test_two_hours_that_become_free_at_once_go_to_two_guests(house):
    orders = [house.booked(start) for start in (FIVE, HALF_PAST_SEVEN)]
    waiters = [house.waiter(name=name) for name in ("Berta", "Carla", "Dora")]
    for order in orders:
        house.cancel(order)
    house.hear(*(order["order"]["id"] for order in orders))
    assert [waiter.hour for waiter in waiters] == [FIVE, HALF_PAST_SEVEN, None]


def test_facts_heard_twice_and_looks_repeated_make_one_offer(house):
    booked = house.booked(FIVE)
    berta = house.waiter()
    house.cancel(booked)
    house.hear(booked["order"]["id"])
    house.spa.relayed.clear()
    house.hear(booked["order"]["id"])
    house.minute()
    assert berta.facts() == ["waitlist.joined", "waitlist.offered"]


def test_what_is_offered_at_night_is_kept_until_the_morning(house):
    booked = house.booked(FIVE)
    berta = house.waiter()
    house.spa.clock.advance(hours=15)  # 3 in the morning
    house.cancel(booked)
    house.hear(booked["order"]["id"])
    assert berta.look()["offer"]["until"] == "2026-12-03T09:00:00-03:00"
    house.spa.clock.advance(hours=6)
    house.minute()
    assert berta.state == "offered"
    house.spa.clock.advance(seconds=1)
    house.minute()
    assert berta.state == "waiting"


def test_opening_the_offer_late_leaves_time_to_check_out_once(house):
    booked = house.booked(FIVE)
    berta = house.waiter()
    house.cancel(booked)
    house.hear(booked["order"]["id"])
    until = house.spa.clock.now() + timedelta(minutes=60)
    house.spa.clock.advance(minutes=55)
    token = berta.open_offer().json["token"]
    assert berta.open_offer().status == 200
    cart = journey.send("GET", f"/api/carritos/{berta.open_offer().json['cart']['id']}", token=token)
    assert cart.json["held_until"] == berta.look()["offer"]["until"] == "2026-12-02T13:15:00-03:00"
    house.spa.clock.advance(minutes=6)  # past the first end
    assert house.spa.clock.now() > until
    assert house.minute()["ended"] == 0
    assert house.check_out(token).status == 201


def test_an_entry_whose_days_are_over_ends(house):
    berta = house.waiter(day="2026-12-03")
    house.spa.clock.advance(hours=41)  # 5 in the morning after: still that day at the spa
    house.minute()
    assert berta.state == "waiting"
    house.spa.clock.advance(hours=2)
    house.minute()
    assert berta.state == "ended"


def test_an_order_that_beats_the_lapse_counts_as_taken_whoever_tells_first(house):
    booked = house.booked(FIVE)
    berta = house.waiter()
    house.cancel(booked)
    house.hear(booked["order"]["id"])
    token = berta.open_offer().json["token"]
    house.spa.clock.advance(minutes=61)
    placed = house.check_out(token)
    assert placed.status == 201  # nobody had taken it yet
    house.minute()
    assert berta.state == "taken"
    house.hear(placed.json["order"]["id"])
    assert berta.facts().count("waitlist.taken") == 1


def test_no_fact_names_the_guest(house):
    booked = house.booked(FIVE)
    berta = house.waiter()
    house.cancel(booked)
    house.hear(booked["order"]["id"])
    berta.leave()
    said = str(house.spa.facts(berta.id))
    assert "Berta" not in said and "example.cl" not in said
    assert carts.load(f"crt_{berta.id.removeprefix('esp_')}_1").lines == ()


@pytest.mark.parametrize(("service", "kinds"), [
    ("masaje-relajacion", ["service"]), ("cabana-tepa", ["night"]), ("programa-pausa", ["programme"]),
    ("programa-refugio", ["programme"])])
def test_whatever_is_booked_online_can_be_waited_for_and_taken(house, monkeypatch, service, kinds):
    monkeypatch.setattr(join, "_free", lambda *_: frozenset())  # as if everything had been sold
    berta = house.waiter(services=[service])
    house.minute()
    seen = berta.look()
    assert (seen["state"], seen["offer"]["service"], seen["offer"]["start"][:10]) == ("offered", service, DAY)
    token = berta.open_offer().json["token"]
    placed = house.check_out(token)
    assert placed.status == 201, placed.text
    order = placed.json["order"]
    assert [line["kind"] for line in order["lines"]] == kinds
    assert order["total"] == seen["offer"]["price"]


def test_of_several_services_the_earliest_hour_that_became_free_is_offered(house):
    later, earlier = house.booked(FIVE), house.booked(f"{DAY}T12:00:00-03:00", service="tina-tronador")
    berta = house.waiter(services=[journey.TUB, "tina-tronador"])
    for order in (later, earlier):
        house.cancel(order)
    house.minute()
    assert berta.look()["offer"]["service"] == "tina-tronador"


def test_what_becomes_free_for_too_small_a_party_is_not_offered_and_passes_to_whom_it_suits(house):
    tubs = [house.booked(FIVE, service=service) for service in ("tina-tronador", journey.TUB)]
    three = house.waiter(name="Berta", guests=3)
    two = house.waiter(name="Carla", services=["tina-tronador", journey.TUB])
    house.cancel(tubs[0])
    house.hear(tubs[0]["order"]["id"])
    assert (three.hour, two.look()["offer"]["service"]) == (None, "tina-tronador")
    house.cancel(tubs[1])
    house.hear(tubs[1]["order"]["id"])
    assert three.look()["offer"]["service"] == journey.TUB


def test_a_booking_that_moves_away_leaves_its_hour_to_who_waits(house):
    booked = house.booked(FIVE)
    berta = house.waiter()
    line = booked["order"]["lines"][0]["id"]
    moved = house.spa.send("POST", f"/api/reservas/{booked['order']['id']}/cambios", token=booked["token"],
                           key="moving-it-away", body={"action": "move", "line": line, "start": HALF_PAST_SEVEN})
    assert moved.status == 200, moved.text
    house.hear(booked["order"]["id"])
    assert berta.hour == FIVE
