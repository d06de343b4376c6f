"""What comes in from a provider: its server's notice and the guest's returning browser.

Each is only a hint: its shape is checked, it is stored once, put on the queue and answered at once (Flow wants 200
within 15 s; PROVIDERS.md §A.5). Nothing is asked of the provider here, so nothing slow is imported.
"""

from urllib.parse import quote

from chalice.app import Response

from ..aws import logs, metrics, queues, settings
from ..core.errors import Malformed, NotFound
from ..web.call import Call
from ..web.routes import PUBLIC, Limit, Routes
from . import table
from .model import PaymentId
from .signals import QUEUE, Signal, SignalKind, is_payment_id, is_token

routes = Routes(__name__)

FLOW = "flow"
MOST_HEARD = 20  # the same notice beyond this is counted but not worked: polling finds what it could tell
_FROM_SERVERS = Limit(600, per_seconds=60)  # all of Flow's calls come from few addresses
_FROM_BROWSERS = Limit(60, per_seconds=60)
_OK = {"Content-Type": "text/plain; charset=utf-8"}


@routes.post("/api/webhooks/flow", access=PUBLIC, idempotent=False, form=True, limit=_FROM_SERVERS, refuses=(400,))
def flow_confirmation(call: Call) -> Response:
    """Take Flow's notice that a payment has news (`token` in a form). Answers OK before anything is looked up."""
    _take(call, SignalKind.CONFIRMATION, _required_token(call))
    return Response(body="OK", status_code=200, headers=dict(_OK))


@routes.post(
    "/api/pagos/flow/retorno/{payment}", access=PUBLIC, idempotent=False, form=True, limit=_FROM_BROWSERS, status=303
)
def flow_return(call: Call, payment: str) -> Response:
    """Take the guest's browser back from Flow's page and send it on to our own. One read, one write."""
    return _welcome_back(call, payment, call.form.get("token", ""))


@routes.get("/api/pagos/flow/retorno/{payment}", access=PUBLIC, limit=_FROM_BROWSERS, status=303)
def flow_return_by_link(call: Call, payment: str) -> Response:
    """The same for a browser that comes by link, or reloads."""
    return _welcome_back(call, payment, "")


@routes.post(
    "/api/webhooks/flow/devolucion/{payment}",
    access=PUBLIC,
    idempotent=False,
    form=True,
    limit=_FROM_SERVERS,
    refuses=(400, 404),
)
def flow_refund(call: Call, payment: str) -> Response:
    """Take Flow's notice that a refund of ours was accepted or rejected. One read, one write."""
    token = _required_token(call)
    if not is_payment_id(payment):
        raise NotFound("payment_not_found")
    table.load(PaymentId(payment))
    _take(call, SignalKind.REFUND, token, PaymentId(payment))
    return Response(body="OK", status_code=200, headers=dict(_OK))


def _welcome_back(call: Call, payment: str, token: str) -> Response:
    """Send the browser to the page that follows its order; an unknown payment to the site's "not found" page.

    The guest is never shown a JSON problem: whatever the form says, the way on is the same.
    """
    try:
        if not is_payment_id(payment):
            raise NotFound("payment_not_found")
        order = table.load(PaymentId(payment)).order
    except NotFound:
        metrics.count("WebhookRefused", provider=FLOW, kind=SignalKind.RETURN.value)
        return _see_other("/404.html")
    _take(call, SignalKind.RETURN, token if is_token(token) else None, PaymentId(payment))
    return _see_other(f"/pago/?reserva={quote(order, safe='')}")


def _take(call: Call, kind: SignalKind, token: str | None, payment: PaymentId | None = None) -> None:
    """Store the signal and put it on the queue, in that order: what is not queued is heard again or polled."""
    signal = Signal(provider=FLOW, kind=kind, token=token, payment=payment, trace=call.request_id)
    times = table.heard(signal, at=call.clock.now())
    logs.info("signal heard", provider=FLOW, kind=kind.value, payment=payment, count=times)
    if times <= MOST_HEARD:
        queues.send(QUEUE, signal.as_message())


def _required_token(call: Call) -> str:
    token = call.form.get("token", "")
    if not is_token(token):
        metrics.count("WebhookRefused", provider=FLOW, kind="malformed")
        raise Malformed("token_malformed")
    return token


def _see_other(path: str) -> Response:
    return Response(body="", status_code=303, headers={"Location": settings.url("SITE_URL") + path})
