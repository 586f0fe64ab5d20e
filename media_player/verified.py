"""Bytes that are what was signed: nothing leaves this file unhashed.

A blob is read in pieces of 4 MiB. A piece is read whole into memory, its hash compared with the
signed list, and only then are bytes handed out, *from that memory*. So what libVLC decodes is exactly
what was verified: no file can change between the check and the use, a seek needs no guess where the
bytes of a media time lie, and a film of 2 GB starts after one or two pieces (docs/decisions/0010).
"""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from pathlib import Path

from kiosk.catalogue import PIECE_BYTES

KEPT_PIECES = 3
"""Sound, picture and index of one file may lie in different pieces."""


class BytesDamaged(Exception):
    """The bytes are not what was signed."""


class BytesUnreadable(Exception):
    """The disk does not give the bytes."""


class VerifiedFile:
    """One open blob (used by one thread at a time)."""

    def __init__(self, path: Path, *, sha256: str, size: int, pieces: str | None) -> None:
        """Open `path` and verify its size, its first and its last piece.

        `pieces` is the hash of the list beside it (``<sha256>.pieces``: 32 bytes a piece). A blob
        without a list, or whose list is lost or damaged, is hashed whole instead. Raises `BytesDamaged`,
        `BytesUnreadable`, or FileNotFoundError.
        """
        self.size = size
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if os.fstat(self._fd).st_size != size:
                raise BytesDamaged(f"{sha256}: not {size} bytes long")
            self._hashes = self._known(path, sha256, pieces) or self._hash_whole(sha256)
            self.piece(0)
            self.piece(self._count() - 1)
        except BaseException:
            os.close(self._fd)
            raise

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._fd)

    def at(self, offset: int, length: int) -> memoryview:
        """Return verified bytes from `offset`, at least one unless at the end, never across a piece.

        Raises `BytesDamaged` or `BytesUnreadable`.
        """
        if offset >= self.size or length <= 0:
            return memoryview(b"")
        index, start = divmod(offset, PIECE_BYTES)
        return memoryview(self.piece(index))[start : start + length]

    def piece(self, index: int) -> bytes:
        """Return one piece whole, verified."""
        kept = self._kept.get(index)
        if kept is not None:
            self._kept.move_to_end(index)
            return kept
        data = self._read(index)
        if hashlib.sha256(data).digest() != self._hashes[index]:
            raise BytesDamaged(f"piece {index}")
        self._kept[index] = data
        if len(self._kept) > KEPT_PIECES:
            self._kept.popitem(last=False)
        return data

    def _count(self) -> int:
        return max(1, -(-self.size // PIECE_BYTES))

    def _read(self, index: int) -> bytes:
        """Return one piece as it lies on the disk."""
        start = index * PIECE_BYTES
        wanted = min(PIECE_BYTES, self.size - start)
        parts: list[bytes] = []
        try:
            while wanted > 0 and (part := os.pread(self._fd, wanted, start)):
                parts.append(part)
                start += len(part)
                wanted -= len(part)
        except OSError as error:
            raise BytesUnreadable(str(error)) from error
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _known(self, path: Path, sha256: str, pieces: str | None) -> list[bytes]:
        """Return the signed hashes of the pieces; empty when there is no list to rely on."""
        if self._count() == 1:
            return [bytes.fromhex(sha256)]
        if pieces is None:
            return []
        try:
            data = path.with_name(path.name + ".pieces").read_bytes()
        except OSError:
            return []
        if hashlib.sha256(data).hexdigest() != pieces or len(data) != 32 * self._count():
            return []
        return [data[start : start + 32] for start in range(0, len(data), 32)]

    def _hash_whole(self, sha256: str) -> list[bytes]:
        """Hash the whole file in one pass; return the hashes of its pieces if it is the signed one."""
        whole = hashlib.sha256()
        hashes: list[bytes] = []
        for index in range(self._count()):
            data = self._read(index)
            whole.update(data)
            hashes.append(hashlib.sha256(data).digest())
        if whole.hexdigest() != sha256:
            raise BytesDamaged(f"{sha256}: another hash")
        return hashes
