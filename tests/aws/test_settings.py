"""What the template tells a function, and what is said when it forgot."""

import pytest

from chalicelib.aws import settings


def test_names_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERS_TABLE", "aremko-dev-orders")
    monkeypatch.setenv("PAYMENT_SIGNALS_QUEUE_URL", "https://sqs/1")
    monkeypatch.setenv("SITE_URL", "https://aremko.test/")
    assert settings.table("orders") == "aremko-dev-orders"
    assert settings.queue_url("payment-signals") == "https://sqs/1"
    assert settings.url("SITE_URL") == "https://aremko.test"


@pytest.mark.parametrize("value", [None, ""])
def test_a_forgotten_setting_is_named(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("ORDERS_TABLE", raising=False)
    if value is not None:
        monkeypatch.setenv("ORDERS_TABLE", value)
    with pytest.raises(settings.MissingSetting, match="ORDERS_TABLE"):
        settings.table("orders")
