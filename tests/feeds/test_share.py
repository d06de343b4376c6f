"""What a channel reads of ours: the taken nights of a cabin, in a calendar that other programs open."""

import re
from datetime import date, timedelta

import icalendar
import pytest
import vobject

from chalicelib.aws.limits import FREE_PER_WINDOW
from chalicelib.feeds import share
from chalicelib.feeds.link import opens
from chalicelib.feeds.model import Feed
from tests.feeds.channels import channel, listed, nights, path_of, read
from tests.support.spa import NOW, Spa, demo_catalogue, line, occupy

NIGHT = ("night",)
WED, THU, FRI = date(2026, 12, 2), date(2026, 12, 3), date(2026, 12, 4)


def stay(cabin: str = "tepa", nights: int = 2) -> dict[str, object]:
    return {**line("2026-12-02 16:00", service=f"cabana-{cabin}"), "nights": nights}


def test_a_sold_night_is_read_by_another_program_as_a_whole_day(spa: Spa) -> None:
    link = channel(spa)["link"]
    assert nights(read(spa, link).body) == set()
    placed = spa.place(stay())
    spa.provider.pay(placed.payment)
    placed.webhook()
    answer = read(spa, link)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert nights(answer.body) == {WED, THU}
    assert nights(read(spa, channel(spa, "laurel")["link"]).body) == set()


def test_it_says_nothing_of_the_guest_and_each_night_keeps_its_name(spa: Spa) -> None:
    placed = spa.place(stay())
    spa.provider.pay(placed.payment)
    placed.webhook()
    text = read(spa, channel(spa)["link"]).body
    assert not any(word in text for word in ("Ana", "Soto", "ana@example.com", "8765", placed.id))
    assert re.findall(r"UID:(\S+)", text) == ["tepa-2026-12-02@aremko.cl", "tepa-2026-12-03@aremko.cl"]
    assert {event.summary.value for event in vobject.readOne(text).vevent_list} == {"Ocupado"}
    assert len(icalendar.Calendar.from_ical(text).walk("VEVENT")) == 2


def test_a_hold_that_nobody_paid_is_not_told_and_a_block_is(spa: Spa) -> None:
    occupy("tepa", "2026-12-02", NIGHT, "somebody", spa.clock, until=timedelta(minutes=20))
    occupy("tepa", "2026-12-03", NIGHT, "block:pintura", spa.clock)
    assert nights(read(spa, channel(spa)["link"]).body) == {THU}


def test_a_channel_is_told_of_the_others_nights_but_not_of_its_own(spa: Spa) -> None:
    occupy("tepa", "2026-12-02", NIGHT, "block:feed.tepa.airbnb", spa.clock)
    occupy("tepa", "2026-12-03", NIGHT, "block:feed.tepa.booking", spa.clock)
    assert nights(read(spa, channel(spa, name="airbnb")["link"]).body) == {THU}
    assert nights(read(spa, channel(spa, name="booking")["link"]).body) == {WED}


def test_a_night_on_which_the_house_is_closed_is_told_as_taken() -> None:
    shop = demo_catalogue()
    off = [day.model_copy(update={"starts": ()}) for day in shop.schedules if day.slug == "noches"]
    closed = shop.model_copy(update={"schedules": tuple(
        off[0] if schedule.slug == "noches" else schedule for schedule in shop.schedules)})
    feed = Feed(cabin="tepa", channel="airbnb", edition="x")
    assert not share.taken(feed, shop, {}, WED)
    assert share.taken(feed, type(shop).model_validate(closed.model_dump()), {}, WED)


def test_last_night_is_told_and_the_one_before_is_over(spa: Spa) -> None:
    for day in ("2026-11-28", "2026-11-29", "2026-11-30"):
        occupy("tepa", day, NIGHT, "somebody", spa.clock)
    assert nights(read(spa, channel(spa)["link"]).body) == {date(2026, 11, 29), NOW.date()}


def test_what_has_not_changed_is_not_sent_again(spa: Spa) -> None:
    link = channel(spa)["link"]
    first = read(spa, link)
    assert first.headers["cache-control"] == "private, max-age=300"
    again = read(spa, link, headers={"if-none-match": first.headers["etag"]})
    assert (again.status, again.body, again.headers["etag"]) == (304, "", first.headers["etag"])
    occupy("tepa", "2026-12-02", NIGHT, "somebody", spa.clock)
    assert read(spa, link, headers={"if-none-match": first.headers["etag"]}).status == 200


def guessed(path: str) -> str:
    """Return a path with another last symbol of its secret."""
    return path[:-5] + ("y" if path[-5] == "x" else "x") + ".ics"


def test_whoever_does_not_know_the_secret_learns_nothing(spa: Spa) -> None:
    path = path_of(channel(spa)["link"])
    other = path_of(channel(spa, name="booking")["link"])
    wrong = [path.replace("tepa", "laurel"), path.replace("airbnb", "booking"), path.replace("airbnb", "Air.bnb"),
             guessed(path), path.removesuffix(".ics"), path.rpartition("/")[0] + "/" + "é" * 32 + ".ics",
             path.rpartition("/")[0] + "/" + other.rpartition("/")[2]]
    for one in wrong:
        answer = spa.client.get(one, address=f"203.0.113.{wrong.index(one)}")
        assert (answer.status, answer.code) == (404, "calendar_not_found"), one
    assert len(path.rpartition("/")[2]) == 36  # 160 bits and ".ics"


def test_who_guesses_is_stopped(spa: Spa) -> None:
    path = guessed(path_of(channel(spa)["link"]))
    codes = [spa.client.get(path).status for _ in range(FREE_PER_WINDOW + 61)]
    assert codes == [404] * 60 + [404] * (len(codes) - 60 - codes.count(429)) + [429] * codes.count(429)
    assert codes[-1] == 429


def test_opening_a_channel_again_leaves_its_link_as_it_is(spa: Spa) -> None:
    first = channel(spa)
    assert channel(spa)["link"] == first["link"]
    assert [one["channel"] for one in listed(spa)["tepa"]] == ["airbnb"]
    assert [cabin for cabin, found in listed(spa).items() if not found] == ["acantilado", "laurel", "arrayan", "torre"]


def test_a_new_link_kills_the_old_one_and_a_closed_channel_has_none(spa: Spa) -> None:
    old = channel(spa)["link"]
    renewed = spa.client.post("/api/admin/calendarios/tepa/airbnb/enlace", {}, staff="owner").json["link"]
    assert (read(spa, old).status, read(spa, renewed).status) == (404, 200)
    assert spa.client.delete("/api/admin/calendarios/tepa/airbnb", staff="owner").status == 200
    assert read(spa, renewed).status == 404
    assert channel(spa)["link"] not in (old, renewed)


def test_the_same_request_twice_makes_one_new_link(spa: Spa) -> None:
    channel(spa)
    first, again = (spa.client.post("/api/admin/calendarios/tepa/airbnb/enlace", {}, staff="owner", key="renew-once")
                    for _ in range(2))
    assert first.body == again.body
    assert read(spa, first.json["link"]).status == 200


@pytest.mark.parametrize(("path", "status", "code"), [
    ("/api/admin/calendarios/tina/airbnb", 404, "cabin_not_found"),
    ("/api/admin/calendarios/hornopiren/airbnb", 404, "cabin_not_found"),
    ("/api/admin/calendarios/tepa/Air.bnb", 422, "channel_invalid"),
    ("/api/admin/calendarios/tepa/airbnb/enlace", 404, "channel_not_found"),
])  # fmt: skip
def test_what_can_not_be_a_channel_is_refused_and_leaves_no_trace(spa: Spa, path: str, status: int, code: str) -> None:
    before = spa.dump()
    answer = spa.client.post(path, {}, staff="reception")
    assert (answer.status, answer.code) == (status, code)
    assert spa.client.post("/api/admin/calendarios/tepa/airbnb", {"x": 1}, staff="reception").status == 422
    assert spa.dump() == before


def test_the_link_is_compared_whole() -> None:
    feed = Feed(cabin="tepa", channel="airbnb", edition="lnk_1")
    assert not opens("", feed)
    assert not opens(".ics", feed)
