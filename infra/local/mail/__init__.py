"""SendGrid for a laptop: takes mails as SendGrid does, shows them in an inbox, and tells of them by signed events.

    mail = serve(0, Path(".local/mail"), settings={"api_key": "SG.local", "site_url": "http://aremko.localhost:8080"})
    mail.url          where SENDGRID_API_URL points, and the inbox page
    mail.public_key   the secret `sendgrid`'s `webhook_public_key` (also `public_key(state_dir)`, before it runs)
    mail.fault("timeout_after", seconds=12)     see faults.py for the kinds
    mail.messages()   what was accepted, newest first
"""

import threading
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer

from infra.local.ports import HOST
from infra.local.sandbox import listen

from .app import build
from .events import EventSender, Pace
from .faults import Faults
from .keys import public_key
from .store import Store

__all__ = ["Server", "public_key", "serve"]

DEFAULT_API_KEY = "SG.local-sandbox"


class Server:
    """A running sandbox."""

    def __init__(self, http: BaseWSGIServer, store: Store, faults: Faults, events: EventSender, key: str) -> None:
        self.url = f"http://{HOST}:{http.server_port}"
        self.public_key = key
        self.events = events
        self._http, self._store, self._faults = http, store, faults
        self._thread = threading.Thread(target=http.serve_forever, args=(0.05,), name="mail-sandbox", daemon=True)
        self._thread.start()
        events.start()

    def messages(self) -> list[dict[str, Any]]:
        """Return the accepted mails, newest first: id, received_at, mail (SendGrid's JSON), events."""
        return self._store.messages()

    def fault(self, kind: str, *, times: int = 1, seconds: float = 15.0) -> None:
        """Misbehave for the next `times` mails (kinds: faults.py)."""
        self._faults.arm(kind, times=times, seconds=seconds)

    def clear(self) -> None:
        """Forget all mails, events and faults."""
        self._store.clear()
        self._faults.clear()

    def stop(self) -> None:
        """Stop serving and posting; mails and unposted events stay in the state directory."""
        self.events.stop()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(timeout=5)
        self._store.close()


def serve(port: int, state_dir: Path, *, settings: dict[str, Any]) -> Server:
    """Start the sandbox on 127.0.0.1 (port 0: any free one) and return it.

    `settings`: api_key (default DEFAULT_API_KEY) and any field of events.Pace, above all site_url, where the events go.
    Raises OSError when the port is taken.
    """
    pace = Pace(**{name: value for name, value in settings.items() if name != "api_key"})
    store, faults = Store(state_dir / "mail.sqlite3"), Faults()
    events = EventSender(store, faults, pace, state_dir)
    app = build(store, faults, events, api_key=settings.get("api_key", DEFAULT_API_KEY))
    return Server(listen(port, app), store, faults, events, public_key(state_dir))
