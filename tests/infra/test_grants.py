"""Least privilege, seen in use: what the functions did on the local cloud, which enforces their roles."""

import json

import pytest

from chalicelib.aws.limits import FREE_PER_WINDOW
from infra.local import calls
from tests.support.guest import Guest, eventually, free_hour, token_of

# What confirming and ending by schedule need. `rare` shows it by the function's own log, under enforced roles: in a
# long run the record of calls has been seen to lack the scheduled function's transaction.
SHOWN_BY_LOG = {("poll-payments", "dynamodb:UpdateItem", "calendar"), ("poll-payments", "dynamodb:PutItem", "payments"),
                ("poll-payments", "dynamodb:UpdateItem", "catalog")}


def _first_fact(stack, order):
    """Return the notification of an order's confirmation as its queue carried it."""
    items = stack.client("dynamodb").query(
        TableName=stack.table("orders"), KeyConditionExpression="pk = :order AND begins_with(sk, :fact)",
        ExpressionAttributeValues={":order": {"S": order}, ":fact": {"S": "fact#"}})["Items"]
    fact = next(item for item in items if item["type"]["S"] == "order.confirmed")
    return json.dumps({"id": fact["sk"]["S"].removeprefix("fact#"), "order": order, "type": fact["type"]["S"],
                       "at": fact["at"]["S"], "trace": fact["trace"]["S"], "data": json.loads(fact["data"]["S"])})


@pytest.fixture(scope="module")
def rare(stack):
    """What the flow tests have no reason to do: go beyond a burst, repeat a check-out, deliver twice, pay too late."""
    guest = Guest(stack)
    for _ in range(3 * FREE_PER_WINDOW):  # several containers may share the burst
        assert guest.ask("POST", "/api/carritos", json={"lines": "none"}).status_code in (400, 422)
        assert guest.ask("POST", "/api/webhooks/flow", data={"token": "?"}).status_code == 400
        assert _confirm(stack, guest, "pay_nobodys").status_code in (404, 422)
        assert _seen_to(stack, guest, "nothing").status_code == 404
        assert guest.ask("POST", "/api/espera", json={"services": []}).status_code == 422
        for verb in ("cambios", "devolucion"):
            assert guest.ask("POST", f"/api/admin/reservas/nobodys/{verb}", token=stack.staff("reception"),
                             json={"action": "cancel_all"} if verb == "cambios" else {}).status_code == 404
    assert guest.ask("GET", "/api/productos").status_code == 200
    for listed in ("transferencias", "pendientes"):
        made_up = guest.ask("GET", f"/api/admin/{listed}?cursor=made.up", token=stack.staff("reception"))
        assert (made_up.status_code, made_up.json()["code"]) == (400, "cursor_invalid")
    hour = free_hour(stack.api_url, "tina-llaima")
    guest.ask("GET", f"/api/disponibilidad?categoria=cabanas&desde={hour[:10]}&personas=2")

    assert guest.hold("tina-llaima", hour).status_code == 201
    first, again = guest.check_out(key="the-same-check-out"), guest.check_out(key="the-same-check-out")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    stack.flow.pay(token_of(first.json()["payment"]["url"]))

    def mails():
        return [one for one in stack.mail.messages() if guest.order in one["mail"]["subject"]]

    eventually(mails, what="the mail")
    stack.client("sqs").send_message(QueueUrl=stack.queue_url("notifications"),
                                     MessageBody=_first_fact(stack, guest.order))
    eventually(lambda: any("mail was sent before" in line for line in stack.logs("send-mails")), what="the repetition")
    assert len(mails()) == 1
    _confirmed_by_schedule(stack)
    _paid_too_late(stack)
    _given_back(stack)
    _seen_to_once(stack, guest)
    return guest


def _confirmed_by_schedule(stack):
    """Lose a webhook and run the schedule's function by hand until it confirms the order."""
    guest, poll = Guest(stack), stack.resources["PollPaymentsWorker"]
    assert guest.hold("tina-puyehue", free_hour(stack.api_url, "tina-puyehue")).status_code == 201
    payment = guest.check_out().json()["payment"]
    stack.flow.clear_faults()
    stack.flow.fault("drop", order=payment["id"])
    stack.flow.pay(token_of(payment["url"]))

    def confirmed():
        stack.client("lambda").invoke(FunctionName=poll, Payload=b"{}")
        return guest.look()["state"] == "confirmed"

    eventually(confirmed, seconds=120, every=5, what="the look at the payment")
    eventually(lambda: any("order confirmed" in line and guest.order in line for line in stack.logs("poll-payments")),
               what="the log of poll-payments")


def test_who_counts_its_callers_and_keeps_its_answers_may_write_that_down(everything):
    from app import app

    granted = {one.name: set(one.tables.get("requests", [])) for one in everything if one.module}
    for area, routes in app.areas.items():
        counts = {"UpdateItem"} if any(route.limit for route in routes.table) else set()
        keeps = {"GetItem", "PutItem"} if any(route.idempotent for route in routes.table) else set()
        assert granted[area] == counts | keeps, area


def _confirm(stack, guest, payment, amount=1, key=None):
    return guest.ask("POST", f"/api/admin/pagos/{payment}/confirmacion", token=stack.staff("reception"), key=key,
                     json={"amount": amount, "reference": "BANK-1"})


def _seen_to(stack, guest, item, key=None):
    return guest.ask("POST", f"/api/admin/pendientes/{item}/resolucion", token=stack.staff("reception"), key=key,
                     json={"note": "Visto."})


def _seen_to_once(stack, guest):
    """Let a person close, twice under one key, something that waits for one."""
    item = {"pk": "chargeback.tests.1", "kind": "chargeback", "about": "{}", "state": "open",
            "opened_at": "2026-01-01T00:00:00.000000+0000"}
    stack.client("dynamodb").put_item(TableName=stack.table("items"), Item={k: {"S": v} for k, v in item.items()})
    listed = guest.ask("GET", "/api/admin/pendientes", token=stack.staff("reception"))
    assert item["pk"] in [one["key"] for one in listed.json()["items"]]
    answers = [_seen_to(stack, guest, item["pk"], key="seen-to-by-a-person") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


def _paid_too_late(stack):
    """Let two orders with a bottle expire, and then pay them: by Flow, and by a transfer that staff find, twice."""
    by_flow, by_bank = (_expiring(stack, method) for method in ("flow", "transfer"))

    def expired():
        stack.client("lambda").invoke(FunctionName=stack.resources["PollPaymentsWorker"], Payload=b"{}")
        return all(guest.look()["state"] == "expired" for guest, _ in (by_flow, by_bank))

    eventually(expired, seconds=60, every=2, what="the end of two orders")
    guest, payment = by_flow
    eventually(lambda: any("order expired" in line and guest.order in line for line in stack.logs("poll-payments")),
               what="the log of poll-payments")
    stack.flow.clear_faults()
    stack.flow.pay(token_of(payment["url"]))
    eventually(lambda: guest.look()["state"] == "confirmed", what="late money's confirmation")
    guest, payment = by_bank
    answers = [_confirm(stack, guest, payment["id"], payment["amount"], key="seen-and-seen-again") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert guest.look()["state"] == "confirmed"


def _given_back(stack):
    """Let a refund be declined, another lapse unnoticed until the schedule asks, and staff transfer a third."""
    declined, lapsed = (_owed_back(stack, tub) for tub in ("tina-tronador", "tina-puyehue"))
    stack.flow.reject_refund(_refund_token(stack, declined))
    eventually(lambda: _refund_states(declined) == ["rejected"], what="the refusal")
    stack.flow.cancel_refund(_refund_token(stack, lapsed))
    _due_now(stack, lapsed)

    def cancelled():
        stack.client("lambda").invoke(FunctionName=stack.resources["PollPaymentsWorker"], Payload=b"{}")
        return _refund_states(lapsed) == ["cancelled"]

    eventually(cancelled, seconds=60, every=2, what="the look at a refund")
    by_hand = _owed_back(stack, "tina-llaima", method="transfer")
    (refund,) = [one["id"] for payment in by_hand.look()["payments"] for one in payment["refunds"]]
    said = by_hand.ask("POST", f"/api/admin/devoluciones/{refund}", token=stack.staff("reception"),
                       json={"outcome": "refunded", "reference": "BANK-2"})
    assert (said.status_code, _refund_states(by_hand)) == (200, ["refunded"])
    listed = by_hand.ask("GET", "/api/admin/pendientes", token=stack.staff("reception")).json()["items"]
    waiting = {one["about"].get("order"): one["kind"] for one in listed}
    assert [waiting.get(guest.order) for guest in (declined, lapsed, by_hand)] == [
        "refund_rejected", "refund_cancelled", None]


def _owed_back(stack, tub, method="flow"):
    """Return a guest who paid twice, the second time by `method`; that money's refund has been asked for."""
    guest = Guest(stack)
    assert guest.hold(tub, free_hour(stack.api_url, tub)).status_code == 201
    second = guest.check_out(payment_method=method).json()["payment"]
    stack.flow.clear_faults()
    if method == "flow":
        stack.flow.reject(token_of(second["url"]))
        eventually(lambda: guest.look()["payments"][0]["state"] == "rejected", what="the rejection")
    first = guest.ask("POST", f"/api/reservas/{guest.order}/pagos", token=guest.order_token, json={"method": "flow"})
    stack.flow.pay(token_of(first.json()["payment"]["url"]))
    eventually(lambda: guest.look()["state"] == "confirmed", what="the confirmation")
    if method == "flow":
        stack.flow.pay(token_of(second["url"]), force=True)
    else:
        assert _confirm(stack, guest, second["id"], second["amount"]).status_code == 200
    eventually(lambda: _refund_states(guest) == ["requested"], what="the request for a refund")
    return guest


def _refund_states(guest):
    return [one["state"] for payment in guest.look()["payments"] for one in payment["refunds"]]


def _refund_token(stack, guest):
    ours = [one["id"] for payment in guest.look()["payments"] for one in payment["refunds"]]
    return next(one["token"] for one in stack.flow.refunds() if one["refundCommerceOrder"] in ours)


def _due_now(stack, guest):
    """Let the schedule find that it is time to look at the guest's order."""
    stack.client("dynamodb").update_item(
        TableName=stack.table("orders"), Key={"pk": {"S": guest.order}, "sk": {"S": "order"}},
        UpdateExpression="SET due_at = :at", ConditionExpression="attribute_exists(due)",
        ExpressionAttributeValues={":at": {"N": "1767225600"}})


def _expiring(stack, method):
    """Return a guest with an order whose time to pay is over, and its payment."""
    guest, hour = Guest(stack), free_hour(stack.api_url, "tina-tronador")
    held = guest.put({"lines": [{"service": "tina-tronador", "start": hour, "guests": 2}],
                      "products": [{"product": "espumante", "quantity": 1}]})
    assert held.status_code == 201, held.text
    payment = guest.check_out(payment_method=method).json()["payment"]
    guest.out_of_time()
    return guest, payment


def test_no_function_did_what_it_is_not_granted(stack, everything, rare):
    assert stack.calls() - calls.granted(everything) == set()


def test_every_grant_was_used_by_the_flow_tests(stack, everything, rare, request):
    if not any("tests/flows/" in item.nodeid for item in request.session.items):
        pytest.skip("the flow tests are not part of this run")
    assert sorted(calls.granted(everything) - stack.calls() - SHOWN_BY_LOG) == []
