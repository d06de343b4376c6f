"""`/api/admin/calendarios`: the channels of each cabin, and the secret links they read."""

from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction, decided_again
from ..catalog.table import current
from ..web.call import Call
from ..web.routes import Limit, Routes, Staff
from . import table
from .link import link_of, new_edition
from .model import Feed, cabin_of, cabins, must_be_channel

routes = Routes(__name__)

_CHANGES = Limit(60, per_seconds=60)
_PATH = "/api/admin/calendarios/{cabin}/{channel}"


class Nothing(BaseModel):
    """A body without anything in it."""

    model_config = ConfigDict(extra="forbid")


class ChannelView(BaseModel):
    """A channel of a cabin. `link` is what its computers read: a secret."""

    channel: str
    link: str


class CabinView(BaseModel):
    """A cabin and the channels that sell it too."""

    cabin: str
    name: str
    channels: list[ChannelView]


class Calendars(BaseModel):
    """Every cabin."""

    cabins: list[CabinView]


@routes.get("/api/admin/calendarios", access=Staff("calendars.read"), answers=Calendars)
def list_calendars(call: Call) -> Calendars:
    """List the cabins with their channels. One Query."""
    channels: dict[str, list[ChannelView]] = {}
    for feed in table.every():
        channels.setdefault(feed.cabin, []).append(_seen(feed))
    return Calendars(cabins=[CabinView(cabin=cabin.slug, name=cabin.name, channels=channels.get(cabin.slug, []))
                             for cabin in cabins(current(call.clock))])


@routes.post(_PATH, access=Staff("calendars.manage"), body=Nothing, answers=ChannelView, refuses=(404,), limit=_CHANGES)
def set_channel(call: Call, cabin: str, channel: str) -> Answer:
    """Open a channel for a cabin; one that is there stays as it is."""
    cabin_of(current(call.clock), cabin)
    must_be_channel(channel)
    return decided_again(lambda: _set(call, cabin, channel))


@routes.post(_PATH + "/enlace", access=Staff("calendars.manage"), body=Nothing, answers=ChannelView, refuses=(404,),
             limit=_CHANGES)
def renew_link(call: Call, cabin: str, channel: str) -> Answer:
    """Give a channel a new secret link; the old one is dead at once."""
    return decided_again(lambda: _saved(call, replace(table.load(cabin, channel), edition=new_edition())))


@routes.delete(_PATH, access=Staff("calendars.manage"), answers=ChannelView, refuses=(404,), limit=_CHANGES)
def close_channel(call: Call, cabin: str, channel: str) -> Answer:
    """Close a channel: its link is dead."""
    return decided_again(lambda: _closed(call, cabin, channel))


def _set(call: Call, cabin: str, channel: str) -> Answer:
    feed = table.find(cabin, channel) or Feed(cabin=cabin, channel=channel, edition=new_edition())
    return _saved(call, feed)


def _saved(call: Call, feed: Feed) -> Answer:
    tx = Transaction()
    table.saved(tx, feed)
    return call.commit(tx, _seen(feed))


def _closed(call: Call, cabin: str, channel: str) -> Answer:
    tx, feed = Transaction(), table.load(cabin, channel)
    table.removed(tx, feed)
    return call.commit(tx, _seen(feed))


def _seen(feed: Feed) -> ChannelView:
    return ChannelView(channel=feed.channel, link=link_of(feed))
