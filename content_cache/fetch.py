"""Bring one blob here: hashed while it streams, resumed on proven ground, adopted only when whole.

What an interruption leaves in ``incoming/`` is hashed again before anything is added to it; where the
signed list of pieces is known, a damaged end (zeros after a power cut) costs only the pieces it touches.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from content_cache import advice as say
from content_cache.ports import NotThere, Source, Stream
from content_cache.source import TooBig, is_full, read_small
from content_cache.store import Store, pieces_bytes
from kiosk.catalogue import PIECE_BYTES, Blob
from kiosk.errors import Problem
from kiosk.files import disk_full, replace_bytes

if TYPE_CHECKING:
    from hashlib import _Hash

Moved = Callable[[int], None]
"""Told the bytes held so far; may raise to abandon the fetch (what came stays for the next try)."""

CHUNK_BYTES = 1024 * 1024

AT_SOURCE = frozenset({"content.damaged-at-source"})
"""Codes that mean: this source has the wrong bytes, or none."""


class Fetcher:
    """The way of blobs into the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def fetch(self, blob: Blob, sources: Sequence[Source], moved: Moved) -> None:
        """Hold `blob`, from the first source that gives it.

        Raises `Problem`: ``disk.full`` at once; else, when every source failed, a line problem before
        one at the source (a line may come back by itself).
        """
        failures: list[Problem] = []
        for source in sources:
            try:
                self._fetch_from(source, blob, moved)
            except Problem as problem:
                if problem.code == "disk.full":
                    raise
                failures.append(problem)
            except OSError as error:
                if is_full(error):
                    raise disk_full(self._store.partial(blob)) from error
                raise
            else:
                return
        failures.sort(key=lambda problem: problem.code in AT_SOURCE)
        raise failures[0]

    def _fetch_from(self, source: Source, blob: Blob, moved: Moved, *, again: bool = True) -> None:
        try:
            pieces = self._pieces(source, blob, moved)
            partial = self._store.partial(blob)
            digest, held = _proven(partial, blob, pieces)
            resumed = held
            moved(held)
            if held < blob.size:
                with source.open(_path(blob), offset=held) as stream:
                    digest, held = _receive(source, stream, partial, blob, digest, held, moved)
        except NotThere:
            raise _wrong(source, blob, "không có ở đó", "is not there") from None
        if held < blob.size:
            raise say.unreachable(source.url, "cut off")
        if digest.hexdigest() != blob.sha256:
            if not pieces or resumed == blob.size:  # else the next try keeps the pieces that are right
                partial.unlink()
            if not resumed or not again:
                raise _wrong(source, blob, "không đúng nội dung đã ký", "is not what was signed")
            # What was left here may be at fault, so the source gets one more chance.
            self._fetch_from(source, blob, moved, again=False)
        else:
            self._store.adopt(partial, blob)

    def _pieces(self, source: Source, blob: Blob, moved: Moved) -> bytes:
        """Return the blob's list of pieces, fetched and proven if need be; empty when it has none."""
        if blob.pieces is None:
            return b""
        path = self._store.pieces_path(blob)
        if path.is_file():
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() == blob.pieces:
                return data
        try:
            data = read_small(source, f"{_path(blob)}.pieces", pieces_bytes(blob), lambda count: moved(0))
        except TooBig:
            data = b""
        if hashlib.sha256(data).hexdigest() != blob.pieces:
            raise _wrong(source, blob, "có danh sách mảnh sai", "has a wrong list of pieces")
        self._store.prepare(blob)
        replace_bytes(path, data)
        return data


def _receive(
    source: Source, stream: Stream, partial: Path, blob: Blob, digest: _Hash, held: int, moved: Moved
) -> tuple[_Hash, int]:
    """Add what `stream` gives to `partial`; return the hash so far and how much is held."""
    if stream.is_page:  # a repository's files have no type that is a page
        raise say.portal(source.url)
    if stream.total is not None and stream.total != blob.size:
        raise _wrong(source, blob, "có độ dài khác", "has another length")
    if stream.start not in (0, held):
        raise _wrong(source, blob, "được gửi sai đoạn", "was sent from a wrong place")
    with partial.open("r+b" if held and stream.start else "wb", buffering=0) as file:
        if stream.start:
            file.truncate(held)
            file.seek(held)
        else:
            digest, held = hashlib.sha256(), 0
        for chunk in stream.chunks(CHUNK_BYTES):
            if held + len(chunk) > blob.size:
                raise _wrong(source, blob, "dài hơn bản đã ký", "is longer than what was signed")
            _write(file.write, chunk)
            digest.update(chunk)
            held += len(chunk)
            moved(held)
    return digest, held


def _write(write: Callable[[memoryview], int | None], data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[write(left) or 0 :]


def _proven(partial: Path, blob: Blob, pieces: bytes) -> tuple[_Hash, int]:
    """Hash what an earlier try left, piece by piece; return the hash and length of what may be kept."""
    digest, held = hashlib.sha256(), 0
    try:
        file = partial.open("rb")
    except FileNotFoundError:
        partial.touch()
        return digest, 0
    with file:
        while held < blob.size and (data := file.read(min(PIECE_BYTES, blob.size - held))):
            index = held // PIECE_BYTES
            whole = len(data) == PIECE_BYTES or held + len(data) == blob.size
            known = pieces[32 * index : 32 * index + 32]
            if known and (not whole or hashlib.sha256(data).digest() != known):
                break  # a torn or damaged piece is fetched again
            digest.update(data)
            held += len(data)
    os.truncate(partial, held)
    return digest, held


def _path(blob: Blob) -> str:
    return f"blobs/{blob.sha256[:2]}/{blob.sha256}"


def _wrong(source: Source, blob: Blob, reason_vi: str, reason_en: str) -> Problem:
    return say.damaged_at_source(source.url, blob.sha256, reason_vi, reason_en)
