"""Gift cards pay over HTTP, roles enforced: in a cart, at the desk, for a balance, for late money; and get it back."""

from typing import Any

import pytest

from tests.flows.test_reconciliation import Panel, expired, night
from tests.support.guest import Guest, eventually, free_hour, token_of
from tests.support.late import BOTTLE, paid_late

WORTH = 40_000
HOLDERS = ("berta", "carla", "dora", "elsa", "flora")
GIFT = {"experience": "regalo-monto-libre", "amount": WORTH, "design": "bosque", "sender": "Ana", "message": "",
        "language": "es"}


@pytest.fixture(scope="module")
def ana(stack: Any) -> Guest:
    """Who bought a tub for herself and a card for each of five friends."""
    stack.flow.clear_faults()
    guest = Guest(stack)
    assert guest.hold("tina-hornopiren", free_hour(stack.api_url, "tina-hornopiren", after_days=20)).status_code == 201
    gifts = [{**GIFT, "recipient": name.title(), "delivery": {"way": "now", "email": f"{name}@paying.test"}}
             for name in HOLDERS]
    assert guest.put({"gifts": gifts}).status_code == 201
    stack.flow.pay(token_of(guest.check_out().json()["payment"]["url"]))
    return guest


@pytest.fixture(scope="module")
def codes(stack: Any, ana: Guest) -> dict[str, str]:
    """The codes that came by mail, by whose they are."""
    def arrived() -> dict[str, str] | None:
        found = {}
        for mail in (one["mail"] for one in stack.mail.messages()):
            name, _, domain = mail["personalizations"][0]["to"][0]["email"].partition("@")
            links = [line for line in mail["content"][0]["value"].splitlines() if "/tarjeta/#" in line]
            if domain == "paying.test" and links:
                found[name] = links[0].partition("/tarjeta/#")[2]
        return found if len(found) == len(HOLDERS) else None

    return eventually(arrived, seconds=90, what="the gifts")


def _free(guest: Guest, code: str) -> int:
    return int(guest.ask("GET", f"/api/giftcards/{code}").json()["free"])


def _sums(guest: Guest) -> tuple[int, int, int]:
    order = guest.look()
    return order["kept"], order["covered"], order["balance_due"]


def test_a_card_pays_a_part_of_a_cart_and_has_it_back_when_that_is_given_up(stack: Any, codes: dict[str, str]) -> None:
    guest = Guest(stack)
    assert guest.hold("tina-tronador", free_hour(stack.api_url, "tina-tronador", after_days=20)).status_code == 201
    first, again = (guest.put_card_in(codes["berta"], key="this-card-once-please") for _ in range(2))
    assert (first.status_code, again.content) == (201, first.content), first.text
    [card] = first.json()["cards"]
    out = guest.ask("DELETE", f"/api/carritos/{guest.cart}/codigos/{card['id']}", token=guest.cart_token)
    assert (out.status_code, out.json()["covered"]) == (200, 0)
    cart = guest.put_card_in(codes["berta"]).json()
    shown = guest.ask("GET", f"/api/carritos/{guest.cart}", token=guest.cart_token).json()
    assert (shown["covered"], shown["to_pay"]) == (cart["covered"], cart["to_pay"]) == (WORTH, cart["total"] - WORTH)
    placed = guest.check_out(charge=cart["to_pay"])
    assert placed.status_code == 201, placed.text
    assert _free(guest, codes["berta"]) == 0
    stack.flow.pay(token_of(placed.json()["payment"]["url"]))
    eventually(lambda: guest.look()["state"] == "confirmed", what="the confirmation")
    assert _sums(guest) == (cart["to_pay"], WORTH, 0)
    ended = guest.ask("POST", f"/api/reservas/{guest.order}/cambios", token=guest.order_token,
                      json={"action": "cancel_all"})
    assert ended.status_code == 200, ended.text
    assert (_sums(guest), _free(guest, codes["berta"])) == ((0, 0, 0), WORTH)


def test_a_card_pays_the_balance_of_an_order_that_bought_cards_itself(ana: Guest, codes: dict[str, str]) -> None:
    added = ana.ask("POST", f"/api/reservas/{ana.order}/cambios", token=ana.order_token,
                    json={"action": "add", "products": [BOTTLE]})
    assert added.status_code == 200, added.text
    due = ana.look()["balance_due"]
    path = f"/api/reservas/{ana.order}/codigos"
    first, again = (ana.ask("POST", path, token=ana.order_token, json={"code": codes["carla"]},
                            key="the-bottle-by-card") for _ in range(2))
    assert (first.status_code, again.content) == (200, first.content), first.text
    assert (first.json()["covered"], first.json()["balance_due"]) == (due, 0)
    assert _free(ana, codes["carla"]) == WORTH - due


def test_a_transfer_that_the_desk_finds_spends_the_card_beside_it(stack: Any, codes: dict[str, str]) -> None:
    guest = Guest(stack)
    hour = free_hour(stack.api_url, "tina-tronador", after_days=22)
    assert guest.hold("tina-tronador", hour).status_code == 201
    assert guest.put_card_in(codes["dora"]).status_code == 201
    payment = guest.check_out(payment_method="transfer").json()["payment"]
    found = guest.ask("POST", f"/api/admin/pagos/{payment['id']}/confirmacion", token=stack.staff("reception"),
                      json={"amount": payment["amount"], "reference": "BANK-9"})
    assert found.status_code == 200, found.text
    assert _sums(guest) == (payment["amount"], WORTH, 0) and guest.look()["state"] == "confirmed"


def test_late_money_takes_its_card_again_for_other_hours(stack: Any, codes: dict[str, str]) -> None:
    guest = paid_late(stack, "tina-llaima", codes["elsa"])
    assert _free(guest, codes["elsa"]) == WORTH  # nobody's while other hours are chosen
    path = f"/api/reservas/{guest.order}/alternativas"
    best = next(one for one in guest.ask("GET", path, token=guest.order_token).json()["alternatives"]
                if not one["due"])
    moves = [{name: move[name] for name in ("line", "service", "start")} for move in best["moves"]]
    taken = guest.ask("POST", path, token=guest.order_token, json={"moves": moves, "agreed_total": best["total"]})
    assert taken.status_code == 200, taken.text
    assert _sums(guest)[1:] == (WORTH - best["surplus"], 0) and _free(guest, codes["elsa"]) == best["surplus"]


def test_money_that_only_the_night_finds_spends_its_card_too(stack: Any, codes: dict[str, str]) -> None:
    guest, panel = Guest(stack), Panel(stack, "flow")
    assert guest.hold("tina-hornopiren", free_hour(stack.api_url, "tina-hornopiren", after_days=26)).status_code == 201
    assert guest.put_card_in(codes["flora"]).status_code == 201
    payment = guest.check_out().json()["payment"]
    assert _free(guest, codes["flora"]) == 0
    expired(stack, guest)
    assert _free(guest, codes["flora"]) == WORTH
    panel.pay(payment, heard=False)
    night(stack)
    assert guest.look()["state"] == "confirmed"
    assert _sums(guest) == (payment["amount"], WORTH, 0) and _free(guest, codes["flora"]) == 0
