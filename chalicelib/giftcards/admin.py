"""`/api/admin/giftcards`: what the front desk sees of gift cards, and what it does to one, each with who and why."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction
from ..core.clock import spa_date
from ..core.errors import NotFound
from ..core.ids import read_order_number
from ..core.shapes import Form
from ..web.call import Call
from ..web.cursor import read_cursor, write_cursor
from ..web.fields import EMAIL, Nothing
from ..web.routes import Limit, Routes, Staff
from . import listing, table
from .adjust import adjust
from .adminviews import CardView, ListedCards, Reason, Standing, card_view, listed_view, standing
from .block import block, unblock
from .liability import MONTH
from .model import Card
from .replace import replace
from .resend import resend

routes = Routes(__name__)

PAGE = 50
MOST_ADJUSTED = 1_000_000
_CHANGES = Limit(60, per_seconds=60)
_SEARCHES = Limit(30, per_seconds=60)
_CARD = re.compile(r"^gft_[0-9a-z]{1,40}$")
_PATH = "/api/admin/giftcards/{card}"


class CardsQuery(Form):
    """Which cards: those an order has bought, or those issued in a month (the present one, if none is named)."""

    month: str | None = Field(default=None, pattern=MONTH)
    state: Standing | None = None
    order: str | None = Field(default=None, min_length=1, max_length=20)
    cursor: str | None = Field(default=None, min_length=1, max_length=900)


class Sought(Form):
    """A code as somebody reads it out."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Blocking(Form):
    """Why nobody may use the card."""

    reason: Reason


class Resending(Form):
    """Where it is to be mailed instead."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=EMAIL)] | None = None


class Replacing(Resending):
    """Why the card needs another code, and where it is to be mailed instead."""

    reason: Reason


def _something(amount: int) -> int:
    if not amount:
        raise PydanticCustomError("amount_is_nothing", "not zero")
    return amount


class Adjusting(Form):
    """By how much, in CLP, negative to take off, and why."""

    amount: Annotated[int, Field(strict=True, ge=-MOST_ADJUSTED, le=MOST_ADJUSTED), AfterValidator(_something)]
    reason: Reason


@routes.get("/api/admin/giftcards", access=Staff("giftcards.read"), query=CardsQuery, answers=ListedCards,
            refuses=(400,))
def list_cards(call: Call) -> ListedCards:
    """List the cards of an order, or of a month, in a state or in any. One Query of an index, or little more."""
    today, asked = spa_date(call.clock.now()), call.query

    def wanted(card: listing.Listed) -> bool:
        return asked.state in (None, standing(card, today)) and asked.month in (None, card.month)

    if asked.order:
        number = read_order_number(asked.order)
        found = [card for card in listing.of_order(number) if wanted(card)] if number else []
        return ListedCards(items=[listed_view(card, today) for card in found], next=None)
    month = asked.month or f"{today:%Y-%m}"
    name = f"giftcards.{month}.{asked.state or 'any'}"
    after = read_cursor(name, asked.cursor) if asked.cursor else None
    found, following = listing.of_month(month, wanted, limit=PAGE, after=after)
    return ListedCards(items=[listed_view(card, today) for card in found],
                       next=write_cursor(name, following) if following else None)


@routes.post("/api/admin/giftcards/busqueda", access=Staff("giftcards.read"), body=Sought, answers=CardView,
             idempotent=False, refuses=(404,), limit=_SEARCHES)
def find_card(call: Call) -> CardView:
    """Find a card by its code, also one that can't be used. The code is in the body, because addresses are logged."""
    return _shown(listing.find(call.body.code), call)


@routes.get(_PATH, access=Staff("giftcards.read"), answers=CardView, refuses=(404,))
def show_card(call: Call, card: str) -> CardView:
    """Show a card with its ledger and all that happened to it. One read and one Query."""
    return _shown(_named(card), call)


@routes.post(_PATH + "/bloqueo", access=Staff("giftcards.manage"), body=Blocking, answers=CardView,
             refuses=(404, 409), limit=_CHANGES)
def block_card(call: Call, card: str) -> Answer:
    """Block a card, and say why. What an order keeps of it stays that order's."""
    return _done(call, card, lambda tx, found, now: block(tx, found, call.body.reason, now, by=call.staff.id))


@routes.post(_PATH + "/desbloqueo", access=Staff("giftcards.manage"), body=Nothing, answers=CardView,
             refuses=(404, 409), limit=_CHANGES)
def unblock_card(call: Call, card: str) -> Answer:
    """Let a card be used again."""
    return _done(call, card, lambda tx, found, now: unblock(tx, found, now, by=call.staff.id))


@routes.post(_PATH + "/reemplazo", access=Staff("giftcards.manage"), body=Replacing, answers=CardView,
             refuses=(404, 409), limit=_CHANGES)
def replace_card(call: Call, card: str) -> Answer:
    """Give a lost card another code. The old one is dead at once; the card is printed, and mailed, anew."""
    return _done(call, card, lambda tx, found, now: replace(
        tx, found, now, by=call.staff.id, reason=call.body.reason, email=call.body.email))


@routes.post(_PATH + "/ajuste", access=Staff("giftcards.adjust"), body=Adjusting, answers=CardView,
             refuses=(404, 409), limit=_CHANGES)
def adjust_card(call: Call, card: str) -> Answer:
    """Put value on a card, or take off what is free of it, and say why."""
    return _done(call, card, lambda tx, found, now: adjust(
        tx, found, call.body.amount, now, by=call.staff.id, reason=call.body.reason))


@routes.post(_PATH + "/envio", access=Staff("giftcards.manage"), body=Resending, answers=CardView,
             refuses=(404, 409), limit=_CHANGES)
def resend_card(call: Call, card: str) -> Answer:
    """Send a card now, or once more; to another address if nothing has arrived at the one it had."""
    return _done(call, card, lambda tx, found, now: resend(tx, found, now, by=call.staff.id, email=call.body.email))


def _done(call: Call, card: str, step: Callable[[Transaction, Card, datetime], object]) -> Answer:
    """Commit a step on a card, once for each request, and answer with the card as it is then."""
    def decide() -> None:
        tx = Transaction()
        step(tx, _named(card), call.clock.now())
        call.begin(tx, once=True)
    call.once(decide, lambda: None)
    return call.finish(_shown(table.load(card), call))


def _named(card: str) -> Card:
    if not _CARD.match(card):
        raise NotFound("gift_card_not_found")
    return table.load(card)


def _shown(card: Card, call: Call) -> CardView:
    return card_view(card, listing.history(card.id), call.clock.now(), call.lang)
