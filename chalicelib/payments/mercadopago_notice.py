"""Mercado Pago's notice: what it is about, and whether it is really Mercado Pago's (PROVIDERS.md §B.5)."""

import hashlib
import hmac
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from ..core.clock import epoch
from ..core.errors import Unauthenticated

SIGNATURE_HEADER = "x-signature"
REQUEST_ID_HEADER = "x-request-id"
OLDEST = timedelta(days=5)  # it repeats an unanswered notice for about four days, perhaps with its first signature
NEWEST = timedelta(minutes=10)  # how far its clock may run ahead of ours
_MILLISECONDS_FROM = 10**11  # documents show seconds and say milliseconds; as seconds this is the year 5138
_MAX_DIGITS = 16


class Notice(BaseModel):
    """The query of a notice: the webhook names `data.id` and `type`, the older IPN `id` and `topic`. More may come."""

    data_id: str = Field("", alias="data.id")
    type: str = ""
    topic: str = ""
    id: str = ""

    @property
    def old_form(self) -> bool:
        """Whether this is an IPN, which is never signed."""
        return bool(self.topic and self.id) and not (self.data_id or self.type)

    @property
    def about(self) -> str:
        """What kind of thing has news: "payment", "merchant_order", "topic_chargebacks_wh" …"""
        return self.topic if self.old_form else self.type

    @property
    def number(self) -> str:
        """Mercado Pago's id of it."""
        return self.id if self.old_form else self.data_id


def verify(*, signature: str, request_id: str, data_id: str, secret: str, now: datetime) -> None:
    """Return if Mercado Pago signed this id, as it stands in the query, not long ago.

    `signature` is the header `ts=…,v1=…`, `request_id` the header x-request-id. Documents contradict each other on
    whether an id is signed in lower case, and on the unit of `ts`: both forms of both are accepted.
    Raises Unauthenticated("signature_invalid") or ("signature_stale").
    """
    parts = dict(part.strip().partition("=")[::2] for part in signature.split(","))
    ts, given = parts.get("ts", ""), parts.get("v1", "")
    signed = [_mac(secret, manifest(form, request_id, ts)) for form in (data_id, data_id.lower())]
    matches = [hmac.compare_digest(mac.encode(), given.encode()) for mac in signed]
    if not (secret and ts.isascii() and ts.isdigit() and len(ts) <= _MAX_DIGITS and any(matches)):
        raise Unauthenticated("signature_invalid")
    age = epoch(now) - (int(ts) // 1000 if int(ts) > _MILLISECONDS_FROM else int(ts))
    if age > OLDEST.total_seconds() or -age > NEWEST.total_seconds():
        raise Unauthenticated("signature_stale")


def manifest(data_id: str, request_id: str, ts: str) -> str:
    """Return the text that is signed; a pair without a value is left out whole.

    >>> manifest("123456789", "", "1742505638683")
    'id:123456789;ts:1742505638683;'
    """
    pairs = (("id", data_id), ("request-id", request_id), ("ts", ts))
    return "".join(f"{name}:{value};" for name, value in pairs if value)


def _mac(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
