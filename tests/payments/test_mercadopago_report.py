"""The settlement report: asked for once, waited for, and read by its headers, whatever else stands in it."""

from datetime import date
from typing import Any

import pytest

from chalicelib.payments.gateway import Reason, Refused, Unclear
from chalicelib.payments.mercadopago_report import charges_of

DAY = date(2026, 11, 30)
SPAN = {"begin_date": "2026-11-30T03:00:00Z", "end_date": "2026-12-01T02:59:59Z"}
FILE = "settlement-report-1.csv"
HEADER = "EXTERNAL_REFERENCE;SOURCE_ID;TRANSACTION_TYPE;TRANSACTION_AMOUNT;FEE_AMOUNT;SETTLEMENT_NET_AMOUNT\n"


class Account:
    """What Mercado Pago answers about reports, and what it was asked."""

    def __init__(self, *listed: dict[str, Any], sheet: str = HEADER, configured: bool = True) -> None:
        self.listed, self.sheet, self.configured = list(listed), sheet, configured
        self.asked: list[dict[str, Any]] = []

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        if not self.configured:
            raise Refused("mercadopago", "config_not_found_for_user", "", Reason.NOT_FOUND)
        if method == "POST":
            assert body is not None
            self.asked.append(body)
            return {"id": 1}
        return {"data": self.listed}

    def download(self, path: str) -> bytes:
        assert path.endswith("/" + FILE)
        return self.sheet.encode()


def charges(account: Account) -> Any:
    return charges_of(account.call, account.download, DAY)


def test_a_report_that_nobody_asked_for_is_asked_for_in_utc_and_waited_for() -> None:
    account = Account()
    assert (charges(account), account.asked) == (({}, False), [SPAN])


def test_one_that_is_being_made_is_not_asked_for_again() -> None:
    account = Account({**SPAN, "file_name": None})
    assert (charges(account), account.asked) == (({}, False), [])


def test_an_account_without_reports_waits_for_none() -> None:
    assert charges(Account(configured=False)) == ({}, True)


@pytest.mark.parametrize("separator", [";", ","])
def test_fees_and_nets_of_settled_payments_are_read_by_their_headers(separator: str) -> None:
    sheet = "\ufeff" + HEADER + ("pay_x;17;SETTLEMENT;50000.00;-1898.00;48102.00\n"
                                 "pay_y;18;REFUND;-50000.00;0;-50000.00\n"
                                 ";total;SETTLEMENT;1;1;1\n")
    account = Account({**SPAN, "file_name": FILE}, sheet=sheet.replace(";", separator))
    assert charges(account) == ({"17": (1_898, 48_102)}, True)


@pytest.mark.parametrize("span", [
    {**SPAN, "begin_date": "2026-11-30T04:00:00Z"}, {**SPAN, "end_date": "2026-12-01T01:00:00Z"},
    {**SPAN, "begin_date": "2026-11-30T00:00:00"}, {**SPAN, "end_date": None}])
def test_a_report_of_another_span_is_not_the_days(span: dict[str, Any]) -> None:
    account = Account({**span, "file_name": FILE})
    assert (charges(account), account.asked) == (({}, False), [SPAN])


def test_a_file_that_is_no_report_says_nothing() -> None:
    with pytest.raises(Unclear):
        charges(Account({**SPAN, "file_name": FILE}, sheet="<html>mantención</html>"))


@pytest.mark.parametrize("name", ["../../v1/payments/1", "a/b.csv", ".csv", ""])
def test_a_name_that_leads_elsewhere_is_no_file(name: str) -> None:
    assert charges(Account({**SPAN, "file_name": name})) == ({}, False)
