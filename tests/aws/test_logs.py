"""Logs hold identifiers and codes. What names a person, or opens a door, never gets there."""

import ast
import json
import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from chalicelib.aws import logs, metrics
from infra.paths import ROOT
from tests.support.spa import Placed, Spa, check_out_form, line

PRIVATE = {
    "email": "ana@example.com",
    "phone": "+56987654321",
    "rut": "12345678-5",
    "token": "eyJzZWNyZXQi.abc",
    "name": "Ana Soto",
    "guest": {"email": "ana@example.com"},
    "body": "everything",
    "authorization": "Bearer x",
}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What the logger writes from here on, at its most talkative."""
    out = StringIO()
    handler = logs._logger._logger.handlers[0]
    monkeypatch.setattr(handler, "stream", out)
    level = logs._logger.level
    logs._logger.setLevel(logging.DEBUG)
    yield out
    logs._logger.setLevel(level)
    logs._logger.thread_safe_clear_keys()


def lines(written: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_identifiers_and_codes_are_logged(written: StringIO) -> None:
    logs.bind("request-1", route="POST /api/x")
    logs.info("answered", status=201, milliseconds=12)
    (line,) = lines(written)
    assert {name: line[name] for name in ("message", "request_id", "route", "status", "milliseconds")} == {
        "message": "answered",
        "request_id": "request-1",
        "route": "POST /api/x",
        "status": 201,
        "milliseconds": 12,
    }


@pytest.mark.parametrize("key", sorted(PRIVATE))
def test_a_careless_call_cannot_leak(written: StringIO, key: str) -> None:
    logs.bind("request-1", **{key: PRIVATE[key]})
    for say in (logs.info, logs.warning, logs.exception):
        say("sentence", **{key: PRIVATE[key]})
    assert len(lines(written)) == 3
    assert all(key == "name" or key not in said for said in lines(written))  # "name" is the logger's own
    for value in ("ana@", "98765", "12345678", "eyJz", "Soto", "everything", "Bearer"):
        assert value not in written.getvalue()


def test_an_exceptions_place_is_logged_and_its_text_is_not(written: StringIO) -> None:
    try:
        raise ValueError("ana@example.com has no token eyJzZWNyZXQi.abc")
    except ValueError:
        logs.exception("request failed")
    (line,) = lines(written)
    assert (line["error"], line["level"]) == ("ValueError", "ERROR")
    assert re.fullmatch(r"test_logs\.py:\d+ test_an_exceptions_place_is_logged_and_its_text_is_not", line["places"][-1])
    assert "ana@" not in written.getvalue()
    assert "eyJ" not in written.getvalue()


def test_one_requests_keys_do_not_stay_for_the_next(written: StringIO) -> None:
    logs.bind("request-1", order="ORDER-1")
    logs.bind("request-2")
    logs.info("answered")
    (line,) = lines(written)
    assert line["request_id"] == "request-2"
    assert "order" not in line


def test_what_a_guest_types_never_reaches_a_log_from_cart_to_confirmation(spa: Spa, written: StringIO) -> None:
    _, token = spa.open_cart(line())
    placed = spa.client.post("/api/reservas", check_out_form(notes="Alergia a las nueces"), token=token)
    order = Placed(spa, placed.json["order"]["id"], placed.json["token"], placed.json["payment"]["id"])
    spa.client.get(f"/api/reservas/{order.id}", token="made.up")
    spa.check_out(token, guest__email="nobody")
    spa.provider.pay(order.payment)
    order.webhook()
    order.view()
    assert order.view()["state"] == "confirmed"
    assert len(lines(written)) >= 6
    for secret in (
        "ana@example.com",
        "Ana",
        "Soto",
        "98765",
        "12345678",
        "12.345",
        "nueces",
        "Puerto Varas",
        token,
        order.token,
        spa.provider.token(order.payment),
        "203.0.113.7",
        "nobody",
    ):
        assert secret not in written.getvalue(), secret


def test_no_log_line_is_put_together_from_values() -> None:
    for file in sorted((ROOT / "chalicelib").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "logs"
                and node.func.attr in ("info", "warning", "exception")
            ):
                assert isinstance(node.args[0], ast.Constant | ast.Name), f"{file.relative_to(ROOT)}:{node.lineno}"


def test_every_key_that_is_logged_is_permitted() -> None:
    for file in sorted((ROOT / "chalicelib").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "logs"
            ):
                keys = {keyword.arg for keyword in node.keywords if keyword.arg}
                assert keys <= logs.ALLOWED, f"{file.relative_to(ROOT)}:{node.lineno}"


def test_a_metric_is_a_line_in_cloudwatchs_embedded_format(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAGE", "test")
    metrics.count("LateMoney", 2, reason="slot_lost")
    line = json.loads(capsys.readouterr().out)
    assert {name: line[name] for name in ("LateMoney", "stage", "reason")} == {
        "LateMoney": 2,
        "stage": "test",
        "reason": "slot_lost",
    }
    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "Aremko",
            "Dimensions": [["stage", "reason"]],
            "Metrics": [{"Name": "LateMoney", "Unit": "Count"}],
        }
    ]
