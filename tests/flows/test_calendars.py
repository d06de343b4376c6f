"""A cabin's calendar over HTTP, roles enforced: what is booked here is read elsewhere."""

from typing import Any
from urllib.parse import urlsplit

from chalicelib.aws.limits import FREE_PER_WINDOW
from tests.feeds.channels import nights
from tests.support.guest import Guest, eventually, free_hour, token_of

PATH = "/api/admin/calendarios/torre/airbnb"


def _desk(stack, method: str, path: str = PATH, **options: Any) -> Any:
    return Guest(stack).ask(method, path, token=stack.staff("reception"), **options)


def _link(stack) -> str:
    opened = _desk(stack, "POST", json={})
    assert opened.status_code == 200, opened.text
    return urlsplit(opened.json()["link"]).path


def _read(stack, path: str) -> Any:
    return Guest(stack).ask("GET", path)


def test_a_night_that_is_paid_here_is_taken_in_the_calendar_that_a_channel_reads(stack):
    stack.flow.clear_faults()
    link, guest = _link(stack), Guest(stack)
    start = free_hour(stack.api_url, "cabana-torre", after_days=20)
    assert guest.hold("cabana-torre", start).status_code == 201
    assert start[:10] not in {str(night) for night in nights(_read(stack, link).text)}
    stack.flow.pay(token_of(guest.check_out().json()["payment"]["url"]))
    eventually(lambda: guest.look()["state"] == "confirmed", what="the confirmation")
    answer = _read(stack, link)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert start[:10] in {str(night) for night in nights(answer.text)}


def test_a_link_is_renewed_once_and_a_closed_channel_is_gone(stack):
    old = _link(stack)
    renewed = [_desk(stack, "POST", PATH + "/enlace", json={}, key="renew-the-link-once") for _ in range(2)]
    assert [answer.content for answer in renewed] == [renewed[0].content] * 2
    listed = _desk(stack, "GET", "/api/admin/calendarios").json()["cabins"]
    (torre,) = [cabin for cabin in listed if cabin["cabin"] == "torre"]
    assert torre["channels"] == [renewed[0].json()]
    new = urlsplit(renewed[0].json()["link"]).path
    assert (_read(stack, old).status_code, _read(stack, new).status_code) == (404, 200)
    assert _desk(stack, "DELETE").status_code == 200
    assert _desk(stack, "DELETE").status_code == 404


def _night(stack, day: str) -> dict[str, Any] | None:
    found = stack.client("dynamodb").get_item(TableName=stack.table("calendar"), ConsistentRead=True,
                                              Key={"resource": {"S": "arrayan"}, "day": {"S": day}})
    return found.get("Item", {}).get("night")


def _run(stack) -> None:
    stack.client("lambda").invoke(FunctionName=stack.resources["ReadFeedsWorker"], Payload=b"{}")


def test_a_calendar_at_a_private_address_is_never_read_and_its_nights_go_when_the_channel_closes(stack):
    path, day = "/api/admin/calendarios/arrayan/booking", free_hour(stack.api_url, "cabana-arrayan")[:10]
    opened = _desk(stack, "POST", path, json={"url": "https://169.254.169.254/latest/meta-data/"})
    assert opened.status_code == 200, opened.text
    stack.client("dynamodb").put_item(TableName=stack.table("calendar"), Item={
        "resource": {"S": "arrayan"}, "day": {"S": day}, "night": {"M": {"h": {"S": "block:feed.arrayan.booking"}}}})

    def told() -> bool:
        _run(stack)
        waiting = _desk(stack, "GET", "/api/admin/pendientes").json()["items"]
        return {"resource": "arrayan", "channel": "booking", "problem": "address_refused"} in [
            item["about"] for item in waiting if item["kind"] == "feed_failing"]

    eventually(told, seconds=60, every=1, what="the word that the calendar can't be read")
    assert _night(stack, day) is not None
    assert _desk(stack, "DELETE", path).status_code == 200

    def opened_again() -> bool:
        _run(stack)
        return _night(stack, day) is None

    eventually(opened_again, seconds=60, every=1, what="the night's opening")
    assert not told()


def test_who_guesses_links_or_changes_channels_without_end_is_counted(stack):
    guest = Guest(stack)
    for _ in range(3 * FREE_PER_WINDOW):  # several containers may share the burst
        assert guest.ask("GET", "/api/calendarios/torre/airbnb/wrong.ics").status_code == 404
        assert _desk(stack, "POST", PATH + "/enlace", json={}).status_code == 404
