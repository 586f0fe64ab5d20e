"""The catalogue as everybody reads it: one immutable SQLite file, built aside and swapped by a rename."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import msgspec

from content_cache.effects import Shown
from kiosk.catalogue import SCHEMA, Blob, Catalogue, CatalogueReader
from kiosk.files import disk_full, replacing
from kiosk.types import Sha256


def needed_blobs(catalogue: Catalogue) -> tuple[Blob, ...]:
    """Return the blobs that items or voices name, each once, in the order they are offered."""
    listed = {blob.sha256: blob for blob in catalogue.blobs}
    names = dict.fromkeys(
        (*catalogue.voices.values(), *(name for item in catalogue.items for name in item.blobs()))
    )
    return tuple(listed[name] for name in names)


def previous_of(path: Path) -> Path:
    """Return where the catalogue before the one at `path` is kept."""
    return path.with_name("catalogue.previous.db")


def swap_index(path: Path, catalogue: Catalogue, sha256: str) -> Shown:
    """Make `catalogue` what is read at `path`; the one before is kept beside it.

    Readers of the old one keep their view. Raises `Problem` ``disk.full``; then nothing changed.
    """
    try:
        with replacing(path) as scratch:
            _build(scratch, catalogue, sha256)
            _keep_previous(path)
    except sqlite3.OperationalError as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise disk_full(path) from error
        raise
    return _shown(catalogue, sha256)


def read_shown(path: Path) -> Shown | None:
    """Return which catalogue is read at `path`; None when there is none that can be read."""
    try:
        with CatalogueReader(path) as reader:
            return Shown(
                sha256=_fact(path, "sha256"),
                area=reader.area,
                revision=reader.revision,
                issued=reader.issued,
                items=reader.count(),
            )
    except (FileNotFoundError, sqlite3.Error, KeyError, ValueError):
        return None


def indexed_blobs(path: Path) -> tuple[Blob, ...]:
    """Return the blobs that the catalogue at `path` names; none when it cannot be read."""
    try:
        rows = _query(path, "SELECT sha256, size, type, pieces FROM blobs")
    except (FileNotFoundError, sqlite3.Error):
        return ()
    return tuple(Blob(sha256=Sha256(row[0]), size=row[1], type=row[2], pieces=row[3]) for row in rows)


def _build(path: Path, catalogue: Catalogue, sha256: str) -> None:
    from sqlite_utils import Database  # brings numpy: 15 MB that a point without news need not hold

    connection = sqlite3.connect(path)
    try:
        # The file is fsynced whole before it gets its name, so SQLite need not protect it half-made.
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA)
        database = Database(connection)
        facts = {
            "area": catalogue.area,
            "revision": str(catalogue.revision),
            "issued": catalogue.issued.astimezone(UTC).isoformat(),
            "voices": msgspec.json.encode(catalogue.voices).decode(),
            "sha256": sha256,
        }
        database.table("facts").insert_all({"key": key, "value": value} for key, value in facts.items())
        database.table("items").insert_all(_item_rows(catalogue), batch_size=500)
        blobs = (msgspec.to_builtins(blob) for blob in needed_blobs(catalogue))
        database.table("blobs").insert_all(blobs, batch_size=1000)
        spoken = dict.fromkeys(
            (*catalogue.voices.values(), *(name for item in catalogue.items for name in item.labels.values()))
        )
        database.table("spoken").insert_all(({"sha256": name} for name in spoken), batch_size=1000)
        connection.commit()
    finally:
        connection.close()


def _item_rows(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    for position, item in enumerate(catalogue.items):
        yield {
            "position": position,
            "id": item.id,
            "kind": item.kind.value,
            "topic": item.topic,
            "expires": None if item.expires is None else item.expires.isoformat(),
            "json": msgspec.json.encode(item),
        }


def _keep_previous(path: Path) -> None:
    """Give the current file a second name, so that it outlives the swap."""
    if path.is_file():
        scratch = path.with_name(f".previous.{secrets.token_hex(4)}.new")
        os.link(path, scratch)
        scratch.replace(previous_of(path))


def _shown(catalogue: Catalogue, sha256: str) -> Shown:
    return Shown(
        sha256=sha256,
        area=catalogue.area,
        revision=catalogue.revision,
        issued=catalogue.issued,
        items=len(catalogue.items),
    )


def _fact(path: Path, key: str) -> str:
    rows = _query(path, "SELECT value FROM facts WHERE key = ?", key)
    return str(rows[0][0]) if rows else ""


def _query(path: Path, sql: str, *parameters: str) -> list[Any]:
    if not path.is_file():
        raise FileNotFoundError(path)
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return connection.execute(sql, parameters).fetchall()
    finally:
        connection.close()
