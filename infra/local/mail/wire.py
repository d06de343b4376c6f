"""What SendGrid accepts and how it says no, written from its documents, not from our client (PROVIDERS.md §C.1-2)."""

import base64
import binascii
import re
from typing import Any

Problem = dict[str, Any]

MAX_BYTES = 30 * 1024 * 1024
_ADDRESS = re.compile(r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+$")
_HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html"
_MAX_RECIPIENTS = 1000
_MAX_CUSTOM_ARGS_BYTES = 10_000


def problems(body: Any) -> list[Problem]:
    """Return what SendGrid would find wrong with a mail/send body; empty when it would take it."""
    if not isinstance(body, dict):
        return [_problem("Bad Request", None)]
    found = [*_envelope(body), *_personalizations(body), *_content(body), *_attachments(body), *_metadata(body)]
    return [problem for problem in found if problem]


def _problem(message: str, field: str | None) -> Problem:
    return {"message": message, "field": field, "help": f"{_HELP}#message.{field}" if field else None}


def _is_address(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("email"), str) and bool(_ADDRESS.match(value["email"]))


def _envelope(body: dict[str, Any]) -> list[Problem]:
    found = []
    sender = body.get("from")
    if not isinstance(sender, dict) or not sender.get("email"):
        found.append(_problem("The from object must be provided for every email send.", "from.email"))
    elif not _is_address(sender) or not sender["email"].isascii():
        found.append(_problem("The from email does not contain a valid address.", "from.email"))
    people = [person for person in body.get("personalizations") or [] if isinstance(person, dict)]
    if not any(isinstance(part.get("subject"), str) and part["subject"] for part in (body, *people)):
        found.append(_problem("The subject is required.", "subject"))
    return found


def _personalizations(body: dict[str, Any]) -> list[Problem]:
    people = body.get("personalizations")
    if not isinstance(people, list) or not people:
        return [_problem("The personalizations field is required and must have at least one personalization.",
                         "personalizations")]
    found, recipients = [], 0
    for index, person in enumerate(people):
        to = person.get("to") if isinstance(person, dict) else None
        if not isinstance(to, list) or not to:
            found.append(_problem("The to array is required for all personalization objects, and must have at least "
                                  "one email object.", f"personalizations.{index}.to"))
            continue
        everybody = [*to, *person.get("cc", []), *person.get("bcc", [])]
        recipients += len(everybody)
        if not all(_is_address(address) for address in everybody):
            found.append(_problem("Does not contain a valid address.", f"personalizations.{index}.to.0.email"))
        elif len({address["email"].lower() for address in everybody}) < len(everybody):
            found.append(_problem("Each email address in the personalization block should be unique between to, cc, "
                                  "and bcc.", "personalizations"))
    if recipients > _MAX_RECIPIENTS or len(people) > _MAX_RECIPIENTS:
        found.append(_problem("Too many recipients or personalizations.", "personalizations"))
    return found


def _content(body: dict[str, Any]) -> list[Problem]:
    if body.get("template_id"):
        return []
    parts = body.get("content")
    if not isinstance(parts, list) or not parts:
        return [_problem("Unless a valid template_id is provided, the content parameter is required.", "content")]
    if not all(isinstance(part, dict) and part.get("type") and isinstance(part.get("value"), str) and part["value"]
               for part in parts):
        return [_problem("The content value must be a string at least one character in length.", "content.0.value")]
    types = [part["type"] for part in parts]
    if "text/plain" in types[1:] or ("text/html" in types and types.index("text/html") > 1):
        return [_problem("If present, text/plain must be first, followed by text/html.", "content")]
    return []


def _attachments(body: dict[str, Any]) -> list[Problem]:
    found = []
    for index, file in enumerate(body.get("attachments") or []):
        try:
            content = base64.b64decode(file.get("content") or "", validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not content:
            found.append(_problem("The attachment content must be base64 encoded.", f"attachments.{index}.content"))
        if not file.get("filename"):
            found.append(_problem("The attachment filename is required.", f"attachments.{index}.filename"))
        if re.search(r"[\r\n;]", str(file.get("type", ""))):
            found.append(_problem("The attachment type cannot contain ';', or CRLF characters.",
                                  f"attachments.{index}.type"))
    return found


def _metadata(body: dict[str, Any]) -> list[Problem]:
    found = []
    args = body.get("custom_args") or {}
    if not all(isinstance(value, str) for value in args.values()):
        found.append(_problem("The custom_args values must be strings.", "custom_args"))
    elif sum(len(key.encode()) + len(value.encode()) for key, value in args.items()) > _MAX_CUSTOM_ARGS_BYTES:
        found.append(_problem("The custom_args are too large.", "custom_args"))
    categories = body.get("categories") or []
    if len(categories) > 10 or len(set(categories)) < len(categories) or any(len(name) > 255 for name in categories):
        found.append(_problem("At most 10 unique categories of at most 255 characters.", "categories"))
    return found
