"""Open a sound for playing: verified by its hash from the very file that is then decoded."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile  # type: ignore[import-untyped]  # it ships no types
import soxr  # type: ignore[import-untyped]  # it ships no types

from audio.block import RATE
from kiosk.errors import Problem, Who
from kiosk.types import Sha256

CHUNK = RATE // 4
WHOLE_MAX = 256 * 1024 * 1024
"""A clip is read whole before it sounds, so what is heard is what was hashed; an hour is 170 MB."""

Samples = npt.NDArray[np.float32]


def open_verified(path: Path, sha256: Sha256) -> io.BytesIO:
    """Return the bytes of `path`; raises `Problem` unless they are exactly those of `sha256`."""
    try:
        if path.stat().st_size > WHOLE_MAX:
            raise _bad("clip.too-long", sha256, "dài quá", "too long")
        data = path.read_bytes()
    except FileNotFoundError:
        raise _bad("clip.missing", sha256, "không có trên máy", "not on this machine") from None
    except OSError as error:
        raise _bad("clip.unreadable", sha256, f"không đọc được ({error})", f"unreadable ({error})") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _bad("clip.damaged", sha256, "đã bị hỏng hoặc bị sửa", "damaged or changed since it was stored")
    return io.BytesIO(data)


def duration_s(file: io.BytesIO, sha256: Sha256) -> float:
    """Return how long the sound lasts; raises `Problem` when it is not sound."""
    try:
        with soundfile.SoundFile(file) as sound:
            seconds = len(sound) / sound.samplerate
    except soundfile.LibsndfileError:
        raise _bad("clip.not-sound", sha256, "không phải tệp âm thanh", "not a sound file") from None
    file.seek(0)
    return float(seconds)


def decode(file: io.BytesIO, sha256: Sha256) -> Iterator[Samples]:
    """Yield the sound as 48 kHz mono float32 in pieces; raises `Problem` where it is broken."""
    try:
        with soundfile.SoundFile(file) as sound:
            stream = soxr.ResampleStream(sound.samplerate, RATE, 1, dtype="float32")
            straight = sound.samplerate == RATE
            for piece in sound.blocks(CHUNK, dtype="float32", always_2d=True):
                mono = np.ascontiguousarray(piece.mean(axis=1, dtype=np.float32))
                yield mono if straight else stream.resample_chunk(mono)
            if not straight:
                yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
    except soundfile.LibsndfileError:
        raise _bad("clip.broken", sha256, "bị hỏng ở giữa", "broken in the middle") from None


def _bad(code: str, sha256: Sha256, vi: str, en: str) -> Problem:
    return Problem(
        code,
        who=Who.OFFICER,
        vi=f"Bản ghi {sha256[:8]} {vi}. Hãy ghi hoặc nhập lại rồi phát lại.",
        en=f"The recording {sha256[:8]} is {en}. Record or import it again, then announce it again.",
    )
