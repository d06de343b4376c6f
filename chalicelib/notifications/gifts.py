"""Mails about gift cards: to whom one is for, and to who bought it (docs/mails.md).

Only what is written to the holder of a card says its code, or leads to it.
"""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from ..core.events import Fact
from ..core.money import Clp, format_clp
from ..core.months import in_words
from ..core.texts import Lang
from ..giftcards import way
from ..giftcards.deliver import DUE
from ..giftcards.model import Card, CardState, Way
from ..giftcards.paper.inscription import card_page
from ..giftcards.paper.looks import LOOKS
from ..giftcards.posted import BOUNCED, DELIVERED
from ..giftcards.remind import EXPIRING, is_worth_telling
from ..orders.model import Order
from . import wording
from .entries import Entry
from .model import Mail
from .render import rendered

RECEIPT, REPLACED = "order.cards_issued", "giftcard.replaced"
KINDS = {RECEIPT: "gift_receipt", DUE: "gift_card", DELIVERED: "gift_delivered", BOUNCED: "gift_bounced",
         EXPIRING: "gift_expiring", REPLACED: "gift_replaced"}
_DESIGN = "amanecer"


def still_to_be_told(fact: Fact, card: Card, today: date) -> bool:
    """Tell whether what a fact says of a card is true by now, and for whom it would be written.

    A gift goes out only while it can be used and no later mail of it was asked for. Of another code the buyer hears
    when it is hers to hand over; else it is mailed to whom it is for.
    """
    told = int(fact.data.get("told", 0))
    if fact.type == DUE:
        return way.is_awaited(card, told) and card.good(today)
    if fact.type == DELIVERED:
        return card.delivered and card.delivery.told == told
    if fact.type == BOUNCED:
        return card.delivery.bounced and card.delivery.told == told
    if fact.type == EXPIRING:
        return card.last_day.isoformat() == fact.data["last_day"] and is_worth_telling(card, today)
    return card.delivery.way is Way.SELF and card.good(today)


def compose_receipt(order: Order, cards: Sequence[Card], *, link: str) -> Mail:
    """Return the receipt for the cards that were issued of an order, to their buyer. `link` is the order's page."""
    lang, count = order.language, "one" if len(cards) == 1 else "many"
    t = partial(wording.text, lang=lang)
    said: dict[str, Any] = {"recipient": cards[0].face.recipient, "count": len(cards)}
    context: dict[str, Any] = {
        "t": t, "lang": lang, "because": "reason_bought", "first_name": wording.first_name(order.guest.name),
        "number_of": count, "number": order.id, "link": link, "total": format_clp(sum(card.issued for card in cards)),
        "lines": [_entry(card, lang) for card in cards], "subject": t(f"gift_receipt.subject_{count}", **said),
        "preview": t(f"gift_receipt.preview_{count}", **said)}
    html, text = rendered("gift_receipt", context)
    return Mail(kind="gift_receipt", to=order.guest.email, to_name=order.guest.name, subject=context["subject"],
                html=html, text=text)


def compose_gift(card: Card, code: str, *, site: str) -> Mail:
    """Return the gift itself, to whom it is for, in the card's language: the one mail that says a whole code.

    `site` is the shop's address without a trailing slash.
    """
    face, lang = card.face, card.face.language
    t = partial(wording.text, lang=lang)
    occasion = "renewed" if card.delivery.renewed else "first"
    said: dict[str, Any] = {"recipient": face.recipient, "sender": face.sender, "title": face.title}
    context: dict[str, Any] = {
        **_of(card, lang), "because": "reason_gift", "occasion": occasion, "recipient": face.recipient,
        "sender": face.sender, "message": face.message.splitlines(), "code": code,
        "link": card_page(site, code, lang), "amount": format_clp(face.amount),
        "left": format_clp(card.free) if card.free != face.amount else "",
        "picture": f"{site}/mail/{face.design}.jpg" if face.design in LOOKS else "",
        "subject": t(f"gift_card.subject_{occasion}", **said),
        "preview": t(f"gift_card.preview_{occasion}", **said)}
    html, text = rendered("gift_card", context)
    return Mail(kind="gift_card", to=card.delivery.email or "", to_name=face.recipient, subject=context["subject"],
                html=html, text=text)


def compose_news(fact: Fact, card: Card, order: Order, code: str, *, site: str, link: str) -> Mail:
    """Return the mail that tells of what became of a card: to its buyer, or, when it is soon over, to who holds it.

    `link` is the page of the order that bought it. Raises KeyError for a fact no mail tells of (see KINDS).
    """
    kind, held = KINDS[fact.type], fact.type == EXPIRING and card.delivered
    lang = card.face.language if held else card.buyer_language
    t, who = partial(wording.text, lang=lang), "_holder" if held else "_buyer" if fact.type == EXPIRING else ""
    said: dict[str, Any] = {"recipient": card.face.recipient, "email": card.delivery.email or "", "ending": card.ending,
            "day": in_words(card.last_day, lang), "left": format_clp(card.free), "title": card.face.title}
    context: dict[str, Any] = {
        **_of(card, lang), "because": "reason_gift" if held else "reason_bought", "ending": card.ending,
        "shown": said["left"] if fact.type == EXPIRING else format_clp(card.face.amount),
        "link": card_page(site, code, lang) if held else link, "guarded": "gift.page" if held else "gift.link",
        "title": t(f"{kind}.title{who}", **said), "told": t(f"{kind}.told{who}", **said),
        "then": t(f"{kind}.then{who}", **said), "button": t(f"{kind}.button{who}"),
        "subject": t(f"{kind}.subject{who}", **said), "preview": t(f"{kind}.preview{who}", **said)}
    html, text = rendered("gift_news", context)
    to, name = (card.delivery.email or "", card.face.recipient) if held else (order.guest.email, order.guest.name)
    return Mail(kind=kind, to=to, to_name=name, subject=context["subject"], html=html, text=text)


def _of(card: Card, lang: Lang) -> dict[str, Any]:
    """Return what all mails about one card say of it."""
    return {"t": partial(wording.text, lang=lang), "lang": lang, "name": card.face.title,
            "last_day": in_words(card.last_day, lang), "look": LOOKS.get(card.face.design, LOOKS[_DESIGN])}


def _entry(card: Card, lang: Lang) -> Entry:
    """Return a card as the receipt lists it: for whom, how it gets there, until when it is good."""
    t = partial(wording.text, lang=lang)
    return Entry(t("gift.for", name=card.face.title, recipient=card.face.recipient),
                 (t("gift.ending", ending=card.ending), _delivery(card, lang),
                  t("gift.until", day=in_words(card.last_day, lang))), Clp(card.issued))


def _delivery(card: Card, lang: Lang) -> str:
    """Say how a card gets to whom it is for, as things stand."""
    to = card.delivery
    if card.state is CardState.BLOCKED:
        return wording.text("gift.blocked", lang)
    if to.way is Way.SELF:
        return wording.text("gift.yours", lang)
    if card.delivered or to.at is None:
        return wording.text("gift.sent" if card.delivered else "gift.sending", lang, email=to.email)
    return wording.text("gift.later", lang, email=to.email, when=wording.moment(to.at, lang))
