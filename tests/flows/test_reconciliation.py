"""A day of each provider compared over HTTP, on the true template with roles enforced: found, healed, once."""

import json
from typing import Any

import pytest

from chalicelib.core.clock import SystemClock, spa_date
from tests.support.guest import Guest, eventually, free_hour, token_of

LONG_AGO = "2026-01-01T00:00:00+00:00"


class Panel:
    """What the people of one provider do, in its sandbox."""

    def __init__(self, stack: Any, method: str) -> None:
        self.stack, self.method = stack, method
        self.sandbox = stack.flow if method == "flow" else stack.mercadopago

    def pay(self, payment: dict[str, Any], *, heard: bool = True) -> None:
        """Pay as the guest; without `heard` no notice of this payment ever arrives."""
        if not heard:
            self.sandbox.fault("drop", order=payment["id"], times=None)
        self.sandbox.pay(token_of(payment["url"]) if self.method == "flow" else payment["id"])

    def token(self, payment: dict[str, Any]) -> str:
        """What the sandbox calls a payment."""
        name = "commerceOrder" if self.method == "flow" else "order"
        return next(str(one["token"]) for one in self.sandbox.payments() if one[name] == payment["id"])

    def give_back(self, payment: dict[str, Any], amount: int) -> None:
        """Give money back in the panel; the notice of it is lost too."""
        self.sandbox.fault("drop", order=payment["id"], times=None)
        (self.sandbox.refund_in_panel if self.method == "flow" else self.sandbox.refund)(self.token(payment), amount)

    def claim(self, payment: dict[str, Any]) -> None:
        """Claim a payment as the payer's bank; the notice of it is lost too."""
        self.sandbox.fault("drop", order=payment["id"], times=None)
        if self.method == "flow":
            self.sandbox.charge_back(self.token(payment))
        else:
            self.sandbox.move(self.token(payment), "charged_back")


def _placed(stack: Any, panel: Panel, tub: str) -> tuple[Guest, dict[str, Any]]:
    """Return a guest with an order for a tub and a bottle, and its payment."""
    guest, hour = Guest(stack), free_hour(stack.api_url, tub, after_days=12)
    held = guest.put({"lines": [{"service": tub, "start": hour, "guests": 2}],
                      "products": [{"product": "espumante", "quantity": 1}]})
    assert held.status_code == 201, held.text
    placed = guest.check_out(payment_method=panel.method)
    assert placed.status_code == 201, placed.text
    payment: dict[str, Any] = placed.json()["payment"]
    return guest, payment


def _paid(stack: Any, panel: Panel, tub: str) -> tuple[Guest, dict[str, Any]]:
    guest, payment = _placed(stack, panel, tub)
    panel.pay(payment)
    eventually(lambda: guest.look()["state"] == "confirmed", what="the confirmation")
    return guest, payment


def expired(stack: Any, guest: Guest) -> None:
    """Let the time to pay be over and the schedule end the order: nobody looks at it any more."""
    stack.client("dynamodb").update_item(
        TableName=stack.table("orders"), Key={"pk": {"S": guest.order}, "sk": {"S": "order"}},
        UpdateExpression="SET pay_until = :ago, due_at = :at",
        ExpressionAttributeValues={":ago": {"S": LONG_AGO}, ":at": {"N": "1767225600"}})

    def ended() -> bool:
        stack.client("lambda").invoke(FunctionName=stack.resources["PollPaymentsWorker"], Payload=b"{}")
        return bool(guest.look()["state"] == "expired")

    eventually(ended, seconds=60, every=2, what="the end of the order")


def night(stack: Any) -> None:
    """Compare today, as the schedule will tomorrow before dawn."""
    client = stack.client("lambda", read_timeout=300)
    payload = json.dumps({"day": _today()}).encode()
    answer = client.invoke(FunctionName=stack.resources["ReconcileDaysWorker"], Payload=payload)
    counts = json.loads(answer["Payload"].read())
    assert (counts.get("failed"), sum(counts.values())) == (0, 2), counts


def _today() -> str:
    return spa_date(SystemClock().now()).isoformat()


def _manager(stack: Any, path: str) -> Any:
    return Guest(stack).ask("GET", path, token=stack.staff("manager"))


def _items(stack: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        page = _manager(stack, f"/api/admin/pendientes{cursor and '?cursor=' + cursor}").json()
        found, cursor = found + page["items"], page["next"]
    return found


def _of(items: list[dict[str, Any]], *payments: dict[str, Any]) -> list[tuple[str, int]]:
    """Return which of these payments, by place, waits for a person and why."""
    places = {payment["id"]: place for place, payment in enumerate(payments)}
    return sorted((item["kind"], places[item["about"]["payment"]]) for item in items
                  if item["about"].get("payment") in places)


@pytest.mark.parametrize("method", ["flow", "mercadopago"])
def test_a_night_finds_what_a_day_has_lost_heals_it_and_a_second_finds_nothing_new(stack, method):
    panel = Panel(stack, method)
    for sandbox in (stack.flow, stack.mercadopago):
        sandbox.clear_faults()
    returned, claimed = _paid(stack, panel, "tina-llaima"), _paid(stack, panel, "tina-puyehue")
    lost = _placed(stack, panel, "tina-villarrica")
    expired(stack, lost[0])
    panel.pay(lost[1], heard=False)
    panel.give_back(returned[1], 5_000)
    panel.claim(claimed[1])
    strange = panel.sandbox.strange(7_001)
    ref = str(strange["number"] if method == "flow" else strange["token"])

    night(stack)
    orders = [guest.look() for guest, _ in (returned, claimed, lost)]
    assert [(order["state"], order["total"] - order["kept"]) for order in orders] == [
        ("confirmed", 5_000), ("confirmed", orders[1]["total"]), ("confirmed", 0)]
    waiting = _items(stack)
    assert _of(waiting, returned[1], claimed[1], lost[1]) == [("chargeback", 1), ("provider_refund", 0)]
    assert [item["about"]["theirs"] for item in waiting if item["about"].get("ref") == ref] == [7_001]

    day = _manager(stack, f"/api/admin/conciliacion/{_today()}").json()
    (seen,) = (one for one in day["methods"] if one["method"] == method)
    assert ("payment_unknown", 0, 7_001) in [(one["kind"], one["ours"], one["theirs"]) for one in seen["differences"]]
    mine = {payment["id"] for _, payment in (returned, claimed, lost)}
    assert [one for one in seen["differences"] if one["payment"] in mine] == []
    assert (seen["closed_at"], seen["looked_at"] is not None) == (None, True)
    sheet = _manager(stack, f"/api/admin/conciliacion/{_today()}/planilla")
    assert sheet.headers["Content-Type"].startswith("text/csv")
    assert all(sheet.text.count(payment) >= 1 for payment in mine)
    listed = _manager(stack, f"/api/admin/conciliacion?desde={_today()}&hasta={_today()}").json()["days"]
    assert [one["day"] for one in listed] == [_today()]

    night(stack)
    assert [guest.look()["history"] for guest, _ in (returned, claimed, lost)] == [one["history"] for one in orders]
    assert _of(_items(stack), returned[1], claimed[1], lost[1]) == [("chargeback", 1), ("provider_refund", 0)]
