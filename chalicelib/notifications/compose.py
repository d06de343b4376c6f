"""Writing a mail: what a fact says to the guest, from templates, as HTML and as text."""

from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..core.calendar_file import calendar_file, file_name
from ..core.events import Fact
from ..core.money import format_clp
from ..core.texts import Lang
from . import wording
from .model import Attachment, BookedLine, Booking, Mail

KINDS = {"order.confirmed": "order_confirmed", "payment.refund_due": "refund_due", "payment.refunded": "refunded"}
_REFUND_REASONS = {"slot_lost", "paid_twice"}
# SendGrid refuses parameters in an attachment's type, and labels text ones ISO-8859-1 (field: sendgrid-php #250,
# django-anymail #150). Under this type it adds no charset, and iCalendar's own default, UTF-8, holds.
_CALENDAR_TYPE = "application/ics"
MAP_URL = "https://www.google.com/maps/search/?api=1&query=Aremko+Spa+Puerto+Varas"


def compose(fact: Fact, booking: Booking, *, site: str, link: str) -> Mail:
    """Return the mail that tells the guest of a fact, in the language of the booking.

    `site` is the site's address without a trailing slash, `link` the booking's own page. Raises KeyError for a fact no
    mail tells of (see KINDS).
    """
    kind = KINDS[fact.type]
    t = partial(wording.text, lang=booking.language)
    amount = format_clp(int(fact.data.get("amount", booking.paid)))
    lines = _lines(booking)
    first = f"{lines[0]['name']}, {lines[0]['day']}" if lines else booking.number
    subject = t(f"{kind}.subject", number=booking.number)
    context = {
        "t": t, "lang": booking.language, "subject": subject,
        "preview": t(f"{kind}.preview", amount=amount, first=first),
        "first_name": wording.first_name(booking.name), "number": booking.number, "lines": lines, "amount": amount,
        "total": format_clp(booking.total), "paid": format_clp(booking.paid),
        "balance": format_clp(booking.balance_due) if booking.balance_due > 0 else "",
        "policy": booking.policy, "intro": _refund_reason(fact, t),
        "home": f"{site}/", "link": link, "map": MAP_URL,
    }
    return Mail(kind=kind, to=booking.email, to_name=booking.name, subject=subject,
                html=_templates().get_template(f"{kind}.html.jinja").render(context),
                text=_templates().get_template(f"{kind}.txt.jinja").render(context),
                attachments=_attachments(kind, booking, fact.at))


def _lines(booking: Booking) -> list[dict[str, Any]]:
    """Return what was booked in the order of the days, and then what has no hour."""
    timed = sorted((line for line in booking.lines if line.start), key=lambda line: (line.start, line.id))
    return [_line(line, booking.language) for line in (*timed, *(line for line in booking.lines if not line.start))]


def _line(line: BookedLine, lang: Lang) -> dict[str, Any]:
    said = {"name": line.name, "day": "", "hours": "", "guests": "", "price": format_clp(line.total)}
    if line.start and line.end and line.guests:
        said |= {"day": wording.long_day(line.start, lang), "hours": wording.hours(line.start, line.end, lang),
                 "guests": wording.guests(line.guests, lang)}
    return said


def _refund_reason(fact: Fact, t: partial[str]) -> str:
    reason = fact.data.get("reason")
    return t(f"refund_due.intro_{reason if reason in _REFUND_REASONS else 'other'}")


def _attachments(kind: str, booking: Booking, at: datetime) -> tuple[Attachment, ...]:
    if kind != "order_confirmed":
        return ()
    content = calendar_file(booking.visits, number=booking.number, lang=booking.language, stamp=at)
    return (Attachment(file_name(booking.number), _CALENDAR_TYPE, content),)


@cache
def _templates() -> Environment:
    """Return the template engine: names and texts are escaped in HTML, as they are in plain text."""
    return Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), undefined=StrictUndefined,
                       autoescape=lambda name: name is not None and ".html." in name,
                       trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
