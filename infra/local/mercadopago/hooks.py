"""Telling the merchant of a payment: the signed webhook, and the older IPN beside it (PROVIDERS.md §B.5)."""

import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from infra.local.sandbox import Document, Faults, Notices
from infra.local.sandbox.notices import Notice

from . import wire
from .faults import SIGNATURES
from .signature import signature_header

_TEN_DAYS = 864_000
_HEADERS = {"Content-Type": "application/json", "User-Agent": "MercadoPago WebHook v1.0 payment"}


@dataclass
class Hooks:
    """Makes and signs what is sent; `ts_unit` is the unit of ts: documents show seconds and say milliseconds."""

    notices: Notices
    faults: Faults
    secret: str
    now: Callable[[], float]
    ts_unit: Literal["ms", "s"] = "ms"
    panel_url: str | None = None  # where to without a notification_url

    def tell(self, payment: Document, action: str, *, wait_seconds: float = 3.0) -> None:
        """Send what the merchant asked for: `?source_news=webhooks` or `ipn` one form only, otherwise both."""
        url = payment["notification_url"] or self.panel_url
        if not url:
            return
        wanted = parse_qs(urlsplit(url).query).get("source_news", [""])[0]
        if wanted != "ipn":
            self.notices.send(self._webhook(url, payment, action), order=payment["order"], wait_seconds=wait_seconds)
        if wanted != "webhooks":
            self.ipn(payment, wait_seconds=wait_seconds)

    def ipn(self, payment: Document, *, topic: str = "payment", wait_seconds: float = 3.0) -> None:
        """Send the older, unsigned form: topic and id in the query."""
        url = payment["notification_url"] or self.panel_url
        if url:
            about = str(payment["merchant_order"]) if topic == "merchant_order" else payment["token"]
            body = json.dumps({"resource": about, "topic": topic})
            notice = Notice(_with(url, {"id": about, "topic": topic}), payment["token"], body, _HEADERS)
            self.notices.send(notice, order=payment["order"], wait_seconds=wait_seconds)

    def _webhook(self, url: str, payment: Document, action: str) -> Notice:
        number = 100_000_000_000 + secrets.randbelow(10**10)
        body = json.dumps(wire.webhook(number, payment["token"], action, self.now()))
        headers = _HEADERS | self._signed(payment)
        return Notice(_with(url, {"data.id": payment["token"], "type": "payment"}), payment["token"], body, headers)

    def _signed(self, payment: Document) -> dict[str, str]:
        """Return the headers of the signature, made once: a webhook that is sent again carries the same."""
        fault = self.faults.take(SIGNATURES, order=payment["order"])
        kind = fault.kind if fault else ""
        if kind == "unsigned":
            return {}
        age = float(fault.value or _TEN_DAYS) if fault and kind == "old_signature" else 0.0
        secret = "another-secret" if kind == "wrong_signature" else self.secret
        ts, request_id = str(int((self.now() - age) * (1000 if self.ts_unit == "ms" else 1))), str(uuid.uuid4())
        header = signature_header(secret, data_id=payment["token"], request_id=request_id, ts=ts)
        return {"x-signature": header, "x-request-id": request_id}


def _with(url: str, query: dict[str, str]) -> str:
    return url + ("&" if urlsplit(url).query else "?") + urlencode(query)
