"""What the tests of channels share."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import vobject

from tests.support.http import Answer
from tests.support.spa import Spa


def path_of(link: str) -> str:
    return urlsplit(link).path


def channel(spa: Spa, cabin: str = "tepa", name: str = "airbnb", **body: Any) -> dict[str, Any]:
    """Return a cabin's channel as staff see it, opened if need be."""
    answer = spa.client.post(f"/api/admin/calendarios/{cabin}/{name}", body, staff="reception")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def read(spa: Spa, link: str, **options: Any) -> Answer:
    return spa.client.get(path_of(link), **options)


def nights(text: str) -> set[date]:
    """Return the nights of a calendar as a parser that is not ours reads it; each must be one whole day."""
    calendar = vobject.readOne(text)
    found = set()
    for event in getattr(calendar, "vevent_list", []):
        assert type(event.dtstart.value) is date
        assert event.dtend.value - event.dtstart.value == timedelta(days=1)
        found.add(event.dtstart.value)
    return found


def listed(spa: Spa) -> dict[str, list[dict[str, Any]]]:
    """Return the channels by cabin, as the front desk's list shows them."""
    answer = spa.client.get("/api/admin/calendarios", staff="reception")
    assert answer.status == 200, answer.body
    return {cabin["cabin"]: cabin["channels"] for cabin in answer.json["cabins"]}
