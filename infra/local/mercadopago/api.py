"""Mercado Pago's REST API: bearer token, JSON in and out."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from infra.local.sandbox import Document, Faults

from . import checks, reports, search, wire
from .checks import MercadoPagoError
from .desk import Desk
from .faults import UNLISTED, WORDS

Answer = tuple[int, dict[str, Any] | list[Any] | str]  # a text is a CSV file
Work = Callable[..., Answer]
_REPORTS = "/v1/account/settlement_report"


def build(desk: Desk, faults: Faults, *, access_token: str, page_url: Callable[[], str], localhost: bool) -> Blueprint:
    """Return the API as a Flask blueprint; `page_url` gives the hosted page's address."""
    api = Blueprint("api", __name__)

    def route(method: str, path: str, work: Work) -> None:
        called = f"{method} {path}"

        def view(**ids: str) -> ResponseReturnValue:
            order = _order_of(ids, desk)
            desk.calls.append((called, order or ""))

            def answer() -> ResponseReturnValue:
                checks.check_caller(request.headers.get("Authorization", ""), access_token, path)
                status, reply = work(**ids)
                file = isinstance(reply, str)
                return (Response(reply, mimetype="text/csv") if file else jsonify(reply)), status

            try:
                return faults.answer(answer, order=order, path=called)
            except MercadoPagoError as error:
                return jsonify(error.body()), error.status

        api.add_url_rule(path.replace("{", "<").replace("}", ">"), called.replace(".", "_"), view, methods=[method])

    def create() -> Answer:
        asked, key = _body(), request.headers.get("X-Idempotency-Key")
        checks.check_key(key, mandatory=False)
        checks.check_preference(asked, now=desk.now(), collector=wire.COLLECTOR, localhost=localhost)
        return 201, wire.preference(desk.open(asked, key), page_url())

    def preference(id: str) -> Answer:
        return 200, wire.preference(_preference(desk, id), page_url())

    def change_preference(id: str) -> Answer:
        changes, before = _body(), _preference(desk, id)
        if not isinstance(changes, dict):
            raise MercadoPagoError(400, "bad_request", "the body must be an object")
        asked = before["asked"] | changes
        checks.check_preference(asked, now=desk.now(), collector=wire.COLLECTOR, localhost=localhost)
        after, _ = desk.store.change("preferences", id, lambda one: {
            **one, "asked": asked, "order": asked.get("external_reference") or ""})
        return 200, wire.preference(after, page_url())

    def preferences() -> Answer:
        wanted = request.args.get("external_reference")
        found = [one for one in desk.store.all("preferences") if wanted in (None, one["order"])]
        return 200, {"elements": [wire.preference(one, page_url()) for one in found], "total": len(found),
                     "next_offset": len(found)}

    def told(payment: Document) -> dict[str, Any]:
        reply = wire.payment(payment, desk.refunds_of(payment))
        fault = faults.take(WORDS, order=payment["order"])
        return wire.tampered(reply, fault) if fault else reply

    def payments() -> Answer:
        hidden = faults.take(UNLISTED, order=request.args.get("external_reference"))
        known = [] if hidden else desk.payments()
        return 200, search.search(known, request.args.to_dict(), desk.now(), told)

    def chargebacks() -> Answer:
        wanted = request.args.get("payment_id")
        found = [wire.chargeback(one) for one in desk.payments()
                 if one.get("claimed") and wanted in (None, one["token"])]
        return 200, {"paging": {"total": len(found), "offset": 0, "limit": len(found)}, "results": found}

    def cancel(id: str) -> Answer:
        _payment(desk, id)
        return 200, told(desk.cancel(id, _body()))

    def refund(id: str) -> Answer:
        key, asked = request.headers.get("X-Idempotency-Key"), _body()
        checks.check_key(key, mandatory=True)
        _payment(desk, id)
        if not isinstance(asked, dict | None):
            raise MercadoPagoError(400, "bad_request", "the body must be an object")
        made = desk.refund(id, (asked or {}).get("amount"), key=str(key))
        if made["status"] == "in_process" and request.headers.get("X-Render-In-Process-Refunds") != "true":
            raise MercadoPagoError(400, "bad_request", "The refund is in process")
        return 201, wire.refund(made)

    def one_refund(id: str, refund: str) -> Answer:
        found = [one for one in desk.refunds_of(_payment(desk, id)) if one["token"] == refund]
        if not found:
            raise MercadoPagoError(404, "not_found", "Refund not found", 2032)
        return 200, wire.refund(found[0])

    route("POST", "/checkout/preferences", create)
    route("GET", "/checkout/preferences/search", preferences)
    route("GET", "/checkout/preferences/{id}", preference)
    route("PUT", "/checkout/preferences/{id}", change_preference)
    route("GET", "/v1/payments/search", payments)
    route("GET", "/v1/chargebacks/search", chargebacks)
    route("POST", f"{_REPORTS}/config", lambda: (201, reports.configure(desk, _body())))
    route("POST", _REPORTS, lambda: (202, reports.ask(desk, _body())))
    route("GET", f"{_REPORTS}/list", lambda: (200, reports.listed(desk)))
    route("GET", f"{_REPORTS}/{{file}}", lambda file: (200, reports.sheet(desk, file)))
    route("GET", "/v1/payments/{id}", lambda id: (200, told(_payment(desk, id))))
    route("PUT", "/v1/payments/{id}", cancel)
    route("POST", "/v1/payments/{id}/refunds", refund)
    route("GET", "/v1/payments/{id}/refunds",
          lambda id: (200, [wire.refund(one) for one in desk.refunds_of(_payment(desk, id))]))
    route("GET", "/v1/payments/{id}/refunds/{refund}", one_refund)
    return api


def _body() -> Any:
    """Return the JSON body, None when there is none. Raises MercadoPagoError when it is not JSON."""
    if not request.get_data():
        return None
    body = request.get_json(force=True, silent=True)
    if body is None:
        raise MercadoPagoError(400, "bad_request", "the body is not JSON")
    return body


def _payment(desk: Desk, token: str) -> Document:
    try:
        return desk.payment(token)
    except KeyError:
        raise MercadoPagoError(404, "not_found", "Payment not found", 2000) from None


def _preference(desk: Desk, token: str) -> Document:
    found = desk.store.get("preferences", token)
    if found is None:
        raise MercadoPagoError(404, "not_found", "preference_id not found")
    return found


def _order_of(ids: dict[str, str], desk: Desk) -> str | None:
    """Return the external_reference that a call is about, whichever way it says so."""
    if "id" in ids:
        found = desk.store.get("payments", ids["id"]) or desk.store.get("preferences", ids["id"])
        return str(found["order"]) if found else None
    body = request.get_json(force=True, silent=True) if request.method == "POST" else None
    if isinstance(body, dict):
        return body.get("external_reference")
    return request.args.get("external_reference")
