"""Joining the waitlist: what is accepted, what is refused without a trace, and that nobody stands in line twice."""

from datetime import UTC, datetime

import pytest

from tests.support.books import scan
from tests.waitlist.conftest import fresh_key, wish


def entries():
    return [item for item in scan("waitlist") if item["sk"]["S"] == "entry"]


def test_an_entry_tells_what_is_waited_for(house):
    reply = house.join(services=["tina-llaima", "masaje-relajacion", "tina-llaima"], until="2026-12-12", language="en")
    assert reply.status == 201
    entry = reply.json["entry"]
    assert entry == {
        "id": entry["id"], "state": "waiting", "from": "2026-12-10", "to": "2026-12-12", "guests": 2, "ahead": 0,
        "services": [{"slug": "tina-llaima", "name": "Tina hidromasaje Llaima"},
                     {"slug": "masaje-relajacion", "name": entry["services"][1]["name"]}],
        "offer": None, "now": "2026-12-02T12:00:00-03:00"}


@pytest.mark.parametrize(("changes", "status", "code"), [
    ({"services": ["tina-que-no-existe"]}, 404, "service_not_found"),
    ({"services": []}, 422, "invalid_fields"),
    ({"services": ["tina-osorno"] * 6}, 422, "invalid_fields"),
    ({"services": ["desayuno"]}, 422, "not_bookable_online"),
    ({"guests": 0}, 422, "invalid_fields"),
    ({"guests": 4}, 422, "too_many_guests"),
    ({"guests": "2"}, 422, "invalid_fields"),
    ({"day": "2026-12-01"}, 422, "in_the_past"),
    ({"until": "2026-12-09"}, 422, "range_backwards"),
    ({"until": "2027-01-10"}, 422, "range_too_long"),
    ({"day": "2028-12-10"}, 422, "beyond_horizon"),
    ({"day": "9999-12-31"}, 422, "invalid_fields"),
    ({"consents": {"policy": False}}, 422, "invalid_fields"),
    ({"consents": {}}, 422, "invalid_fields"),
    ({"guest": {"name": "B", "email": "berta@example.cl"}}, 422, "invalid_fields"),
    ({"guest": {"name": "Berta", "email": "berta at example"}}, 422, "invalid_fields"),
    ({"guest": {"name": "Ber\nta", "email": "berta@example.cl"}}, 422, "invalid_fields"),
    ({"guest": {"name": "Berta", "email": "berta@example.cl", "phone": "12"}}, 422, "invalid_fields"),
    ({"guest": {"name": "Berta", "email": "berta@example.cl", "role": "admin"}}, 422, "invalid_fields"),
    ({"since": "2020-01-01T00:00:00Z"}, 422, "invalid_fields"),
], ids=str)
def test_what_can_t_be_is_refused_and_leaves_no_trace(house, changes, status, code):
    reply = house.join(**changes)
    assert (reply.status, reply.json["code"]) == (status, code)
    assert scan("waitlist") == []


def test_the_same_guest_waits_once_for_the_same_however_she_writes_her_address(house):
    assert house.join().status == 201
    again = house.join(guest={"name": "Berta", "email": "BERTA@example.cl"}, guests=3)
    assert (again.status, again.json["code"]) == (409, "already_waiting")
    assert len(entries()) == 1
    assert house.join(day="2026-12-11").status == 201


def test_the_same_request_twice_is_one_entry_and_one_answer(house):
    key = fresh_key()
    first, second = (house.spa.send("POST", "/api/espera", body=wish(), key=key, caller="10.9.9.9") for _ in range(2))
    assert (first.status, second.text) == (201, first.text)
    assert len(entries()) == 1


def test_nobody_has_more_than_five_open_entries_and_leaving_makes_room(house):
    waiters = [house.waiter(day=f"2026-12-{day}") for day in range(10, 15)]
    sixth = house.join(day="2026-12-20")
    assert (sixth.status, sixth.json["code"]) == (409, "too_many_waiting")
    waiters[0].leave()
    assert house.join(day="2026-12-20").status == 201
    assert house.join(day="2026-12-10").status == 409  # five again


def test_an_entry_opens_with_its_own_token_only(house):
    berta, carla = house.waiter(), house.waiter(name="Carla")
    send = house.spa.send
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/oferta")):
        key = fresh_key() if method != "GET" else None
        assert send(method, f"/api/espera/{berta.id}{path}", token=carla.token, key=key).status == 404
        assert send(method, f"/api/espera/{berta.id}{path}", key=key).status == 401
    assert (berta.state, carla.state) == ("waiting", "waiting")


def test_who_waits_is_forgotten_thirty_days_after_her_days_or_her_leaving(house):
    berta = house.waiter()
    [before] = entries()
    berta.leave()
    [after] = entries()
    assert int(before["expires"]["N"]) == int(datetime(2027, 1, 10, 9, tzinfo=UTC).timestamp())
    assert int(after["expires"]["N"]) == int(house.spa.clock.now().timestamp()) + 30 * 86_400
    assert "line" not in after


def test_nothing_but_the_entry_names_the_guest(house):
    house.waiter(guest={"name": "Berta Paz", "email": "berta@example.cl", "phone": "+56 9 8765 4321"})
    others = [item for item in scan("waitlist") if item["sk"]["S"] != "entry"]
    assert len(others) == 3
    assert not any(word in str(others) for word in ("Berta", "berta@", "8765"))
    [entry] = entries()
    assert "+56987654321" in entry["guest"]["S"]
