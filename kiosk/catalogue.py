"""The catalogue: what the province signed, and the immutable database it becomes at the point.

The signed form is one JSON file (`Catalogue`). The content service turns it into
``catalogue.db`` (SQLite, replaced only by rename), which every reader opens read-only: whoever
holds an old one keeps its view, whoever opens anew sees the new one whole.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from kiosk.languages import fallbacks
from kiosk.types import ItemId, ItemKind, LanguageTag, Sha256, Use

FORMAT = 1
"""Raised when an old point could misread a new catalogue."""

PIECE_BYTES = 4 * 1024 * 1024
"""A blob is verified in pieces of this size; ``.pieces`` lists their SHA-256, 32 bytes each."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the catalogue."""


class Blob(Entry, frozen=True, kw_only=True):
    """An immutable file named by its hash."""

    sha256: Sha256
    size: int
    type: str  # media type, such as video/mp4
    pieces: Sha256 | None = None  # of the blob's .pieces file; None when it is one piece


class Track(Entry, frozen=True, kw_only=True):
    """One sound track of a video, chosen by index (libVLC ignores language codes it does not know)."""

    index: int  # counts from 0 in file order
    languages: tuple[LanguageTag, ...]  # one radio programme may serve Tày and Nùng together


class Rendition(Entry, frozen=True, kw_only=True):
    """One file that shows an item, or a part of it."""

    blob: Sha256
    use: Use
    languages: tuple[LanguageTag, ...] = ()  # empty: for everybody
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    tracks: tuple[Track, ...] = ()
    pages: int | None = None


class Item(Entry, frozen=True, kw_only=True):
    """One thing a villager can open."""

    id: ItemId
    kind: ItemKind
    topic: str
    titles: dict[LanguageTag, str]  # NFC
    picture: Sha256  # of the tile
    renditions: tuple[Rendition, ...]
    labels: dict[LanguageTag, Sha256] = {}  # spoken titles
    to_record: tuple[LanguageTag, ...] = ()  # a neutral tone stands in: a speaker must record these
    issuer: str = ""
    published: date | None = None
    expires: date | None = None

    def title(self, language: str) -> str:
        """Return the title in `language` or its best fall-back; the id when there is none at all."""
        for tag in fallbacks(language):
            if tag in self.titles:
                return self.titles[tag]
        return next(iter(self.titles.values()), self.id)

    def rendition(self, use: Use, language: str) -> Rendition | None:
        """Return the rendition for `use` in `language`, its fall-back, or the one for everybody."""
        offered = [rendition for rendition in self.renditions if rendition.use is use]
        for tag in fallbacks(language):
            for rendition in offered:
                if tag in rendition.languages:
                    return rendition
                if any(tag in track.languages for track in rendition.tracks):
                    return rendition
        for rendition in offered:
            if not rendition.languages:
                return rendition
        return offered[0] if offered else None

    def label(self, language: str) -> tuple[LanguageTag, Sha256] | None:
        """Return the spoken title in `language` or its fall-back, with the language it is in."""
        for tag in fallbacks(language):
            if tag in self.labels:
                return tag, self.labels[tag]
        return None

    def blobs(self) -> Iterator[Sha256]:
        """Yield every blob the item needs, some perhaps twice."""
        yield self.picture
        yield from self.labels.values()
        for rendition in self.renditions:
            yield rendition.blob


def track_for(rendition: Rendition, language: str) -> Track | None:
    """Return the sound track of `rendition` for `language`, its fall-back, or the first."""
    for tag in fallbacks(language):
        for track in rendition.tracks:
            if tag in track.languages:
                return track
    return rendition.tracks[0] if rendition.tracks else None


class Catalogue(Entry, frozen=True, kw_only=True):
    """What an area's author and approver both signed."""

    format: int = FORMAT
    area: str
    revision: int
    issued: datetime
    items: tuple[Item, ...]  # in the order they are offered
    blobs: tuple[Blob, ...]
    voices: dict[LanguageTag, Sha256] = {}  # each language's spoken name, for the chooser


def decode_catalogue(data: bytes) -> Catalogue:
    """Return the catalogue in `data`; raises ValueError in words for anything not well-formed.

    Every blob an item names must be listed; ids, hashes and sizes must have their form.
    """
    from kiosk.types import is_item_id, is_sha256

    try:
        catalogue = msgspec.json.decode(data, type=Catalogue)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(f"not a catalogue: {error}") from None
    if catalogue.format != FORMAT:
        raise ValueError(f"catalogue format {catalogue.format} is not known here (known: {FORMAT})")
    for blob in catalogue.blobs:
        if not is_sha256(blob.sha256) or not (blob.pieces is None or is_sha256(blob.pieces)):
            raise ValueError(f"blob {blob.sha256!r:.80} is not named by SHA-256")
        if blob.size < 0:
            raise ValueError(f"blob {blob.sha256} has a negative size")
    listed = {blob.sha256 for blob in catalogue.blobs}
    seen: set[str] = set()
    for item in catalogue.items:
        if not is_item_id(item.id) or item.id in seen:
            raise ValueError(f"item {item.id!r:.100} has a bad or repeated id")
        seen.add(item.id)
        missing = set(item.blobs()) - listed
        if missing:
            raise ValueError(f"item {item.id} names a blob that is not listed: {sorted(missing)[0]}")
    missing = set(catalogue.voices.values()) - listed
    if missing:
        raise ValueError(f"a language's voice is not listed as a blob: {sorted(missing)[0]}")
    return catalogue


def encode_catalogue(catalogue: Catalogue) -> bytes:
    """Return the signed form: the same catalogue gives the same bytes."""
    return msgspec.json.encode(catalogue, order="deterministic")


SCHEMA = """
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE items (
  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, topic TEXT NOT NULL,
  expires TEXT, json BLOB NOT NULL);
CREATE TABLE blobs (
  sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, type TEXT NOT NULL, pieces TEXT) WITHOUT ROWID;
CREATE TABLE spoken (sha256 TEXT PRIMARY KEY) WITHOUT ROWID;
"""
"""``facts``: area, revision, issued, voices (JSON). ``spoken``: blobs the prompt rank may play."""


class CatalogueReader:
    """A read-only view of one ``catalogue.db``; keeps its view when the file is replaced.

    Not shared between threads: open one each. Opening costs about a millisecond.
    """

    def __init__(self, path: Path) -> None:
        """Open `path`; raises FileNotFoundError when there is no catalogue yet."""
        if not path.is_file():
            raise FileNotFoundError(path)
        uri = f"file:{_quoted(path)}?mode=ro&immutable=1"
        self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
        facts = dict(self._db.execute("SELECT key, value FROM facts"))
        self.area: str = facts["area"]
        self.revision = int(facts["revision"])
        self.issued = datetime.fromisoformat(facts["issued"]).astimezone(UTC)
        self.voices: dict[LanguageTag, Sha256] = msgspec.json.decode(
            facts["voices"], type=dict[LanguageTag, Sha256]
        )

    def items(self, *, today: date | None = None, kind: ItemKind | None = None) -> list[Item]:
        """Return items in the order offered; without those expired before `today` when it is known."""
        rows = self._db.execute(
            "SELECT json FROM items WHERE (? IS NULL OR expires IS NULL OR expires >= ?)"
            " AND (? IS NULL OR kind = ?) ORDER BY position",
            (_iso(today), _iso(today), kind and kind.value, kind and kind.value),
        )
        return [msgspec.json.decode(row[0], type=Item) for row in rows]

    def item(self, item_id: str) -> Item | None:
        """Return one item, or None when the catalogue does not name it."""
        row = self._db.execute("SELECT json FROM items WHERE id = ?", (item_id,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=Item)

    def blob(self, sha256: str) -> Blob | None:
        """Return what the catalogue says of a blob, or None when it does not name it."""
        row = self._db.execute("SELECT size, type, pieces FROM blobs WHERE sha256 = ?", (sha256,)).fetchone()
        if row is None:
            return None
        return Blob(sha256=Sha256(sha256), size=row[0], type=row[1], pieces=row[2])

    def is_spoken(self, sha256: str) -> bool:
        """Tell whether a blob is a spoken label or a language's voice."""
        found = self._db.execute("SELECT 1 FROM spoken WHERE sha256 = ?", (sha256,)).fetchone()
        return found is not None

    def count(self) -> int:
        """Return how many items there are, expired ones included."""
        return int(self._db.execute("SELECT count(*) FROM items").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> CatalogueReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _quoted(path: Path) -> str:
    return "".join(f"%{byte:02x}" if byte in b"%?#" else chr(byte) for byte in os.fsencode(path))
