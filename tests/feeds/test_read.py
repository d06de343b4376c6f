"""A channel's nights are blocked here as a whole; what can't be read changes nothing; our bookings stay ours."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.availability.table import read_nights
from chalicelib.aws.transactions import Transaction
from chalicelib.core.errors import Retryable
from chalicelib.feeds import jobs, table
from chalicelib.feeds import read as reading
from chalicelib.feeds.fetch import Bounds
from chalicelib.feeds.model import FAILURES, Feed
from chalicelib.feeds.problem import FeedProblem
from chalicelib.items import table as items
from tests.feeds import servers
from tests.feeds.channels import channel, listed, nights, read
from tests.feeds.servers import here, serving
from tests.feeds.test_nights import calendar
from tests.support.spa import NOW, Spa, line, occupy

NIGHT = ("night",)
URL = "https://calendar.test/tepa.ics?s=secret"
BOUNDS = Bounds(seconds=5, size=100_000, redirects=3)
WED, THU, FRI = "2026-12-02", "2026-12-03", "2026-12-04"


def stays(*spans: tuple[str, str], **more: str) -> bytes:
    """Return a calendar with an event for each (arrival, departure)."""
    extra = "".join(f"\r\n{name}:{text}" for name, text in more.items())
    return calendar(*(f"DTSTART;VALUE=DATE:{first.replace('-', '')}\r\nDTEND;VALUE=DATE:{last.replace('-', '')}{extra}"
                      for first, last in spans))


class Channel:
    """A channel of Tepa whose server does what the test wants."""

    def __init__(self, spa: Spa) -> None:
        self.spa = spa
        channel(spa, url=URL)

    def read(self, behaviour: servers.Behaviour) -> Feed:
        """Let the schedule read it, from a server on this machine."""
        with serving(behaviour) as server:
            self.write(url=f"http://calendar.test:{server.port}/tepa.ics")
            return reading.read(self.feed(), self.spa.clock, here(), BOUNDS)

    def says(self, *spans: tuple[str, str], **more: str) -> Feed:
        return self.read(servers.good(stays(*spans, **more)))

    def feed(self) -> Feed:
        return table.load("tepa", "airbnb")

    def write(self, **changes: Any) -> None:
        tx = Transaction()
        table.saved(tx, replace(self.feed(), **changes))
        tx.commit()

    def blocked(self) -> list[str]:
        """The nights that stand here as the channel's."""
        sheets = read_nights("tepa", date(2026, 11, 1), date(2028, 12, 31))
        return sorted(day.isoformat() for (_, day), sheet in sheets.items()
                      for mark in sheet.values() if mark.claim == "block:feed.tepa.airbnb")

    def waiting(self) -> dict[str, dict[str, Any]]:
        """What waits for a person, by kind."""
        found, _ = items.waiting(limit=100)
        return {item.kind.value: item.about for item in found}


@pytest.fixture
def airbnb(spa: Spa) -> Channel:
    return Channel(spa)


def free(spa: Spa, day: str) -> bool:
    answer = spa.client.get("/api/disponibilidad",
                            query={"servicio": "cabana-tepa", "desde": day, "hasta": day, "personas": 2})
    (slot,) = answer.json["services"][0]["days"][0]["slots"]
    return bool(slot["free"])


def stay(nights: int = 2) -> dict[str, object]:
    return {**line(f"{WED} 16:00", service="cabana-tepa"), "nights": nights}


def test_a_night_sold_elsewhere_can_neither_be_found_nor_held_here(spa: Spa, airbnb: Channel) -> None:
    feed = airbnb.says((WED, FRI))
    assert (feed.nights, feed.read_at, feed.problem, feed.failures) == (2, spa.clock.now(), None, 0)
    assert airbnb.blocked() == [WED, THU]
    assert [free(spa, day) for day in (WED, THU, FRI)] == [False, False, True]
    assert spa.client.post("/api/carritos", {"lines": [stay()]}).status == 409
    assert airbnb.waiting() == {}


def test_a_reading_replaces_the_one_before_as_a_whole(airbnb: Channel) -> None:
    airbnb.says((WED, FRI), ("2027-01-10", "2027-01-12"))
    airbnb.says((THU, "2026-12-05"))
    assert airbnb.blocked() == [THU, FRI]
    airbnb.says()
    assert airbnb.blocked() == []


def test_reading_the_same_again_changes_no_night(spa: Spa, airbnb: Channel) -> None:
    airbnb.says((WED, FRI))
    before = spa.dump()["calendar"]
    assert airbnb.says((WED, FRI)).nights == 2
    assert spa.dump()["calendar"] == before


@pytest.mark.parametrize(("behaviour", "problem"), [
    (servers.status("500 Oops"), FeedProblem.REFUSED),
    (servers.good(b"<html>Sign in</html>"), FeedProblem.NOT_A_CALENDAR),
    (servers.good(stays((WED, FRI))[:-30]), FeedProblem.NOT_A_CALENDAR),
    (servers.cut_off(stays()), FeedProblem.UNREACHABLE),
    (servers.endless, FeedProblem.TOO_LARGE),
    (servers.packed(b"\0" * 5_000_000), FeedProblem.TOO_LARGE),
    (servers.dripping(stays((WED, FRI)) * 9), FeedProblem.TOO_SLOW),
    (servers.sent_on("/again"), FeedProblem.TOO_MANY_REDIRECTS),
    (servers.sent_on("http://10.0.0.1/"), FeedProblem.ADDRESS_REFUSED),
    (servers.good(stays((WED, FRI), RRULE="FREQ=DAILY")), FeedProblem.RECURRING),
])  # fmt: skip
def test_what_can_not_be_read_leaves_what_was_read_before(
        spa: Spa, airbnb: Channel, behaviour: servers.Behaviour, problem: FeedProblem) -> None:
    airbnb.says((WED, FRI))
    before = spa.dump()
    spa.clock.advance(minutes=15)
    after = airbnb.read(behaviour)
    assert (after.problem, after.failures, after.nights, after.read_at) == (problem, 1, 2, NOW)
    assert (after.tried_at, after.failing_since) == (spa.clock.now(), spa.clock.now())
    assert {name: found for name, found in spa.dump().items() if name != "feeds"} == {
        name: found for name, found in before.items() if name != "feeds"}


def test_a_channel_that_fails_for_an_hour_is_told_of_once_and_settled_when_it_is_read_again(
        spa: Spa, airbnb: Channel) -> None:
    for number in range(FAILURES + 2):
        assert ("feed_failing" in airbnb.waiting()) == (number >= FAILURES)
        airbnb.read(servers.status("404 Not Found"))
        spa.clock.advance(minutes=15)
    assert airbnb.waiting() == {"feed_failing": {"resource": "tepa", "channel": "airbnb", "problem": "refused"}}
    airbnb.says((WED, FRI))
    assert airbnb.waiting() == {}
    for _ in range(FAILURES):
        airbnb.read(servers.status("404 Not Found"))
    assert list(airbnb.waiting()) == ["feed_failing"]  # another failure is another item


def test_a_night_that_is_ours_too_becomes_an_item_and_stays_ours(spa: Spa, airbnb: Channel) -> None:
    placed = spa.place(stay())
    spa.provider.pay(placed.payment)
    placed.webhook()
    before = spa.dump()["orders"]
    feed = airbnb.says((THU, "2026-12-06"))
    assert airbnb.blocked() == [FRI, "2026-12-05"]
    line_id = placed.view()["lines"][1]["id"]
    assert airbnb.waiting() == {
        "feed_clash": {"resource": "tepa", "channel": "airbnb", "day": THU, "line": line_id}}
    assert (placed.view()["state"], spa.dump()["orders"], feed.nights) == ("confirmed", before, 2)
    waiting = spa.dump()["items"]
    spa.clock.advance(minutes=15)
    airbnb.says((THU, "2026-12-06"))
    assert spa.dump()["items"] == waiting  # told once
    airbnb.says((FRI, "2026-12-06"))
    assert airbnb.waiting() == {}
    spa.clock.advance(minutes=15)
    airbnb.says((THU, "2026-12-06"))
    assert list(airbnb.waiting()) == ["feed_clash"]  # another clash is another item


def test_a_night_of_ours_that_the_channel_merely_tells_back_is_no_clash(spa: Spa, airbnb: Channel) -> None:
    occupy("tepa", WED, NIGHT, "a-booking", spa.clock)
    feed = airbnb.says((WED, FRI), SUMMARY="Airbnb (Not available)")
    assert (airbnb.blocked(), airbnb.waiting(), feed.nights) == ([THU], {}, 1)


def test_whoever_merely_held_the_night_finds_it_gone(spa: Spa, airbnb: Channel) -> None:
    _, token = spa.open_cart(stay())
    airbnb.says((THU, FRI))
    assert airbnb.blocked() == [THU]
    assert spa.check_out(token).status == 409


def test_a_block_of_the_house_and_another_channel_s_night_stay_theirs(spa: Spa, airbnb: Channel) -> None:
    occupy("tepa", WED, NIGHT, "block:pintura", spa.clock)
    occupy("tepa", THU, NIGHT, "block:feed.tepa.booking", spa.clock)
    assert airbnb.says((WED, "2026-12-05")).nights == 1
    assert (airbnb.blocked(), airbnb.waiting()) == ([FRI], {})
    airbnb.says()
    assert [free(spa, day) for day in (WED, THU, FRI)] == [False, False, True]


def test_the_channel_is_not_told_its_own_nights_back(spa: Spa, airbnb: Channel) -> None:
    airbnb.says((WED, FRI))
    assert nights(read(spa, listed(spa)["tepa"][0]["link"]).body) == set()
    assert nights(read(spa, channel(spa, name="booking")["link"]).body) == {date(2026, 12, 2), date(2026, 12, 3)}


def test_a_year_of_nights_is_more_than_a_transaction_and_is_done_all_the_same(spa: Spa, airbnb: Channel) -> None:
    feed = airbnb.says((WED, "2027-12-01"))
    assert (feed.nights, len(airbnb.blocked())) == (364, 364)
    assert airbnb.says(("2027-12-01", "2027-12-02")).nights == 1
    assert airbnb.blocked() == ["2027-12-01"]


def test_more_clashes_than_a_transaction_holds_come_run_by_run(spa: Spa, airbnb: Channel) -> None:
    for number in range(20):
        occupy("tepa", str(date(2026, 12, 2) + timedelta(days=number)), NIGHT, "a-booking", spa.clock)
    counts = []
    for spans in [[(WED, "2026-12-22")]] * 3 + [[]] * 3:
        airbnb.says(*spans)
        counts.append(len(items.waiting(limit=100)[0]))
    assert counts == [15, 20, 20, 5, 0, 0]


@pytest.mark.parametrize("change", [{"url": None}, {"url": URL + "&other"}])
def test_what_staff_change_during_a_reading_wins(spa: Spa, airbnb: Channel, change: dict[str, Any]) -> None:
    def meddling(visit: servers.Visit) -> None:
        airbnb.write(**change)
        visit.answer(stays((WED, FRI)))

    assert airbnb.read(meddling).url == change["url"]
    assert airbnb.blocked() == []


def test_a_buyer_who_is_quicker_keeps_the_night(
        spa: Spa, airbnb: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    once = iter([True])
    real = reading.read_nights

    def bought_meanwhile(*args: Any, **options: Any) -> Any:
        sheets = real(*args, **options)
        if next(once, False):
            occupy("tepa", WED, NIGHT, "a-buyer", spa.clock)
        return sheets

    monkeypatch.setattr(reading, "read_nights", bought_meanwhile)
    airbnb.says((WED, FRI))
    assert (airbnb.blocked(), airbnb.waiting()["feed_clash"]["line"]) == ([THU], "a-buyer")


def test_two_readings_at_once_leave_one_of_them_whole(spa: Spa, airbnb: Channel) -> None:
    feed = airbnb.says((WED, FRI))
    tx = Transaction()
    table.saved(tx, replace(feed, version=feed.version))  # written from what was read before
    with pytest.raises(Retryable, match="channel_changed"):
        tx.commit()


def test_without_an_address_its_nights_are_open_again(spa: Spa, airbnb: Channel) -> None:
    airbnb.says((WED, FRI))
    assert channel(spa)["url"] is not None  # nothing said, nothing changed
    assert channel(spa, url=None)["url"] is None
    assert airbnb.blocked() == [WED, THU]
    assert reading.read(airbnb.feed(), spa.clock).nights == 0
    assert (airbnb.blocked(), airbnb.feed().has_work) == ([], False)


def test_a_closed_channel_leaves_no_night_and_no_trace(spa: Spa, airbnb: Channel) -> None:
    for _ in range(FAILURES):
        airbnb.read(servers.status("404 Not Found"))
    airbnb.says((WED, FRI))
    link = listed(spa)["tepa"][0]["link"]
    assert spa.client.delete("/api/admin/calendarios/tepa/airbnb", staff="owner").status == 200
    assert (listed(spa)["tepa"], read(spa, link).status) == ([], 404)
    assert spa.client.delete("/api/admin/calendarios/tepa/airbnb", staff="owner").status == 404
    reading.read(airbnb.feed(), spa.clock)
    assert (airbnb.blocked(), table.every(), airbnb.waiting()) == ([], [], {})


def test_a_channel_opened_again_before_it_has_left_begins_anew(spa: Spa, airbnb: Channel) -> None:
    airbnb.says((WED, FRI))
    old = listed(spa)["tepa"][0]["link"]
    spa.client.delete("/api/admin/calendarios/tepa/airbnb", staff="owner")
    again = channel(spa)
    assert (again["url"], again["link"] == old) == (None, False)
    reading.read(airbnb.feed(), spa.clock)
    assert (airbnb.blocked(), len(table.every())) == ([], 1)


def test_staff_see_when_it_was_read_and_what_was_wrong(spa: Spa, airbnb: Channel) -> None:
    airbnb.says((WED, FRI))
    spa.clock.advance(minutes=15)
    airbnb.read(servers.status("404 Not Found"))
    (seen,) = listed(spa)["tepa"]
    assert {name: seen[name] for name in seen if name not in ("link", "url")} == {
        "channel": "airbnb", "nights": 2, "read_at": "2026-11-30T09:00:00-03:00",
        "tried_at": "2026-11-30T09:15:00-03:00", "failing_since": "2026-11-30T09:15:00-03:00", "problem": "refused",
        "problem_detail": "El otro canal no lo entregó. Quizás el enlace cambió."}  # fmt: skip


@pytest.mark.parametrize("url", [
    "http://calendar.test/x.ics", "ftp://x/y", "https://", "https://u:p@calendar.test/", "https://calendar.test:8443/x",
    "https://cal endar.test/", "https://calendar.test/ñ", "calendar.test/x.ics", "", "https://calendar.test:x/",
    "https://calendar.test/" + "x" * 1000, "javascript:alert(1)", "https://calendar.test/\n"])  # fmt: skip
def test_what_can_not_be_a_calendar_s_address_is_refused_and_leaves_no_trace(spa: Spa, url: str) -> None:
    before = spa.dump()
    answer = spa.client.post("/api/admin/calendarios/tepa/airbnb", {"url": url}, staff="reception")
    assert (answer.status, list(answer.fields)) == (422, ["url"])
    assert spa.dump() == before


def test_the_schedule_reads_each_channel_and_one_s_fault_holds_up_no_other(
        spa: Spa, airbnb: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    channel(spa, "laurel", "booking", url="https://127.0.0.1/laurel.ics")
    channel(spa, "torre", "booking")  # nothing to read
    seen = []

    def stumbling(feed: Feed, clock: Any) -> Feed:
        seen.append(feed.cabin)
        if feed.cabin == "tepa":
            raise ZeroDivisionError
        return reading.read(feed, clock)

    monkeypatch.setattr(jobs, "clock", spa.clock)
    monkeypatch.setattr(jobs, "read", stumbling)
    assert jobs.read_feeds({}, None) == {"looked": 2, "failed": 2}
    assert table.load("laurel", "booking").problem is FeedProblem.ADDRESS_REFUSED
    spa.clock.advance(minutes=15)
    jobs.read_feeds({}, None)
    assert seen == ["laurel", "tepa", "tepa", "laurel"]  # not tried for longest comes first


def test_when_time_is_short_the_rest_waits_for_the_next_run(spa: Spa, airbnb: Channel) -> None:
    class Short:
        def get_remaining_time_in_millis(self) -> int:
            return jobs.TIME_FOR_A_LOOK_MS - 1

    before = spa.dump()
    assert jobs.read_feeds({}, Short()) == {"looked": 0, "failed": 0}
    assert spa.dump() == before


@pytest.mark.parametrize("after", range(7))
def test_a_run_that_is_cut_short_leaves_at_most_too_much_closed_and_the_next_one_finishes_it(
        spa: Spa, airbnb: Channel, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    airbnb.says((WED, "2027-05-01"))  # 150 nights: three transactions
    said, told = {str(date(2026, 12, 2) + timedelta(days=n)) for n in range(150)}, [("2027-05-01", "2027-09-28")]
    new = {str(date(2027, 5, 1) + timedelta(days=n)) for n in range(150)}
    real, left = Transaction.commit, iter(range(after))

    def cut_short(tx: Transaction) -> None:
        if next(left, None) is None:
            raise ConnectionError
        real(tx)

    with monkeypatch.context() as patch, serving(servers.good(stays(*told))) as server:
        airbnb.write(url=f"http://calendar.test:{server.port}/tepa.ics")
        patch.setattr(Transaction, "commit", cut_short)
        if after < 5:
            with pytest.raises(ConnectionError):
                reading.read(airbnb.feed(), spa.clock, here(), BOUNDS)
        else:
            reading.read(airbnb.feed(), spa.clock, here(), BOUNDS)
    now = set(airbnb.blocked())
    assert now <= said | new and (new <= now or said <= now)
    airbnb.says(*told)
    assert set(airbnb.blocked()) == new
