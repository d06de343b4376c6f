"""Flow for a laptop: its API, its payment page, its notices, and its bad days (faults.py).

    flow = serve(0, Path(".local/flow"), settings={"api_key": "k", "secret_key": "s"})
    flow.api_url                      what FLOW_API_URL is set to; flow.url is the list of payments with its buttons
    flow.pay(token)                   as the payer would on the hosted page; also reject, leave, coupon
    flow.fault("drop", order=payment) misbehave; also POST {flow.url}/_sandbox/faults {"kind": "drop", "order": …}
    flow.payments(), flow.refunds(), flow.notices(), flow.calls()

Hosted page: {flow.url}/app/web/pay.php?token=…; a refund's receiver: {flow.url}/app/web/refund.php?token=….
What Flow does not document and this sandbox had to choose: a payment out of time is annulled (4); paid and rejected
are announced to urlConfirmation, an annulment only by the browser's return; a notice is sent once, whatever the answer;
a refund that nobody accepts within ten days is canceled;
a day is settled at once, in one settlement.
"""

from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer

from infra.local.sandbox import Document, Faults, Notices, Sandbox, Store, listen
from infra.local.sandbox import pages as shared_pages

from . import api, pages, settlements, wire
from .desk import Desk
from .faults import WORDS

__all__ = ["DEFAULT_API_KEY", "DEFAULT_SECRET_KEY", "Server", "serve"]

DEFAULT_API_KEY = "flow-local-api-key"
DEFAULT_SECRET_KEY = "flow-local-secret-key"
PAY_PAGE = "/app/web/pay.php"
FIRST_ORDER = 3_567_801  # flowOrder of the first payment: a number that looks like Flow's
TIMEOUT_SECONDS = 15


class Server(Sandbox):
    """A running sandbox.

    Its payments carry commerceOrder, token, number (flowOrder), status, amount …; its refunds refundCommerceOrder,
    commerceOrder, token, status, amount …; faults are armed by commerceOrder.
    """

    def __init__(self, http: BaseWSGIServer, desk: Desk, faults: Faults) -> None:
        super().__init__("flow", http, desk.store, faults, desk.notices, desk.calls)
        self.api_url = f"{self.url}/api"
        self._desk = desk

    def pay(self, token: str, *, force: bool = False) -> Document:
        """Pay as the guest would and notify the merchant; `force` also after the time is over. Return the payment."""
        return self._desk.pay(token, force=force)

    def reject(self, token: str) -> Document:
        """Have the bank refuse the card, and notify the merchant."""
        return self._desk.reject(token)

    def leave(self, token: str) -> Document:
        """Annul the payment as the guest would; the merchant is not notified."""
        return self._desk.leave(token)

    def coupon(self, token: str) -> Document:
        """Choose to pay later in cash: the payment stays pending."""
        return self._desk.coupon(token)

    def accept_refund(self, token: str, *, slow: bool = False) -> Document:
        """Accept a refund as its receiver, and notify the merchant; `slow`: the money waits for `pay_out_refund`."""
        return self._desk.accept_refund(token, slow=slow)

    def pay_out_refund(self, token: str) -> Document:
        """Let the money of an accepted refund arrive; the merchant is not notified."""
        return self._desk.pay_out_refund(token)

    def cancel_refund(self, token: str) -> Document:
        """Withdraw a refund in the merchant's panel; nobody is notified."""
        return self._desk.cancel_refund(token)

    def refund_in_panel(self, token: str, amount: int) -> None:
        """Give money back in the merchant's panel; nobody is notified."""
        settlements.give_back(self._desk.store, token, self._desk.now(), amount)

    def charge_back(self, token: str, *, won: bool = False) -> None:
        """Have the payer's bank claim a payment, or (`won`) give it back; nobody is notified."""
        settlements.claim(self._desk.store, token, self._desk.now(), won=won)

    def charge(self, token: str, fee: int) -> None:
        """Keep so much of a payment."""
        self._desk.store.change("payments", token, lambda payment: {**payment, "fee": fee})

    def strange(self, amount: int, order: str = "caja-1") -> Document:
        """Be paid something that the merchant never asked for; it is not notified."""
        nobody = {"commerceOrder": order, "subject": "Link de pago", "email": "x@correo.cl", "amount": str(amount),
                  "urlConfirmation": "", "urlReturn": ""}
        opened = self._desk.open(nobody)
        paid = {"status": wire.PAID, "paid_at": self._desk.now()}
        return self._desk.store.change("payments", opened["token"], lambda payment: {**payment, **paid})[0]

    def reject_refund(self, token: str) -> Document:
        """Decline a refund as its receiver, and notify the merchant."""
        return self._desk.reject_refund(token)


def serve(port: int, state_dir: Path, *, settings: dict[str, Any]) -> Server:
    """Start the sandbox on 127.0.0.1 (port 0: any free one) and return it.

    `settings`: api_key, secret_key (default DEFAULT_…), public_url (of the hosted page, default the server's own),
    now (a clock in epoch seconds) and refund_seconds (from a receiver's yes to the pay-out, default 0).
    Raises OSError when the port is taken.
    """
    faults = Faults(WORDS)
    chosen = {name: settings[name] for name in ("now", "refund_seconds") if name in settings}
    store = Store(state_dir / "flow.sqlite3", FIRST_ORDER)
    desk = Desk(store, Notices(faults, timeout_seconds=TIMEOUT_SECONDS), **chosen)
    address: list[str] = []
    app = Flask(__name__)
    app.jinja_env.globals |= {
        "provider": "Flow", "colour": "#0b5cad", "package": "flow", "order_name": "commerceOrder"}
    app.register_blueprint(shared_pages.build(faults))
    app.register_blueprint(
        api.build(
            desk,
            faults,
            api_key=settings.get("api_key", DEFAULT_API_KEY),
            secret_key=settings.get("secret_key", DEFAULT_SECRET_KEY),
            page_url=lambda: address[0] + PAY_PAGE,
        )
    )
    app.register_blueprint(pages.build(desk, faults))
    server = Server(listen(port, app), desk, faults)
    address.append(str(settings.get("public_url") or server.url).rstrip("/"))
    return server
