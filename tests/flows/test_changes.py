"""A guest changes her mind, over HTTP, roles enforced: the tub moved, the difference paid, the massage given back."""

from collections import Counter
from typing import Any

from chalicelib.notifications import wording
from tests.support.baskets import programme, tub_and_products
from tests.support.guest import Guest, eventually, free_hour, token_of


def _ask(guest: Guest, path: str, key: str | None = None, **body: Any) -> Any:
    return guest.ask("POST", f"/api/reservas/{guest.order}/{path}", token=guest.order_token, json=body, key=key)


def _line(guest: Guest, kind: str) -> dict[str, Any]:
    return next(line for line in guest.look()["lines"] if line["service_kind"] == kind)


def _subjects(stack: Any, guest: Guest) -> Counter[str]:
    """Return how many mails of each subject the sandbox has taken about the guest's order."""
    subjects = (message["mail"]["subject"] for message in stack.mail.messages())
    return Counter(subject for subject in subjects if guest.order in subject)


def test_a_tub_is_moved_the_difference_paid_and_the_massage_s_money_comes_back(stack):
    stack.flow.clear_faults()
    guest = Guest(stack)
    for service in ("tina-osorno", "masaje-relajacion"):
        people = 3 if service == "tina-osorno" else 2
        start = free_hour(stack.api_url, service, guests=people, after_days=9)
        assert guest.hold(service, start, people).status_code == 201
    placed = guest.check_out().json()
    stack.flow.pay(token_of(placed["payment"]["url"]))
    order = eventually(lambda: (found := guest.look())["state"] == "confirmed" and found, what="the confirmation")

    tub, elsewhere = _line(guest, "tub"), free_hour(stack.api_url, "tina-calbuco", guests=3, after_days=16)
    wish = {"action": "move", "line": tub["id"], "service": "tina-calbuco", "start": elsewhere}
    quote = _ask(guest, "cotizacion", **wish)
    assert quote.status_code == 200, quote.text
    assert (guest.look()["total"], guest.look()["lines"]) == (order["total"], order["lines"])
    wrong = _ask(guest, "cambios", **wish, agreed_total=quote.json()["total"] + 1)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "total_changed")
    moves = [_ask(guest, "cambios", key="move-it-once-please", **wish, agreed_total=quote.json()["total"])
             for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in moves] == [(200, moves[0].content)] * 2
    assert _line(guest, "tub")["start"] == elsewhere

    bottle = _ask(guest, "cambios", action="add", products=[{"product": "espumante", "quantity": 1}]).json()["order"]
    assert bottle["balance_due"] == quote.json()["due"] + 15_000
    balance = _ask(guest, "pagos", method="flow").json()["payment"]
    assert balance["amount"] == bottle["balance_due"]
    stack.flow.pay(token_of(balance["url"]))
    eventually(lambda: guest.look()["balance_due"] == 0, what="the balance")

    given_up = _ask(guest, "cambios", action="cancel", line=_line(guest, "massage")["id"])
    assert given_up.status_code == 200, given_up.text
    back = sum(part["amount"] for part in given_up.json()["quote"]["returns"])
    assert back == 80_000

    def asked():
        known = {payment["id"] for payment in guest.look()["payments"]}
        found = [one for one in stack.flow.refunds() if one["refundCommerceOrder"].partition("-r")[0] in known]
        return found if sum(int(float(one["amount"])) for one in found) == back else None

    for refund in eventually(asked, what="the requests for refunds"):
        stack.flow.accept_refund(refund["token"])
    order = eventually(lambda: (found := guest.look())["refunded"] == back and found, what="the money back")
    assert (order["state"], order["balance_due"], order["kept"]) == ("confirmed", 0, order["total"])

    refunds = len([refund for payment in order["payments"] for refund in payment["refunds"]])
    mails = {"order_confirmed": 1, "order_changed": 3, "payment_received": 1,
             "refund_due": refunds, "refunded": refunds}
    told = {wording.text(f"{mail}.subject", "es", number=guest.order): count for mail, count in mails.items()}
    eventually(lambda: _subjects(stack, guest) == told, what="a mail of each thing that happened")


def test_a_programme_is_moved_and_then_forgiven_by_the_front_desk(stack):
    stack.flow.clear_faults()
    guest = Guest(stack)
    get = lambda path: guest.ask("GET", path).json()  # noqa: E731
    day = free_hour(stack.api_url, "programa-refugio", after_days=20)[:10]
    assert guest.put(programme(day, get=get)).status_code == 201
    assert guest.put({"products": tub_and_products(day, get=get)["products"]}).status_code == 201
    stack.flow.pay(token_of(guest.check_out().json()["payment"]["url"]))
    eventually(lambda: guest.look()["state"] == "confirmed", what="the confirmation")

    later = programme(free_hour(stack.api_url, "programa-refugio", after_days=27)[:10], get=get)["lines"][0]
    moved = _ask(guest, "cambios", action="move", line=_line(guest, "programme")["id"], start=later["start"],
                 parts=later["parts"])
    assert moved.status_code == 200, moved.text
    assert _line(guest, "programme")["start"] == later["start"]

    path = f"/api/admin/reservas/{guest.order}/"
    wish = {"action": "cancel_all", "forgive": True, "surplus": "credit"}
    quote = guest.ask("POST", path + "cotizacion", token=stack.staff("reception"), json=wish).json()
    assert (quote["total"], quote["returns"]) == (0, [])
    done = guest.ask("POST", path + "cambios", token=stack.staff("reception"), json=wish)
    assert done.status_code == 200, done.text
    order = guest.look()
    assert (order["state"], order["total"], order["surplus"]) == ("cancelled", 0, order["kept"])
    cancelled = wording.text("order_cancelled.subject", "es", number=guest.order)
    eventually(lambda: _subjects(stack, guest)[cancelled] == 1, what="the mail")
