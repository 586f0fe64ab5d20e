"""The log book: append-only rows, each chained to the one before by its hash.

A changed, removed or reordered row is found by `verify`. One process writes; any may read. It is
data with a legal meaning (*sổ nhật ký phát thanh*), not logging.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

_SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
  number INTEGER PRIMARY KEY, utc TEXT, kind TEXT NOT NULL, json BLOB NOT NULL, chain BLOB NOT NULL);
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON rows
  BEGIN SELECT RAISE(ABORT, 'the log book is append-only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON rows
  BEGIN SELECT RAISE(ABORT, 'the log book is append-only'); END;
"""

_START = b"\0" * 32


class LogRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row as read back; `utc` is None when the time was unknown."""

    number: int
    utc: datetime | None
    kind: str
    facts: dict[str, Any]


class LogBook:
    """The writer of one log book (used from one thread)."""

    def __init__(self, path: Path) -> None:
        """Open or create the book at `path`; every append is durable before it returns."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)
        last = self._db.execute("SELECT number, chain FROM rows ORDER BY number DESC LIMIT 1").fetchone()
        self._number: int = last[0] if last else 0
        self._chain: bytes = last[1] if last else _START

    def append(self, kind: str, facts: dict[str, Any], *, utc: datetime | None) -> int:
        """Write one row and return its number (counted from 1, without gaps)."""
        number = self._number + 1
        stamp = utc.isoformat() if utc else None
        data = msgspec.json.encode(facts, order="deterministic")
        chain = _link(self._chain, number, stamp, kind, data)
        self._db.execute("INSERT INTO rows VALUES (?,?,?,?,?)", (number, stamp, kind, data, chain))
        self._number, self._chain = number, chain
        return number

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def read_rows(path: Path, *, after: int = 0) -> Iterator[LogRow]:
    """Yield the rows with a number above `after`, oldest first; nothing when there is no book."""
    for number, stamp, kind, data, _ in _raw(path, after):
        utc = datetime.fromisoformat(stamp) if stamp else None
        yield LogRow(number=number, utc=utc, kind=kind, facts=msgspec.json.decode(data))


def verify(path: Path) -> int | None:
    """Return the number of the first row that is not as it was written, or None when all are.

    Rows cut off at the end cannot be seen from the book alone: compare its last number with what
    the province has acknowledged.
    """
    chain, expected = _START, 1
    for number, stamp, kind, data, kept in _raw(path, 0):
        chain = _link(chain, number, stamp, kind, data)
        if number != expected or kept != chain:
            return expected
        expected += 1
    return None


def _link(before: bytes, number: int, stamp: str | None, kind: str, data: bytes) -> bytes:
    head = msgspec.json.encode([number, stamp, kind])
    return hashlib.sha256(before + head + b"\n" + data).digest()


def _raw(path: Path, after: int) -> Iterator[tuple[int, str | None, str, bytes, bytes]]:
    if not path.is_file():
        return
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        yield from db.execute(
            "SELECT number, utc, kind, json, chain FROM rows WHERE number > ? ORDER BY number", (after,)
        )
    finally:
        db.close()
