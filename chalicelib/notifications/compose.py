"""Writing a mail: what a fact says to the guest, from templates, as HTML and as text."""

from functools import partial
from typing import Any

from ..carts.visits import visits
from ..core.calendar_file import calendar_file, file_name
from ..core.events import Fact
from ..core.money import format_clp
from ..orders.model import Order
from ..orders.views import TransferInstructions, terms
from ..orders.visit_mails import NEAR, OVER
from ..payments.model import Payment, Purpose
from . import told, wording
from .entries import entries
from .model import Attachment, Mail
from .render import rendered

CONFIRMED, TRANSFER_AWAITED = "order.confirmed", "payment.transfer_awaited"
KINDS = {CONFIRMED: "order_confirmed", told.CHANGED: "order_changed", told.CANCELLED: "order_cancelled",
         NEAR: "visit_near", OVER: "visit_over", told.ALTERNATIVES: "alternatives_offered",
         TRANSFER_AWAITED: "transfer_instructions", "payment.received": "payment_received",
         "order.card_redeemed": "card_redeemed",
         "payment.refund_due": "refund_due", "payment.refunded": "refunded",
         **dict.fromkeys(told.NEWS, "refund_moved")}
_TEMPLATES = {"card_redeemed": "payment_received"}  # the same mail in other words
_WITH_CALENDAR = {"order_confirmed", "order_changed", "order_cancelled"}
# SendGrid refuses parameters in an attachment's type, and labels text ones ISO-8859-1 (field: sendgrid-php #250,
# django-anymail #150). Under this type it adds no charset, and iCalendar's own default, UTF-8, holds.
_CALENDAR_TYPE = "application/ics"
MAP_URL = "https://www.google.com/maps/search/?api=1&query=Aremko+Spa+Puerto+Varas"


def compose(fact: Fact, order: Order, *, payment: Payment | None = None, transfer: TransferInstructions | None = None,
            site: str, link: str) -> Mail:
    """Return the mail that tells the guest of a fact, in the language of the order.

    `payment` is the one that the fact speaks of (needed for refunds and transfers), `transfer` where to transfer to.
    `site` is the site's address without a trailing slash, `link` the order's own page. Raises KeyError for a fact no
    mail tells of (see KINDS).
    """
    kind = KINDS[fact.type]
    lang, booked = order.language, entries(order.lines or order.cancelled, order.language)
    t = partial(wording.text, lang=lang)
    balance = order.due(Purpose.BALANCE)
    amount = format_clp(int(fact.data.get("amount", order.kept)))
    code = f"refund_moved.{told.NEWS[fact.type]}" if fact.type in told.NEWS else kind
    subject = t(f"{code}.subject", number=order.id, begins=_begins(order))
    changed, files = told.what_changed(fact, lang), _attachments(kind, fact, order)
    context: dict[str, Any] = {
        "t": t, "lang": lang, "because": "reason", "subject": subject,
        "first_name": wording.first_name(order.guest.name),
        "number": order.id, "lines": booked, "amount": amount, "total": format_clp(order.total),
        "kind": kind, "paid": format_clp(order.paid), "paid_with": _paid_with(order),
        "balance": format_clp(balance) if balance else "",
        "has_hours": bool(order.standing), "policy": terms(order, lang), "action": fact.data.get("action", ""),
        "changed": changed, "money": told.money(fact, order, lang), "has_file": bool(files),
        "first": changed[0].name if changed else _first(order), "begins": _begins(order),
        "home": f"{site}/", "link": link, "map": MAP_URL,
        **told.refund(fact, order, payment, home=f"{site}/", link=link),
        "until": told.choose_until(order), **(_transfer(order, payment, transfer) if payment and transfer else {}),
    }
    context["preview"] = t(f"{code}.preview", **{name: context[name] for name in ("amount", "first", "begins")},
                           until=context["until"])
    html, text = rendered(_TEMPLATES.get(kind, kind), context)
    return Mail(kind=kind, to=order.guest.email, to_name=order.guest.name, subject=subject, html=html, text=text,
                attachments=files)


def _paid_with(order: Order) -> list[tuple[str, str]]:
    """Return what an order was paid with, by the name of its text: money, gift cards, or both."""
    sums = [("paid", order.kept)] if order.kept or not order.covered else []
    sums += [("paid_by_card", order.covered)] if order.covered else []
    return [(name, format_clp(amount)) for name, amount in sums]


def _first(order: Order) -> str:
    """Return what the guest comes for first, with its day; the order's number when there is nothing to come for."""
    there = visits(order.lines)
    return f"{there[0].name(order.language)}, {wording.long_day(there[0].start, order.language)}" if there else order.id


def _begins(order: Order) -> str:
    """Return when the guest is expected first, with the hour; nothing when there is nothing to come for."""
    there = visits(order.lines)
    return wording.moment(there[0].start, order.language) if there else ""


def _transfer(order: Order, payment: Payment, account: TransferInstructions) -> dict[str, Any]:
    """Return what only the mail with the account says: the account, the deadline, what the money is for."""
    t = partial(wording.text, lang=order.language)
    until = t("until", when=wording.moment(account.until, order.language))
    said = {"bank": account.bank, "account_type": account.account_type, "account": account.account,
            "holder": account.holder, "rut": account.rut, "email": account.email,
            "amount": format_clp(account.amount), "reference": account.reference, "until": until}
    return {"purpose": payment.purpose.value, "until": until, "amount": said["amount"],
            "rest": format_clp(max(0, order.due(Purpose.BALANCE) - account.amount)),
            "account": [(t(f"transfer.{name}"), value) for name, value in said.items()]}


def _attachments(kind: str, fact: Fact, order: Order) -> tuple[Attachment, ...]:
    """Return the calendar file with what the guest comes for, and what she comes for no more, if there is either."""
    there, gone = visits(order.lines), told.given_up(order) if kind != "order_confirmed" else []
    if kind not in _WITH_CALENDAR or not (there or gone) or not told.hours_changed(fact):
        return ()
    content = calendar_file(there, number=order.id, lang=order.language, stamp=fact.at, version=order.version,
                            given_up=gone)
    return (Attachment(file_name(order.id), _CALENDAR_TYPE, content),)
