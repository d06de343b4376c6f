"""One HTTP exchange with a payment provider: what Flow and Mercado Pago have in common. Imports `requests`.

Every call opens its own connection: one kept from before a container was frozen would fail in a way that can't be told
from a request that was carried out. No redirects, no proxies of the environment, always a time limit.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from ..aws import logs, metrics
from .gateway import PaymentReport, Reported, Unclear, Unreachable
from .signals import is_payment_id

CONNECT_SECONDS = 3
READ_SECONDS = 8
Timeouts = tuple[float, float]
_TELL = {Reported.UNKNOWN: "PaymentStatusUnknown", Reported.DISPUTED: "PaymentDisputed"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the HTTP status and the JSON object, None if the body was anything else, which `content` has.

    A bare list is the object's `data`, where others put theirs.
    """

    status: int
    body: dict[str, Any] | None
    content: bytes = b""


def exchange(
    provider: str,
    method: str,
    url: str,
    *,
    path: str,
    timeouts: Timeouts,
    code_of: Callable[[dict[str, Any]], str],
    **sent: Any,
) -> Answer:
    """Send one request and return its answer, whatever its status; log how long it took.

    `path` names the call in the log, without identifiers; `code_of` reads the provider's error code out of a body that
    is no success; `sent` is what `requests` is given (`params`, `data`, `json`, `headers`).
    Raises Unreachable if the request never left, Unclear if its answer was lost.
    """
    begun = time.perf_counter()
    try:
        status, content = _send(provider, method, url, timeouts, sent)
    except (Unreachable, Unclear) as error:
        logs.warning("provider did not answer", provider=provider, path=path, error=type(error).__name__)
        raise
    body = _object(content)
    logs.info(
        "provider answered",
        provider=provider,
        path=path,
        status=status,
        code=(code_of(body) or None) if body and status >= 300 else None,
        milliseconds=round((time.perf_counter() - begun) * 1000),
    )
    return Answer(status, body, content)


def watched(provider: str, report: PaymentReport) -> PaymentReport:
    """Return the report, after counting what a person has to hear of: an unknown status, a dispute."""
    if report.state in _TELL:
        ours = report.payment if is_payment_id(report.payment) else None  # others' references may name a person
        logs.warning("payment in an odd state", provider=provider, payment=ours, state=report.raw_status[:40])
        metrics.count(_TELL[report.state], provider=provider)
    return report


def _send(provider: str, method: str, url: str, timeouts: Timeouts, sent: dict[str, Any]) -> tuple[int, bytes]:
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, url, timeout=timeouts, allow_redirects=False, **sent)
            return answer.status_code, answer.content
    except (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError):
        raise Unreachable(provider) from None
    except requests.exceptions.ConnectionError as error:
        if _never_connected(error):
            raise Unreachable(provider) from None
        raise Unclear(provider, "connection lost") from None
    except requests.exceptions.RequestException as error:
        raise Unclear(provider, type(error).__name__) from None


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", cause), NewConnectionError)


def _object(content: bytes) -> dict[str, Any] | None:
    """Return the body as a JSON object with exact numbers, or None if it is anything else."""
    try:
        found = json.loads(content, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, list):
        return {"data": found}
    return found if isinstance(found, dict) else None
