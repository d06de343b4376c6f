"""A guest buys everything there is in two carts, over HTTP, and pays in every way, roles enforced."""

from pydantic import TypeAdapter

from chalicelib.carts.lines import Line, timed
from tests.support.baskets import programme, some_of_all, tub_and_products
from tests.support.guest import Guest, eventually, free_hour, token_of

LINES = TypeAdapter(tuple[Line, ...])


def _lines(stack, order):
    """Return an order's lines as they are stored."""
    item = stack.client("dynamodb").get_item(TableName=stack.table("orders"), ConsistentRead=True, Key={
        "pk": {"S": order}, "sk": {"S": "order"}})["Item"]
    return LINES.validate_json(item["lines"]["S"])


def _ticks(lines):
    """Return what the lines should have for good: claims by partition, sort key and tick."""
    return {(*place.key, tick): line.id for line in timed(lines) for place in line.occupied.places
            for tick in place.ticks}


def _taken(stack, wanted):
    """Return who has these ticks for good."""
    found = {}
    for resource, day in {key[:2] for key in wanted}:
        sheet = stack.client("dynamodb").get_item(TableName=stack.table("calendar"), ConsistentRead=True, Key={
            "resource": {"S": resource}, "day": {"S": day}})["Item"]
        found |= {(resource, day, tick): mark["M"]["h"]["S"] for tick, mark in sheet.items()
                  if "M" in mark and "u" not in mark["M"]}
    return {key: owner for key, owner in found.items() if key in wanted}


def _left(stack, product):
    return int(stack.client("dynamodb").get_item(TableName=stack.table("catalog"), ConsistentRead=True, Key={
        "pk": {"S": "stock"}, "sk": {"S": product}})["Item"]["left"]["N"])


def _paid(guest, amount):
    """Return the confirmed order once so much is paid; a look may read the order just before its payment moved."""

    def found():
        order = guest.look()
        done = order["state"] == "confirmed" and order["paid"] == amount and order["payable"] == order["balance_due"]
        return order if done else None

    return eventually(found, what=f"{amount} paid")


def test_two_carts_with_everything_are_paid_in_every_way_and_take_what_they_name(stack):
    stack.flow.clear_faults()
    stack.mercadopago.clear_faults()
    guest = Guest(stack)
    get = lambda path: guest.ask("GET", path).json()  # noqa: E731
    day = free_hour(stack.api_url, "programa-refugio")[:10]
    body = some_of_all(day, get=get)
    cabin = next(line for line in body["lines"] if "nights" in line)
    body["lines"].append({"service": "desayuno", "start": cabin["start"], "guests": 2})
    body["products"] = tub_and_products(day, get=get)["products"]
    before = _left(stack, "espumante")

    held = guest.put(body)
    assert held.status_code == 201, held.text
    kinds = [line["service_kind"] or line["kind"] for line in held.json()["cart"]["lines"]]
    assert [kind for kind in kinds if kind != "discount"] == [
        "tub", "massage", "cabin", "cabin", "decoration", "breakfast", "product", "product", "product"]
    placed = guest.check_out(payment_method="mercadopago", pay="deposit").json()
    assert placed["payment"]["amount"] == placed["order"]["deposit"] < placed["order"]["total"]
    assert _left(stack, "espumante") == before - 3
    stack.mercadopago.pay(placed["payment"]["id"])
    order = _paid(guest, placed["order"]["deposit"])
    assert (order["state"], order["payable"]) == ("confirmed", order["total"] - order["deposit"])
    lines = _lines(stack, guest.order)
    assert _taken(stack, _ticks(lines)) == _ticks(lines)

    balance = guest.ask("POST", f"/api/reservas/{guest.order}/pagos", token=guest.order_token, json={"method": "flow"})
    stack.flow.pay(token_of(balance.json()["payment"]["url"]))
    order = _paid(guest, order["total"])
    assert (order["balance_due"], [payment["purpose"] for payment in order["payments"]]) == (0, ["deposit", "balance"])

    other = Guest(stack)
    assert other.put(programme(free_hour(stack.api_url, "programa-refugio")[:10], get=get)).status_code == 201
    payment = other.check_out(payment_method="transfer").json()["payment"]
    confirmed = other.ask("POST", f"/api/admin/pagos/{payment['id']}/confirmacion", token=stack.staff("reception"),
                          json={"amount": payment["amount"], "reference": "BANK-77"})
    assert confirmed.status_code == 200, confirmed.text
    assert other.look()["state"] == "confirmed"
    lines = _lines(stack, other.order)
    assert _taken(stack, _ticks(lines)) == _ticks(lines)
    assert len({key[:2] for key in _ticks(lines)}) >= 7  # two nights, two tubs, tables and therapists of two
    assert _left(stack, "espumante") == before - 3
