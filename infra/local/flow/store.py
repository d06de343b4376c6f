"""What the sandbox remembers: one SQLite file with a JSON document per payment and per refund."""

import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

Document = dict[str, Any]
Kind = Literal["payments", "refunds"]
FIRST_ORDER = 3_567_801  # flowOrder of the first payment: a number that looks like Flow's

_SCHEMA = """
create table if not exists documents (
    number integer primary key autoincrement, kind text not null, token text unique not null, body text not null);
"""


class Store:
    """The sandbox's memory; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(_SCHEMA)

    def add(self, kind: Kind, token: str, document: Document) -> int:
        """Store a new document and return its number (flowOrder, flowRefundOrder)."""
        with self._lock:
            cursor = self._db.execute(
                "insert into documents (kind, token, body) values (?, ?, ?)", (kind, token, json.dumps(document))
            )
            return FIRST_ORDER + int(cursor.lastrowid or 0)

    def get(self, kind: Kind, token: str) -> Document | None:
        """Return the document of a token."""
        return next(iter(self._select(kind, "and token = ?", token)), None)

    def all(self, kind: Kind) -> list[Document]:
        """Return every document, newest first."""
        return self._select(kind, "")

    def change(self, kind: Kind, token: str, change: Callable[[Document], Document | None]) -> Document | None:
        """Apply `change` while nobody else writes; None from it leaves the document. Return what is stored then."""
        with self._lock:
            document = self.get(kind, token)
            if document is None:
                return None
            changed = change(dict(document))
            if changed is None:
                return document
            kept = {name: value for name, value in changed.items() if name not in ("token", "number")}
            self._db.execute("update documents set body = ? where token = ?", (json.dumps(kept), token))
            return changed

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._db.execute("delete from documents")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _select(self, kind: Kind, where: str, *values: str) -> list[Document]:
        query = f"select number, token, body from documents where kind = ? {where} order by number desc"
        with self._lock:
            rows = self._db.execute(query, (kind, *values)).fetchall()
        return [{**json.loads(body), "token": token, "number": FIRST_ORDER + number} for number, token, body in rows]
