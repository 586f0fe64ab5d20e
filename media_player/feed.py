"""libVLC's byte callbacks: it reads a blob through us, and only verified bytes.

They run in libVLC's threads, one read at a time. `opaque` is the number of the play.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from media_player.verified import BytesDamaged, BytesUnreadable, VerifiedFile

READ_AT_MOST = 256 * 1024
"""Bytes handed over at once: libVLC's read-ahead asks for 16 MiB, which would delay the first frame."""


class Feed:
    """The byte callbacks' bodies: they read the current play's file and queue, nothing else."""

    def __init__(self, bad_bytes: Callable[[int, bool], None]) -> None:
        """`bad_bytes(play, unreadable)` is told when verification fails; it must only queue."""
        self._bad_bytes = bad_bytes
        self._file: VerifiedFile | None = None
        self._play = 0
        self._offset = 0

    def serve(self, play: int, file: VerifiedFile) -> None:
        """Serve `file` to `play`; the play before it must be stopped."""
        self._play, self._file, self._offset = play, file, 0

    def end(self) -> None:
        """Let go of the file; libVLC must have stopped."""
        if self._file is not None:
            self._file.close()
        self._file = None

    def open(self, opaque: int, data: Any, size: Any) -> int:
        """Answer how long the file is."""
        if self._file is None or opaque != self._play:
            return -1
        data[0] = opaque
        size[0] = self._file.size
        self._offset = 0
        return 0

    def read(self, opaque: int, buffer: int, length: int) -> int:
        """Copy the next verified bytes; 0 at the end, -1 when they are not what was signed."""
        if self._file is None or opaque != self._play:
            return -1
        try:
            data = self._file.at(self._offset, min(length, READ_AT_MOST))
        except (BytesDamaged, BytesUnreadable) as error:
            self._bad_bytes(opaque, isinstance(error, BytesUnreadable))
            return -1
        memoryview((ctypes.c_ubyte * len(data)).from_address(buffer)).cast("B")[:] = data
        self._offset += len(data)
        return len(data)

    def seek(self, opaque: int, offset: int) -> int:
        """Take the place of the next read."""
        self._offset = offset
        return 0

    def close(self, opaque: int) -> None:
        """Take notice that libVLC reads no more; `end` lets go of the file."""
