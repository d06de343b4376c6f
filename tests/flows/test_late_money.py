"""A guest pays when her hours are sold: other hours with one tap, or the money back. Over HTTP, roles enforced."""

from tests.support.guest import eventually
from tests.support.late import paid_late


def test_other_hours_are_taken_with_one_tap(stack):
    guest = paid_late(stack, "tina-villarrica")
    path = f"/api/reservas/{guest.order}/alternativas"
    found = guest.ask("GET", path, token=guest.order_token).json()
    first = found["alternatives"][0]
    moves = [{name: move[name] for name in ("line", "service", "start")} for move in first["moves"]]
    answers = [guest.ask("POST", path, token=guest.order_token, key="these-hours-please",
                         json={"moves": moves, "agreed_total": first["total"]}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].content == answers[1].content
    order = guest.look()
    assert (order["state"], order["total"], order["choose_until"]) == ("confirmed", first["total"], None)
    assert first["moves"][0]["start"] in [line["start"] for line in order["lines"] if line["kind"] == "service"]


def test_or_the_money_goes_back_when_the_front_desk_is_asked_for_it(stack):
    guest, desk = paid_late(stack, "tina-puyehue"), stack.staff("reception")
    path = f"/api/admin/reservas/{guest.order}/"
    assert guest.ask("GET", path + "alternativas", token=desk).json()["kept"] == guest.look()["kept"]
    back = guest.ask("POST", path + "devolucion", token=desk, json={})
    assert (back.status_code, back.json()["kept"], back.json()["choose_until"]) == (200, 0, None)
    states = lambda: [one["state"] for payment in guest.look()["payments"] for one in payment["refunds"]]  # noqa: E731
    eventually(lambda: states() == ["requested"], what="the request for a refund")
    again = guest.ask("POST", f"/api/reservas/{guest.order}/devolucion", token=guest.order_token, json={})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_refund")
