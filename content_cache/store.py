"""The blobs that are here: immutable files by SHA-256, complete and durable, or not here at all.

A blob longer than one piece has its list of pieces beside it (``<sha256>.pieces``), which lets a
download resume on proven ground and a player verify only what it plays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from kiosk.catalogue import PIECE_BYTES, Blob
from kiosk.files import fsync_file, fsync_folder
from kiosk.paths import Layout
from kiosk.types import Sha256, is_sha256

READ_BYTES = 1024 * 1024


class Store:
    """The folder of blobs and of what is still arriving."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._blobs = layout.content / "blobs"
        self._incoming = layout.content / "incoming"

    def has(self, blob: Blob) -> bool:
        """Tell whether the blob is held, by name and size (it was hashed when it was adopted)."""
        if _size(self._layout.blob(blob.sha256)) != blob.size:
            return False
        return blob.pieces is None or _size(self.pieces_path(blob)) == pieces_bytes(blob)

    def missing(self, blobs: Iterable[Blob]) -> tuple[Blob, ...]:
        """Return those that are not held, in the order given."""
        return tuple(blob for blob in blobs if not self.has(blob))

    def is_sound(self, blob: Blob) -> bool:
        """Hash the blob and its list from the disk and tell whether they are what was signed.

        A disk that cannot read them is as bad as wrong bytes.
        """
        try:
            if _hash(self._layout.blob(blob.sha256)) != blob.sha256:
                return False
            return blob.pieces is None or _hash(self.pieces_path(blob)) == blob.pieces
        except OSError:
            return False

    def remove(self, blob: Blob) -> None:
        """Drop a blob and its list, durably."""
        path = self._layout.blob(blob.sha256)
        for gone in (path, self.pieces_path(blob)):
            gone.unlink(missing_ok=True)
        if path.parent.is_dir():
            fsync_folder(path.parent)

    def partial(self, blob: Blob) -> Path:
        """Return where the bytes of a blob gather; what is there may be resumed."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        return self._incoming / f"{blob.sha256}.part"

    def pieces_path(self, blob: Blob) -> Path:
        """Return where the blob's list of pieces lies."""
        path = self._layout.blob(blob.sha256)
        return path.with_name(f"{path.name}.pieces")

    def prepare(self, blob: Blob) -> Path:
        """Return the folder that will hold the blob, made durable."""
        folder = self._layout.blob(blob.sha256).parent
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            fsync_folder(folder.parent)
            fsync_folder(folder.parent.parent)
        return folder

    def adopt(self, partial: Path, blob: Blob) -> None:
        """Make verified bytes a blob: fsync, rename, fsync the folder."""
        folder = self.prepare(blob)
        partial.chmod(0o640)
        fsync_file(partial)
        partial.replace(self._layout.blob(blob.sha256))
        fsync_folder(folder)

    def evict(self, kept: Iterable[Blob]) -> int:
        """Remove everything that `kept` does not name, partials included; return the bytes won."""
        names = {blob.sha256 for blob in kept}
        won = 0
        for path in [*self._blobs.glob("??/*"), *self._incoming.glob("*")]:
            name = path.name.split(".")[0]
            if path.is_file() and not (is_sha256(name) and Sha256(name) in names):
                won += _size(path) or 0
                path.unlink(missing_ok=True)
        return won


def pieces_bytes(blob: Blob) -> int:
    """Return how long the blob's list of pieces must be."""
    return 32 * -(-blob.size // PIECE_BYTES)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while data := file.read(READ_BYTES):
            digest.update(data)
    return digest.hexdigest()
