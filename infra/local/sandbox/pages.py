"""What the pages of the sandboxes share: their frame, pesos, and the page of faults."""

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from .faults import Faults


def build(faults: Faults) -> Blueprint:
    """Return the shared templates and /_sandbox/faults as a Flask blueprint."""
    pages = Blueprint("sandbox", __name__, template_folder="templates")
    pages.add_app_template_filter(pesos)

    @pages.route("/_sandbox/faults", methods=["GET", "POST", "DELETE"])
    def armed() -> ResponseReturnValue:
        if request.method == "DELETE" or request.form.get("kind") == "clear":
            faults.clear()
        elif request.method == "POST":
            try:
                faults.arm(**(request.get_json() if request.is_json else _from_form()))
            except (TypeError, ValueError) as error:
                return jsonify(problem=str(error)), 400
        return jsonify(faults=faults.armed()) if request.is_json or not request.form else redirect("/", 303)

    return pages


def pesos(amount: int) -> str:
    """Return an amount as a Chilean reads it."""
    return "$" + f"{amount:,}".replace(",", ".")


def _from_form() -> dict[str, object]:
    wanted: dict[str, object] = {"kind": request.form.get("kind", "")}
    if request.form.get("order"):
        wanted["order"] = request.form["order"].strip()
    if request.form.get("seconds"):
        wanted["seconds"] = float(request.form["seconds"])
    return wanted
