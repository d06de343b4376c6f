"""Flow for a laptop: its API, its payment page, its notices, and its bad days (faults.py).

    flow = serve(0, Path(".local/flow"), settings={"api_key": "k", "secret_key": "s"})
    flow.api_url                      what FLOW_API_URL is set to; flow.url is the list of payments with its buttons
    flow.pay(token)                   as the payer would on the hosted page; also reject, leave, coupon
    flow.fault("drop", order=payment) misbehave; also POST {flow.url}/_sandbox/faults {"kind": "drop", "order": …}
    flow.payments(), flow.refunds(), flow.notices(), flow.calls()

Hosted page: {flow.url}/app/web/pay.php?token=…; a refund's receiver: {flow.url}/app/web/refund.php?token=….
What Flow does not document and this sandbox had to choose: a payment out of time is annulled (4); paid and rejected
are announced to urlConfirmation, an annulment only by the browser's return; a notice is sent once, whatever the answer.
"""

import logging
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from . import api, pages
from .desk import Desk
from .faults import Faults
from .notices import Notices
from .store import Document, Store

__all__ = ["DEFAULT_API_KEY", "DEFAULT_SECRET_KEY", "Server", "serve"]

HOST = "127.0.0.1"
DEFAULT_API_KEY = "flow-local-api-key"
DEFAULT_SECRET_KEY = "flow-local-secret-key"
PAY_PAGE = "/app/web/pay.php"


class Server:
    """A running sandbox."""

    def __init__(self, http: BaseWSGIServer, desk: Desk, faults: Faults) -> None:
        self.url = f"http://{HOST}:{http.server_port}"
        self.api_url = f"{self.url}/api"
        self._http, self._desk, self._faults = http, desk, faults
        self._thread = threading.Thread(target=http.serve_forever, name="flow-sandbox", daemon=True)
        self._thread.start()

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

    def accept_refund(self, token: str) -> Document:
        """Accept a refund as its receiver, and notify the merchant."""
        return self._desk.accept_refund(token)

    def reject_refund(self, token: str) -> Document:
        """Decline a refund as its receiver, and notify the merchant."""
        return self._desk.reject_refund(token)

    def fault(self, kind: str, **options: Any) -> None:
        """Arm a fault: order=commerceOrder, on=path, times=1 (None: until cleared), seconds, value, copies."""
        self._faults.arm(kind, **options)

    def clear_faults(self) -> None:
        """Behave again."""
        self._faults.clear()

    def payments(self) -> list[Document]:
        """Return every payment, newest first: commerceOrder, token, number (flowOrder), status, amount …"""
        return self._desk.store.all("payments")

    def refunds(self) -> list[Document]:
        """Return every refund, newest first: refundCommerceOrder, commerceOrder, token, status, amount …"""
        return self._desk.store.all("refunds")

    def notices(self) -> list[dict[str, Any]]:
        """Return the notices sent to the merchant: url, token, at, status."""
        return self._desk.notices.sent()

    def settle(self, seconds: float = 20.0) -> None:
        """Wait until late and repeated notices have been sent."""
        self._desk.notices.settle(seconds)

    def calls(self, path: str | None = None) -> list[tuple[str, str]]:
        """Return the API calls received as (path, commerceOrder), oldest first."""
        return [call for call in self._desk.calls if path in (None, call[0])]

    def clear(self) -> None:
        """Forget payments, refunds and faults."""
        self._desk.store.clear()
        self._desk.calls.clear()
        self._faults.clear()

    def stop(self) -> None:
        """Stop serving; payments and refunds stay in the state directory."""
        self._desk.notices.stop()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)
        self._desk.store.close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: addresses here carry tokens."""


def serve(port: int, state_dir: Path, *, settings: dict[str, Any]) -> Server:
    """Start the sandbox on 127.0.0.1 (port 0: any free one) and return it.

    `settings`: api_key, secret_key (default DEFAULT_…), public_url (of the hosted page, default the server's own),
    now (a clock in epoch seconds) and refund_seconds (from a receiver's yes to the pay-out, default 0).
    Raises OSError when the port is taken.
    """
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    faults = Faults()
    chosen = {name: settings[name] for name in ("now", "refund_seconds") if name in settings}
    desk = Desk(Store(state_dir / "flow.sqlite3"), Notices(faults), **chosen)
    address: list[str] = []
    app = Flask(__name__)
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
    http = make_server(HOST, port, app, threaded=True, request_handler=_Quiet)
    server = Server(http, desk, faults)
    address.append(str(settings.get("public_url") or server.url).rstrip("/"))
    return server
