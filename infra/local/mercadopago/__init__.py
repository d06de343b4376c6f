"""Mercado Pago for a laptop: preferences, payments, refunds, its payment page, its webhooks, its bad days (faults.py).

    mp = serve(0, Path(".local/mercadopago"), settings={"access_token": "TEST-…", "webhook_secret": "s"})
    mp.url, mp.api_url                 MERCADOPAGO_API_URL, and the list of payments with its buttons
    mp.pay(preference or external_reference, card="FUND")      as on the hosted page; also reject, cash
    mp.move(payment, "charged_back")   anything that befalls a payment later; also refund, finish_refund
    mp.fault("drop", order=external_reference)     also POST {mp.url}/_sandbox/faults {"kind": "drop", "order": …}
    mp.payments(), mp.refunds(), mp.notices(), mp.calls()

What Mercado Pago does not document and this sandbox had to choose: three cuotas without interest, 1.5 % each beyond;
3.19 % and IVA of commission; money released after 10 days; a webhook sent again carries its first signature; a search
without `sort` shows the newest first; a preference may be paid twice.
"""

import time
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer

from infra.local.sandbox import Document, Faults, Notices, Sandbox, Store, listen
from infra.local.sandbox import pages as shared_pages

from . import api, pages, reports
from .desk import Closed, Desk
from .faults import OWN
from .hooks import Hooks
from .states import check_state

__all__ = ["DEFAULT_ACCESS_TOKEN", "DEFAULT_WEBHOOK_SECRET", "Closed", "Server", "serve"]

DEFAULT_ACCESS_TOKEN = "TEST-mercadopago-local-access-token"
DEFAULT_WEBHOOK_SECRET = "mercadopago-local-webhook-secret"
TIMEOUT_SECONDS = 22
RETRY_SECONDS = (1.0, 3.0, 9.0)  # the real one comes again after minutes, hours and days


class Server(Sandbox):
    """A running sandbox.

    Its payments carry token (the id), order (external_reference), preference, status, detail, amount, installments …;
    its refunds token, payment, order, amount, status; faults are armed by external_reference.
    """

    def __init__(self, http: BaseWSGIServer, desk: Desk, faults: Faults) -> None:
        super().__init__("mercadopago", http, desk.store, faults, desk.hooks.notices, desk.calls)
        self.api_url = self.url
        self._desk = desk

    def pay(self, reference: str, *, card: str = "APRO", installments: int = 1, wallet: bool = False,
            force: bool = False) -> Document:
        """Pay as the guest would (`card`: the holder's name), notify the merchant, return the payment.

        `reference` is a preference's id or an external_reference (its newest preference). Raises KeyError for an
        unknown one and Closed when its time is over, unless `force`.
        """
        preference = self._desk.preference(reference)
        if wallet:
            return self._desk.by_wallet(preference, force=force)
        return self._desk.by_card(preference, holder=card, installments=installments, force=force)

    def reject(self, reference: str, detail: str = "cc_rejected_other_reason") -> Document:
        """Have the bank refuse the guest's card, and notify the merchant.

        Raises as `pay`, and ValueError for an unknown reason.
        """
        state = check_state("rejected", detail)
        return self._desk.attempt(self._desk.preference(reference), state, method="master", type="credit_card")

    def cash(self, reference: str) -> Document:
        """Choose to pay later in cash: a pending payment, and a notice. Raises as `pay`."""
        return self._desk.by_cash(self._desk.preference(reference))

    def move(self, payment: str, status: str, detail: str | None = None) -> Document:
        """Put a payment into any state of states.DETAILS and notify the merchant. Raises KeyError, ValueError."""
        return self._desk.move(payment, status, detail)

    def configure_reports(self) -> None:
        """Let there be settlement reports, as their configuration in the panel does."""
        reports.configure(self._desk, {})

    def charge(self, payment: str, fee: int) -> None:
        """Keep so much of a payment, as its settlement report alone will tell."""
        self._desk.store.change("payments", payment, lambda one: {**one, "kept": fee})

    def strange(self, amount: int, order: str = "caja-1") -> Document:
        """Be paid something that the merchant never asked for."""
        asked = {"items": [{"title": "Link de pago", "quantity": 1, "unit_price": amount}], "external_reference": order}
        return self._desk.by_card(self._desk.open(asked, None), holder="APRO")

    def refund(self, payment: str, amount: int | None = None, *, source: str = "collector") -> Document:
        """Give money back in Mercado Pago's panel and notify the merchant. Raises KeyError, MercadoPagoError."""
        return self._desk.refund(payment, amount, key=pages.panel_key(), source=source)

    def finish_refund(self, refund: str, status: str = "approved") -> Document:
        """End a refund that was left in process ("approved", "rejected") and notify the merchant. Raises KeyError."""
        return self._desk.finish_refund(refund, status)

    def notify(self, payment: str, action: str = "payment.updated") -> None:
        """Send the notices of a payment once more. Raises KeyError."""
        self._desk.hooks.tell(self._desk.payment(payment), action)

    def ipn(self, payment: str, topic: str = "payment") -> None:
        """Send the older, unsigned form of notice (payment, merchant_order, chargebacks). Raises KeyError."""
        self._desk.hooks.ipn(self._desk.payment(payment), topic=topic)

    def payments(self) -> list[Document]:
        """Return every payment as it stands now, newest first."""
        return self._desk.payments()

    def preferences(self) -> list[Document]:
        """Return every preference, newest first: token (the id), order, asked (what the merchant sent)."""
        return self._desk.store.all("preferences")


def serve(port: int, state_dir: Path, *, settings: dict[str, Any]) -> Server:
    """Start the sandbox on 127.0.0.1 (port 0: any free one) and return it.

    `settings`: access_token, webhook_secret (default DEFAULT_…), public_url (of the hosted page, default the server's
    own), now (a clock in epoch seconds), localhost (tolerate back_urls on this machine, default False as the real one),
    ts_unit ("ms" or "s"), retry_seconds (pauses before a notice is sent again) and webhook_url (where to without a
    notification_url). Raises OSError when the port is taken.
    """
    faults = Faults(OWN)
    notices = Notices(faults, timeout_seconds=TIMEOUT_SECONDS,
                      retry_seconds=tuple(settings.get("retry_seconds", RETRY_SECONDS)))
    now = settings.get("now", time.time)
    hooks = Hooks(notices, faults, settings.get("webhook_secret", DEFAULT_WEBHOOK_SECRET), now,
                  settings.get("ts_unit", "ms"), settings.get("webhook_url"))
    desk = Desk(Store(state_dir / "mercadopago.sqlite3"), hooks, faults, now)
    address: list[str] = []
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.globals |= {"provider": "Mercado Pago", "colour": "#00699e", "package": "mercadopago",
                              "order_name": "external_reference"}
    app.register_blueprint(shared_pages.build(faults))
    app.register_blueprint(api.build(
        desk, faults, access_token=settings.get("access_token", DEFAULT_ACCESS_TOKEN),
        page_url=lambda: address[0] + pages.PAY_PAGE, localhost=bool(settings.get("localhost", False))))
    app.register_blueprint(pages.build(desk, faults))
    server = Server(listen(port, app), desk, faults)
    address.append(str(settings.get("public_url") or server.url).rstrip("/"))
    return server
