"""Least privilege, seen in use: what the functions did on the local cloud, which enforces their roles."""

import json

import pytest

from chalicelib.aws.limits import FREE_PER_WINDOW
from infra.local import calls
from tests.support.guest import Guest, eventually, free_hour, token_of

# What no demo service needs: one whose resources are in two calendars is held with one batch read.
OTHER_CATALOGUES = {("carts", "dynamodb:BatchGetItem", "calendar")}

# What confirming by schedule needs. `rare` shows it by the function's own log, under enforced roles: in a long run the
# record of calls has been seen to lack the scheduled function's transaction.
SHOWN_BY_LOG = {("poll-payments", "dynamodb:UpdateItem", "calendar"), ("poll-payments", "dynamodb:PutItem", "payments")}


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
    """What the flow tests have no reason to do: go beyond a burst, repeat a check-out, deliver a message twice."""
    guest = Guest(stack)
    for _ in range(3 * FREE_PER_WINDOW):  # several containers may share the burst
        assert guest.ask("POST", "/api/carritos", json={"lines": "none"}).status_code in (400, 422)
        assert guest.ask("POST", "/api/webhooks/flow", data={"token": "?"}).status_code == 400
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


def test_no_function_did_what_it_is_not_granted(stack, everything, rare):
    assert stack.calls() - calls.granted(everything) == set()


def test_every_grant_was_used_by_the_flow_tests(stack, everything, rare, request):
    if not any("tests/flows/" in item.nodeid for item in request.session.items):
        pytest.skip("the flow tests are not part of this run")
    assert calls.granted(everything) - stack.calls() - SHOWN_BY_LOG == OTHER_CATALOGUES
