"""The pages: where a guest pays, what became of it, and the list with the buttons for what happens later."""

import uuid
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from infra.local.sandbox import Document, Faults

from . import states
from .checks import MercadoPagoError
from .desk import Closed, Desk

PAY_PAGE = "/checkout/v1/redirect"
_STATUSES = {
    "approved": "Aprobado",
    "authorized": "Autorizado",
    "in_process": "En revisión",
    "pending": "Pendiente",
    "cancelled": "Cancelado",
    "charged_back": "Contracargo",
    "refunded": "Devuelto",
    "in_mediation": "En mediación",
    "rejected": "Rechazado",
}
_RESULTS = {"approved": "¡Listo! Tu pago se aprobó", "rejected": "Tu pago no se aprobó"}
_HOLDERS = {
    "APRO": "aprobado",
    "OTHE": "rechazado por el banco",
    "CONT": "queda en revisión",
    "CALL": "el banco pide que llames",
    "FUND": "sin fondos",
    "SECU": "código de seguridad malo",
    "EXPI": "fecha de vencimiento mala",
    "FORM": "error en los datos",
}
_REFUNDS = {"approved": "Devuelta", "in_process": "En proceso", "rejected": "Rechazada"}
_STATES = [f"{status}/{detail}" for status, details in states.DETAILS.items() for detail in details]


def build(desk: Desk, faults: Faults) -> Blueprint:
    """Return the pages as a Flask blueprint."""
    pages = Blueprint("pages", __name__, template_folder="templates")
    pages.add_app_template_filter(status_name)

    @pages.get(PAY_PAGE)
    def pay_page() -> ResponseReturnValue:
        preference = desk.store.get("preferences", request.args.get("pref_id", ""))
        return _pay_page(desk, preference) if preference else (render_template("unknown.html"), 404)

    @pages.post(PAY_PAGE)
    def pay() -> ResponseReturnValue:
        preference = desk.store.get("preferences", request.args.get("pref_id", ""))
        if preference is None:
            return render_template("unknown.html"), 404
        try:
            payment = _pay(desk, preference)
        except Closed:
            return _pay_page(desk, preference)
        back = back_url(preference, payment)
        automatic = preference["asked"].get("auto_return")
        return render_template(
            "result.html", payment=payment, back=back, title=_RESULTS.get(payment["status"], "Tu pago está pendiente"),
            leave=back and (automatic == "all" or (automatic == "approved" and payment["status"] == "approved")),
        )

    @pages.get("/")
    def index() -> ResponseReturnValue:
        paid = {one["preference"] for one in desk.payments()}
        return render_template(
            "index.html",
            kinds=sorted(faults.kinds),
            faults=faults.armed(),
            notices=desk.hooks.notices.sent()[-8:][::-1],
            payments=desk.payments()[:50],
            waiting=[one for one in desk.store.all("preferences") if one["token"] not in paid][:20],
            refunds=[(one, _REFUNDS[one["status"]]) for one in desk.store.all("refunds")[:50]],
            states=_STATES,
            unfinished=states.UNFINISHED,
            pay_page=PAY_PAGE,
        )

    @pages.get("/_sandbox/payments")
    def payments() -> ResponseReturnValue:
        return jsonify(payments=desk.payments(), refunds=desk.store.all("refunds"))

    @pages.post("/_sandbox/payments/<token>/<verb>")
    def act(token: str, verb: str) -> ResponseReturnValue:
        try:
            _act(desk, token, verb)
        except KeyError:
            abort(404)
        except (ValueError, MercadoPagoError) as error:
            return jsonify(problem=str(error)), 400
        return redirect("/", 303)

    @pages.post("/_sandbox/refunds/<token>/<status>")
    def finish(token: str, status: str) -> ResponseReturnValue:
        if status not in ("approved", "rejected"):
            abort(404)
        try:
            desk.finish_refund(token, status)
        except KeyError:
            abort(404)
        return redirect("/", 303)

    return pages


def status_name(status: str) -> str:
    """Return a status as the page calls it."""
    return _STATUSES.get(status, status)


def panel_key() -> str:
    """Return a new idempotency key for a refund made in the panel."""
    return str(uuid.uuid4())


def back_url(preference: Document, payment: Document | None) -> str:
    """Return where the browser goes back to with what is told there, "" without such an address.

    payment_id, status, external_reference and merchant_order_id are documented; the others are commonly seen. Who
    leaves without a payment brings the word null.
    """
    urls = preference["asked"].get("back_urls") or {}
    status = payment["status"] if payment else "rejected"
    name = {"approved": "success", "rejected": "failure"}.get(status, "pending")
    address = urls.get(name) or ""
    if not address:
        return ""
    told = {
        "collection_id": payment["token"] if payment else "null",
        "collection_status": payment["status"] if payment else "null",
        "payment_id": payment["token"] if payment else "null",
        "status": payment["status"] if payment else "null",
        "external_reference": preference["order"] or "null",
        "payment_type": payment["type"] if payment else "null",
        "merchant_order_id": payment["merchant_order"] if payment else "null",
        "preference_id": preference["token"],
        "site_id": "MLC",
        "processing_mode": "aggregator",
    }
    return address + ("&" if urlsplit(address).query else "?") + urlencode(told)


def _pay_page(desk: Desk, preference: Document) -> str:
    asked = preference["asked"]
    offer = states.offer(asked)
    amount = sum(item["quantity"] * int(item["unit_price"]) for item in asked["items"])
    cuotas = [(number, states.installment(amount, number), states.total_paid(amount, number))
              for number in offer.installments]
    tried = [one for one in desk.payments() if one["preference"] == preference["token"]]
    return render_template(
        "pay.html", preference=preference, items=asked["items"], amount=amount, offer=offer, cuotas=cuotas,
        holders=_HOLDERS, cards=states.CARDS, open=desk.is_open(preference), tried=tried,
        back=back_url(preference, None),
    )


def _pay(desk: Desk, preference: Document) -> Document:
    """Do what the page's button says. Raises Closed; answers 400 to what the page does not offer."""
    offer, form = states.offer(preference["asked"]), request.form
    method, installments = form.get("method", ""), form.get("installments", "1")
    if method == "wallet" and offer.wallet:
        return desk.by_wallet(preference)
    if method == "cash" and offer.cash:
        return desk.by_cash(preference)
    if method != "card" or form.get("brand") not in offer.brands or not installments.isdecimal():
        abort(400)
    return desk.by_card(preference, holder=form.get("holder", ""), brand=form["brand"], installments=int(installments))


def _act(desk: Desk, token: str, verb: str) -> None:
    """Do what a button of the list says. Raises KeyError, ValueError, MercadoPagoError."""
    moves: dict[str, tuple[str, str | None]] = {
        "approve": ("approved", None),
        "reject": ("rejected", None),
        "cancel": ("cancelled", None),
        "mediate": ("in_mediation", None),
        "charge_back": ("charged_back", None),
    }
    if verb == "refund":
        desk.refund(token, _amount(), key=panel_key())
    elif verb == "notify":
        desk.hooks.tell(desk.payment(token), "payment.updated")
    elif verb == "ipn":
        desk.hooks.ipn(desk.payment(token), topic=request.form.get("topic") or "payment")
    elif verb == "move":
        status, _, detail = request.form.get("state", "").partition("/")
        desk.move(token, status, detail or None)
    elif verb in moves:
        desk.move(token, *moves[verb])
    else:
        abort(404)


def _amount() -> Any:
    text = request.form.get("amount", "").strip()
    return int(text) if text else None
