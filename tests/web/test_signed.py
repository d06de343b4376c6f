"""Signed tokens open one thing, for one purpose, for a time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.errors import NotFound, Unauthenticated
from chalicelib.web.access import PUBLIC, Signed
from chalicelib.web.signed import read, sign

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(days=1)

pytestmark = pytest.mark.usefixtures("dynamodb")


def code_of(purpose: str, token: str, now: datetime = NOW) -> str:
    with pytest.raises(Unauthenticated) as refused:
        read(purpose, token, now)
    return refused.value.code


def test_a_token_says_what_it_opens_and_until_when() -> None:
    token = read("cart", sign("cart", "crt_1", UNTIL), NOW)
    assert (token.purpose, token.id, token.expires) == ("cart", "crt_1", UNTIL)


def test_the_same_thing_is_opened_by_the_same_token() -> None:
    assert sign("cart", "crt_1", UNTIL) == sign("cart", "crt_1", UNTIL)
    assert sign("cart", "crt_1", UNTIL) != sign("cart", "crt_2", UNTIL)


def test_a_token_serves_one_purpose_only() -> None:
    assert code_of("order", sign("cart", "crt_1", UNTIL)) == "token_invalid"


def test_a_token_is_over_at_its_very_second() -> None:
    token = sign("cart", "crt_1", UNTIL)
    assert read("cart", token, UNTIL - timedelta(seconds=1)).id == "crt_1"
    assert code_of("cart", token, UNTIL) == "token_expired"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_token_with_any_one_character_changed_is_refused(data: st.DataObject) -> None:
    token = sign("cart", "crt_1", UNTIL)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_.").filter(lambda symbol: symbol != token[place]))
    changed = token[:place] + other + token[place + 1 :]
    try:
        found = read("cart", changed, NOW)
    except Unauthenticated as refused:
        assert refused.code == "token_invalid"
    else:  # base64's last character has bits that mean nothing
        assert place == len(token) - 1
        assert found.id == "crt_1"


@pytest.mark.parametrize("text", ["", ".", "..", "x", "ñandú", "\x00", "a.b.c", "." * 5000, "eyJ.eyJ.sig"])
def test_what_we_did_not_sign_is_refused(text: str) -> None:
    assert code_of("cart", text) == "token_invalid"


def test_a_token_we_signed_with_something_else_inside_is_refused() -> None:
    from chalicelib.web.signed import serializer

    for inside in ("crt_1", 7, None, ["crt_1"], ["crt_1", "tomorrow"], {"a": 1}, ["a", 1, 2]):
        token = serializer("cart").dumps(inside)
        assert code_of("cart", str(token)) == "token_invalid", inside


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "token_missing"),
        ("", "token_missing"),
        ("Bearer", "token_missing"),
        ("Bearer ", "token_missing"),
        ("Basic YTpi", "token_missing"),
        ("Bearer x", "token_invalid"),
    ],
)
def test_a_signed_route_needs_a_bearer_token(header: str | None, code: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        Signed("cart").admit(header, {"cart": "crt_1"}, NOW)
    assert refused.value.code == code


def test_a_good_token_for_another_thing_finds_nothing() -> None:
    header = f"Bearer {sign('cart', 'crt_1', UNTIL)}"
    with pytest.raises(NotFound):
        Signed("cart").admit(header, {"cart": "crt_2"}, NOW)
    admitted = Signed("cart").admit(header, {"cart": "crt_1"}, NOW)
    assert admitted is not None
    assert admitted.id == "crt_1"


def test_everybody_may_use_a_public_route() -> None:
    assert PUBLIC.admit("Bearer nonsense", {}, NOW) is None
