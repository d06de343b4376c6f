"""The sandbox's HTTP side: SendGrid's API, what tests ask for, and the inbox."""

import base64
import json
import secrets
import time
from dataclasses import fields
from io import BytesIO
from typing import Any

from flask import Flask, Response, abort, render_template, request, send_file

from . import wire
from .events import EventSender
from .faults import SENDING, Fault, Faults
from .inbox import shown
from .store import Store

_FRAME = ("default-src 'none'; style-src 'unsafe-inline'; img-src data: http://localhost:* http://127.0.0.1:*; "
          "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation")

Answer = tuple[Any, int] | tuple[Any, int, dict[str, str]]


def build(store: Store, faults: Faults, sender: EventSender, *, api_key: str) -> Flask:
    """Return the sandbox as a WSGI application."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = wire.MAX_BYTES
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    _sendgrid(app, store, faults, sender, api_key)
    _controls(app, store, faults, sender)
    _inbox(app, store)
    return app


def _errors(status: int, *problems: wire.Problem) -> Answer:
    return {"errors": list(problems)}, status


def _sendgrid(app: Flask, store: Store, faults: Faults, sender: EventSender, api_key: str) -> None:
    @app.post("/v3/mail/send")
    def send() -> Any:
        if request.headers.get("Authorization") != f"Bearer {api_key}":
            return _errors(401, {"message": "The provided authorization grant is invalid, expired, or revoked",
                                 "field": None, "help": None})
        if request.mimetype != "application/json":
            return _errors(415, {"message": "Content-Type should be application/json.", "field": None, "help": None})
        mail = _json(request.get_data())
        found = wire.problems(mail)
        if found:
            return _errors(400, *found)
        fault = faults.take(SENDING)
        if fault and not fault.kind.endswith("_after"):
            return _refuse(fault)
        if (mail.get("mail_settings") or {}).get("sandbox_mode", {}).get("enable"):
            return "", 200
        message_id = _accept(store, sender, mail)
        if fault:
            return _refuse(fault)
        return "", 202, {"X-Message-Id": message_id}

    @app.errorhandler(413)
    def too_large(_: Exception) -> Answer:
        return _errors(413, {"message": "The JSON payload you have included in your request is too large.",
                             "field": None, "help": None})


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


def _accept(store: Store, sender: EventSender, mail: dict[str, Any]) -> str:
    message_id, now = secrets.token_urlsafe(16), time.time()
    store.keep(message_id, now, mail)
    sender.announce(message_id, mail, now)
    return message_id


def _refuse(fault: Fault) -> Any:
    """Answer as the fault says; a time-out is silence and then a cut connection."""
    if fault.kind == "too_many":
        reset = str(int(time.time()) + 1)
        headers = {"X-RateLimit-Limit": "600", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return {"errors": [{"message": "too many requests", "field": None, "help": None}]}, 429, headers
    if fault.kind in ("error", "error_after"):
        return _errors(500, {"message": "Internal server error", "field": None, "help": None})
    if fault.kind == "unavailable":
        return "<html><body>Service Unavailable</body></html>", 503
    if fault.kind == "garbage":
        return "<html><body>Welcome to the captive portal</body></html>", 200
    time.sleep(fault.seconds)
    return Response(_cut(), 202)


def _cut() -> Any:
    """A body that breaks off: the server closes the connection in the middle of the answer."""
    yield b""
    raise ConnectionAbortedError("the sandbox was told to time out")


def _controls(app: Flask, store: Store, faults: Faults, sender: EventSender) -> None:
    @app.get("/_sandbox/messages")
    def messages() -> Answer:
        return {"messages": store.messages()}, 200

    @app.post("/_sandbox/clear")
    def clear() -> Answer:
        store.clear()
        faults.clear()
        return {}, 200

    @app.post("/_sandbox/faults")
    def fault() -> Answer:
        wanted = request.get_json()
        try:
            faults.arm(str(wanted["kind"]), times=int(wanted.get("times", 1)),
                       seconds=float(wanted.get("seconds", 15)))
        except (KeyError, ValueError) as error:
            return {"problem": str(error)}, 400
        return {}, 201

    @app.post("/_sandbox/settings")
    def settings() -> Answer:
        known = {field.name for field in fields(sender.pace)}
        for name, value in request.get_json().items():
            if name not in known:
                return {"problem": f"unknown setting {name}"}, 400
            setattr(sender.pace, name, type(getattr(sender.pace, name))(value))
        return {name: getattr(sender.pace, name) for name in sorted(known)}, 200

    @app.get("/_sandbox/health")
    def health() -> Answer:
        return {"status": "ok"}, 200


def _inbox(app: Flask, store: Store) -> None:
    @app.get("/")
    def inbox() -> str:
        return render_template("inbox.html", messages=[shown(message) for message in store.messages()])

    @app.get("/mensaje/<message_id>")
    def message(message_id: str) -> str:
        found = store.message(message_id) or abort(404)
        return render_template("message.html", message=shown(found))

    @app.get("/mensaje/<message_id>/html")
    def html(message_id: str) -> Response:
        """The mail itself, without a way out of its frame: no scripts, no forms, nothing from another machine."""
        found = store.message(message_id) or abort(404)
        page = shown(found).html.replace("<head>", '<head><base target="_blank">', 1)
        return Response(page, headers={"Content-Type": "text/html; charset=utf-8",
                                                    "Content-Security-Policy": _FRAME})

    @app.get("/mensaje/<message_id>/adjunto/<int:index>")
    def attachment(message_id: str, index: int) -> Response:
        found = store.message(message_id) or abort(404)
        files = found["mail"].get("attachments") or []
        if index >= len(files):
            abort(404)
        file = files[index]
        return send_file(BytesIO(base64.b64decode(file["content"])), as_attachment=True,
                         download_name=file["filename"], mimetype=file.get("type") or "application/octet-stream")
