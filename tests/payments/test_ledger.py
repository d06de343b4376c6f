"""The ledger by day, written in the transaction that moves a payment: what is new is added, nothing twice."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.aws import tables
from chalicelib.aws.transactions import Transaction
from chalicelib.core.money import Clp
from chalicelib.payments import ledger_table, table
from chalicelib.payments.entry import EntryKind
from chalicelib.payments.gateway import Back
from chalicelib.payments.model import Payment, owe_refund
from chalicelib.payments.refund_steps import hand_over
from chalicelib.payments.refund_steps import returned as transferred_back
from chalicelib.payments.returns import returned
from tests.payments.builders import NOW, refundable

pytestmark = pytest.mark.usefixtures("dynamodb")


def moved(payment: Payment) -> Payment:
    tx = Transaction()
    after = table.moved(tx, payment)
    tx.commit()
    return after


def of_day(payment: Payment, day: date) -> list[tuple[EntryKind, int, int | None]]:
    return [(one.kind, one.amount, one.fee) for one in ledger_table.of_day(day, "flow") if one.payment == payment.id]


def opened(day: date) -> Payment:
    payment = replace(refundable(), refunds=(), version=1, value_day=day)
    tx = Transaction()
    table.opened(tx, payment)
    tx.commit()
    return table.load(payment.id)


def test_what_came_and_what_went_stand_on_their_days_and_are_read_back_as_written() -> None:
    came, went = date(2030, 1, 1), date(2030, 1, 2)
    payment = opened(came)
    line = Back(kind=EntryKind.REFUND, payment=payment.id, payment_ref="1001", ref="9", amount=Clp(20_000), day=went)
    after = moved(returned(payment, [line], now=NOW).payment)
    assert of_day(payment, came) == [(EntryKind.IN, 50_000, payment.fee)]
    assert of_day(payment, went) == [(EntryKind.REFUND, 20_000, None)]
    assert table.load(payment.id).entries == after.entries
    assert ledger_table.of_day(went, "mercadopago") == []


def test_a_fee_learnt_later_is_told_on_the_same_line() -> None:
    payment = opened(date(2030, 1, 3))
    moved(replace(payment, fee=1_900, net=48_100))
    assert of_day(payment, date(2030, 1, 3)) == [(EntryKind.IN, 50_000, 1_900)]


def test_what_turns_out_to_be_another_days_is_moved_there() -> None:
    payment = moved(replace(opened(date(2030, 1, 4)), value_day=date(2030, 1, 5)))
    assert (of_day(payment, date(2030, 1, 4)), of_day(payment, date(2030, 1, 5))) == (
        [], [(EntryKind.IN, 50_000, payment.fee)])


def test_what_a_person_transfers_back_is_the_banks_whatever_way_it_had_come() -> None:
    day = date(2030, 1, 7)
    payment = opened(day)
    owed = hand_over(owe_refund(payment, amount=Clp(9_000), reason="cancelled", now=NOW, by_hand=True), 1, now=NOW)
    moved(transferred_back(owed, 1, reference="BANK-7", now=datetime(2030, 1, 7, 18, tzinfo=UTC)))
    assert of_day(payment, day) == [(EntryKind.IN, 50_000, payment.fee)]
    assert [(one.kind, one.amount, one.ref) for one in ledger_table.of_day(day, "transfer")] == [
        (EntryKind.REFUND, 9_000, "BANK-7")]


def test_a_move_that_is_no_money_writes_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = opened(date(2030, 1, 6))
    monkeypatch.setattr(ledger_table, "_record", lambda *_: pytest.fail("a line was written"))
    assert moved(replace(payment, media="Webpay")).entries == payment.entries


def test_whichever_model_of_the_table_is_used_first_its_indexes_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "_shared", None)
    for model in (ledger_table.EntryRecord, table.PaymentRecord):
        monkeypatch.setattr(model, "_connection", None)
    assert ledger_table.of_day(date(2030, 2, 1), "flow") == []
    assert isinstance(table.awaited("transfer", limit=1)[0], list)
