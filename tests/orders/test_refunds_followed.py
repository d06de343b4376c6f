"""A refund that the provider carries out later is asked after until the money is out."""

from tests.orders.test_paying import refund
from tests.support.spa import Placed, Spa, line


def _late(spa: Spa, *, asked: bool = True) -> Placed:
    """Let a guest pay when the hour is somebody else's, and want it back; it is `asked` for, or its message is lost."""
    order = spa.place()
    spa.clock.advance(minutes=26)
    spa.poll()
    spa.open_cart(line())
    spa.provider.pay(order.payment)
    order.webhook()
    assert spa.client.post(f"/api/reservas/{order.id}/devolucion", {}, token=order.token).status == 200
    if asked:
        refund(spa, order)
    return order


def test_a_refund_that_waits_is_asked_after_every_hour_and_told_once(spa: Spa) -> None:
    spa.provider.refunds_wait = True
    order = _late(spa)
    assert order.view()["payments"][0]["refunds"][0]["state"] == "requested"
    assert spa.poll() == {"looked": 0, "failed": 0}
    for _ in range(3):
        spa.clock.advance(hours=1)
        assert spa.poll() == {"looked": 1, "failed": 0}
    spa.provider.refunds_wait = False
    spa.clock.advance(hours=1)
    spa.poll()
    view = order.view()
    [refund] = view["payments"][0]["refunds"]
    assert (view["state"], view["refunded"], refund["state"]) == ("expired", 50_000, "refunded")
    assert order.facts()[-2:] == ["payment.refund_requested", "payment.refunded"]
    spa.clock.advance(hours=5)
    spa.poll()
    assert spa.poll() == {"looked": 0, "failed": 0}
    assert len(spa.provider.refunds) == 1


def test_a_refund_the_queue_could_not_ask_for_is_asked_for_by_polling_once(spa: Spa) -> None:
    order = _late(spa, asked=False)
    spa.provider.down = True
    spa.clock.advance(minutes=20)
    assert spa.poll() == {"looked": 1, "failed": 0}
    assert order.view()["payments"][0]["refunds"][0]["state"] == "due"
    spa.provider.down = False
    for _ in range(3):
        spa.clock.advance(minutes=1)
        spa.poll()
    view = order.view()
    assert (view["refunded"], view["payments"][0]["refunds"][0]["state"]) == (50_000, "refunded")
    assert len(spa.provider.refunds) == 1


def test_a_provider_that_is_down_is_asked_about_a_refund_again(spa: Spa) -> None:
    spa.provider.refunds_wait = True
    order = _late(spa)
    spa.provider.down = True
    spa.clock.advance(hours=1)
    assert spa.poll() == {"looked": 1, "failed": 0}
    spa.provider.down, spa.provider.refunds_wait = False, False
    spa.clock.advance(minutes=1)
    spa.poll()
    assert order.view()["payments"][0]["refunds"][0]["state"] == "refunded"
