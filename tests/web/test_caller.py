"""By which address a caller is known, and whose word for it counts."""

import pytest
from chalice.app import Request

from chalicelib.aws.limits import caller_id
from chalicelib.web.call import caller_of

KEY = "what-only-cloudfront-knows"


def _request(**headers: str) -> Request:
    return Request({
        "multiValueQueryStringParameters": None, "pathParameters": None, "body": None, "stageVariables": None,
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"httpMethod": "GET", "resourcePath": "/", "identity": {"sourceIp": "198.51.100.9"}},
    })


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORIGIN_KEY", KEY)


def test_cloudfront_is_believed_about_the_viewers_address() -> None:
    request = _request(x_origin_key=KEY, cloudfront_viewer_address="203.0.113.7:4711")
    assert caller_of(request) == caller_id("203.0.113.7")


def test_an_ipv6_viewer_is_known_without_its_port() -> None:
    request = _request(x_origin_key=KEY, cloudfront_viewer_address="2001:db8::7:4711")
    assert caller_of(request) == caller_id("2001:db8::7")


@pytest.mark.parametrize("key", ["", "guessed", KEY[:-1], KEY + "x", "ñandú"])
def test_whoever_calls_past_cloudfront_is_known_by_the_connection(key: str) -> None:
    request = _request(x_origin_key=key, cloudfront_viewer_address="203.0.113.7:4711")
    assert caller_of(request) == caller_id("198.51.100.9")


def test_without_a_key_nobody_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORIGIN_KEY")
    request = _request(x_origin_key="", cloudfront_viewer_address="203.0.113.7:4711")
    assert caller_of(request) == caller_id("198.51.100.9")
