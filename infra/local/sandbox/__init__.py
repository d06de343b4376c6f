"""What the sandboxes of payment providers have in common: a memory, faults, notices, pages for bad days, a server."""

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any, Protocol

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from infra.local.ports import HOST

from .faults import Faults
from .notices import Notices
from .store import Document, Store

__all__ = ["Document", "Faults", "Notices", "Sandbox", "Store", "listen", "until_stopped"]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: addresses here carry tokens."""


def listen(port: int, app: Callable[..., Any]) -> BaseWSGIServer:
    """Return a silent server of an application on 127.0.0.1 (port 0: any free one). Raises OSError when it is taken."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    return make_server(HOST, port, app, threaded=True, request_handler=_Quiet)


class Sandbox:
    """A running sandbox of a payment provider: what every one of them can be asked."""

    def __init__(self, name: str, http: BaseWSGIServer, store: Store, faults: Faults, notices: Notices,
                 calls: list[tuple[str, str]]) -> None:
        self.url = f"http://{HOST}:{http.server_port}"
        self._http, self._store, self._faults, self._notices, self._calls = http, store, faults, notices, calls
        self._thread = threading.Thread(target=http.serve_forever, args=(0.05,), name=f"{name}-sandbox", daemon=True)
        self._thread.start()

    def fault(self, kind: str, **options: Any) -> None:
        """Arm a fault: order=our payment, on=path, times=1 (None: until cleared), seconds, value, copies."""
        self._faults.arm(kind, **options)

    def clear_faults(self) -> None:
        """Behave again."""
        self._faults.clear()

    def payments(self) -> list[Document]:
        """Return every payment, newest first."""
        return self._store.all("payments")

    def refunds(self) -> list[Document]:
        """Return every refund, newest first."""
        return self._store.all("refunds")

    def notices(self) -> list[dict[str, Any]]:
        """Return the notices sent to the merchant, oldest first: url, token, at, status (None: no answer)."""
        return self._notices.sent()

    def settle(self, seconds: float = 20.0) -> None:
        """Wait until late and repeated notices have been sent."""
        self._notices.settle(seconds)

    def calls(self, path: str | None = None) -> list[tuple[str, str]]:
        """Return the API calls received as (path, our payment), oldest first."""
        return [call for call in self._calls if path in (None, call[0])]

    def clear(self) -> None:
        """Forget payments, refunds, calls and faults."""
        self._store.clear()
        self._calls.clear()
        self._faults.clear()

    def stop(self) -> None:
        """Stop serving; payments and refunds stay in the state directory."""
        self._notices.stop()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)
        self._store.close()


class _Stoppable(Protocol):
    def stop(self) -> None: ...


def until_stopped(server: _Stoppable) -> None:
    """Wait for Ctrl-C, then stop a sandbox that runs by itself."""
    try:
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    finally:
        server.stop()
