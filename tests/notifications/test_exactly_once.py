"""One mail per fact, whatever dies, repeats or is lost: thousands of interleavings against a model of SendGrid."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.core.clock import Clock, FixedClock
from chalicelib.core.errors import DomainError, Retryable, Terminal
from chalicelib.core.events import Fact
from chalicelib.notifications.model import Delivery, Mail
from chalicelib.notifications.send import LEASE, send_mail
from chalicelib.notifications.sendgrid import InDoubt
from infra import cfn
from infra.paths import ROOT
from tests.notifications.builders import NOW, a_fact
from tests.notifications.memory import MemoryLedger

ANSWERS = ("taken", "taken, answer lost", "lost", "refused for now", "refused", "worker dies before",
           "worker dies after")
BATCHING = timedelta(seconds=60)  # the events of a mail arrive within this time of its acceptance


class Died(BaseException):
    """The worker's process is gone: nothing after this line runs."""


def write(fact: Fact, clock: Clock) -> Mail:
    return Mail("order_confirmed", "ana@correo.cl", "Ana", "s", "h", "t")


class SendGrid:
    """Accepts or not, answers or not, and tells of what it accepted a while later."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.accepted: Counter[str] = Counter()
        self.untold: list[tuple[str, datetime]] = []
        self.next_answer = "taken"

    def __call__(self, mail: Mail, *, mail_id: str) -> str | None:
        answer = self.next_answer
        if answer == "worker dies before":
            raise Died
        if answer == "refused for now":
            raise Retryable("mail_provider_busy")
        if answer == "refused":
            raise Terminal("mail_refused")
        if answer == "lost":
            raise InDoubt("mail_in_doubt")
        self.accepted[mail_id] += 1
        self.untold.append((mail_id, self.clock.now()))
        if answer == "taken, answer lost":
            raise InDoubt("mail_in_doubt")
        if answer == "worker dies after":
            raise Died
        return f"id-{mail_id}"


class OneMailEach(RuleBasedStateMachine):
    """Deliveries of the message, in any number, with any answer; events in any order, always within BATCHING."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(NOW)
        self.sendgrid = SendGrid(self.clock)
        self.ledger = MemoryLedger()
        self.facts = [a_fact(), a_fact()]
        self.in_flight: set[str] = set()  # facts whose message is still in the queue
        self.in_flight.update(fact.id for fact in self.facts)

    @rule(which=st.integers(0, 1), answer=st.sampled_from(ANSWERS))
    def deliver(self, which: int, answer: str) -> None:
        self.sendgrid.next_answer = answer
        self._attempt(self.facts[which])

    @rule(seconds=st.sampled_from([29, 59, 151]))
    def wait(self, seconds: int) -> None:
        then = self.clock.now() + timedelta(seconds=seconds)
        due = [mail for mail, at in self.sendgrid.untold if at + BATCHING <= then]
        self.tell(len(due))
        self.clock.advance(seconds=seconds)

    @rule(count=st.integers(1, 4))
    def tell(self, count: int) -> None:
        for mail, _ in self.sendgrid.untold[:count]:
            for event in ("delivered", "processed", "delivered"):
                self.ledger.record(Delivery(mail, event, 1))
        del self.sendgrid.untold[:count]

    def _attempt(self, fact: Fact) -> None:
        try:
            send_mail(fact, clock=self.clock, ledger=self.ledger, post=self.sendgrid, write=write)
        except (DomainError, Died):
            return
        self.in_flight.discard(fact.id)

    @invariant()
    def nobody_gets_two(self) -> None:
        assert all(count == 1 for count in self.sendgrid.accepted.values())

    @invariant()
    def what_the_ledger_calls_sent_was_sent(self) -> None:
        sent = {mail for mail, row in self.ledger.rows.items() if row.state == "sent"}
        assert sent <= set(self.sendgrid.accepted)

    def teardown(self) -> None:
        """At the end the message comes again until it is done, and by then everybody has exactly one mail."""
        self.sendgrid.next_answer = "taken"
        self.tell(len(self.sendgrid.untold))
        for fact in self.facts:
            for _ in range(3):
                self._attempt(fact)
                self.clock.advance(seconds=LEASE.total_seconds() + 30)
        assert dict(self.sendgrid.accepted) == {fact.id: 1 for fact in self.facts}
        assert not self.in_flight


TestOneMailEach = OneMailEach.TestCase
TestOneMailEach.settings = settings(max_examples=800, stateful_step_count=16)


def _send(fact: Fact, clock: FixedClock, ledger: MemoryLedger, post: SendGrid) -> bool:
    return send_mail(fact, clock=clock, ledger=ledger, post=post, write=write)


def test_without_the_ledgers_lease_a_lost_answer_would_mean_two_mails() -> None:
    """The negative control: the same crash, with a ledger that lets anybody claim again at once."""
    clock, ledger, fact = FixedClock(NOW), MemoryLedger(), a_fact()
    post = SendGrid(clock)
    post.next_answer = "taken, answer lost"
    for _ in range(2):
        with pytest.raises(InDoubt):
            send_mail(fact, clock=clock, ledger=ledger, post=post, write=write, lease=timedelta(seconds=-1))
    assert post.accepted[fact.id] == 2


def test_a_mail_in_doubt_is_not_sent_again_before_its_lease_has_passed() -> None:
    clock, ledger, fact = FixedClock(NOW), MemoryLedger(), a_fact()
    post = SendGrid(clock)
    post.next_answer = "worker dies after"
    with pytest.raises(Died):
        _send(fact, clock, ledger, post)
    post.next_answer = "taken"
    clock.advance(seconds=LEASE.total_seconds())
    with pytest.raises(Retryable, match="mail_in_doubt"):
        _send(fact, clock, ledger, post)
    assert post.accepted[fact.id] == 1


def test_an_event_settles_a_mail_in_doubt_without_another_mail() -> None:
    clock, ledger, fact = FixedClock(NOW), MemoryLedger(), a_fact()
    post = SendGrid(clock)
    post.next_answer = "worker dies after"
    with pytest.raises(Died):
        _send(fact, clock, ledger, post)
    ledger.record(Delivery(fact.id, "processed", 1))
    post.next_answer = "taken"
    clock.advance(days=3)
    assert _send(fact, clock, ledger, post) is False
    assert post.accepted[fact.id] == 1


def test_a_mail_that_never_arrived_at_sendgrid_goes_out_once_its_lease_has_passed() -> None:
    clock, ledger, fact = FixedClock(NOW), MemoryLedger(), a_fact()
    post = SendGrid(clock)
    post.next_answer = "lost"
    with pytest.raises(InDoubt):
        _send(fact, clock, ledger, post)
    post.next_answer = "taken"
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert _send(fact, clock, ledger, post) is True
    assert ledger.rows[fact.id].attempt == 2


@pytest.mark.parametrize(("answer", "error"), [("refused for now", Retryable), ("refused", Terminal)])
def test_after_a_certain_no_the_next_delivery_may_send_at_once(answer: str, error: type[DomainError]) -> None:
    clock, ledger, fact = FixedClock(NOW), MemoryLedger(), a_fact()
    post = SendGrid(clock)
    post.next_answer = answer
    with pytest.raises(error):
        _send(fact, clock, ledger, post)
    post.next_answer = "taken"
    assert _send(fact, clock, ledger, post) is True
    assert post.accepted[fact.id] == 1


def test_a_fact_without_a_mail_is_a_fault_that_a_person_must_see() -> None:
    with pytest.raises(Terminal, match="mail_unknown"):
        _send(a_fact("order.expired"), FixedClock(NOW), MemoryLedger(), SendGrid(FixedClock(NOW)))


def test_the_lease_outlives_the_worker_and_sendgrids_batching_and_ends_before_the_message_comes_again() -> None:
    worker = cfn.read(ROOT / "infra/functions.yaml")["workers"]["send-mails"]
    queue = cfn.read(ROOT / "infra/template/queues.yaml")["Resources"]["NotificationsQueue"]["Properties"]
    batching = timedelta(seconds=30)  # PROVIDERS.md §C.3
    assert timedelta(seconds=worker["timeout"]) + batching < LEASE < timedelta(seconds=queue["VisibilityTimeout"])
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
