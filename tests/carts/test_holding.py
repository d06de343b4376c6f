"""What a guest gets when an hour goes into the cart, and how it is let go."""

from datetime import datetime, timedelta

from tests.support.spa import NOW, TUB, Spa, at, line


def test_a_new_cart_is_empty_and_opens_with_its_token(spa: Spa) -> None:
    cart, token = spa.open_cart()
    assert (cart["lines"], cart["total"], cart["currency"], cart["held_until"]) == ([], 0, "CLP", None)
    assert spa.client.get(f"/api/carritos/{cart['id']}", token=token).json == cart


def test_an_hour_in_the_cart_is_held_for_twenty_minutes(spa: Spa) -> None:
    cart, _ = spa.open_cart(line())
    held = cart["lines"][0]
    assert datetime.fromisoformat(held["held_until"]) == NOW + timedelta(minutes=20)
    assert held["state"] == "held"
    assert cart["held_until"] == held["held_until"]
    assert datetime.fromisoformat(cart["now"]) == NOW


def test_a_line_says_what_when_for_how_many_and_how_much(spa: Spa) -> None:
    cart, _ = spa.open_cart(line("2026-12-02 17:00", guests=3))
    held = {
        name: cart["lines"][0][name] for name in ("service", "name", "start", "end", "guests", "unit_price", "total")
    }
    assert held == {
        "service": TUB,
        "name": "Tina Hornopirén",
        "start": "2026-12-02T17:00:00-03:00",
        "end": "2026-12-02T19:00:00-03:00",
        "guests": 3,
        "unit_price": 25_000,
        "total": 75_000,
    }


def test_a_held_hour_and_its_turn_around_are_on_the_day_sheet(spa: Spa) -> None:
    cart, _ = spa.open_cart(line())
    (sheet,) = spa.dump()["calendar"]
    until = str(int((NOW + timedelta(minutes=20)).timestamp()))
    mark = {"M": {"h": {"S": cart["lines"][0]["id"]}, "u": {"N": until}}}
    assert {name: value for name, value in sheet.items() if name.startswith("t")} == dict.fromkeys(
        ("t1700", "t1730", "t1800", "t1830", "t1900"), mark
    )
    assert (sheet["resource"]["S"], sheet["day"]["S"]) == ("hornopiren", "2026-12-02")


def test_the_cart_counts_down_to_the_first_hold_that_lapses(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    first = cart["held_until"]
    spa.clock.advance(minutes=5)
    more = spa.add(cart["id"], token, line(service="tina-tronador")).json
    assert more["held_until"] == first
    assert more["total"] == 100_000
    spa.clock.advance(minutes=15, seconds=1)
    later = spa.client.get(f"/api/carritos/{cart['id']}", token=token).json
    assert [seen["state"] for seen in later["lines"]] == ["lapsed", "held"]
    assert datetime.fromisoformat(later["held_until"]) == NOW + timedelta(minutes=25)


def test_a_hold_stands_through_its_last_second(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    spa.clock.advance(minutes=20)
    assert spa.client.get(f"/api/carritos/{cart['id']}", token=token).json["lines"][0]["state"] == "held"
    assert spa.client.post("/api/carritos", {"lines": [line()]}).code == "slot_taken"


def test_the_price_stays_as_it_was_when_it_was_held(spa: Spa) -> None:
    from chalicelib.catalog import table
    from chalicelib.catalog.publish import publish
    from tests.support.spa import demo_catalogue

    cart, token = spa.open_cart(line())
    dearer = demo_catalogue().model_copy(
        update={
            "services": tuple(
                service.model_copy(update={"price": service.price.model_copy(update={"amount": 99_000})})
                for service in demo_catalogue().services
            )
        }
    )
    publish(dearer, by="tests", note="dearer", clock=spa.clock)
    table.forget()
    after = spa.add(cart["id"], token, line(service="tina-tronador")).json
    assert [held["total"] for held in after["lines"]] == [50_000, 198_000]
    placed = spa.check_out(token).json["order"]
    assert placed["total"] == 248_000


def test_the_callers_offset_does_not_matter(spa: Spa) -> None:
    cart, _ = spa.open_cart({"service": TUB, "start": "2026-12-02T20:00:00Z", "guests": 2})
    assert cart["lines"][0]["start"] == at("2026-12-02 17:00")


def test_names_are_in_the_callers_language(spa: Spa) -> None:
    opened = spa.client.post("/api/carritos", {"lines": [line()]}, headers={"accept-language": "en"})
    assert opened.json["cart"]["lines"][0]["name"] == "Hornopirén hot tub"


def test_an_hour_that_is_let_go_is_free_at_once(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    gone = spa.client.delete(f"/api/carritos/{cart['id']}/lineas/{cart['lines'][0]['id']}", token=token)
    assert (gone.status, gone.json["lines"], gone.json["held_until"]) == (200, [], None)
    assert not any(name.startswith("t1") for sheet in spa.dump()["calendar"] for name in sheet)
    assert spa.client.post("/api/carritos", {"lines": [line()]}).status == 201


def test_a_lapsed_hold_loses_to_a_new_buyer(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    spa.clock.advance(minutes=20, seconds=1)
    other, _ = spa.open_cart(line())
    assert other["lines"][0]["state"] == "held"
    assert spa.client.get(f"/api/carritos/{cart['id']}", token=token).json["lines"][0]["state"] == "lapsed"


def test_removing_a_lapsed_line_does_not_touch_the_new_buyers_hold(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    spa.clock.advance(minutes=20, seconds=1)
    spa.open_cart(line())
    before = spa.dump()["calendar"]
    gone = spa.client.delete(f"/api/carritos/{cart['id']}/lineas/{cart['lines'][0]['id']}", token=token)
    assert (gone.status, gone.json["lines"]) == (200, [])
    assert spa.dump()["calendar"] == before


def test_a_lapsed_line_is_replaced_when_the_guest_takes_its_hour_again(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    spa.clock.advance(minutes=21)
    again = spa.add(cart["id"], token, line())
    assert again.status == 201
    (held,) = again.json["lines"]
    assert held["state"] == "held"
    assert held["id"] == cart["lines"][0]["id"]  # what was added to it still finds it
    assert again.json["total"] == 50_000


def test_two_services_of_one_hour_fit_in_one_cart(spa: Spa) -> None:
    cart, _ = spa.open_cart(line(), line(service="masaje-relajacion", start="2026-12-02 15:30"))
    assert [held["total"] for held in cart["lines"]] == [50_000, 80_000, -35_000]
    assert len(spa.dump()["calendar"]) == 5  # a tub, two tables, two therapists


def test_different_tubs_never_touch_the_same_item(spa: Spa) -> None:
    spa.open_cart(line())
    spa.open_cart(line(service="tina-tronador"))
    assert sorted(sheet["resource"]["S"] for sheet in spa.dump()["calendar"]) == ["hornopiren", "tronador"]


def test_a_repeated_request_holds_once_and_answers_the_same_bytes(spa: Spa) -> None:
    first = spa.client.post("/api/carritos", {"lines": [line()]}, key="the-same-key")
    before = spa.dump()
    spa.clock.advance(minutes=3)
    second = spa.client.post("/api/carritos", {"lines": [line()]}, key="the-same-key")
    assert (second.status, second.body) == (first.status, first.body)
    assert spa.dump() == before
