"""What comes in from a provider: its server's notice and the guest's returning browser.

Each is only a hint: its shape is checked (Mercado Pago's signature too), it is stored once, put on the queue and
answered at once: Flow wants 200 within 15 s, Mercado Pago within 22 s (PROVIDERS.md §A.5, §B.5). Nothing is asked of
the provider here, so nothing slow is imported.
"""

from urllib.parse import quote

from chalice.app import Response

from ..aws import logs, metrics, queues, settings
from ..aws.secrets import secret
from ..core.errors import Malformed, NotFound, Unauthenticated
from ..web.call import Call
from ..web.routes import PUBLIC, Limit, Routes
from . import table
from .mercadopago_notice import REQUEST_ID_HEADER, SIGNATURE_HEADER, Notice, verify
from .model import PaymentId
from .signals import QUEUE, Signal, SignalKind, is_number, is_payment_id, is_token, read_refund_id

routes = Routes(__name__)

FLOW = "flow"
MERCADOPAGO = "mercadopago"
MOST_HEARD = 20  # the same notice beyond this is counted but not worked: polling finds what it could tell
_FROM_SERVERS = Limit(600, per_seconds=60)  # all of a provider's calls come from few addresses
_FROM_BROWSERS = Limit(60, per_seconds=60)
_OK = {"Content-Type": "text/plain; charset=utf-8"}


@routes.post("/api/webhooks/flow", access=PUBLIC, idempotent=False, form=True, limit=_FROM_SERVERS, refuses=(400,))
def flow_confirmation(call: Call) -> Response:
    """Take Flow's notice that a payment has news (`token` in a form). Answers OK before anything is looked up."""
    _take(call, FLOW, SignalKind.CONFIRMATION, _required_token(call))
    return _ok()


@routes.post(
    "/api/pagos/flow/retorno/{payment}", access=PUBLIC, idempotent=False, form=True, limit=_FROM_BROWSERS, status=303
)
def flow_return(call: Call, payment: str) -> Response:
    """Take the guest's browser back from Flow's page and send it on to our own. One read, one write."""
    return _welcome_back(call, FLOW, payment, call.form.get("token", ""))


@routes.get("/api/pagos/flow/retorno/{payment}", access=PUBLIC, limit=_FROM_BROWSERS, status=303)
def flow_return_by_link(call: Call, payment: str) -> Response:
    """The same for a browser that comes by link, or reloads."""
    return _welcome_back(call, FLOW, payment)


@routes.post(
    "/api/webhooks/flow/devolucion/{refund}",
    access=PUBLIC,
    idempotent=False,
    form=True,
    limit=_FROM_SERVERS,
    refuses=(400, 404),
)
def flow_refund(call: Call, refund: str) -> Response:
    """Take Flow's notice that a refund of ours was accepted or rejected. One read, one write."""
    token = _required_token(call)
    named = read_refund_id(refund)
    if named is None:
        raise NotFound("refund_not_found")
    payment, number = named
    table.load(payment).refund(number)
    _take(call, FLOW, SignalKind.REFUND, token, payment, number)
    return _ok()


@routes.post(
    "/api/webhooks/mercadopago",
    access=PUBLIC,
    idempotent=False,
    query=Notice,
    limit=_FROM_SERVERS,
    media_type="text/plain",
    refuses=(400, 401),
)
def mercadopago_notice(call: Call) -> Response:
    """Take Mercado Pago's notice that a payment has news; it must be signed, unless it has the older IPN form.

    An IPN can't prove anything, and need not: it is a hint of where to look, like any other. Other topics are answered
    and left alone. The body says nothing that the query does not. One secret per container, one write.
    """
    notice: Notice = call.query
    if not notice.old_form or SIGNATURE_HEADER in call.headers:
        _check_signature(call, notice)
    if notice.about != "payment":
        metrics.count("WebhookIgnored", provider=MERCADOPAGO)
        return _ok()
    if not is_number(notice.number):
        metrics.count("WebhookRefused", provider=MERCADOPAGO, kind="malformed")
        raise Malformed("token_malformed")
    _take(call, MERCADOPAGO, SignalKind.CONFIRMATION, notice.number)
    return _ok()


@routes.get("/api/pagos/mercadopago/retorno/{payment}", access=PUBLIC, limit=_FROM_BROWSERS, status=303)
def mercadopago_return(call: Call, payment: str) -> Response:
    """Take the guest's browser back from Mercado Pago and send it on to our own page. One read, one write."""
    return _welcome_back(call, MERCADOPAGO, payment)


def _check_signature(call: Call, notice: Notice) -> None:
    """Raise Unauthenticated for a notice that Mercado Pago did not sign just now, and keep a record of it."""
    try:
        verify(
            signature=call.headers.get(SIGNATURE_HEADER, ""),
            request_id=call.headers.get(REQUEST_ID_HEADER, ""),
            data_id=notice.data_id,
            secret=secret(MERCADOPAGO).get("webhook_secret", ""),
            now=call.clock.now(),
        )
    except Unauthenticated as refusal:
        claimed = notice.number if is_number(notice.number) else None
        refused = Signal(provider=MERCADOPAGO, kind=SignalKind.REFUSED, token=claimed, trace=call.request_id)
        times = table.heard(refused, at=call.clock.now())
        metrics.count("WebhookRefused", provider=MERCADOPAGO, kind=refusal.code)
        logs.warning("signal refused", provider=MERCADOPAGO, reason=refusal.code, count=times)
        raise


def _welcome_back(call: Call, provider: str, payment: str, token: str = "") -> Response:
    """Send the browser to the page that follows its order; an unknown payment to the site's "not found" page.

    The guest is never shown a JSON problem: whatever the form says, the way on is the same.
    """
    try:
        if not is_payment_id(payment):
            raise NotFound("payment_not_found")
        order = table.load(PaymentId(payment)).order
    except NotFound:
        metrics.count("WebhookRefused", provider=provider, kind=SignalKind.RETURN.value)
        return _see_other("/404.html")
    _take(call, provider, SignalKind.RETURN, token if is_token(token) else None, PaymentId(payment))
    return _see_other(f"/pago/?reserva={quote(order, safe='')}")


def _take(
    call: Call,
    provider: str,
    kind: SignalKind,
    token: str | None,
    payment: PaymentId | None = None,
    refund: int = 1,
) -> None:
    """Store the signal and put it on the queue, in that order: what is not queued is heard again or polled."""
    signal = Signal(
        provider=provider, kind=kind, token=token, payment=payment, refund=refund, trace=call.request_id
    )
    times = table.heard(signal, at=call.clock.now())
    logs.info("signal heard", provider=provider, kind=kind.value, payment=payment, count=times)
    if times <= MOST_HEARD:
        queues.send(QUEUE, signal.as_message())


def _required_token(call: Call) -> str:
    token = call.form.get("token", "")
    if not is_token(token):
        metrics.count("WebhookRefused", provider=FLOW, kind="malformed")
        raise Malformed("token_malformed")
    return token


def _ok() -> Response:
    return Response(body="OK", status_code=200, headers=dict(_OK))


def _see_other(path: str) -> Response:
    return Response(body="", status_code=303, headers={"Location": settings.url("SITE_URL") + path})
