"""A stored mail as the inbox page shows it."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

_SPA_ZONE = ZoneInfo("America/Santiago")
_URL = re.compile(r"https?://[^\s<>\"]+")
_STATES = {"processed": "Aceptado", "deferred": "Demorado", "delivered": "Entregado", "dropped": "Descartado",
           "bounce": "Rebotado"}


@dataclass(frozen=True)
class Shown:
    """What a page needs of one mail."""

    id: str
    to: str
    to_name: str
    sender: str
    subject: str
    at: str
    html: str
    text: Markup
    preview: str
    state: str
    attachments: list[dict[str, Any]]
    headers: list[tuple[str, str]]


def shown(message: dict[str, Any]) -> Shown:
    """Return a stored message, ready for a template."""
    mail = message["mail"]
    to, sender = mail["personalizations"][0]["to"][0], mail["from"]
    subject = mail.get("subject") or mail["personalizations"][0].get("subject", "")
    parts = {part["type"]: part["value"] for part in mail.get("content") or []}
    at = datetime.fromtimestamp(message["received_at"], _SPA_ZONE)
    text = parts.get("text/plain", "")
    files = [{"name": file["filename"], "type": file.get("type", ""), "bytes": len(base64.b64decode(file["content"]))}
             for file in mail.get("attachments") or []]
    return Shown(id=message["id"], to=to["email"], to_name=to.get("name", ""), subject=subject,
                 sender=f"{sender.get('name', '')} <{sender['email']}>", at=f"{at:%d-%m-%Y %H:%M:%S}",
                 html=parts.get("text/html", ""), text=_linked(text), preview=" ".join(text.split())[:140],
                 state=_state(message["events"]),
                 attachments=files,
                 headers=_headers(message, mail, f"{at:%a, %d %b %Y %H:%M:%S %z}"))


def _headers(message: dict[str, Any], mail: dict[str, Any], date: str) -> list[tuple[str, str]]:
    to, sender = mail["personalizations"][0]["to"][0], mail["from"]
    rows = [("From", f"{sender.get('name', '')} <{sender['email']}>"), ("To", f"{to.get('name', '')} <{to['email']}>"),
            ("Subject", mail.get("subject", "")), ("Date", date), ("X-Message-Id", message["id"])]
    rows += [(f"custom_args.{name}", value) for name, value in (mail.get("custom_args") or {}).items()]
    rows += [("categories", ", ".join(mail["categories"]))] if mail.get("categories") else []
    rows += list((mail.get("headers") or {}).items())
    rows += [("event", f"{event['event']} ({event['state']})") for event in message["events"]]
    return rows


def _state(events: list[dict[str, Any]]) -> str:
    """Return what the webhook has been told so far, in Spanish."""
    told = [event["event"] for event in events if event["state"] == "posted"]
    return _STATES.get(told[-1], told[-1]) if told else "Recibido"


def _linked(text: str) -> Markup:
    """Return plain text with its addresses made clickable."""
    pieces, end = [], 0
    for match in _URL.finditer(text):
        url = escape(match.group())
        pieces += [escape(text[end:match.start()]), Markup(f'<a href="{url}" target="_blank" rel="noopener">{url}</a>')]
        end = match.end()
    return Markup("").join([*pieces, escape(text[end:])])
