"""Flow.cl behind the gateway port (PROVIDERS.md §A). Imports `requests`: only workers and check-out load it."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date
from typing import Any

from ..aws import settings
from ..aws.secrets import secret
from .exchange import CONNECT_SECONDS, READ_SECONDS, Timeouts, exchange, watched
from .flow_day import list_day
from .flow_wire import payment_report, reason_of, refund_report
from .gateway import (
    DayList,
    Gateway,
    HostedPayment,
    PaymentReport,
    PaymentRequest,
    Reason,
    RefundReport,
    RefundRequest,
    Refused,
    Unclear,
)
from .model import PaymentId
from .wire import text

SUBJECT_CHARS = 255
_NAME = "flow"
_NO_SERVICE = 404
_BUSINESS_STATUSES = (400, 401)  # both carry {code, message}; 401 is not only about credentials (§A.3)


def sign(params: Mapping[str, str], secret_key: str) -> str:
    """Return the signature `s` of the parameters: names in byte order, each followed by its value (§A.2).

    >>> sign({"currency": "CLP", "apiKey": "XXXX-XXXX-XXXX", "amount": "5000"}, "my secret")
    'dc3f67215dc89404aedc1deed0be7c2b49d810ca1a6e3feab3b799d77c4a9950'
    """
    message = "".join(name + params[name] for name in sorted(params))
    return hmac.new(secret_key.encode(), message.encode(), hashlib.sha256).hexdigest()


class FlowGateway:
    """Flow's REST API. `api_url` ends in `/api`; `site_url` is where Flow calls us and sends the guest back."""

    name = _NAME
    refunds_repeatable = False  # Flow keeps no idempotency key (PROVIDERS.md §A.11)

    def __init__(
        self,
        *,
        api_url: str,
        api_key: str,
        secret_key: str,
        site_url: str,
        timeouts: Timeouts = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._api_key = api_key
        self._secret_key = secret_key
        self._site_url = site_url.rstrip("/")
        self._timeouts = timeouts

    def create(self, ask: PaymentRequest) -> HostedPayment:
        """Open a payment with `POST /payment/create`; commerceOrder is our payment id (§A.4)."""
        reply = self._call(
            "POST",
            "/payment/create",
            {
                "commerceOrder": ask.payment,
                "subject": ask.subject[:SUBJECT_CHARS],
                "currency": ask.currency,
                "amount": str(int(ask.amount)),
                "email": ask.email,
                "paymentMethod": "9",  # all that the account has
                "timeout": str(ask.seconds_to_pay),
                "urlConfirmation": f"{self._site_url}/api/webhooks/flow",
                "urlReturn": f"{self._site_url}/api/pagos/flow/retorno/{ask.payment}",
            },
        )
        url, token, order = text(reply.get("url")), text(reply.get("token")), text(reply.get("flowOrder"))
        if not url.startswith(("https://", "http://")) or not token or not order:
            raise Unclear(_NAME, "create without url, token or flowOrder")
        return HostedPayment(url=f"{url}?token={token}", token=token, provider_ref=order)

    def fetch(self, token: str) -> PaymentReport:
        """Return `GET /payment/getStatus` (§A.6)."""
        return self._report("/payment/getStatus", {"token": token}, token=token)

    def find(self, payment: PaymentId) -> PaymentReport | None:
        """Return `GET /payment/getStatusByCommerceId`, None when Flow never heard of the payment."""
        try:
            return self._report("/payment/getStatusByCommerceId", {"commerceId": payment})
        except Refused as refusal:
            if refusal.reason is Reason.NOT_FOUND:
                return None
            raise

    def refund(self, ask: RefundRequest) -> RefundReport:
        """Ask with `POST /refund/create`; the receiver still has to accept (§A.8)."""
        reply = self._call(
            "POST",
            "/refund/create",
            {
                "refundCommerceOrder": ask.refund,
                "receiverEmail": ask.email,
                "amount": str(int(ask.amount)),
                "urlCallBack": f"{self._site_url}/api/webhooks/flow/devolucion/{ask.refund}",
                "commerceTrxId": ask.payment,
                "flowTrxId": ask.provider_ref,
            },
        )
        return self._refund(reply)

    def fetch_refund(self, token: str) -> RefundReport:
        """Return `GET /refund/getStatus`."""
        return self._refund(self._call("GET", "/refund/getStatus", {"token": token}), token)

    def list_day(self, day: date) -> DayList:
        """Return the payments of a day, and what its settlements say of fees and of what went back (§A.7)."""
        return list_day(self._call, day)

    def _report(self, path: str, params: Mapping[str, str], token: str | None = None) -> PaymentReport:
        return watched(_NAME, payment_report(self._call("GET", path, params), token=token))

    def _refund(self, reply: dict[str, Any], token: str = "") -> RefundReport:
        report = refund_report(reply, token=token)
        if not report.token:
            raise Unclear(_NAME, "refund without token")
        return report

    def _call(self, method: str, path: str, params: Mapping[str, str | None]) -> dict[str, Any]:
        """Send one signed request and return the reply's object. Empty parameters are neither signed nor
        sent.
        """
        sent = {name: value for name, value in {"apiKey": self._api_key, **params}.items() if value}
        sent["s"] = sign(sent, self._secret_key)
        answer = exchange(
            _NAME,
            method,
            self._api_url + path,
            path=path,
            timeouts=self._timeouts,
            code_of=_code,
            **{"params" if method == "GET" else "data": sent},
        )
        if answer.status == 200 and answer.body is not None:
            return answer.body
        if answer.status in _BUSINESS_STATUSES and answer.body and (code := _code(answer.body)):
            message = text(answer.body.get("message"))
            raise Refused(_NAME, code, message, reason_of(code, message))
        if answer.status == _NO_SERVICE:
            raise Refused(_NAME, str(_NO_SERVICE), "no such service", Reason.NO_SERVICE)
        raise Unclear(_NAME, f"status {answer.status}" if answer.status != 200 else "garbled reply")


def flow_gateway() -> Gateway:
    """Return Flow with the stage's address and keys; reads the secret once per container."""
    keys = secret(_NAME)
    return FlowGateway(
        api_url=settings.url("FLOW_API_URL"),
        site_url=settings.url("SITE_URL"),
        api_key=keys["api_key"],
        secret_key=keys["secret_key"],
    )


def _code(reply: dict[str, Any]) -> str:
    return text(reply.get("code"))
