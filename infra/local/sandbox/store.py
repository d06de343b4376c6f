"""What a sandbox remembers: one SQLite file with a JSON document per payment, refund and whatever else."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_SCHEMA = """
create table if not exists documents (
    number integer primary key autoincrement, kind text not null, token text unique not null, body text not null);
"""


class Store:
    """The sandbox's memory; safe to use from several threads. Documents are numbered from `first` on."""

    def __init__(self, path: Path, first: int = 0) -> None:
        self._first = first
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(_SCHEMA)

    def add(self, kind: str, token: str, document: Document) -> int:
        """Store a new document and return its number."""
        with self._lock:
            cursor = self._db.execute(
                "insert into documents (kind, token, body) values (?, ?, ?)", (kind, token, json.dumps(document))
            )
            return self._first + int(cursor.lastrowid or 0)

    def get(self, kind: str, token: str) -> Document | None:
        """Return the document of a token."""
        return next(iter(self._select(kind, "and token = ?", token)), None)

    def all(self, kind: str) -> list[Document]:
        """Return every document, newest first."""
        return self._select(kind, "")

    def change(
        self, kind: str, token: str, change: Callable[[Document], Document | None]
    ) -> tuple[Document, bool]:
        """Apply `change` while nobody else writes; None from it leaves the document.

        Return what is stored then, and whether it was changed. Raises KeyError for an unknown token.
        """
        with self._lock:
            document = self.get(kind, token)
            if document is None:
                raise KeyError(token)
            changed = change(dict(document))
            if changed is None:
                return document, False
            kept = {name: value for name, value in changed.items() if name not in ("token", "number")}
            self._db.execute("update documents set body = ? where token = ?", (json.dumps(kept), token))
            return changed, True

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else read or write."""
        with self._lock:
            yield

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._db.execute("delete from documents")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _select(self, kind: str, where: str, *values: str) -> list[Document]:
        query = f"select number, token, body from documents where kind = ? {where} order by number desc"
        with self._lock:
            rows = self._db.execute(query, (kind, *values)).fetchall()
        return [{**json.loads(body), "token": token, "number": self._first + number} for number, token, body in rows]
