"""Machine voices for Vietnamese, English and Chinese, all equally loud; a neutral tone for the others.

Nobody's language is read by another language's voice: `speak` refuses Tày, Nùng and Dao. Chinese is
given to espeak-ng as pinyin with tone numbers, because its voice does not read characters.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile  # type: ignore[import-untyped]  # the package ships no types
import soxr  # type: ignore[import-untyped]  # the package ships no types

from kiosk.languages import SPOKEN_BY_PEOPLE_ONLY, base
from provisioning.sample.tools import failed, run

RATE = 48_000
LOUDNESS = -20.0
"""Of every narration, LUFS (EBU R 128 integrated); ours, so that items follow each other evenly."""

PEAK = -2.2
"""Sample peak after the limiter, dBFS: leaves true peaks, and lossy coding, under −1 dBTP."""

_VOICES = {"vi": ("vi", 158), "en": ("en-gb", 152), "zh-Hans": ("cmn-latn-pinyin", 165)}
"""espeak-ng voice and words a minute."""

Sound = npt.NDArray[np.float32]


def speak(text: str, language: str, *, speed: float = 1.0) -> Sound:
    """Return `text` spoken in `language` (pinyin for Chinese): mono at `RATE`, silence trimmed.

    Raises ValueError for a language that has no machine voice, `Problem` when espeak-ng fails.
    """
    if base(language) in SPOKEN_BY_PEOPLE_ONLY or language not in _VOICES:
        raise ValueError(f"no machine voice may read {language!r}: a speaker must record it")
    voice, words_a_minute = _VOICES[language]
    with tempfile.TemporaryDirectory(prefix="banlang-voice-") as folder:
        text_file, wave = Path(folder) / "text", Path(folder) / "voice.wav"
        text_file.write_text(text, encoding="utf-8")
        run("espeak-ng", ["-v", voice, "-s", str(round(words_a_minute * speed)), "-f", text_file, "-w", wave])
        samples, rate = soundfile.read(wave, dtype="float32")
    if len(samples) == 0:
        raise failed("espeak-ng", f"no sound for {text!r:.60}")
    return _trimmed(soxr.resample(samples, rate, RATE, quality="HQ"))


def _trimmed(sound: Sound) -> Sound:
    loud = np.flatnonzero(np.abs(sound) > 0.003)
    if len(loud) == 0:
        return sound
    edge = RATE // 50  # 20 ms stay on each side, faded
    kept = sound[max(0, loud[0] - edge) : loud[-1] + edge].copy()
    fade = np.linspace(0, 1, edge, dtype=np.float32)
    kept[:edge] *= fade
    kept[-edge:] *= fade[::-1]
    return kept


def pause(seconds: float) -> Sound:
    """Return silence."""
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def neutral_tone() -> Sound:
    """Return the sign "to be recorded by a speaker": two soft notes, 1.1 s, like no siren or chime."""
    sound = pause(1.1)
    for start, hertz in ((0.0, 392.0), (0.42, 523.25)):  # G4, C5
        time = np.arange(round(0.66 * RATE)) / RATE
        note = np.sin(2 * np.pi * hertz * time) + 0.18 * np.sin(4 * np.pi * hertz * time)
        shape = np.minimum(1, time / 0.03) * np.exp(-time * 5.0) * np.minimum(1, (0.66 - time) / 0.05)
        first = round(start * RATE)
        sound[first : first + len(note)] += (0.22 * note * shape).astype(np.float32)
    return sound


def level(sound: Sound, target: Path) -> None:
    """Write `sound` to `target` (FLAC or WAV by its name, mono, `RATE`) at `LOUDNESS`.

    Two passes: one measures, one applies one gain to the whole and holds the few highest peaks.
    (loudnorm's own second pass is not used: where a peak stands in the way of a plain gain it rides
    the level, and short speech came out 16 dB too soft.) Short speech is repeated for the measurement.
    """
    with tempfile.TemporaryDirectory(prefix="banlang-level-") as folder:
        raw, long = Path(folder) / "raw.wav", Path(folder) / "long.wav"
        soundfile.write(raw, sound, RATE, subtype="FLOAT")
        soundfile.write(long, np.tile(sound, max(1, -(-4 * RATE // len(sound)))), RATE, subtype="FLOAT")
        gain_db = LOUDNESS - loudness(long)
        held = f"volume={gain_db:.2f}dB,alimiter=limit={10 ** (PEAK / 20):.4f}:attack=3:release=40:level=0"
        encoder = (
            ["-c:a", "flac", "-sample_fmt", "s16"] if target.suffix == ".flac" else ["-c:a", "pcm_s16le"]
        )
        run(
            "ffmpeg",
            ["-nostdin", "-v", "error", "-y", "-i", raw, "-af", held, "-ar", str(RATE), *encoder,
             "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", target],
        )  # fmt: skip


def loudness(path: Path) -> float:
    """Return the integrated loudness of a file's sound, LUFS (ffmpeg's EBU R 128 meter)."""
    said = run("ffmpeg", ["-nostdin", "-i", path, "-af", "loudnorm=print_format=json", "-f", "null", "-"])
    return float(json.loads(said[said.rindex("{") : said.rindex("}") + 1])["input_i"])


def write_tone(target: Path) -> None:
    """Write the neutral tone as 16-bit FLAC."""
    soundfile.write(target, neutral_tone(), RATE, subtype="PCM_16", format="FLAC")
