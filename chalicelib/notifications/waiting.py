"""Mails to who waits for an hour: she is on the list, one is kept for her, nobody took it (docs/waitlist.md)."""

from collections.abc import Sequence
from datetime import datetime, time
from functools import partial
from typing import Any

from ..core.clock import at_spa
from ..core.events import Fact
from ..core.money import format_clp
from ..waitlist.model import Entry, EntryState
from . import wording
from .model import Mail
from .render import rendered

JOINED, OFFERED, LAPSED = "waitlist.joined", "waitlist.offered", "waitlist.lapsed"
KINDS = {JOINED: "waitlist_joined", OFFERED: "waitlist_offered", LAPSED: "waitlist_lapsed"}


def still_waited_for(fact: Fact, entry: Entry, now: datetime) -> bool:
    """Tell whether a fact is still worth telling: an offer only while just that hour can be taken."""
    if fact.type == OFFERED:
        offer = entry.offer if entry.state is EntryState.OFFERED and not entry.over(now) else None
        return offer is not None and offer.start == datetime.fromisoformat(fact.data["start"])
    return entry.state.open or (fact.type == LAPSED and entry.state is EntryState.ENDED)


def compose_waiting(fact: Fact, entry: Entry, services: Sequence[str], *, home: str, link: str) -> Mail:
    """Return the mail that tells a guest on the waitlist of a fact, in her language.

    `services` are the names of what she waits for, `link` is her entry's own page. Raises KeyError for a fact no mail
    tells of (see KINDS).
    """
    kind, lang = KINDS[fact.type], entry.language
    t = partial(wording.text, lang=lang)
    first, last = (wording.long_day(at_spa(day, time(12)), lang) for day in (entry.wanted.first, entry.wanted.last))
    waits = bool(fact.data.get("waits"))
    context: dict[str, Any] = {
        "t": t, "lang": lang, "because": "reason_waiting", "first_name": wording.first_name(entry.guest.name),
        "services": list(services), "guests": wording.guests(entry.wanted.guests, lang),
        "days": t("days_one", day=first) if first == last else t("days_many", first=first, last=last),
        "waits": "waits" if waits else "ended", "to": link if waits else home, "link": link, **_offer(fact, entry)}
    context["subject"] = t(f"{kind}.subject", **_named(context))
    context["preview"] = t(f"{kind}.preview", **_named(context))
    html, text = rendered(kind, context)
    return Mail(kind=kind, to=entry.guest.email, to_name=entry.guest.name, subject=context["subject"], html=html,
                text=text)


def _named(context: dict[str, Any]) -> dict[str, Any]:
    return {name: context[name] for name in ("name", "begins", "until")}


def _offer(fact: Fact, entry: Entry) -> dict[str, str]:
    """Return the hour that a fact speaks of, in words; `until` is the entry's own: opening an offer extends it."""
    said, lang = fact.data, entry.language
    if "start" not in said:
        return dict.fromkeys(("name", "begins", "hours", "price", "until"), "")
    start, end = (datetime.fromisoformat(said[name]) for name in ("start", "end"))
    until = entry.offer.until if entry.offer else None
    return {"name": said["name_en"] if lang == "en" else said["name_es"], "begins": wording.moment(start, lang),
            "hours": wording.hours(start, end, lang), "price": format_clp(int(said["price"])),
            "until": wording.text("until", lang, when=wording.moment(until, lang)) if until else ""}
