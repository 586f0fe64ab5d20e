"""What the demo says over the loudspeakers, and what the recording of the amplifier proves.

The witness records the player's sink beside the amplifier, sample by sample. How loud the player
is inside the amplifier's sound is then a projection, true whatever speaks over it.
"""

from __future__ import annotations

import math
import subprocess
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import soundfile  # type: ignore[import-untyped]  # it ships no types

from provisioning.processes import not_installed

RATE = 48000
Signal = npt.NDArray[np.float64]

_SENTENCES = (
    "Kính mời bà con đến nhà văn hóa thôn lúc mười chín giờ tối nay.",
    "Xin nhắc lại: mười chín giờ tối nay, tại nhà văn hóa thôn.",
)


class SoundProof(msgspec.Struct, frozen=True, kw_only=True):
    """Levels measured in the recording, dB."""

    player_before_db: float  # gain from the player's sink to the amplifier, before
    player_during_db: float  # the same while the announcement spoke
    player_after_db: float
    ducked_by_db: float
    chime_dbfs: float  # RMS of what is not the player, just before the first word
    announcement_found: float  # normalised correlation with the clip, 0…1
    peak_dbfs: float

    def failures(self) -> list[str]:
        """Return what is missing, in words."""
        checks = (
            (abs(self.player_before_db) <= 1.0, "the player's sound is not heard before"),
            (self.ducked_by_db >= 20.0, "the player is not ducked by 20 dB"),
            (abs(self.player_after_db) <= 1.0, "the player's sound does not come back"),
            (self.chime_dbfs > -45.0, "no chime is heard"),
            (self.announcement_found > 0.5, "the announcement is not heard"),
            (self.peak_dbfs <= -0.9, "the amplifier is driven above -1 dBFS"),
        )
        return [words for passed, words in checks if not passed]


def say(path: Path) -> None:
    """Write the demo's announcement (Vietnamese, espeak-ng) as a WAV file."""
    parts: list[Signal] = []
    for sentence in _SENTENCES:
        try:
            spoken = subprocess.run(
                ["espeak-ng", "-v", "vi", "-s", "150", "--stdout", sentence],
                check=True,
                capture_output=True,
                timeout=60,
            ).stdout
        except FileNotFoundError:
            raise not_installed("espeak-ng") from None
        raw = path.with_suffix(".part.wav")
        raw.write_bytes(spoken)
        signal, rate = soundfile.read(raw)
        raw.unlink()
        parts += [signal, np.zeros(int(0.6 * rate))]
    soundfile.write(path, 0.5 * np.concatenate(parts) / np.max(np.abs(np.concatenate(parts))), rate)


def prove(witness: Path, clip: Path) -> SoundProof:
    """Measure the recording: channels amplifier left and right, player left and right.

    The clip is located by correlation, so no clock has to be trusted.
    """
    recorded, _ = soundfile.read(witness, always_2d=True)
    hall, player = recorded[:, 0], recorded[:, 2:4].mean(axis=1)
    spoken, rate = soundfile.read(clip)
    spoken = _resampled(spoken, rate)
    at, found = _locate(hall, spoken)
    lag = _lag(player[: max(at - 2 * RATE, RATE)], hall[: max(at - 2 * RATE, RATE)])
    player = np.concatenate([np.zeros(lag), player])[: len(hall)]
    end = at + len(spoken)
    before = _gain_db(player, hall, at - 6 * RATE, at - 3 * RATE)
    # Speech correlates by chance with the player; the longest stretch gives the least of that.
    during = _gain_db(player, hall, at, end, other=_aligned(spoken, at, len(hall)))
    after = _gain_db(player, hall, end + RATE, end + 4 * RATE)
    rest = (hall - player * 10 ** (during / 20))[max(0, at - int(1.5 * RATE)) : at]
    return SoundProof(
        player_before_db=round(before, 2),
        player_during_db=round(during, 2),
        player_after_db=round(after, 2),
        ducked_by_db=round(before - during, 2),
        chime_dbfs=round(_db(float(np.sqrt(np.mean(rest**2)))), 2),
        announcement_found=round(found, 3),
        peak_dbfs=round(_db(float(np.max(np.abs(recorded[:, :2])))), 2),
    )


def _db(amplitude: float) -> float:
    return 20 * math.log10(max(amplitude, 1e-6))


def _resampled(signal: Signal, rate: int) -> Signal:
    import soxr  # type: ignore[import-untyped]  # it ships no types

    return np.asarray(soxr.resample(signal, rate, RATE), dtype=np.float64)


def _aligned(spoken: Signal, at: int, length: int) -> Signal:
    line = np.zeros(length)
    part = spoken[: max(0, length - at)]
    line[at : at + len(part)] = part
    return line


def _locate(line: Signal, part: Signal) -> tuple[int, float]:
    """Return where `part` starts in `line`, and how alike they are (0…1, the median second).

    The loudest second finds the place; the others are looked for within 0.1 s of where they should
    be, because a recorder on a busy machine may lose a cycle.
    """
    seconds = [part[k : k + RATE] for k in range(0, len(part) - RATE, RATE)]
    loudest = int(np.argmax([float(np.linalg.norm(second)) for second in seconds]))
    at = _best(line, seconds[loudest])[0] - loudest * RATE
    alike = []
    for index, second in enumerate(seconds):
        begin = max(0, at + index * RATE - RATE // 10)
        window = line[begin : begin + RATE + RATE // 5]
        if len(window) > len(second):
            alike.append(_best(window, second)[1])
    return max(0, at), float(np.median(alike)) if alike else 0.0


def _best(line: Signal, part: Signal) -> tuple[int, float]:
    from scipy.signal import fftconvolve  # type: ignore[import-untyped]  # it ships no types

    scores = np.abs(fftconvolve(line, part[::-1], mode="valid"))
    at = int(np.argmax(scores))
    norm = float(np.linalg.norm(line[at : at + len(part)]) * np.linalg.norm(part))
    return at, float(scores[at]) / norm if norm else 0.0


def _lag(source: Signal, heard: Signal, most: int = 8192) -> int:
    """Return by how many frames `heard` follows `source`."""
    from scipy.signal import fftconvolve

    scores = fftconvolve(heard, source[::-1], mode="full")[len(source) - 1 :][:most]
    return int(np.argmax(np.abs(scores)))


def _gain_db(player: Signal, heard: Signal, start: int, end: int, other: Signal | None = None) -> float:
    """Return the gain of `player` inside `heard` by least squares, beside `other` when given."""
    start, end = max(0, start), min(end, len(heard))
    sources = [player[start:end]] if other is None else [player[start:end], other[start:end]]
    matrix = np.stack(sources, axis=1)
    solved, *_ = np.linalg.lstsq(matrix, heard[start:end], rcond=None)
    return _db(abs(float(solved[0])))
