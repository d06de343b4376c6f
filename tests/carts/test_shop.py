"""Everything the spa sells, in one cart: nights, add-ons, products, packs; held together or not at all."""

from typing import Any

import pytest

from chalicelib.catalog import stock
from chalicelib.catalog import table as catalogue_table
from chalicelib.catalog.model import Service
from chalicelib.catalog.publish import publish
from infra.paths import ROOT
from tests.support.meter import metered
from tests.support.spa import Spa, at, demo_catalogue, line, occupy

WED = "2026-12-02"


def cabin(nights: int = 2, start: str = f"{WED} 16:00", **more: Any) -> dict[str, Any]:
    return {**line(start, service="cabana-tepa"), "nights": nights, **more}


def massage(start: str = f"{WED} 15:30", guests: int = 2) -> dict[str, Any]:
    return line(start, guests, "masaje-relajacion")


def decoration(start: str = f"{WED} 17:00", slug: str = "decoracion-romantica", **more: Any) -> dict[str, Any]:
    return {**line(start, service=slug), **more}


def breakfast(start: str = f"{WED} 16:00") -> dict[str, Any]:
    return line(start, service="desayuno")


def opened(
    spa: Spa, *lines: dict[str, Any], products: list[dict[str, Any]] | None = None
) -> tuple[dict[str, Any], str]:
    answer = spa.client.post("/api/carritos", {"lines": list(lines), "products": products or []})
    assert answer.status == 201, answer.body
    return answer.json["cart"], answer.json["token"]


def told(cart: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(one["kind"], one["name"], one["total"]) for one in cart["lines"]]


def test_a_tub_a_couple_massage_two_nights_and_a_decoration_are_held_in_one_transaction(spa: Spa) -> None:
    spa.open_cart()  # the container is warm
    with metered() as bill:
        cart, _ = opened(spa, line(), massage(), cabin(), decoration())
    assert told(cart) == [
        ("service", "Tina Hornopirén", 50_000),
        ("service", "Masaje de relajación", 80_000),
        ("night", "Cabaña Tepa", 90_000),
        ("night", "Cabaña Tepa", 90_000),
        ("service", "Decoración romántica", 32_000),
        ("discount", "Cabaña + Tina", -45_000),
    ]
    assert cart["total"] == 297_000
    assert bill.counted() == {"BatchGetItem": 1, "TransactWriteItems": 1}
    assert len(spa.dump()["calendar"]) == 7


def test_the_nights_of_a_stay_are_lines_of_their_own_that_belong_together(spa: Spa) -> None:
    cart, token = opened(spa, cabin(3))
    nights = cart["lines"]
    assert [(night["start"], night["end"], night["total"]) for night in nights] == [
        ("2026-12-02T16:00:00-03:00", "2026-12-03T11:00:00-03:00", 90_000),
        ("2026-12-03T16:00:00-03:00", "2026-12-04T11:00:00-03:00", 90_000),
        ("2026-12-04T16:00:00-03:00", "2026-12-05T11:00:00-03:00", 90_000),
    ]
    assert len({night["stay"] for night in nights}) == 1
    path = f"/api/carritos/{cart['id']}/lineas/"
    fewer = spa.client.delete(path + nights[1]["id"], token=token).json
    assert [night["id"] for night in fewer["lines"]] == [nights[0]["id"], nights[2]["id"]]
    assert spa.client.delete(path + nights[0]["stay"], token=token).json["lines"] == []
    assert all("night" not in sheet for sheet in spa.dump()["calendar"])


def test_a_stay_with_one_taken_night_holds_nothing(spa: Spa) -> None:
    occupy("tepa", "2026-12-03", ("night",), "lin_other", spa.clock)
    before = spa.dump()
    answer = spa.client.post("/api/carritos", {"lines": [line(), cabin(3)]})
    assert (answer.status, answer.code) == (409, "slot_taken")
    assert spa.dump() == before


def test_half_of_the_nights_is_the_deposit_and_all_of_the_rest(spa: Spa) -> None:
    cart, _ = opened(spa, cabin(2), line("2026-12-04 17:00"))  # a Friday: no pack
    assert (cart["total"], cart["deposit"]) == (230_000, 140_000)


def test_a_discount_lowers_the_deposit_in_proportion(spa: Spa) -> None:
    cart, _ = opened(spa, cabin(1), line())
    assert (cart["total"], cart["deposit"]) == (95_000, 64_465)  # 95,000 of the 140,000, and 95,000 of them now


def test_breakfast_comes_the_morning_after_its_night(spa: Spa) -> None:
    cart, _ = opened(spa, cabin(2), breakfast(), breakfast("2026-12-03 16:00"))
    served = [one for one in cart["lines"] if one["service"] == "desayuno"]
    assert [one["start"] for one in served] == ["2026-12-03T09:00:00-03:00", "2026-12-04T09:00:00-03:00"]
    assert [one["host"] for one in served] == [one["id"] for one in cart["lines"][:2]]


def test_a_decoration_goes_with_a_tub_at_its_hour_and_leaves_with_it(spa: Spa) -> None:
    cart, token = opened(spa, line(), decoration())
    tub, petals = cart["lines"]
    assert (petals["host"], petals["start"], petals["end"], petals["held_until"]) == (
        tub["id"], tub["start"], tub["end"], tub["held_until"]
    )  # fmt: skip
    gone = spa.client.delete(f"/api/carritos/{cart['id']}/lineas/{tub['id']}", token=token)
    assert gone.json["lines"] == []


def test_two_tubs_at_one_hour_have_a_decoration_each_and_no_more(spa: Spa) -> None:
    cart, token = opened(spa, line(), line(service="tina-tronador"), decoration(), decoration())
    assert {one["host"] for one in cart["lines"][2:]} == {one["id"] for one in cart["lines"][:2]}
    before = spa.dump()
    again = spa.add(cart["id"], token, decoration())
    assert (again.status, again.code) == (409, "slot_already_in_cart")
    assert spa.dump() == before


@pytest.mark.parametrize(
    ("new", "status", "code"),
    [
        pytest.param(decoration(), 422, "addon_needs_host", id="a decoration without a tub"),
        pytest.param(decoration("2026-12-02 19:30"), 422, "addon_needs_host", id="at another hour than the tub"),
        pytest.param(breakfast("2026-12-03 16:00"), 422, "addon_needs_host", id="a breakfast without a night"),
        pytest.param(decoration(host="lin_nobodys"), 422, "addon_needs_host", id="of a line that is not there"),
        pytest.param({**line(), "nights": 2}, 422, "not_by_night", id="a tub for two nights"),
        pytest.param(cabin(61), 422, "invalid_fields", id="sixty-one nights"),
        pytest.param(cabin(0), 422, "invalid_fields", id="no night"),
        pytest.param({**line(), "nights": "2"}, 422, "invalid_fields", id="nights as text"),
        pytest.param(cabin(2, start="2026-12-02 15:00"), 422, "off_schedule", id="a check-in at another hour"),
        pytest.param(cabin(40, start="2027-11-01 16:00"), 422, "beyond_horizon", id="nights beyond the horizon"),
    ],
)
def test_what_does_not_fit_is_refused_and_holds_nothing(spa: Spa, new: dict[str, Any], status: int, code: str) -> None:
    cart, token = opened(spa, line("2026-12-03 12:00"))
    before = spa.dump()
    answer = spa.put(cart["id"], token, {"lines": [line("2026-12-02 12:00", service="tina-tronador"), new]})
    assert (answer.status, answer.code) == (status, code)
    assert spa.dump() == before


def test_a_decoration_wants_a_day_s_notice(spa: Spa) -> None:
    spa.clock.advance(hours=33)  # Tuesday 18:00; the tub is on Wednesday at 17:00
    cart, token = opened(spa, line())
    answer = spa.add(cart["id"], token, decoration())
    assert (answer.status, answer.code) == (422, "too_short_notice")


def test_a_pack_is_earned_by_what_is_in_the_cart_and_lost_with_it(spa: Spa) -> None:
    cart, token = opened(spa, line())
    (hint,) = [one for one in cart["missing"] if one["pack"] == "tina-y-masaje"]
    assert (hint["discount"], hint["detail"]) == (35_000, "Agrega un masaje para 2 y ahorra $35.000.")
    assert (hint["needs"], hint["day"]) == ([{"kind": "massage", "count": 2}], cart["lines"][0]["start"][:10])
    both = spa.add(cart["id"], token, massage()).json
    assert told(both)[-1] == ("discount", "Tina + Masaje", -35_000)
    assert both["lines"][-1]["detail"] == "Por reservar juntos: Tina Hornopirén + Masaje de relajación."
    assert both["total"] == 95_000
    fewer = spa.client.delete(f"/api/carritos/{cart['id']}/lineas/{both['lines'][0]['id']}", token=token).json
    assert told(fewer) == [("service", "Masaje de relajación", 80_000)]


def test_on_a_saturday_there_is_no_pack(spa: Spa) -> None:
    cart, _ = opened(spa, line("2026-12-05 17:00"), massage("2026-12-05 15:30"))
    assert (cart["total"], [one["pack"] for one in cart["missing"]]) == (130_000, [])


def test_nobody_is_told_to_add_a_tub_on_a_day_on_which_tubs_are_closed(spa: Spa) -> None:
    def hints(start: str) -> list[tuple[str, str]]:
        cart, _ = opened(spa, cabin(1, start))
        return [(one["pack"], one["day"]) for one in cart["missing"]]

    assert hints("2026-12-01 16:00") == []  # a Tuesday
    assert hints(f"{WED} 16:00") == [("cabana-y-tina", WED)]


def test_nobody_is_told_to_add_what_the_site_does_not_sell(spa: Spa) -> None:
    asked = [service.model_copy(update={"booking": "ask"}) if service.kind == "massage" else service
             for service in demo_catalogue().services]
    publish(demo_catalogue().model_copy(update={"services": tuple(asked)}), by="tests", note="", clock=spa.clock)
    cart, _ = opened(spa, line())
    assert [one["pack"] for one in cart["missing"]] == ["cabana-y-tina"]


def test_a_pack_takes_no_more_off_than_its_lines_cost_at_the_prices_of_their_day(spa: Spa) -> None:
    """They were put into the cart at last season's prices, which hold; the pack is the new season's."""
    def cheap(service: Service) -> Service:
        return service.model_copy(update={"price": service.price.model_copy(update={"amount": 7_000})})

    last_season = tuple(cheap(service) for service in demo_catalogue().services)
    update = {"services": last_season, "packs": ()}
    publish(demo_catalogue().model_copy(update=update), by="tests", note="cheap", clock=spa.clock)
    cart, token = opened(spa, line(), massage())
    assert cart["total"] == 28_000
    publish(demo_catalogue(), by="tests", note="dear", clock=spa.clock)
    then = spa.put(cart["id"], token, {"products": [{"product": "chocolates", "quantity": 1}]}).json
    assert told(then)[-1] == ("discount", "Tina + Masaje", -28_000)
    assert (then["total"], then["deposit"]) == (16_000, 16_000)


def test_products_are_set_not_added_and_cost_their_number(spa: Spa) -> None:
    cart, token = opened(spa, line(), products=[{"product": "chocolates", "quantity": 2}])
    assert told(cart)[-1] == ("product", "Chocolates artesanales", 32_000)
    more = spa.put(cart["id"], token, {"products": [{"product": "chocolates", "quantity": 3}]}).json
    assert [(one["quantity"], one["total"]) for one in more["lines"][1:]] == [(3, 48_000)]
    assert more["lines"][1]["id"] == cart["lines"][1]["id"]
    gone = spa.client.delete(f"/api/carritos/{cart['id']}/lineas/{more['lines'][1]['id']}", token=token)
    assert gone.json["total"] == 50_000


@pytest.mark.parametrize(
    ("new", "status", "code"),
    [
        ({"product": "chocolates", "quantity": 25}, 409, "out_of_stock"),
        ({"product": "toalla", "quantity": 1}, 422, "not_sold_online"),
        ({"product": "oro", "quantity": 1}, 404, "product_not_found"),
        ({"product": "chocolates", "quantity": 0}, 422, "invalid_fields"),
        ({"product": "chocolates", "quantity": 1.5}, 422, "invalid_fields"),
    ],
)
def test_a_product_that_cannot_be_had_is_refused(spa: Spa, new: dict[str, Any], status: int, code: str) -> None:
    cart, token = opened(spa, line())
    before = spa.dump()
    answer = spa.put(cart["id"], token, {"products": [new]})
    assert (answer.status, answer.code) == (status, code)
    assert spa.dump() == before


def test_a_request_for_nothing_is_refused(spa: Spa) -> None:
    cart, token = opened(spa, line())
    answer = spa.put(cart["id"], token, {})
    assert (answer.status, answer.code) == (422, "nothing_to_add")


def test_check_out_takes_the_stock_and_expiry_puts_it_back(spa: Spa) -> None:
    _, token = opened(spa, line(), products=[{"product": "chocolates", "quantity": 2}])
    assert stock.left()["chocolates"] == 24
    placed = spa.check_out(token)
    assert (placed.status, stock.left()["chocolates"]) == (201, 22)
    spa.clock.advance(minutes=26)
    assert spa.poll()["failed"] == 0
    assert stock.left()["chocolates"] == 24
    spa.clock.advance(minutes=5)
    spa.poll()
    assert stock.left()["chocolates"] == 24


def test_of_the_last_units_check_out_sells_no_more_than_there_are(spa: Spa) -> None:
    tokens = [opened(spa, line(service=tub), products=[{"product": "tabla-de-quesos", "quantity": 8}])[1]
              for tub in ("tina-hornopiren", "tina-tronador")]  # fmt: skip
    assert spa.check_out(tokens[0]).status == 201
    before = spa.dump()
    refused = spa.check_out(tokens[1])
    assert (refused.status, refused.code) == (409, "out_of_stock")
    assert (spa.dump(), stock.left()["tabla-de-quesos"]) == (before, 7)


def programme(*parts: tuple[str, str], slug: str = "programa-pausa", **more: Any) -> dict[str, Any]:
    return {
        **line(min(start for _, start in parts), service=slug),
        "parts": [{"service": service, "start": at(start)} for service, start in parts],
        **more,
    }


PAUSA = (("tina-hornopiren", f"{WED} 14:30"), ("masaje-relajacion", f"{WED} 16:45"))


def test_a_programme_is_one_line_at_one_price_with_its_parts(spa: Spa) -> None:
    cart, token = opened(spa, programme(*PAUSA))
    (one,) = cart["lines"]
    assert (one["kind"], one["name"], one["total"], cart["deposit"]) == ("programme", "Pausa", 110_000, 110_000)
    assert [(part["name"], part["start"], part["guests"]) for part in one["parts"]] == [
        ("Tina Hornopirén", "2026-12-02T14:30:00-03:00", 2),
        ("Masaje de relajación", "2026-12-02T16:45:00-03:00", 2),
    ]
    assert len(spa.dump()["calendar"]) == 5
    spa.client.delete(f"/api/carritos/{cart['id']}/lineas/{one['id']}", token=token)
    assert not any(name.startswith("t") for sheet in spa.dump()["calendar"] for name in sheet)


def test_two_nights_two_tubs_and_a_massage_are_a_programme_held_at_once_for_half_of_its_price(spa: Spa) -> None:
    cart, token = opened(spa, programme(
        ("cabana-tepa", f"{WED} 16:00"), ("cabana-tepa", "2026-12-03 16:00"), ("tina-hornopiren", f"{WED} 17:00"),
        ("tina-hornopiren", "2026-12-03 17:00"), ("masaje-relajacion", "2026-12-03 15:30"), slug="programa-refugio",
    ))  # fmt: skip
    assert (cart["total"], cart["deposit"]) == (290_000, 145_000)
    assert len(spa.dump()["calendar"]) == 8
    assert spa.check_out(token).status == 201


def test_a_decoration_goes_with_the_tub_of_a_programme(spa: Spa) -> None:
    cart, _ = opened(spa, programme(*PAUSA), decoration(f"{WED} 14:30"))
    assert cart["lines"][1]["host"] == cart["lines"][0]["id"]


def test_a_programme_earns_no_pack(spa: Spa) -> None:
    cart, _ = opened(spa, programme(*PAUSA))
    assert [one["kind"] for one in cart["lines"]] == ["programme"]


@pytest.mark.parametrize(
    ("new", "code"),
    [
        pytest.param(programme(*PAUSA[:1]), "programme_parts_wrong", id="without its massage"),
        pytest.param(line(f"{WED} 14:30", service="programa-pausa"), "programme_parts_wrong", id="without any part"),
        pytest.param(programme(*PAUSA, guests=3), "too_many_guests", id="for three"),
        pytest.param(
            programme(PAUSA[0], ("masaje-relajacion", f"{WED} 15:30")), "programme_parts_wrong", id="both at once"
        ),
    ],
)
def test_a_programme_that_does_not_fit_is_refused_and_holds_nothing(spa: Spa, new: dict[str, Any], code: str) -> None:
    before = spa.dump()
    answer = spa.client.post("/api/carritos", {"lines": [new]})
    assert (answer.status, answer.code) == (422, code)
    assert spa.dump() == before


def test_a_programme_whose_tub_is_taken_holds_nothing(spa: Spa) -> None:
    opened(spa, line(f"{WED} 14:30"))
    before = spa.dump()
    answer = spa.client.post("/api/carritos", {"lines": [programme(*PAUSA)]})
    assert (answer.status, answer.code) == (409, "slot_taken")
    assert spa.dump() == before


def test_what_lapsed_is_taken_again_together_and_keeps_what_was_added(spa: Spa) -> None:
    wishes = (line(), decoration(), cabin(2))
    cart, token = opened(spa, *wishes)
    spa.clock.advance(minutes=21)
    again = spa.put(cart["id"], token, {"lines": list(wishes)}).json
    assert [one["id"] for one in again["lines"]] == [one["id"] for one in cart["lines"]]
    assert {one["state"] for one in again["lines"] if one["kind"] != "discount"} == {"held"}
    assert again["total"] == cart["total"]


def test_a_product_is_bought_without_a_booking_too(spa: Spa) -> None:
    cart, token = opened(spa, products=[{"product": "chocolates", "quantity": 1}])
    assert cart["held_until"] is None
    placed = spa.check_out(token)
    assert (placed.status, placed.json["order"]["total"]) == (201, 16_000)


def test_one_caller_cannot_keep_the_house_with_a_few_long_stays(spa: Spa) -> None:
    opened(spa, cabin(60))
    before = spa.dump()
    refused = spa.client.post("/api/carritos", {"lines": [{**cabin(60), "service": "cabana-laurel"}]})
    assert (refused.status, refused.code) == (429, "too_many_requests")
    assert spa.dump() == before


def test_the_deposit_in_the_handbook_is_that_of_the_cart(spa: Spa) -> None:
    page = (ROOT / "docs/pricing.md").read_text(encoding="utf-8").split("## Deposit")[1].split("## ")[0]
    rows = [row.strip("| ").split(" | ") for row in page.splitlines() if row.startswith("| ")][1:]
    told_there = {name: (int(price.replace(".", "")), int(part.replace(".", ""))) for name, price, part in rows}
    cart, _ = opened(spa, cabin(1), line(), products=[{"product": "chocolates", "quantity": 1}])
    found = {one["service"] or one["product"] or "cabana-y-tina": one["total"] for one in cart["lines"]}
    assert {name: price for name, (price, _) in told_there.items()} == {**found, "all": cart["total"]}
    *parts, whole = (part for _, part in told_there.values())
    assert cart["deposit"] == whole == sum(parts)
    percent = {one.slug: one.deposit_percent for one in demo_catalogue().services}
    for name in ("cabana-tepa", "tina-hornopiren"):
        assert told_there[name][1] * 100 == told_there[name][0] * percent[name]


def test_lapsed_lines_that_were_picked_in_each_other_s_stead_are_not_both_sold(spa: Spa) -> None:
    cart, token = opened(spa, massage())
    spa.clock.advance(minutes=21)
    both = spa.add(cart["id"], token, line(f"{WED} 15:30", 2, "masaje-descontracturante"))  # the same two tables
    assert both.status == 201
    spa.clock.advance(minutes=21)
    before = spa.dump()
    answer = spa.check_out(token)
    assert (answer.status, answer.code) == (409, "slot_taken")
    assert spa.dump() == before


def test_a_product_taken_off_the_site_since_is_not_sold(spa: Spa) -> None:
    _, token = opened(spa, products=[{"product": "chocolates", "quantity": 1}])
    products = tuple(
        one.model_copy(update={"sold": ("desk",)}) if one.slug == "chocolates" else one
        for one in demo_catalogue().products
    )
    publish(demo_catalogue().model_copy(update={"products": products}), by="tests", note="desk", clock=spa.clock)
    catalogue_table.forget()
    before = spa.dump()
    answer = spa.check_out(token)
    assert (answer.status, answer.code) == (422, "not_sold_online")
    assert spa.dump() == before


def test_a_cart_holds_no_more_than_one_transaction_can_sell(spa: Spa) -> None:
    cart, token = opened(spa, cabin(60), {**cabin(20), "service": "cabana-laurel"})
    before = spa.dump()
    answer = spa.put(cart["id"], token, {"products": [{"product": "chocolates", "quantity": 1}]})
    assert (answer.status, answer.code) == (409, "cart_full")
    assert spa.dump() == before
    assert spa.check_out(token).status == 201
