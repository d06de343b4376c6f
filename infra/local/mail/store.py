"""Where the sandbox keeps its mails and the events it has yet to post: one SQLite file, which survives a restart."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
create table if not exists messages (
    seq integer primary key autoincrement, id text unique not null, received_at real not null, body text not null);
create table if not exists events (
    seq integer primary key autoincrement, message text not null, body text not null,
    due_at real not null, copies integer not null, tries integer not null default 0, state text not null default 'due');
"""


@dataclass(frozen=True)
class Event:
    """An event waiting to be posted, `copies` times in all."""

    seq: int
    body: dict[str, Any]
    copies: int
    tries: int


class Store:
    """The sandbox's memory; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_SCHEMA)

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._db

    def keep(self, message_id: str, received_at: float, body: dict[str, Any]) -> None:
        """Store an accepted mail."""
        with self._using() as db:
            db.execute("insert into messages (id, received_at, body) values (?, ?, ?)",
                       (message_id, received_at, json.dumps(body)))

    def messages(self) -> list[dict[str, Any]]:
        """Return every mail, newest first, each with its id, time, what was sent and the events so far."""
        with self._using() as db:
            rows = db.execute("select * from messages order by seq desc").fetchall()
            events = db.execute("select message, body, state from events order by seq").fetchall()
        return [{"id": row["id"], "received_at": row["received_at"], "mail": json.loads(row["body"]),
                 "events": [{"event": json.loads(event["body"])["event"], "state": event["state"]}
                            for event in events if event["message"] == row["id"]]}
                for row in rows]

    def message(self, message_id: str) -> dict[str, Any] | None:
        """Return one mail, or None."""
        return next((message for message in self.messages() if message["id"] == message_id), None)

    def announce(self, message_id: str, body: dict[str, Any], *, due_at: float, copies: int) -> None:
        """Remember an event to post at `due_at` (epoch seconds)."""
        with self._using() as db:
            db.execute("insert into events (message, body, due_at, copies) values (?, ?, ?, ?)",
                       (message_id, json.dumps(body), due_at, copies))

    def due(self, now: float, *, limit: int = 200) -> list[Event]:
        """Return the events whose time has come, oldest first."""
        with self._using() as db:
            rows = db.execute("select * from events where state = 'due' and due_at <= ? order by seq limit ?",
                              (now, limit)).fetchall()
        return [Event(row["seq"], json.loads(row["body"]), row["copies"], row["tries"]) for row in rows]

    def posted(self, events: list[Event]) -> None:
        """Count one posting of each event; one that has had all its copies is done."""
        with self._using() as db:
            for event in events:
                db.execute("update events set copies = copies - 1, tries = 0, "
                           "state = case when copies <= 1 then 'posted' else 'due' end where seq = ?", (event.seq,))

    def failed(self, events: list[Event], *, again_at: float, give_up_after: int) -> None:
        """Put events off until `again_at`; give up one that was tried too often, as SendGrid does after a day."""
        with self._using() as db:
            for event in events:
                state = "given up" if event.tries + 1 >= give_up_after else "due"
                db.execute("update events set tries = tries + 1, due_at = ?, state = ? where seq = ?",
                           (again_at, state, event.seq))

    def clear(self) -> None:
        """Forget every mail and event."""
        with self._using() as db:
            db.execute("delete from messages")
            db.execute("delete from events")

    def close(self) -> None:
        """Close the file."""
        with self._using() as db:
            db.close()
