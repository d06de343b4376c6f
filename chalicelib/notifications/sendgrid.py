"""SendGrid's mail/send: the one place that knows its wire format (PROVIDERS.md §C.1, §C.2).

What an answer means for the ledger:
    202                     taken
    429, no connection      certainly not taken, may be later: Retryable
    other 4xx               certainly not taken, and repeating won't help: Terminal
    anything else           in doubt: InDoubt (5xx, time-out, a broken or unexpected answer)
"""

import base64
import http.client
import logging
import socket
from typing import Any
from urllib.error import URLError

from ..aws import settings
from ..aws.secrets import secret
from ..core.errors import Retryable, Terminal
from .model import Mail

TIMEOUT_SECONDS = 10
SENDER_NAME = "Aremko Spa"
_TAKEN = 202
_TOO_MANY = 429
_REFUSALS = frozenset({400, 401, 403, 404, 405, 413, 415})
_NO_CONNECTION = (ConnectionRefusedError, socket.gaierror)


class InDoubt(Retryable):
    """SendGrid may have taken the mail: no answer came, or none that says so."""


def post(mail: Mail, *, mail_id: str) -> str | None:
    """Hand one mail to SendGrid and return its X-Message-Id.

    `mail_id` comes back in every event about the mail. One HTTP request, TIMEOUT_SECONDS for each wait on the socket.
    Raises Retryable, Terminal or InDoubt as the module's table says.
    """
    from python_http_client.exceptions import HTTPError
    from sendgrid import SendGridAPIClient

    logging.getLogger("python_http_client").setLevel(logging.WARNING)  # its debug lines hold the whole mail
    api = SendGridAPIClient(secret("sendgrid")["api_key"], host=settings.url("SENDGRID_API_URL"))
    api.client.timeout = TIMEOUT_SECONDS
    try:
        answer = api.send(_payload(mail, mail_id))
    except HTTPError as error:
        raise _refusal(error.status_code) from None
    except URLError as error:
        if isinstance(error.reason, _NO_CONNECTION):
            raise Retryable("mail_provider_unreachable") from None
        raise InDoubt("mail_in_doubt", reason="connection") from None
    except (OSError, http.client.HTTPException):
        raise InDoubt("mail_in_doubt", reason="no_answer") from None
    if answer.status_code != _TAKEN:
        raise InDoubt("mail_in_doubt", reason="unexpected_answer")
    message_id: str | None = answer.headers.get("X-Message-Id")
    return message_id


def _refusal(status: int) -> Retryable | Terminal:
    """Return the error an HTTP status stands for; SendGrid's own words may quote addresses and are left out."""
    if status == _TOO_MANY:
        return Retryable("mail_provider_busy", status=status)
    if status in _REFUSALS:
        return Terminal("mail_refused", status=status)
    return InDoubt("mail_in_doubt", status=status)


def _payload(mail: Mail, mail_id: str) -> dict[str, Any]:
    """Return the request's body: nothing personal outside recipient and content, and links as we wrote them."""
    body: dict[str, Any] = {
        "personalizations": [{"to": [{"email": mail.to, "name": mail.to_name}]}],
        "from": {"email": settings.text("MAIL_FROM"), "name": SENDER_NAME},
        "subject": mail.subject,
        "content": [{"type": "text/plain", "value": mail.text}, {"type": "text/html", "value": mail.html}],
        "categories": [mail.kind],
        "custom_args": {"mail": mail_id},
        "tracking_settings": {"click_tracking": {"enable": False, "enable_text": False},
                              "open_tracking": {"enable": False}},
    }
    if mail.attachments:
        body["attachments"] = [
            {"content": base64.b64encode(file.content).decode(), "filename": file.name, "type": file.content_type,
             "disposition": "attachment"} for file in mail.attachments]
    return body
