"""What one guest gives up another takes from the waitlist, over HTTP, roles enforced."""

import json
from typing import Any

from tests.support.guest import Guest, eventually, free_hour, token_of

WAITER = {"name": "Berta Paz", "email": "berta.paz@aremko.cl"}
LONG_AGO = "2026-01-01T00:00:00Z"


class Waiter(Guest):
    """A guest on the waitlist."""

    entry: str
    token: str

    def join(self, services: list[str], day: str, key: str | None = None, **guest: str) -> Any:
        joined = self.ask("POST", "/api/espera", key=key, json={
            "services": services, "from": day, "to": day, "guests": 2, "guest": {**WAITER, **guest},
            "consents": {"policy": True}})
        if joined.status_code == 201:
            self.entry, self.token = joined.json()["entry"]["id"], joined.json()["token"]
        return joined

    def wait(self, method: str = "GET", path: str = "", **options: Any) -> Any:
        return self.ask(method, f"/api/espera/{self.entry}{path}", token=self.token, **options)

    def is_(self, state: str) -> Any:
        """Return the entry once it is in a state."""
        return eventually(lambda: (seen := self.wait().json())["state"] == state and seen, what=f"to be {state}")

    def is_mailed(self, *kinds: str) -> None:
        """Wait until she has got exactly these mails about her entry."""
        def got() -> list[str]:
            link = f"/espera/#{self.entry}."
            mails = (message["mail"] for message in self.stack.mail.messages())
            return sorted(mail["categories"][0] for mail in mails if link in mail["content"][0]["value"])

        eventually(lambda: got() == sorted(kinds), what=f"the mails {kinds}")


def test_an_hour_that_is_cancelled_is_taken_from_the_waitlist(stack):
    stack.flow.clear_faults()
    ana, hour = Guest(stack), free_hour(stack.api_url, "tina-villarrica", after_days=41)
    assert ana.hold("tina-villarrica", hour).status_code == 201
    stack.flow.pay(token_of(ana.check_out().json()["payment"]["url"]))
    eventually(lambda: ana.look()["state"] == "confirmed", what="the confirmation")

    berta = Waiter(stack)
    joins = [berta.join(["tina-villarrica", "masaje-relajacion"], hour[:10], key="wait-for-me-once") for _ in range(2)]
    assert [answer.status_code for answer in joins] == [201, 201], joins[0].text
    assert joins[0].content == joins[1].content
    carla = Waiter(stack)
    assert carla.join(["tina-villarrica"], hour[:10], email="carla@aremko.cl").status_code == 201
    assert carla.join(["tina-villarrica"], hour[:10], email="Carla@aremko.cl").json()["code"] == "already_waiting"

    given_up = ana.ask("POST", f"/api/reservas/{ana.order}/cambios", token=ana.order_token,
                       json={"action": "cancel_all"})
    assert given_up.status_code == 200, given_up.text
    offer = berta.is_("offered")["offer"]
    assert (offer["service"], offer["start"]) == ("tina-villarrica", hour)
    assert Guest(stack).hold("tina-villarrica", hour).status_code == 409

    assert berta.wait("DELETE").json()["state"] == "left"
    assert carla.is_("offered")["offer"]["start"] == hour
    carla.is_mailed("waitlist_joined", "waitlist_offered")
    opened = carla.wait("POST", "/oferta")
    assert opened.status_code == 200, opened.text
    carla.cart, carla.cart_token = opened.json()["cart"]["id"], opened.json()["token"]
    placed = carla.check_out()
    assert placed.status_code == 201, placed.text
    stack.flow.pay(token_of(placed.json()["payment"]["url"]))
    carla.is_("taken")
    order = eventually(lambda: (seen := carla.look())["state"] == "confirmed" and seen, what="her confirmation")
    assert [line["start"] for line in order["lines"]] == [hour]


def test_what_no_fact_tells_of_is_found_by_the_minute_and_lapses_by_it(stack):
    look_after = stack.resources["LookAfterWaitlistWorker"]

    def minute() -> None:
        stack.client("lambda").invoke(FunctionName=look_after, Payload=b"{}")

    other, hour = Guest(stack), free_hour(stack.api_url, "tina-puntiagudo", after_days=41)
    held = other.hold("tina-puntiagudo", hour).json()["cart"]
    berta = Waiter(stack)
    assert berta.join(["tina-puntiagudo", "masaje-relajacion"], hour[:10]).status_code == 201
    line = held["lines"][0]["id"]
    assert other.ask("DELETE", f"/api/carritos/{held['id']}/lineas/{line}", token=other.cart_token).status_code == 200
    minute()
    assert berta.is_("offered")["offer"]["start"] == hour

    key = {"pk": {"S": berta.entry}, "sk": {"S": "entry"}}
    table = stack.client("dynamodb")
    offer = json.loads(table.get_item(TableName=stack.table("waitlist"), Key=key)["Item"]["offer"]["S"])
    table.update_item(TableName=stack.table("waitlist"), Key=key, ExpressionAttributeNames={"#offer": "offer"},
                      UpdateExpression="SET #offer = :offer, turn = :ago, lapses = :one", ExpressionAttributeValues={
                          ":offer": {"S": json.dumps({**offer, "until": LONG_AGO})}, ":ago": {"S": LONG_AGO},
                          ":one": {"N": "1"}})
    berta.is_mailed("waitlist_joined", "waitlist_offered")
    minute()
    berta.is_("ended")
    lapsed = "waitlist_lapsed"
    eventually(lambda: any(lapsed in one["mail"]["categories"] for one in stack.mail.messages()), what="the last mail")
