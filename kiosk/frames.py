"""The picture memory: how video frames get from the player to the screen without a copy on the bus.

One ``memfd`` allocated once for the largest picture allowed, so nothing is left behind by a kill.
A header page, then `SLOTS` slots. The player writes a slot that is not the newest, then publishes
it by writing the header's frame number last; the reader takes the newest slot and afterwards checks
that it was not overwritten meanwhile (a seqlock with `SLOTS` - 1 frames of patience).

Header (u64 each, native order): magic, newest frame number (0: none), then five per slot: the frame
number in it (0 while it is being written), the play it belongs to, its visible width and height, and
the moment it was published (CLOCK_MONOTONIC, ns). Frame number n lies in slot n % SLOTS. Pixels are
BGRX (libVLC's RV32), rows tightly packed.

The memory is sealed once the writer has mapped it: a reader with the descriptor can neither draw
into it nor shrink it (a shrunk memory would kill the other process with SIGBUS).
"""

from __future__ import annotations

import fcntl
import mmap
import os
import time
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

SLOTS = 4
MAX_WIDTH, MAX_HEIGHT = 1920, 1088
"""The largest visible picture: catalogue video is at most 1080p (1088 allows odd encoders)."""

SLOT_BYTES = MAX_WIDTH * MAX_HEIGHT * 4
HEADER_BYTES = 4096
TOTAL_BYTES = HEADER_BYTES + SLOTS * SLOT_BYTES
_MAGIC = 0x31474E414C4E4142  # "BANLANG1"
_NEWEST = 1
_WORDS = 5  # per slot
_F_SEAL_FUTURE_WRITE = 0x10  # linux/fcntl.h; Python's fcntl has no name for it before 3.13

Pixels = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]


class FrameWriter:
    """The player's end (one thread at a time)."""

    def __init__(self) -> None:
        """Allocate the memory; it belongs to the descriptor `fd` and goes with its last holder."""
        self.fd = os.memfd_create("banlang-frames", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.ftruncate(self.fd, TOTAL_BYTES)
        # Populated now (25 ms, once), or the first frame of the first play pays for its pages.
        self._memory = mmap.mmap(self.fd, TOTAL_BYTES, flags=mmap.MAP_SHARED | mmap.MAP_POPULATE)
        seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | _F_SEAL_FUTURE_WRITE | fcntl.F_SEAL_SEAL
        fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, seals)
        self._header, self._slots = _map_header(self._memory)
        self._header[0] = _MAGIC
        pixels = np.frombuffer(self._memory, dtype=np.uint8, offset=HEADER_BYTES)
        self.address: int = pixels.ctypes.data
        """Where slot 0 lies in this process: libVLC writes there."""
        self._play = self._width = self._height = 0

    def begin(self, play: int, width: int, height: int) -> None:
        """Set what the next frames are; raises ValueError when they do not fit."""
        if width <= 0 or height <= 0 or width * height * 4 > SLOT_BYTES:
            raise ValueError(f"{width}x{height} does not fit the picture memory")
        self._play, self._width, self._height = play, width, height

    def take_slot(self) -> int:
        """Return the slot for the next frame and mark it as being written."""
        slot = (int(self._header[_NEWEST]) + 1) % SLOTS
        self._slots[slot, 0] = 0
        return slot

    def slot_address(self, slot: int) -> int:
        """Return where to write the pixels of `slot`."""
        return self.address + slot * SLOT_BYTES

    def publish(self) -> int:
        """Make the slot just written the newest; return its frame number."""
        number = int(self._header[_NEWEST]) + 1
        slot = self._slots[number % SLOTS]
        slot[1:] = (self._play, self._width, self._height, time.monotonic_ns())
        slot[0] = number
        self._header[_NEWEST] = number
        return number

    @property
    def newest(self) -> int:
        """The number of the newest frame."""
        return int(self._header[_NEWEST])


class Frame(NamedTuple):
    """What is known of a frame before its pixels are looked at."""

    number: int  # 0: there is none yet
    play: int
    width: int
    height: int
    published_ns: int = 0  # CLOCK_MONOTONIC of the machine both ends run on


class FrameReader:
    """The screen's end."""

    def __init__(self, fd: int) -> None:
        """Map the memory behind `fd` (which may be closed after); raises ValueError if it is not ours."""
        if os.fstat(fd).st_size != TOTAL_BYTES:
            raise ValueError("not a picture memory")
        self._memory = mmap.mmap(fd, TOTAL_BYTES, prot=mmap.PROT_READ)
        self._header, self._slots = _map_header(self._memory)
        if int(self._header[0]) != _MAGIC:
            raise ValueError("not a picture memory")

    def newest(self) -> Frame:
        """Return the newest frame."""
        number = int(self._header[_NEWEST])
        _, play, width, height, published_ns = (int(value) for value in self._slots[number % SLOTS])
        return Frame(number, play, width, height, published_ns)

    def pixels(self, frame: Frame) -> Pixels | None:
        """Return the pixels as (height, width, 4) BGRX without a copy, or None if overwritten.

        Check `still(frame)` after using them.
        """
        size = frame.width * frame.height * 4
        if frame.number <= 0 or not 0 < size <= SLOT_BYTES or not self.still(frame):
            return None
        offset = HEADER_BYTES + (frame.number % SLOTS) * SLOT_BYTES
        flat = np.frombuffer(self._memory, dtype=np.uint8, count=size, offset=offset)
        return flat.reshape(frame.height, frame.width, 4)

    def still(self, frame: Frame) -> bool:
        """Tell whether the frame's slot still holds it."""
        return int(self._slots[frame.number % SLOTS, 0]) == frame.number


def _map_header(memory: mmap.mmap) -> tuple[Words, Words]:
    """Return the header's first two words, and the slots' words as (SLOTS, _WORDS)."""
    words = np.frombuffer(memory, dtype=np.uint64, count=2 + _WORDS * SLOTS)
    return words[:2], words[2:].reshape(SLOTS, _WORDS)
