"""The sounds of our own: chime before speech, attention before an emergency, and the exercise's.

Short bell-like notes, -6 dBFS peak, at most 2 s, each unmistakable beside the others. None rises and
falls: a civil-defence siren is never imitated.
"""

from __future__ import annotations

import enum

import numpy as np
import numpy.typing as npt

from audio.block import RATE, TONE_MAX

PEAK = 10 ** (-6 / 20)


class Tone(enum.IntEnum):
    """Which tone; the number is its place in the block."""

    CHIME = 0  # three rising notes: somebody will speak
    ATTENTION = 1  # six urgent double notes: an emergency follows
    EXERCISE = 2  # two falling long notes: this is only an exercise


_NOTES: dict[Tone, tuple[tuple[float, float, float], ...]] = {
    # (start s, frequency Hz, length s)
    Tone.CHIME: ((0.0, 523.25, 0.9), (0.28, 659.25, 0.9), (0.56, 783.99, 0.84)),
    Tone.ATTENTION: tuple((0.3 * k, 960.0 if k % 2 else 770.0, 0.26) for k in range(6)),
    Tone.EXERCISE: ((0.0, 659.25, 0.8), (0.7, 493.88, 1.0)),
}


def tone(which: Tone) -> npt.NDArray[np.float32]:
    """Return the samples of a tone at 48 kHz, mono, ending in silence."""
    notes = _NOTES[which]
    length = int(max(start + size for start, _, size in notes) * RATE)
    sound = np.zeros(min(length, TONE_MAX))
    for start, frequency, size in notes:
        t = np.arange(int(size * RATE)) / RATE
        sharp = which is Tone.ATTENTION
        fade = np.minimum(1.0, t / 0.006) * np.minimum(1.0, (size - t) / 0.03)
        body = fade * (1.0 if sharp else np.exp(-3.5 * t))
        wave = np.sin(2 * np.pi * frequency * t) + 0.25 * np.sin(4 * np.pi * frequency * t)
        begin = int(start * RATE)
        part = (body * wave)[: len(sound) - begin]
        sound[begin : begin + len(part)] += part
    return np.asarray(sound * (PEAK / np.max(np.abs(sound))), dtype=np.float32)
