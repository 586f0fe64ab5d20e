"""A catalogue of a test's own files, laid out as the content service lays it out."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kiosk.catalogue import PIECE_BYTES, SCHEMA, Item, Rendition, Track
from kiosk.files import replacing
from kiosk.paths import Layout
from kiosk.types import ItemId, ItemKind, LanguageTag, Sha256, Use


def sha256_of(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())


class Shelf:
    """Adds items and swaps ``catalogue.db`` by rename."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._items: list[Item] = []
        self._blobs: dict[str, tuple[int, str | None]] = {}
        self._revision = 0

    def add(
        self,
        item: str,
        file: Path,
        *,
        duration_s: float | None,
        use: Use = Use.VIDEO,
        width: int | None = None,
        height: int | None = None,
        tracks: Sequence[tuple[str, ...]] = (),
        with_pieces: bool = True,
    ) -> Path:
        """Store `file` as a blob and offer it as an item; return where the blob lies."""
        return self.add_versions(
            item,
            {"": file},
            duration_s=duration_s,
            use=use,
            width=width,
            height=height,
            tracks=tracks,
            with_pieces=with_pieces,
        )[0]

    def add_versions(
        self,
        item: str,
        files: dict[str, Path],
        *,
        duration_s: float | None,
        use: Use = Use.VIDEO,
        width: int | None = None,
        height: int | None = None,
        tracks: Sequence[tuple[str, ...]] = (),
        with_pieces: bool = True,
    ) -> list[Path]:
        """Offer one item with one file a language ("" for everybody)."""
        stored = [self._store(file, with_pieces) for file in files.values()]
        renditions = tuple(
            Rendition(
                blob=Sha256(path.name),
                use=use,
                languages=(LanguageTag(language),) if language else (),
                duration_s=duration_s,
                width=width,
                height=height,
                tracks=tuple(
                    Track(index=index, languages=tuple(LanguageTag(tag) for tag in tags))
                    for index, tags in enumerate(tracks)
                ),
            )
            for language, path in zip(files, stored, strict=True)
        )
        self._items.append(
            Item(
                id=ItemId(item),
                kind=ItemKind.VIDEO if use is Use.VIDEO else ItemKind.AUDIO_BULLETIN,
                topic="test",
                titles={LanguageTag("vi"): "Phim thử", LanguageTag("en"): "Test film"},
                picture=Sha256("0" * 64),
                renditions=renditions,
            )
        )
        self.swap()
        return stored

    def swap(self) -> None:
        """Write the catalogue anew."""
        self._revision += 1
        with replacing(self._layout.catalogue_file) as scratch:
            db = sqlite3.connect(scratch)
            db.executescript(SCHEMA)
            facts = {"area": "test", "revision": str(self._revision), "voices": "{}"}
            facts["issued"] = "2026-11-02T00:00:00+00:00"
            db.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
            for position, item in enumerate(self._items):
                row = (position, item.id, item.kind.value, item.topic, None, msgspec.json.encode(item))
                db.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)", row)
            for sha256, (size, pieces) in self._blobs.items():
                db.execute("INSERT INTO blobs VALUES (?, ?, 'video/mp4', ?)", (sha256, size, pieces))
            db.commit()
            db.close()

    def _store(self, file: Path, with_pieces: bool) -> Path:
        data = file.read_bytes()
        sha256 = sha256_of(data)
        path = self._layout.blob(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, path)
        pieces = None
        if len(data) > PIECE_BYTES and with_pieces:
            starts = range(0, len(data), PIECE_BYTES)
            listed = b"".join(hashlib.sha256(data[at : at + PIECE_BYTES]).digest() for at in starts)
            path.with_name(sha256 + ".pieces").write_bytes(listed)
            pieces = sha256_of(listed)
        self._blobs[sha256] = (len(data), pieces)
        return path
