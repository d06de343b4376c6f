"""A visit comes near and is over, on the local cloud: the schedule states it, and the guest gets her mails."""

import json
from datetime import UTC, datetime, timedelta

from chalicelib.notifications import wording
from tests.support.guest import Guest, eventually, free_hour, token_of

LONG_AGO = "2026-01-01T00:00:00+00:00"


def _brought_near(stack, order, hours):
    """Write the order as if it had been confirmed long ago and its visit began in so many hours."""
    table, db = stack.table("orders"), stack.client("dynamodb")
    key = {"pk": {"S": order}, "sk": {"S": "order"}}
    lines = json.loads(db.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]["lines"]["S"])
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours)
    lines[0] |= {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}
    db.update_item(TableName=table, Key=key, UpdateExpression="SET #lines = :lines, follow_up_at = :at",
                   ExpressionAttributeNames={"#lines": "lines"},
                   ExpressionAttributeValues={":lines": {"S": json.dumps(lines)}, ":at": {"N": "1"}})
    facts = db.query(TableName=table, KeyConditionExpression="pk = :order AND begins_with(sk, :fact)",
                     ExpressionAttributeValues={":order": {"S": order}, ":fact": {"S": "fact#"}})["Items"]
    for fact in facts:
        db.update_item(TableName=table, Key={"pk": fact["pk"], "sk": fact["sk"]}, UpdateExpression="SET #at = :at",
                       ExpressionAttributeNames={"#at": "at"}, ExpressionAttributeValues={":at": {"S": LONG_AGO}})
    return start


def test_a_guest_is_reminded_the_day_before_and_thanked_the_day_after_each_once(stack):
    stack.flow.clear_faults()
    guest = Guest(stack)
    guest.hold("tina-llaima", free_hour(stack.api_url, "tina-llaima", after_days=12))
    stack.flow.pay(token_of(guest.check_out().json()["payment"]["url"]))
    eventually(lambda: guest.look()["state"] == "confirmed", what="the confirmation")

    def mails(subject):
        return [one for one in stack.mail.messages() if one["mail"]["subject"] == subject
                and any(guest.order in part["value"] for part in one["mail"]["content"])]

    def stated():
        for _ in range(2):
            stack.client("lambda").invoke(FunctionName=stack.resources["FollowUpVisitsWorker"], Payload=b"{}")
        return [one["type"] for one in guest.look()["history"] if one["type"].startswith("order.visit")]

    start = _brought_near(stack, guest.order, hours=20)
    assert stated() == ["order.visit_near"]
    reminder = wording.text("visit_near.subject", "es", begins=wording.moment(start, "es"))
    eventually(lambda: mails(reminder), what="the reminder")
    _brought_near(stack, guest.order, hours=-40)
    assert stated() == ["order.visit_near", "order.visit_over"]
    eventually(lambda: mails(wording.text("visit_over.subject", "es")), what="the thanks")
    assert (len(mails(reminder)), len(mails(wording.text("visit_over.subject", "es")))) == (1, 1)
