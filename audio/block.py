"""The memory that Python and the compiled callback share: one locked block, every offset named here.

Python writes wishes (single aligned words, so no lock is needed), the callback writes facts. Neither
waits for the other. Ring positions only grow; a slot is ``position % RING``.
"""

from __future__ import annotations

import ctypes
import mmap

import numpy as np
import numpy.typing as npt

RATE = 48000

# Rows of the gain matrix: what may sound.
MIC, MEDIA, PROMPT, CLIP, EMERGENCY, TONE = range(6)
ROWS = 6
# Columns: where it sounds (amplifier left, right).
HALL, OUTDOOR = range(2)
ZONES = 2

RINGS = (PROMPT, CLIP, EMERGENCY)
"""Rows that are fed by decoder threads."""

RING = 1 << 19
"""Frames a ring holds: 10.9 s, so a decoder that is held up for seconds costs nothing."""

TONE_MAX = 2 * RATE
TONES = 3  # chime, attention, exercise

LOOKAHEAD = 72
"""Frames (1.5 ms) the limiter sees ahead: the whole delay of the engine."""

METER_FRAMES = RATE // 10

# ---- section I: int64 words -------------------------------------------------------------------
I_FRAME = 0  # fact: frames rendered since start
I_SILENT = 1  # wish: 1 = everything ramps to nothing
I_EMERGENCY_UNTIL = 2  # wish: until this frame only EMERGENCY and TONE sound
I_DUCK_UNTIL = 3  # wish: until this frame the player is ducked
I_MIC_UNTIL = 4  # wish: until this frame the microphone may sound
I_TONE_WANTED = 5  # wish: number of the tone order, counted up
I_TONE_WHICH = 6  # wish: which tone the order means
I_TONE_NOW = 7  # fact: order being played or played last
I_TONE_AT = 8  # fact: next frame of the tone; -1 when none plays
I_TONE_LENGTH = 9  # wish: 3 words, frames of each tone
I_METERS = 12  # fact: counts up with every set of meters
I_CALLS = 13  # fact: callbacks since start
I_LATE = 14  # fact: frames in which a ring that should have sounded was empty
I_PORTS = 16  # driver: 5 words, JACK port handles (mic, media left, right, hall, outdoor)
I_RING = 24  # per row, 5 words each: see R_*
R_WRITTEN, R_READ, R_SKIP_TO, R_GO, R_END = range(5)
# R_WRITTEN wish: frames written; R_READ fact: frames played; R_SKIP_TO wish: forget what is before;
# R_GO wish: 1 = may play; R_END wish: total frames when the sound is whole, -1 while decoding goes on
RING_WORDS = 5
I_RAMP = 64  # fact: position in the ramp of each gain (ROWS*ZONES), duck, master
I_LIMIT = 96  # facts: per zone 4 words: place in delay, place in window, frames settled at 1
I_WORDS = 128

# ---- section F: float64 words -----------------------------------------------------------------
F_GAIN = 0  # wish: linear gain of each row in each zone (ROWS*ZONES)
F_DUCK = 12  # wish: linear gain of the player while ducked
F_RAMP_FROM, F_RAMP_TO, F_RAMP_NOW = 16, 32, 48  # facts: 14 each
F_LIMIT = 64  # fact: per zone, the gain held by the limiter
F_ROWS = 88  # scratch of the callback: one sample of each row
F_PEAK = 72  # facts being gathered: mic, media, hall, outdoor, limiter (smallest gain)
F_METER = 80  # facts published: the same five
F_WORDS = 96

RAMPS = ROWS * ZONES + 2  # each gain, then duck, then master
RAMP_DUCK, RAMP_MASTER = ROWS * ZONES, ROWS * ZONES + 1

# ---- section S: float32 samples ---------------------------------------------------------------
WINDOW = LOOKAHEAD + 1
S_DELAY = 0  # per zone: the limiter's delay line, LOOKAHEAD samples
S_NEED = S_DELAY + ZONES * LOOKAHEAD  # per zone: gains needed, WINDOW samples
S_MEAN = S_NEED + ZONES * WINDOW  # per zone: gains being averaged, LOOKAHEAD samples
S_TONES = 512
S_RINGS = S_TONES + TONES * TONE_MAX
S_SAMPLES = S_RINGS + len(RINGS) * RING

_I_BYTES, _F_BYTES = I_WORDS * 8, F_WORDS * 8
TOTAL_BYTES = _I_BYTES + _F_BYTES + S_SAMPLES * 4
F_OFFSET, S_OFFSET = _I_BYTES, _I_BYTES + _F_BYTES


class Block:
    """The shared memory with its three views."""

    def __init__(self) -> None:
        """Allocate, zero and, where the system allows it, lock the block into memory."""
        self._memory = mmap.mmap(-1, TOTAL_BYTES)
        self.bytes: npt.NDArray[np.uint8] = np.frombuffer(self._memory, dtype=np.uint8)
        self.address: int = self.bytes.ctypes.data
        self.i: npt.NDArray[np.int64] = self.bytes[:_I_BYTES].view(np.int64)
        self.f: npt.NDArray[np.float64] = self.bytes[F_OFFSET:S_OFFSET].view(np.float64)
        self.s: npt.NDArray[np.float32] = self.bytes[S_OFFSET:].view(np.float32)
        # A page fault in the callback is a drop-out. Not allowed everywhere; harmless without.
        self.locked = ctypes.CDLL(None).mlock(ctypes.c_void_p(self.address), TOTAL_BYTES) == 0
        self.f[F_DUCK] = 1.0
        self.f[F_RAMP_FROM + RAMP_DUCK : F_RAMP_FROM + RAMPS] = 1.0
        self.f[F_RAMP_TO + RAMP_DUCK : F_RAMP_TO + RAMPS] = 1.0
        self.f[F_RAMP_NOW + RAMP_DUCK : F_RAMP_NOW + RAMPS] = 1.0
        self.f[F_LIMIT : F_LIMIT + ZONES] = 1.0
        self.i[I_LIMIT + 2 : I_LIMIT + 4 * ZONES : 4] = LOOKAHEAD
        self.s[S_NEED:S_TONES] = 1.0
        self.f[F_PEAK + 4] = self.f[F_METER + 4] = 1.0
        self.i[I_TONE_AT] = -1
        for row in RINGS:
            self.ring_words(row)[R_END] = -1

    def ring_words(self, row: int) -> npt.NDArray[np.int64]:
        """Return the position words of a row's ring (see ``R_*``)."""
        start = I_RING + row * RING_WORDS
        return self.i[start : start + RING_WORDS]

    def ring(self, row: int) -> npt.NDArray[np.float32]:
        """Return the samples of a row's ring."""
        start = S_RINGS + RINGS.index(row) * RING
        return self.s[start : start + RING]

    def tone(self, which: int) -> npt.NDArray[np.float32]:
        """Return the room for one tone, `TONE_MAX` frames."""
        start = S_TONES + which * TONE_MAX
        return self.s[start : start + TONE_MAX]
