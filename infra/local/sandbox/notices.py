"""Calling the merchant back from threads of their own, late, twice or never when a fault says so."""

import http.client
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .faults import NOTICES, Faults

_KEPT = 200
_HEARD = (200, 201)


@dataclass(frozen=True)
class Notice:
    """A POST to the merchant. `token` names what it is about."""

    url: str
    token: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)


class Notices:
    """Sends notices and remembers how each was answered.

    `timeout_seconds` is how long the merchant may take; one that is not answered by 200 or 201 is sent again after each
    of `retry_seconds`.
    """

    def __init__(self, faults: Faults, *, timeout_seconds: float, retry_seconds: tuple[float, ...] = ()) -> None:
        self._faults, self._timeout, self._retries = faults, timeout_seconds, retry_seconds
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._sent: list[dict[str, Any]] = []
        self._stopped = threading.Event()

    def send(self, notice: Notice, *, order: str, wait_seconds: float = 3.0) -> None:
        """POST the notice; return when it was answered or after `wait_seconds`, unless a fault says otherwise."""
        fault = self._faults.take(NOTICES, order=order)
        kind = fault.kind if fault else ""
        if kind == "drop":
            return
        late = fault.seconds if fault and kind in ("delay", "reorder") else 0.0
        copies = fault.copies if fault and kind == "duplicate" else 1
        told = threading.Event()
        thread = threading.Thread(target=self._run, args=(notice, copies, late, told), daemon=True, name="notice")
        with self._lock:
            self._threads = [other for other in self._threads if other.is_alive()] + [thread]
            thread.start()
        if not late:
            told.wait(wait_seconds)

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

    def _run(self, notice: Notice, copies: int, late: float, told: threading.Event) -> None:
        if self._stopped.wait(late):
            return
        heard = [self._post(notice) for _ in range(copies)][-1]
        told.set()
        for pause in self._retries:
            if heard or self._stopped.wait(pause):
                return
            heard = self._post(notice)

    def _post(self, notice: Notice) -> bool:
        status = _post(notice, self._timeout)
        note = {"url": notice.url, "token": notice.token, "at": time.time(), "status": status}
        with self._lock:
            self._sent = [*self._sent, note][-_KEPT:]
        return status in _HEARD


def _post(notice: Notice, timeout_seconds: float) -> int | None:
    """POST and return the status. `*.localhost` is this machine, which its own resolver may not know."""
    parts = urlsplit(notice.url)
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    secure = parts.scheme == "https"
    connect: Callable[..., http.client.HTTPConnection] = (
        http.client.HTTPSConnection if secure else http.client.HTTPConnection
    )
    connection = connect("127.0.0.1" if local else host, parts.port or (443 if secure else 80), timeout=timeout_seconds)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, notice.body.encode(), {"Host": parts.netloc, **notice.headers})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
