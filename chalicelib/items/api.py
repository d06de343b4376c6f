"""`/api/admin/pendientes`: what waits for a person, and that it is done."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction, decided_again
from ..core.clock import spa_time
from ..core.shapes import Form, View
from ..core.texts import Lang, sentence
from ..web.call import Call
from ..web.cursor import read_cursor, write_cursor
from ..web.routes import Limit, Routes, Staff
from . import table
from .model import Item, ItemKind, ItemState

routes = Routes(__name__)

PAGE = 50
_RESOLUTIONS = Limit(60, per_seconds=60)
_CURSOR = "pendientes"


class ItemsQuery(Form):
    """Where to go on in the list."""

    cursor: str | None = Field(default=None, min_length=1, max_length=900)


class ItemView(View):
    """Something to look at: what is the matter (`title`), what to do (`todo`), and which order, payment … it is."""

    key: str
    kind: ItemKind
    title: str
    todo: str
    about: dict[str, str | int]
    state: ItemState
    opened_at: datetime
    resolved_at: datetime | None
    note: str | None


class Items(View):
    """A page of them, the longest open first; `next` is the cursor of the following one."""

    items: list[ItemView]
    next: str | None


class Resolution(Form):
    """What was done about it, for whoever asks later."""

    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


@routes.get("/api/admin/pendientes", access=Staff("items.read"), query=ItemsQuery, answers=Items, refuses=(400,))
def list_items(call: Call) -> Items:
    """List what waits for a person. One Query of an index."""
    after = read_cursor(_CURSOR, call.query.cursor) if call.query.cursor else None
    found, following = table.waiting(limit=PAGE, after=after)
    return Items(items=[_seen(item, call.lang) for item in found],
                 next=write_cursor(_CURSOR, following) if following else None)


@routes.post("/api/admin/pendientes/{key}/resolucion", access=Staff("items.resolve"), body=Resolution,
             answers=ItemView, refuses=(404,), limit=_RESOLUTIONS)
def resolve_item(call: Call, key: str) -> Answer:
    """Say that something has been seen to; what was closed before stays as it was closed."""
    return decided_again(lambda: _resolved(call, key))


def _resolved(call: Call, key: str) -> Answer:
    tx = Transaction()
    item = table.resolve(tx, key, by=call.staff, note=call.body.note, clock=call.clock)
    return call.commit(tx, _seen(item, call.lang))


def _seen(item: Item, lang: Lang) -> ItemView:
    return ItemView(key=item.key, kind=item.kind, title=sentence(f"item.{item.kind}", lang),
                    todo=sentence(f"item.{item.kind}.todo", lang), about=item.about, state=item.state, note=item.note,
                    opened_at=spa_time(item.opened_at),
                    resolved_at=spa_time(item.resolved_at) if item.resolved_at else None)
