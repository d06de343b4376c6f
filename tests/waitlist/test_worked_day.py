"""The worked day of docs/waitlist.md happens just as it is written."""

import re
from datetime import datetime

from chalicelib.core.clock import SPA_ZONE
from infra.paths import ROOT
from tests.waitlist.conftest import House, Waiter

PAGE = (ROOT / "docs/waitlist.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|\n ").split("|")] for line in PAGE.splitlines()
        if re.match(r"\| \d\d:\d\d \|", line)]
NAMES = ("Ana", "Berta", "Carla")
DAY = "2026-12-10"
HOURS = ("12:00", "14:30", "17:00", "19:30", "22:00")


def hour(wall: str) -> str:
    return f"{DAY}T{wall}:00-03:00"


def stands(waiter: Waiter | None) -> str:
    if waiter is None:
        return "–"
    seen = waiter.look()
    if seen["state"] == "offered":
        return f"{seen['offer']['start'][11:16]} until {seen['offer']['until'][11:16]}"
    return {"waiting": "waits"}.get(seen["state"], seen["state"])


def test_the_worked_day(house: House) -> None:
    sold = {wall: house.booked(hour(wall)) for wall in HOURS}
    waiters: dict[str, Waiter] = {}
    assert len(ROWS) == 10
    for at, what, *expected in ROWS:
        then = datetime.fromisoformat(f"2026-12-02T{at}").replace(tzinfo=SPA_ZONE)
        house.spa.clock.advance(seconds=(then - house.spa.clock.now()).total_seconds())
        who, _, act = what.partition(" ")
        if act == "joins":
            house.joined = 0  # the table says when
            waiters[who] = house.waiter(name=who)
        elif act == "is cancelled":
            house.cancel(sold[who])
            house.hear(sold[who]["order"]["id"])
        elif act == "checks out and pays":
            paid = house.paid(waiters[who].open_offer().json["token"])
            house.hear(paid["order"]["id"])
        elif act == "leaves":
            waiters[who].leave()
            house.hear(waiters[who].id)
        else:
            assert what == "time passes"
        house.minute()
        assert [stands(waiters.get(name)) for name in NAMES] == expected, at
