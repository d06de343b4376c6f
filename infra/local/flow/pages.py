"""The pages: where a guest pays, where a receiver accepts a refund, and the list with the buttons for bad days."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, abort, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from infra.local.sandbox import Document, Faults

from . import settlements, wire
from .desk import Desk

_STATES = {wire.PENDING: "Pendiente", wire.PAID: "Pagado", wire.REJECTED: "Rechazado", wire.ANNULLED: "Anulado"}
_REFUND_STATES = {
    "created": "Por aceptar",
    "accepted": "Aceptada",
    "rejected": "Rechazada",
    "refunded": "Devuelta",
    "canceled": "Cancelada",
}
_PAYMENT_VERBS = {
    "Pendiente": [("pay", "Pagar"), ("reject", "Rechazar"), ("leave", "Anular")],
    "Pagado": [("refund", "Devolver en el panel"), ("claim", "Contracargo"), ("win", "Contracargo ganado")],
}
_REFUND_VERBS = {
    "Por aceptar": [("accept", "Aceptar"), ("accept_slow", "Aceptar, sin pagar aún"), ("decline", "Rechazar"),
                    ("cancel", "Cancelar")],
    "Aceptada": [("pay_out", "Que llegue el dinero")],
}


def build(desk: Desk, faults: Faults) -> Blueprint:
    """Return the pages as a Flask blueprint."""
    pages = Blueprint("pages", __name__, template_folder="templates")
    verbs: dict[str, Callable[[str], Document]] = {
        "pay": desk.pay,
        "reject": desk.reject,
        "leave": desk.leave,
        "coupon": desk.coupon,
    }
    refund_verbs: dict[str, Callable[[str], Document]] = {
        "accept": desk.accept_refund,
        "accept_slow": partial(desk.accept_refund, slow=True),
        "decline": desk.reject_refund,
    }
    later_verbs: dict[str, Callable[[str], Document]] = {
        "refund": lambda token: settlements.give_back(desk.store, token, desk.now()),
        "claim": lambda token: settlements.claim(desk.store, token, desk.now()),
        "win": lambda token: settlements.claim(desk.store, token, desk.now(), won=True),
    }
    panel_verbs = {**refund_verbs, "cancel": desk.cancel_refund, "pay_out": desk.pay_out_refund}

    @pages.get("/app/web/pay.php")
    def pay_page() -> ResponseReturnValue:
        payment = desk.store.get("payments", request.args.get("token", ""))
        if payment is None:
            return render_template("unknown.html"), 404
        status = wire.status_at(payment, desk.now())
        left = max(0, int(payment["expires"] - desk.now())) if payment.get("expires") else None
        return render_template(
            "pay.html",
            payment=payment,
            state=_STATES[status],
            card=wire.TEST_CARD,
            left=left,
            open=status == wire.PENDING,
        )

    @pages.post("/app/web/pay.php")
    def pay() -> ResponseReturnValue:
        payment = _act(verbs, request.args.get("token", ""))
        return render_template("return.html", payment=payment, state=_STATES[wire.status_at(payment, desk.now())])

    @pages.get("/app/web/refund.php")
    def refund_page() -> ResponseReturnValue:
        refund = desk.store.get("refunds", request.args.get("token", ""))
        if refund is None:
            return render_template("unknown.html"), 404
        state = wire.refund_state(refund, desk.now())
        return render_template("refund.html", refund=refund, state=_REFUND_STATES[state], open=state == "created")

    @pages.post("/app/web/refund.php")
    def refund() -> ResponseReturnValue:
        token = request.args.get("token", "")
        _act(refund_verbs, token)
        return redirect(f"/app/web/refund.php?token={token}", 303)

    @pages.get("/")
    def index() -> ResponseReturnValue:
        now = desk.now()
        return render_template(
            "index.html",
            kinds=sorted(faults.kinds),
            verbs=_REFUND_VERBS,
            payment_verbs=_PAYMENT_VERBS,
            faults=faults.armed(),
            notices=desk.notices.sent()[-8:][::-1],
            payments=[(p, _STATES[wire.status_at(p, now)]) for p in desk.store.all("payments")[:50]],
            refunds=[(r, _REFUND_STATES[wire.refund_state(r, now)]) for r in desk.store.all("refunds")[:50]],
        )

    @pages.get("/_sandbox/payments")
    def payments() -> ResponseReturnValue:
        return jsonify(payments=desk.store.all("payments"), refunds=desk.store.all("refunds"))

    @pages.post("/_sandbox/payments/<token>/<verb>")
    def act(token: str, verb: str) -> ResponseReturnValue:
        if verb not in verbs | later_verbs:
            abort(404)
        _act(verbs | later_verbs, token, verb)
        return redirect("/", 303)

    @pages.post("/_sandbox/refunds/<token>/<verb>")
    def act_on_refund(token: str, verb: str) -> ResponseReturnValue:
        if verb not in panel_verbs:
            abort(404)
        _act(panel_verbs, token, verb)
        return redirect("/", 303)

    return pages


def _act(verbs: dict[str, Callable[[str], Document]], token: str, verb: str | None = None) -> Document:
    work = verbs.get(verb or request.form.get("action", ""))
    if work is None:
        abort(400)
    try:
        return work(token)
    except KeyError:
        abort(404)
