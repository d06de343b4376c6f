"""Flow's REST API: form posts and signed queries, JSON replies."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from infra.local.sandbox import Document, Faults

from . import checks, settlements, wire
from .checks import FlowError
from .desk import Desk
from .faults import WORDS

Fields = dict[str, str]
Work = Callable[[Fields], dict[str, Any] | list[Any]]


def build(desk: Desk, faults: Faults, *, api_key: str, secret_key: str, page_url: Callable[[], str]) -> Blueprint:
    """Return the API as a Flask blueprint; `page_url` gives the hosted page's address."""
    api = Blueprint("api", __name__, url_prefix="/api")
    store = desk.store

    def route(method: str, path: str, work: Work) -> None:
        def view() -> ResponseReturnValue:
            arrived = request.form if method == "POST" else request.args
            pairs = list(arrived.items(multi=True))
            fields = dict(pairs)
            order = _order_of(fields, desk)
            desk.calls.append((path, order or ""))

            def answer() -> ResponseReturnValue:
                checks.check_caller(pairs, api_key=api_key, secret_key=secret_key)
                return jsonify(work(fields))

            try:
                return faults.answer(answer, order=order, path=path)
            except FlowError as error:
                return jsonify(code=error.code, message=error.message), error.status

        api.add_url_rule(path, path, view, methods=[method])

    def create(fields: Fields) -> dict[str, Any]:
        checks.check_payment(fields, store)
        payment = desk.open(fields)
        return {"url": page_url(), "token": payment["token"], "flowOrder": payment["number"]}

    def status(name: str, extended: bool = False) -> Work:
        return lambda fields: _status(checks.payment_by(store, fields, name), extended)

    def _status(payment: Document, extended: bool = False) -> dict[str, Any]:
        reply = wire.payment_status(payment, desk.now(), extended=extended)
        fault = faults.take(WORDS, order=payment["commerceOrder"])
        return wire.tampered(reply, fault) if fault else reply

    def paid_on(fields: Fields) -> dict[str, Any]:
        day, start, limit = checks.page_of(fields)
        paid = [p for p in reversed(store.all("payments")) if p.get("paid_at") and wire.stamp(p["paid_at"])[:10] == day]
        page = paid[start : start + limit]
        return {"total": len(paid), "hasMore": int(start + limit < len(paid)), "data": [_status(p) for p in page]}

    def refund(fields: Fields) -> dict[str, Any]:
        payment = checks.check_refund(fields, store, desk.now())
        return wire.refund_status(desk.ask_refund(payment, fields), desk.now())

    def refund_status(fields: Fields) -> dict[str, Any]:
        return wire.refund_status(checks.refund_by_token(store, fields), desk.now())

    def refund_cancel(fields: Fields) -> dict[str, Any]:
        return wire.refund_status(desk.cancel_refund(checks.refund_by_token(store, fields)["token"]), desk.now())

    route("POST", "/payment/create", create)
    route("GET", "/payment/getStatus", status("token"))
    route("GET", "/payment/getStatusByCommerceId", status("commerceId"))
    route("GET", "/payment/getStatusByFlowOrder", status("flowOrder"))
    route("GET", "/payment/getStatusExtended", status("token", extended=True))
    route("GET", "/payment/getStatusByFlowOrderExtended", status("flowOrder", extended=True))
    route("GET", "/payment/getPayments", paid_on)
    route("GET", "/payment/getTransactions", paid_on)
    route("GET", "/settlement/search", lambda fields: settlements.search(store, fields, desk.now()))
    route("GET", "/settlement/getByIdv2", lambda fields: settlements.detail(store, fields, desk.now()))
    route("POST", "/refund/create", refund)
    route("GET", "/refund/getStatus", refund_status)
    route("POST", "/refund/cancel", refund_cancel)
    return api


def _order_of(fields: Fields, desk: Desk) -> str | None:
    """Return the commerceOrder that a call is about, whichever way it says so."""
    named = fields.get("commerceOrder") or fields.get("commerceId") or fields.get("commerceTrxId")
    token = fields.get("token")
    if named or not token:
        return named
    found = desk.store.get("payments", token) or desk.store.get("refunds", token)
    return str(found["commerceOrder"]) if found else None
