"""One transaction: all of its steps or none, and every refusal in the words of the step that refused."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError

from chalicelib.aws import transactions
from chalicelib.aws.tables import BaseTable, connection
from chalicelib.aws.transactions import ATTEMPTS, StepFailed, Transaction
from chalicelib.core.errors import Conflict, NotFound, Retryable
from tests.support.spa import Spa

pytestmark = pytest.mark.usefixtures("spa")


class Thing(BaseTable):
    """Anything at all."""

    class Meta:
        area = "carts"
        table_name = None

    cart = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(null=True)


FREE = Thing.cart.does_not_exist()


def names() -> set[str]:
    found = connection().dispatch("Scan", {"TableName": "test-carts", "ConsistentRead": True})["Items"]
    return {item["cart"]["S"] for item in found}


def put(tx: Transaction, name: str, otherwise: Any = None) -> None:
    tx.put(Thing(name, number=1), condition=FREE, otherwise=otherwise)


def test_all_steps_happen_together() -> None:
    Thing("old", number=1).save()
    tx = Transaction()
    put(tx, "new")
    tx.update(Thing("counted"), actions=[Thing.number.set(7)])
    tx.delete(Thing("old"))
    tx.commit()
    assert names() == {"new", "counted"}
    assert Thing.get("counted").number == 7


def test_a_refused_step_speaks_and_nothing_is_written() -> None:
    Thing("taken", number=5).save()
    tx = Transaction()
    put(tx, "first", Conflict("not_this"))
    put(tx, "taken", Conflict("slot_taken"))
    tx.update(Thing("counted"), actions=[Thing.number.set(7)])
    with pytest.raises(Conflict) as refused:
        tx.commit()
    assert refused.value.code == "slot_taken"
    assert names() == {"taken"}
    assert Thing.get("taken").number == 5


def test_of_several_refused_steps_the_first_sent_speaks() -> None:
    for name in ("checked", "put", "updated"):
        Thing(name, number=5).save()
    tx = Transaction()
    tx.update(Thing("updated"), actions=[Thing.number.set(1)], condition=FREE, otherwise=Conflict("updated"))
    put(tx, "put", Conflict("put"))
    tx.delete(Thing("gone"), condition=Thing.cart.exists(), otherwise=NotFound("deleted"))
    tx.check(Thing, "checked", condition=FREE, otherwise=Conflict("checked"))
    spoken = []
    for _ in range(4):
        with pytest.raises((Conflict, NotFound)) as refused:
            tx.commit()
        spoken.append(refused.value.code)
        tx._checks, tx._deletes, tx._puts = {  # take away the step that has spoken
            "checked": ([], tx._deletes, tx._puts),
            "deleted": ([], [], tx._puts),
            "put": ([], [], []),
            "updated": ([], [], []),
        }[refused.value.code]
    assert spoken == ["checked", "deleted", "put", "updated"]
    assert names() == {"checked", "put", "updated"}


def test_a_check_changes_nothing_itself() -> None:
    Thing("checked", number=5).save()
    tx = Transaction()
    tx.check(Thing, "checked", condition=Thing.number == 5, otherwise=Conflict("moved"))
    put(tx, "new")
    tx.commit()
    assert names() == {"checked", "new"}
    assert Thing.get("checked").number == 5


def test_a_refusal_nobody_gave_words_to_is_a_fault_of_the_code() -> None:
    Thing("taken").save()
    tx = Transaction()
    put(tx, "taken")
    with pytest.raises(StepFailed):
        tx.commit()


class Faults:
    """Makes the next transactions fail in DynamoDB's words, then lets them through."""

    def __init__(self, patch: pytest.MonkeyPatch, *answers: ClientError) -> None:
        self.answers, self.calls = list(answers), 0
        self.waits: list[float] = []
        client = connection().client
        real = client._make_api_call

        def call(operation: str, arguments: Any) -> Any:
            self.calls += 1
            if self.answers:
                raise self.answers.pop(0)
            return real(operation, arguments)

        patch.setitem(vars(client), "_make_api_call", call)  # so that undoing it leaves nothing on the instance
        patch.setattr(transactions.time, "sleep", self.waits.append)


def cancelled(*codes: str) -> ClientError:
    answer: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "cancelled"},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(answer, "TransactWriteItems")


def failed(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "TransactWriteItems")


@pytest.mark.parametrize(
    "fault",
    [
        cancelled("TransactionConflict"),
        cancelled("ThrottlingError"),
        failed("TransactionInProgressException"),
        failed("ThrottlingException"),
        failed("InternalServerError"),
    ],
    ids=lambda fault: str(fault.response.get("CancellationReasons") or fault.response["Error"]["Code"]),
)
def test_a_conflict_or_throttling_is_tried_again(fault: ClientError, monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults(monkeypatch, fault, fault)
    tx = Transaction()
    put(tx, "new", Conflict("slot_taken"))
    tx.commit()
    assert (faults.calls, len(faults.waits)) == (3, 2)
    monkeypatch.undo()


def test_waits_are_short_at_first_and_never_longer_than_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults(monkeypatch, *[cancelled("TransactionConflict")] * ATTEMPTS)
    tx = Transaction()
    put(tx, "new")
    with pytest.raises(Retryable) as busy:
        tx.commit()
    assert (busy.value.code, faults.calls, len(faults.waits)) == ("busy", ATTEMPTS, ATTEMPTS)
    assert all(wait <= 0.02 * 2**attempt for attempt, wait in enumerate(faults.waits))


def test_an_item_that_too_many_want_at_once_is_named_when_all_tries_are_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    hot = cancelled("None", "TransactionConflict")
    faults = Faults(monkeypatch, *[hot] * (ATTEMPTS - 1), cancelled("ThrottlingError"))
    tx = Transaction()
    put(tx, "new")
    tx.update(Thing("hot"), actions=[Thing.number.set(7)], contended=Retryable("gift_card_busy"))
    with pytest.raises(Retryable) as busy:
        tx.commit()
    assert (busy.value.code, faults.calls) == ("gift_card_busy", ATTEMPTS)
    cold = Transaction()
    put(cold, "new")
    cold.update(Thing("hot"), actions=[Thing.number.set(7)], contended=Retryable("gift_card_busy"))
    faults.answers = [cancelled("TransactionConflict", "None")] * ATTEMPTS
    with pytest.raises(Retryable) as other:
        cold.commit()
    assert other.value.code == "busy"


def test_a_refusal_beside_a_conflict_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults(monkeypatch, cancelled("TransactionConflict", "ConditionalCheckFailed"))
    tx = Transaction()
    put(tx, "one", Conflict("one"))
    put(tx, "two", Conflict("two"))
    with pytest.raises(Conflict) as refused:
        tx.commit()
    assert (refused.value.code, faults.calls) == ("two", 1)


def test_a_fault_that_repeating_will_not_mend_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = Faults(monkeypatch, failed("ValidationException"))
    tx = Transaction()
    put(tx, "new")
    with pytest.raises(TransactWriteError):
        tx.commit()
    assert faults.calls == 1


def test_nothing_is_written_when_it_gives_up(spa: Spa, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        Faults(patch, *[cancelled("TransactionConflict")] * ATTEMPTS)
        tx = Transaction()
        put(tx, "new")
        with pytest.raises(Retryable):
            tx.commit()
    assert names() == set()
