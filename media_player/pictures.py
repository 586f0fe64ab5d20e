"""libVLC's picture callbacks: decoded frames into the picture memory, at their visible size.

vmem tells the *padded* size: every H.264 film of 1080 lines arrives as 1920×1090 or 1920×1152. Answering
it gives a stretched or green-edged picture; answering the visible size makes libVLC cut exactly that
out, and saves it a second scaling pass (24 % → 11 % of a core for 1080p30, measured).
"""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Callable
from typing import Any

from kiosk.frames import MAX_HEIGHT, MAX_WIDTH, SLOT_BYTES, FrameWriter

PADDING_MAX = 128
"""Decoders pad each side to blocks; more than this is not padding."""

Size = tuple[int, int]


def visible_size(padded: Size, declared: Size | None, seen: Size | None) -> Size:
    """Return the size to answer libVLC: the visible one, scaled down to what the memory takes.

    `seen` is what libVLC's own format structure holds, `declared` the catalogue's word; each is believed
    only if `padded` is it plus padding. With neither the padded size must do.
    """
    believed = [word for word in (seen, declared) if word is not None and _is_padding(padded, word)]
    width, height = believed[0] if believed else padded
    scale = min(1.0, MAX_WIDTH / width, MAX_HEIGHT / height)
    if scale < 1.0:
        width, height = (max(2, int(side * scale) & ~1) for side in (width, height))
    return width, height


def _is_padding(padded: Size, word: Size) -> bool:
    return all(part > 0 and 0 <= full - part <= PADDING_MAX for full, part in zip(padded, word, strict=True))


class Pictures:
    """The picture callbacks' bodies: they write into the memory and queue, nothing else.

    They run in libVLC's threads. `opaque` is the number of the play; only the `current` one reaches
    the memory.
    """

    def __init__(
        self,
        frames: FrameWriter,
        sized: Callable[[int, int, int], None],
        first_frame: Callable[[int], None],
    ) -> None:
        self._frames = frames
        self._sized = sized
        self._first_frame = first_frame
        self._scratch = mmap.mmap(-1, SLOT_BYTES)  # costs nothing until written to
        self._scratch_address = ctypes.addressof(ctypes.c_ubyte.from_buffer(self._scratch))
        self.current = 0
        self._declared: Size | None = None
        self._shows = 0  # the play that has shown a frame

    def expect(self, play: int, declared: Size | None) -> None:
        """Let the frames of `play`, and of no other, into the memory."""
        self._declared = declared
        self.current = play

    def format(self, opaque: Any, chroma: int, width: Any, height: Any, pitch: Any, lines: Any) -> int:
        """Answer libVLC's question what pictures we want: packed BGRX of the visible size."""
        play = int(opaque[0])
        # `width` points into a video_format_t, whose next words are height, x and y offset, visible
        # width and height (the plug-in ABI of all of libVLC 3).
        size = visible_size((width[0], height[0]), self._declared, (width[4], width[5]))
        width[0], height[0] = size
        pitch[0], lines[0] = size[0] * 4, size[1]
        ctypes.memmove(chroma, b"RV32", 4)
        if play == self.current:
            self._frames.begin(play, *size)
            self._sized(play, *size)
        return 1

    def lock(self, opaque: int, planes: Any) -> None:
        """Tell libVLC where to put the next frame."""
        planes[0] = self._scratch_address  # first of all: with no address libVLC writes to null
        if opaque == self.current:
            planes[0] = self._frames.slot_address(self._frames.take_slot())

    def unlock(self, opaque: int, picture: int, planes: Any) -> None:
        """Take notice that the frame is written; it is shown by `display`."""

    def display(self, opaque: int, picture: int) -> None:
        """Publish the frame: its moment has come."""
        if opaque != self.current:
            return
        self._frames.publish()
        if self._shows != opaque:
            self._shows = opaque
            self._first_frame(opaque)

    def cleanup(self, opaque: int) -> None:
        """Take notice that libVLC's picture output is gone; the memory stays."""
