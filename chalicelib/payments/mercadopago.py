"""Mercado Pago's Checkout Pro behind the gateway port (PROVIDERS.md §B). Imports `requests`.

We make a preference; each attempt of the guest to pay it is a payment of Mercado Pago with an id of its own, and our
payment id as its `external_reference`. So there may be none, or several: rejected, rejected, approved.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from ..aws import logs, metrics, settings
from ..aws.secrets import secret
from ..core.clock import Clock, SystemClock
from .exchange import CONNECT_SECONDS, READ_SECONDS, Timeouts, exchange, watched
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
    Unreachable,
)
from .mercadopago_day import list_day
from .mercadopago_wire import best, code_of, page_of, payment_report, preference, refund_report, refusal
from .model import PaymentId
from .signals import is_number
from .wire import text

PAGE_SIZE = 100
MAX_PAGES = 500
_NAME = "mercadopago"
_SLOW_REFUNDS = {"X-Render-In-Process-Refunds": "true"}  # told as in_process, instead of refused with a 400
_NOT_DONE = 429  # too many requests: turned away before anything happened
_IN_DOUBT = (408, 409, 423, 424)  # a key in use, a dependency that failed: the same request may succeed later


class MercadoPagoGateway:
    """Mercado Pago's REST API; `site_url` is where it calls us and sends the guest back."""

    name = _NAME
    refunds_repeatable = True  # X-Idempotency-Key (§B.4)

    def __init__(
        self,
        *,
        api_url: str,
        access_token: str,
        site_url: str,
        clock: Clock,
        timeouts: Timeouts = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._access_token = access_token
        self._site_url = site_url.rstrip("/")
        self._clock = clock
        self._timeouts = timeouts

    def create(self, ask: PaymentRequest) -> HostedPayment:
        """Make a preference with `POST /checkout/preferences` (§B.2)."""
        body = preference(
            ask,
            notify=f"{self._site_url}/api/webhooks/mercadopago",
            back=f"{self._site_url}/api/pagos/mercadopago/retorno/{ask.payment}",
            now=self._clock.now(),
        )
        url = text(self._call("POST", "/checkout/preferences", body=body, key=ask.payment).get("init_point"))
        if not url.startswith(("https://", "http://")):
            raise Unclear(_NAME, "preference without init_point")
        return HostedPayment(url=url)

    def fetch(self, token: str) -> PaymentReport:
        """Return `GET /v1/payments/{id}`: the attempt that a webhook names."""
        self._check_number(token)
        reply = self._call("GET", "/v1/payments/{payment}", payment=token)
        return watched(_NAME, payment_report(reply, token=token))

    def find(self, payment: PaymentId) -> PaymentReport | None:
        """Return the best of all attempts, by `GET /v1/payments/search`; None while there was none.

        Paid more than once is counted as `PaymentMismatch`: somebody's money has to go back.
        """
        found = [watched(_NAME, payment_report(row)) for row in self._search({"external_reference": payment})]
        report = best([one for one in found if one.payment == payment])
        if report and report.also_paid:
            logs.warning("paid more than once", provider=_NAME, payment=payment, count=1 + len(report.also_paid))
            metrics.count("PaymentMismatch", provider=_NAME)
        return report

    def refund(self, ask: RefundRequest) -> RefundReport:
        """Ask with `POST /v1/payments/{id}/refunds`; the refund's own id is the idempotency key (§B.4)."""
        paid_as = ask.provider_ref or ""
        self._check_number(paid_as)
        body = {"amount": int(ask.amount)}
        reply = self._call("POST", "/v1/payments/{payment}/refunds", body=body, key=ask.refund, payment=paid_as)
        return self._refund(reply, paid_as)

    def fetch_refund(self, token: str) -> RefundReport:
        """Return `GET /v1/payments/{id}/refunds/{refund_id}`; the token holds both ids."""
        paid_as, _, number = token.partition("-")
        self._check_number(paid_as)
        self._check_number(number)
        reply = self._call("GET", "/v1/payments/{payment}/refunds/{refund}", payment=paid_as, refund=number)
        return self._refund(reply, paid_as)

    def list_day(self, day: date) -> DayList:
        """Return what was approved, given back and claimed on a day of the spa's calendar (§B.3, §B.6)."""
        return list_day(self._search, self._call, self._download, day, self._clock.now())

    def _search(self, wanted: dict[str, str], sort: str = "date_created") -> Iterator[dict[str, Any]]:
        seen, total = 0, None
        for _ in range(MAX_PAGES):
            page = {"sort": sort, "criteria": "asc", "limit": str(PAGE_SIZE), "offset": str(seen)}
            reply = self._call("GET", "/v1/payments/search", params={**wanted, **page})
            if not isinstance(reply.get("results"), list):
                raise Unclear(_NAME, "search without results")
            found, total = page_of(reply)
            yield from found
            seen += len(found)
            if total is not None and seen >= total:
                return
            if not found:
                break
        if total:
            raise Unclear(_NAME, "list cut short")

    def _refund(self, reply: dict[str, Any], paid_as: str) -> RefundReport:
        report = refund_report(reply, payment_ref=paid_as)
        if not report.token:
            raise Unclear(_NAME, "refund without id")
        return report

    def _download(self, path: str) -> bytes:
        """Return a file that is no JSON."""
        answer = exchange(_NAME, "GET", self._api_url + path, path=path.rpartition("/")[0], timeouts=self._timeouts,
                          code_of=code_of, headers={"Authorization": f"Bearer {self._access_token}"})
        if answer.status != 200:
            raise Unclear(_NAME, f"status {answer.status}")
        return answer.content

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
        key: str | None = None,
        **ids: str,
    ) -> dict[str, Any]:
        """Send one request and return the reply's object; `ids` fill the path."""
        headers = {"Authorization": f"Bearer {self._access_token}", **_SLOW_REFUNDS}
        if key:
            headers["X-Idempotency-Key"] = key
        answer = exchange(
            _NAME,
            method,
            self._api_url + path.format(**ids),
            path=path,
            timeouts=self._timeouts,
            code_of=code_of,
            params=params,
            json=body,
            headers=headers,
        )
        if answer.status in (200, 201, 202) and answer.body is not None:
            return answer.body
        if answer.status == _NOT_DONE:
            raise Unreachable(_NAME)
        if 400 <= answer.status < 500 and answer.status not in _IN_DOUBT and answer.body is not None:
            raise Refused(_NAME, *refusal(answer.status, answer.body))
        raise Unclear(_NAME, f"status {answer.status}" if answer.status >= 300 else "garbled reply")

    def _check_number(self, value: str) -> None:
        if not is_number(value):
            raise Refused(_NAME, "no_number", "not an id of Mercado Pago's", Reason.NOT_FOUND)


def mercadopago_gateway() -> Gateway:
    """Return Mercado Pago with the stage's address and token; reads the secret once per container."""
    return MercadoPagoGateway(
        api_url=settings.url("MERCADOPAGO_API_URL"),
        site_url=settings.url("SITE_URL"),
        access_token=secret(_NAME)["access_token"],
        clock=SystemClock(),
    )
