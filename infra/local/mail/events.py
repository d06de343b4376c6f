"""The sandbox's Event Webhook: signed batches, repeated on purpose, tried again until they are answered with a 2xx."""

import http.client
import json
import logging
import secrets
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .faults import EVENTS, Faults
from .keys import private_key, signature
from .store import Event, Store

PATH = "/api/webhooks/sendgrid"
_log = logging.getLogger(__name__)


@dataclass
class Pace:
    """How the sandbox posts: SendGrid batches for about 30 s and repeats for 24 h; a laptop is less patient."""

    site_url: str = ""  # empty: events wait until a site is known
    batch_seconds: float = 1.0
    delivered_after_seconds: float = 1.0
    copies: int = 2  # duplicates on purpose (PROVIDERS.md §C.3 reports about three)
    retry_seconds: float = 2.0
    give_up_after: int = 200
    timeout_seconds: float = 15.0
    shuffle: bool = field(default=True)  # newest first: the order promises nothing


class EventSender:
    """Posts the events that are due, from a thread of its own."""

    def __init__(self, store: Store, faults: Faults, pace: Pace, state_dir: Path) -> None:
        self.store, self.faults, self.pace = store, faults, pace
        self._key = private_key(state_dir)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail-events", daemon=True)

    def start(self) -> None:
        """Begin posting."""
        self._thread.start()

    def stop(self) -> None:
        """Stop; what is still due stays in the store."""
        self._stopped.set()
        self._thread.join(timeout=5)

    def announce(self, message_id: str, mail: dict[str, Any], now: float) -> None:
        """Plan the events of an accepted mail: `processed`, then how it ended; unless a fault says otherwise."""
        fault = self.faults.take(EVENTS)
        kind = fault.kind if fault else "delivered"
        if kind == "drop_events":
            return
        late = fault.seconds if fault and kind == "late_events" else 0.0
        ending = "delivered" if kind == "late_events" else kind
        address = mail["personalizations"][0]["to"][0]["email"]
        plan = [(ending, late)] if ending == "dropped" else [
            ("processed", late), (ending, late + self.pace.delivered_after_seconds)]
        for name, after in plan:
            self.store.announce(message_id, _event(name, message_id, address, mail, now + after), due_at=now + after,
                                copies=self.pace.copies)

    def _run(self) -> None:
        while not self._stopped.wait(self.pace.batch_seconds):
            events = self.store.due(time.time()) if self.pace.site_url else []
            if not events:
                continue
            if self.pace.shuffle:
                events.reverse()
            self._post_or_put_off(events)

    def _post_or_put_off(self, events: list[Event]) -> None:
        try:
            status = self.post([event.body for event in events])
        except (OSError, http.client.HTTPException) as error:
            status = 0
            _log.info("the event webhook did not answer: %s", type(error).__name__)
        if 200 <= status < 300:
            self.store.posted(events)
        else:
            self.store.failed(events, again_at=time.time() + self.pace.retry_seconds,
                              give_up_after=self.pace.give_up_after)

    def signed(self, events: list[dict[str, Any]], timestamp: str) -> tuple[dict[str, str], bytes]:
        """Return the headers and the body of a batch, signed as SendGrid signs it."""
        body = (json.dumps(events, separators=(",", ":")) + "\r\n").encode()
        return {"Content-Type": "application/json", "User-Agent": "SendGrid Event API",
                "X-Twilio-Email-Event-Webhook-Signature": signature(self._key, timestamp, body),
                "X-Twilio-Email-Event-Webhook-Timestamp": timestamp}, body

    def post(self, events: list[dict[str, Any]]) -> int:
        """Post a signed batch now and return the HTTP status."""
        headers, body = self.signed(events, str(int(time.time())))
        return _post(self.pace.site_url, body, headers, self.pace.timeout_seconds)


def _event(name: str, message_id: str, address: str, mail: dict[str, Any], at: float) -> dict[str, Any]:
    event = {"email": address, "event": name, "timestamp": int(at), "sg_event_id": secrets.token_urlsafe(24),
             "sg_message_id": f"{message_id}.recvd-sandbox-1-0", "smtp-id": f"<{message_id}@sandbox>",
             "category": mail.get("categories") or [], **(mail.get("custom_args") or {})}
    if name == "bounce":
        event |= {"type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 no such user"}
    if name == "dropped":
        event |= {"reason": "Bounced Address"}
    if name == "delivered":
        event |= {"response": "250 OK"}
    return event


def _post(site_url: str, body: bytes, headers: dict[str, str], timeout: float) -> int:
    """POST to the site's webhook. `*.localhost` is looked for on 127.0.0.1: the system resolver does not know it."""
    site = urlsplit(site_url)
    host = site.hostname or ""
    where = "127.0.0.1" if host.endswith(".localhost") or host == "localhost" else host
    kind = http.client.HTTPSConnection if site.scheme == "https" else http.client.HTTPConnection
    connection = kind(where, site.port, timeout=timeout)
    try:
        connection.request("POST", site.path.rstrip("/") + PATH, body, {**headers, "Host": site.netloc})
        return connection.getresponse().status
    finally:
        connection.close()
