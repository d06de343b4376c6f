"""The same request twice gets the same answer, for a day."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws.idempotency import LEASE, Answer, Attempt
from chalicelib.aws.transactions import Transaction
from chalicelib.core.errors import Conflict, Invalid, Retryable
from tests.support.spa import NOW, Spa, check_out_form, line

ANSWER = Answer(201, '{"ñ": 1}')


def attempt(
    content: bytes = b"{}", *, key: str = "key-1", scope: str = "crt_1", after: timedelta = timedelta(0)
) -> Attempt:
    return Attempt.of(route="POST/api/x", key=key, scope=scope, content=content, at=NOW + after)


def answered(run: Attempt, answer: Answer = ANSWER) -> None:
    tx = Transaction()
    run.answered(tx, answer)
    tx.commit()


def started(run: Attempt, *, once: bool = False) -> None:
    tx = Transaction()
    run.started(tx, once=once)
    tx.commit()


@pytest.fixture(autouse=True)
def _tables(spa: Spa) -> None:
    """Empty tables for each test."""


def test_a_new_request_has_no_answer_yet() -> None:
    assert attempt().recall() is None


def test_the_answer_is_recalled_byte_for_byte() -> None:
    answered(attempt())
    assert attempt(after=timedelta(hours=23, minutes=59)).recall() == ANSWER


def test_a_second_commit_under_the_same_key_is_refused() -> None:
    answered(attempt())
    with pytest.raises(Conflict) as refused:
        answered(attempt(), Answer(200, "other"))
    assert refused.value.code == "still_running"
    assert attempt().recall() == ANSWER


def test_the_same_key_with_another_body_is_refused() -> None:
    answered(attempt(b"one"))
    with pytest.raises(Invalid) as refused:
        attempt(b"two").recall()
    assert refused.value.code == "idempotency_key_reused"


@pytest.mark.parametrize("other", [{"key": "key-2"}, {"scope": "crt_2"}])
def test_another_key_or_another_callers_key_is_another_request(other: dict[str, str]) -> None:
    answered(attempt())
    assert attempt(**other).recall() is None  # type: ignore[arg-type]


def test_after_a_day_the_key_is_forgotten_and_may_be_used_again() -> None:
    answered(attempt())
    tomorrow = timedelta(hours=24)
    assert attempt(b"other", after=tomorrow).recall() is None
    answered(attempt(b"other", after=tomorrow), Answer(200, "new"))
    assert attempt(b"other", after=tomorrow).recall() == Answer(200, "new")


def test_while_the_first_run_goes_on_a_repetition_is_told_to_wait() -> None:
    started(attempt())
    with pytest.raises(Retryable) as refused:
        attempt(after=LEASE - timedelta(seconds=1)).recall()
    assert (refused.value.code, refused.value.retry_after_seconds) == ("still_running", 2)
    with pytest.raises(Conflict):
        started(attempt(after=LEASE - timedelta(seconds=1)))


def test_an_abandoned_run_can_be_taken_over_once_its_lease_is_over() -> None:
    started(attempt())
    later = LEASE + timedelta(seconds=1)
    assert attempt(after=later).recall() is None
    started(attempt(after=later))
    with pytest.raises(Conflict):
        started(attempt(after=later))


def test_a_run_that_was_given_up_can_be_tried_again_at_once() -> None:
    started(attempt())
    attempt().abandon()
    started(attempt())


def test_what_may_happen_only_once_is_never_taken_over_but_told_of() -> None:
    started(attempt(), once=True)
    later = LEASE + timedelta(seconds=1)
    assert (attempt().unanswered(), attempt(after=later).unanswered()) == (False, True)
    with pytest.raises(Conflict) as refused:
        started(attempt(after=later), once=True)
    assert refused.value.code == "still_running"
    attempt().finish(ANSWER)
    assert not attempt(after=later).unanswered()
    assert not attempt(key="another").unanswered()
    with pytest.raises(Invalid):
        attempt(b"other", after=later).unanswered()


def test_a_finished_run_is_recalled() -> None:
    started(attempt())
    attempt().finish(ANSWER)
    assert attempt(after=timedelta(seconds=1)).recall() == ANSWER
    with pytest.raises(Conflict):
        started(attempt(after=timedelta(hours=1)))


def test_over_http_another_body_under_the_same_key_is_422(spa: Spa) -> None:
    assert spa.client.post("/api/carritos", {"lines": [line()]}, key="one-key-1").status == 201
    before = spa.dump()
    other = spa.client.post("/api/carritos", {"lines": [line(service="tina-tronador")]}, key="one-key-1")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert spa.dump() == before


def test_over_http_a_repetition_while_the_first_still_runs_is_409_with_retry_after(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    create, seen = spa.provider.create, []

    def impatient(ask: Any) -> Any:
        if not seen:
            seen.append(spa.client.post("/api/reservas", check_out_form(), token=token, key="one-key-1"))
        return create(ask)

    spa.provider.create = impatient  # type: ignore[method-assign]
    first = spa.client.post("/api/reservas", check_out_form(), token=token, key="one-key-1")
    assert (first.status, seen[0].status, seen[0].code) == (201, 409, "still_running")
    assert seen[0].headers["retry-after"] == "2"
    third = spa.client.post("/api/reservas", check_out_form(), token=token, key="one-key-1")
    assert (third.status, third.body) == (201, first.body)
    assert len(spa.provider.asked) == 1


def test_over_http_a_crashed_check_out_can_be_repeated_after_its_lease(spa: Spa) -> None:
    _, token = spa.open_cart(line())
    create = spa.provider.create

    def crash(ask: Any) -> Any:
        raise MemoryError

    spa.provider.create = crash  # type: ignore[method-assign]
    first = spa.client.post("/api/reservas", check_out_form(), token=token, key="one-key-1")
    assert first.status == 500
    spa.provider.create = create  # type: ignore[method-assign]
    waiting = spa.client.post("/api/reservas", check_out_form(), token=token, key="one-key-1")
    assert (waiting.status, waiting.code) == (409, "still_running")
    spa.clock.advance(seconds=31)
    second = spa.client.post("/api/reservas", check_out_form(), token=token, key="one-key-1")
    assert second.status == 201
    assert second.json["payment"]["url"].startswith("https://pay.test/")
    orders = [item for item in spa.dump()["orders"] if item["sk"]["S"] == "order"]
    assert len(orders) == 1


def test_a_removed_line_is_removed_once_and_answered_alike(spa: Spa) -> None:
    cart, token = spa.open_cart(line())
    path = f"/api/carritos/{cart['id']}/lineas/{cart['lines'][0]['id']}"
    first = spa.client.delete(path, token=token, key="one-key-1")
    second = spa.client.delete(path, token=token, key="one-key-1")
    assert (first.status, second.status, second.body) == (200, 200, first.body)
    assert spa.client.delete(path, token=token).code == "line_not_found"
