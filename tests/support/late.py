"""A guest whose money comes when her hour is another's."""

from typing import Any

from tests.support.guest import Guest, eventually, free_hour, token_of

BOTTLE = {"product": "espumante", "quantity": 1}


def paid_late(stack: Any, tub: str, *codes: str) -> Guest:
    """Return a guest whose money came after another had bought her hour; the gift cards of these codes paid a part."""
    stack.flow.clear_faults()
    guest, hour = Guest(stack), free_hour(stack.api_url, tub, after_days=12)
    wanted = {"lines": [{"service": tub, "start": hour, "guests": 2}], "products": [BOTTLE]}
    assert guest.put(wanted).status_code == 201
    for code in codes:
        assert guest.put_card_in(code).status_code == 201
    payment = guest.check_out().json()["payment"]
    guest.out_of_time()

    def expired() -> bool:
        stack.client("lambda").invoke(FunctionName=stack.resources["PollPaymentsWorker"], Payload=b"{}")
        return bool(guest.look()["state"] == "expired")

    eventually(expired, seconds=60, every=2, what="the end of the order")
    guest.hours_lapse()
    rival = Guest(stack)
    assert rival.hold(tub, hour).status_code == 201
    stack.flow.pay(token_of(payment["url"]))
    eventually(lambda: guest.look()["choose_until"], what="the offer of other hours")
    return guest
