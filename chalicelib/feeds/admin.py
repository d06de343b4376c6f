"""`/api/admin/calendarios`: the channels of each cabin, and the secret links they read."""

from dataclasses import replace
from datetime import datetime

from pydantic import Field

from ..aws.idempotency import Answer
from ..aws.transactions import Transaction, decided_again
from ..catalog.table import current
from ..core.clock import spa_time
from ..core.errors import NotFound
from ..core.shapes import Form, View
from ..core.texts import Lang, sentence
from ..web.call import Call
from ..web.fields import Nothing
from ..web.routes import Limit, Routes, Staff
from . import table
from .link import link_of, new_edition
from .model import MOST_URL, Feed, cabin_of, cabins, must_be_address, must_be_channel
from .problem import FeedProblem

routes = Routes(__name__)

_CHANGES = Limit(60, per_seconds=60)
_PATH = "/api/admin/calendarios/{cabin}/{channel}"


class Channel(Form):
    """Where the channel's own calendar is read: `null` to read none any more, left out to leave it as it is."""

    url: str | None = Field(default=None, max_length=MOST_URL)


class ChannelView(View):
    """A channel of a cabin. `link` is what its computers read, `url` what we read: both are secrets.

    `nights` are those of the channel's that are blocked here. `problem` says what was wrong when `tried_at` is later
    than `read_at`; meanwhile what was read last stays in force.
    """

    channel: str
    link: str
    url: str | None
    nights: int
    read_at: datetime | None
    tried_at: datetime | None
    failing_since: datetime | None
    problem: FeedProblem | None
    problem_detail: str | None


class CabinView(View):
    """A cabin and the channels that sell it too."""

    cabin: str
    name: str
    channels: list[ChannelView]


class Calendars(View):
    """Every cabin."""

    cabins: list[CabinView]


@routes.get("/api/admin/calendarios", access=Staff("calendars.read"), answers=Calendars)
def list_calendars(call: Call) -> Calendars:
    """List the cabins with their channels. One Query."""
    channels: dict[str, list[ChannelView]] = {}
    for feed in table.every():
        if not feed.leaving:
            channels.setdefault(feed.cabin, []).append(_seen(feed, call.lang))
    return Calendars(cabins=[CabinView(cabin=cabin.slug, name=cabin.name, channels=channels.get(cabin.slug, []))
                             for cabin in cabins(current(call.clock))])


@routes.post(_PATH, access=Staff("calendars.manage"), body=Channel, answers=ChannelView, refuses=(404,), limit=_CHANGES)
def set_channel(call: Call, cabin: str, channel: str) -> Answer:
    """Open a channel for a cabin, and say where its own calendar is; what is not said stays as it is."""
    cabin_of(current(call.clock), cabin)
    must_be_channel(channel)
    if call.body.url is not None:
        must_be_address(call.body.url)
    return decided_again(lambda: _set(call, cabin, channel))


@routes.post(_PATH + "/enlace", access=Staff("calendars.manage"), body=Nothing, answers=ChannelView, refuses=(404,),
             limit=_CHANGES)
def renew_link(call: Call, cabin: str, channel: str) -> Answer:
    """Give a channel a new secret link; the old one is dead at once."""
    return decided_again(lambda: _saved(call, replace(_open(cabin, channel), edition=new_edition())))


@routes.delete(_PATH, access=Staff("calendars.manage"), answers=ChannelView, refuses=(404,), limit=_CHANGES)
def close_channel(call: Call, cabin: str, channel: str) -> Answer:
    """Close a channel: its link is dead, and the next reading opens the nights it had."""
    return decided_again(lambda: _saved(call, replace(_open(cabin, channel), leaving=True)))


def _set(call: Call, cabin: str, channel: str) -> Answer:
    feed = table.find(cabin, channel) or Feed(cabin=cabin, channel=channel, edition=new_edition())
    if feed.leaving:
        feed = replace(feed, leaving=False, url=None, edition=new_edition())
    return _saved(call, replace(feed, url=call.body.url) if "url" in call.body.model_fields_set else feed)


def _open(cabin: str, channel: str) -> Feed:
    feed = table.load(cabin, channel)
    if feed.leaving:
        raise NotFound("channel_not_found")
    return feed


def _saved(call: Call, feed: Feed) -> Answer:
    tx = Transaction()
    table.saved(tx, feed)
    return call.commit(tx, _seen(feed, call.lang))


def _seen(feed: Feed, lang: Lang) -> ChannelView:
    read, tried, since = (moment and spa_time(moment) for moment in (feed.read_at, feed.tried_at, feed.failing_since))
    return ChannelView(channel=feed.channel, link=link_of(feed), url=feed.url, nights=feed.nights, read_at=read,
                       tried_at=tried, failing_since=since, problem=feed.problem,
                       problem_detail=sentence(f"feed.{feed.problem}", lang) if feed.problem else None)
