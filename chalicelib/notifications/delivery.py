"""SendGrid's Event Webhook: is it really SendGrid, and what does it say? (PROVIDERS.md §C.3)"""

import base64
import binascii
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ..core.clock import epoch
from ..core.errors import Malformed, Unauthenticated
from .model import RANKS, Delivery

SIGNATURE_HEADER = "x-twilio-email-event-webhook-signature"
TIMESTAMP_HEADER = "x-twilio-email-event-webhook-timestamp"
OLDEST = timedelta(hours=25)  # SendGrid repeats an unanswered call for 24 hours
NEWEST = timedelta(minutes=5)  # how far its clock may run ahead of ours
MAX_BYTES = 1_048_576  # SendGrid sends at 768 KB
MAX_EVENTS = 5_000
_MAX_ID_CHARS = 100


def verify(raw: bytes, *, signature: str, timestamp: str, public_key: str, now: datetime) -> None:
    """Return if SendGrid signed exactly these bytes at this time, not long ago.

    ECDSA P-256 with SHA-256 over timestamp + body; `public_key` is base64 SPKI and `signature` base64 DER.
    Raises Unauthenticated("signature_invalid") or ("signature_stale").
    """
    if not _signed(raw, signature, timestamp, public_key):
        raise Unauthenticated("signature_invalid")
    if not timestamp.isascii() or not timestamp.isdigit():
        raise Unauthenticated("signature_stale")
    age = epoch(now) - int(timestamp)
    if age > OLDEST.total_seconds() or -age > NEWEST.total_seconds():
        raise Unauthenticated("signature_stale")


def _signed(raw: bytes, signature: str, timestamp: str, public_key: str) -> bool:
    from cryptography.exceptions import InvalidSignature  # a costly import, for this function alone
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(base64.b64decode(public_key, validate=True))
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(base64.b64decode(signature, validate=True), timestamp.encode() + raw, ec.ECDSA(SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def deliveries(raw: bytes) -> list[Delivery]:
    """Return what the events say of our own mails; other events (opens, other senders' mails) are left out.

    Raises Malformed for anything but a JSON array of at most MAX_EVENTS objects in at most MAX_BYTES.
    """
    if len(raw) > MAX_BYTES:
        raise Malformed("too_many_events")
    try:
        events = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed("malformed_json") from error
    if not isinstance(events, list) or not all(isinstance(event, dict) for event in events):
        raise Malformed("malformed_events")
    if len(events) > MAX_EVENTS:
        raise Malformed("too_many_events")
    return list(_ours(events))


def _ours(events: list[dict[str, Any]]) -> Iterator[Delivery]:
    for event in events:
        mail, name, at = event.get("mail"), event.get("event"), event.get("timestamp")
        known = isinstance(mail, str) and 0 < len(mail) <= _MAX_ID_CHARS and isinstance(name, str) and name in RANKS
        if known and isinstance(at, int) and not isinstance(at, bool) and 0 <= at < 1 << 40:
            yield Delivery(str(mail), str(name), at)
