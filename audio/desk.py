"""The mixing desk: Python's hand on the compiled callback. Words in, words out; no decisions.

Every method is safe from any thread: it writes single words of the block. Levels are linear gains
or dB as named; a gain change is heard as a 20 ms ramp.
"""

from __future__ import annotations

import threading

from audio.block import (
    CLIP,
    EMERGENCY,
    F_DUCK,
    F_GAIN,
    F_METER,
    I_CALLS,
    I_DUCK_UNTIL,
    I_EMERGENCY_UNTIL,
    I_FRAME,
    I_LATE,
    I_METERS,
    I_MIC_UNTIL,
    I_SILENT,
    I_TONE_AT,
    I_TONE_LENGTH,
    I_TONE_NOW,
    I_TONE_WANTED,
    I_TONE_WHICH,
    MEDIA,
    MIC,
    PROMPT,
    RATE,
    TONE,
    ZONES,
    Block,
)
from audio.effects import LevelsRead, Row
from audio.tones import Tone, tone
from kiosk.config import Routes, Sound
from kiosk.types import Zone

LEASE_S = 2.0
"""What is held without renewal ends after this: duck, open microphone, an emergency's solitude."""

ROW_OF = {Row.PROMPT: PROMPT, Row.CLIP: CLIP, Row.EMERGENCY: EMERGENCY}
_COLUMN = {Zone.HALL: 0, Zone.OUTDOOR: 1}
_ROW_NAMES = {MIC, MEDIA, PROMPT, CLIP, EMERGENCY, TONE}


def linear(db: float) -> float:
    """Return a linear gain; -120 dB and below is nothing at all."""
    return 0.0 if db <= -120.0 else 10.0 ** (db / 20.0)


class Desk:
    """The faders of one block."""

    def __init__(self, block: Block, sound: Sound, routes: Routes) -> None:
        self.block = block
        self._speech = linear(sound.speech_gain_db)
        self._lock = threading.Lock()
        for which in Tone:
            samples = tone(which)
            block.tone(which)[: len(samples)] = samples
            block.i[I_TONE_LENGTH + which] = len(samples)
        media = linear(sound.media_gain_db)
        block.f[F_GAIN + MEDIA * ZONES] = media * linear(routes.media_hall_db)
        block.f[F_GAIN + MEDIA * ZONES + 1] = media * linear(routes.media_outdoor_db)
        block.f[F_DUCK] = linear(sound.media_duck_db)

    @property
    def frame(self) -> int:
        """Frames rendered since start."""
        return int(self.block.i[I_FRAME])

    @property
    def calls(self) -> int:
        """Callbacks since start."""
        return int(self.block.i[I_CALLS])

    @property
    def late_frames(self) -> int:
        """Frames in which a decoder was too slow."""
        return int(self.block.i[I_LATE])

    def fade(self, row: int, zones: tuple[Zone, ...]) -> None:
        """Let a speech row be heard in exactly `zones` (none: fade it out)."""
        for zone, column in _COLUMN.items():
            self.block.f[F_GAIN + row * ZONES + column] = self._speech if zone in zones else 0.0

    def start_tone(self, which: Tone, zones: tuple[Zone, ...]) -> int:
        """Play a tone from its beginning; return the order's number for `tone_over`."""
        with self._lock:
            self.fade(TONE, zones)
            self.block.i[I_TONE_WHICH] = which
            number = int(self.block.i[I_TONE_WANTED]) + 1
            self.block.i[I_TONE_WANTED] = number
        return number

    def tone_over(self, number: int) -> bool:
        """Tell whether a tone has been played to its end (or was replaced)."""
        now = int(self.block.i[I_TONE_NOW])
        return now > number or (now == number and int(self.block.i[I_TONE_AT]) < 0)

    def hold(self, *, duck: bool, microphone: bool, emergency: bool) -> None:
        """Renew the leases that are true, end the others at once."""
        until = self.frame + int(LEASE_S * RATE)
        self.block.i[I_DUCK_UNTIL] = until if duck else 0
        self.block.i[I_MIC_UNTIL] = until if microphone else 0
        self.block.i[I_EMERGENCY_UNTIL] = until if emergency else 0

    def silence(self, on: bool) -> None:
        """Ramp everything to nothing within 20 ms, or allow sound again."""
        self.block.i[I_SILENT] = int(on)

    def levels(self) -> tuple[int, LevelsRead]:
        """Return the number and the peaks of the last tenth of a second."""
        mic, media, hall, outdoor, limiter = (float(value) for value in self.block.f[F_METER : F_METER + 5])
        read = LevelsRead(microphone=mic, media=media, hall=hall, outdoor=outdoor, limiter=limiter)
        return int(self.block.i[I_METERS]), read
