"""Calling the merchant back: the server-to-server POST of a token, as Flow does it (PROVIDERS.md §A.5, §A.8)."""

import http.client
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from .faults import NOTICES, Faults

TIMEOUT_SECONDS = 15
_KEPT = 200


class Notices:
    """Sends notices from threads of their own, and remembers how each was answered."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._sent: list[dict[str, Any]] = []
        self._stopped = threading.Event()

    def send(self, url: str, token: str, *, order: str, wait_seconds: float = 3.0) -> None:
        """POST the token to `url`; return when that is done or after `wait_seconds`, unless a fault says otherwise."""
        fault = self._faults.take(NOTICES, order=order)
        kind = fault.kind if fault else ""
        if kind == "drop":
            return
        late = fault.seconds if fault and kind in ("delay", "reorder") else 0.0
        copies = fault.copies if fault and kind == "duplicate" else 1
        thread = threading.Thread(target=self._run, args=(url, token, copies, late), daemon=True, name="flow-notice")
        with self._lock:
            self._threads = [other for other in self._threads if other.is_alive()] + [thread]
            thread.start()
        if not late:
            thread.join(wait_seconds)

    def sent(self) -> list[dict[str, Any]]:
        """Return the notices sent so far, oldest first: url, token, at, status (None: no answer)."""
        with self._lock:
            return list(self._sent)

    def settle(self, seconds: float = 20.0) -> None:
        """Wait until every notice under way, late ones too, has been sent."""
        until = time.monotonic() + seconds
        with self._lock:
            waiting = list(self._threads)
        for thread in waiting:
            thread.join(max(0.0, until - time.monotonic()))

    def stop(self) -> None:
        """Forget what is still to be sent."""
        self._stopped.set()

    def _run(self, url: str, token: str, copies: int, late: float) -> None:
        if self._stopped.wait(late):
            return
        for _ in range(copies):
            status = _post(url, token)
            with self._lock:
                self._sent = [*self._sent, {"url": url, "token": token, "at": time.time(), "status": status}][-_KEPT:]


def _post(url: str, token: str) -> int | None:
    """POST the form and return the status. `*.localhost` is this machine, which its own resolver may not know."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    secure = parts.scheme == "https"
    connect: Callable[..., http.client.HTTPConnection] = (
        http.client.HTTPSConnection if secure else http.client.HTTPConnection
    )
    connection = connect("127.0.0.1" if local else host, parts.port or (443 if secure else 80), timeout=TIMEOUT_SECONDS)
    headers = {"Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded", "User-Agent": "FlowSandbox"}
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path or "/", urlencode({"token": token}), headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
