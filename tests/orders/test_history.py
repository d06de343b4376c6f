"""What a guest reads about her booking's changes: which thing, from when to when, and how much money."""

from tests.orders.test_changing import by_staff, change, confirmed, ids
from tests.support.spa import Spa, at, line


def test_each_change_is_told_with_its_hours_before_and_after_and_its_money(spa: Spa) -> None:
    order = confirmed(spa, line(), line(service="masaje-relajacion", start="2026-12-03 10:30", guests=1))
    tub, massage = ids(order)[:2]
    assert change(order, "move", line=tub, start=at("2026-12-03 19:30")).status == 200
    assert change(order, "cancel", line=massage).status == 200
    assert change(order, "add", products=[{"product": "jugo-natural", "quantity": 2}]).status == 200
    told = [(one["detail"], [(what["was"], what["now"]) for what in one["what"]], one["amount"])
            for one in order.view()["history"] if one["type"] == "order.changed"]
    moved, cancelled, added = told
    assert moved == ("Cambiaste la hora.", [(at("2026-12-02 17:00"), at("2026-12-03 19:30"))], None)
    assert cancelled[:2] == ("Anulaste algo de tu reserva.", [(at("2026-12-03 10:30"), None)])
    assert cancelled[2] == sum(one["amount"] for payment in order.view()["payments"] for one in payment["refunds"])
    assert added == ("Agregaste algo a tu visita.", [(None, None)], None)


def test_what_the_front_desk_changes_is_told_as_ours_in_the_readers_language(spa: Spa) -> None:
    order = confirmed(spa)
    assert by_staff(order, "move", line=ids(order)[0], start=at("2026-12-03 19:30")).status == 200
    answer = spa.client.get(f"/api/reservas/{order.id}", token=order.token, headers={"accept-language": "en"})
    last = answer.json["history"][-1]
    assert last["detail"] == "We changed your booking for you."
    assert [what["name"] for what in last["what"]] == [answer.json["lines"][0]["name"]]
