"""The ledger as a dictionary: the promises of chalicelib.notifications.table, for tests with thousands of turns."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.errors import Retryable
from chalicelib.core.events import Fact
from chalicelib.notifications.model import Delivery
from chalicelib.notifications.table import Claim, State


@dataclass
class Row:
    state: State
    attempt: int
    until: datetime
    rank: int = 0
    provider_id: str | None = None


class MemoryLedger:
    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}

    def claim(self, fact: Fact, *, now: datetime, lease: timedelta) -> Claim | None:
        row = self.rows.get(fact.id)
        if row and row.state is State.SENT:
            return None
        if row and row.state is State.CLAIMED and now <= row.until:
            raise Retryable("mail_in_doubt")
        attempt = row.attempt + 1 if row else 1
        self.rows[fact.id] = Row(State.CLAIMED, attempt, now + lease)
        return Claim(fact.id, attempt)

    def sent(self, claimed: Claim, *, provider_id: str | None, now: datetime) -> None:
        self.rows[claimed.mail].state = State.SENT
        self.rows[claimed.mail].provider_id = provider_id

    def refused(self, claimed: Claim) -> None:
        row = self.rows[claimed.mail]
        if row.state is State.CLAIMED and row.attempt == claimed.attempt:
            row.state = State.REFUSED

    def record(self, delivery: Delivery) -> bool:
        row = self.rows.get(delivery.mail)
        if row is None or row.rank >= delivery.rank:
            return False
        row.state, row.rank = State.SENT, delivery.rank
        return True
