"""The sound itself: what goes to the amplifier, sample by sample. Compiled; runs without Python.

Two rules of this file:

* Nothing here waits, allocates or asks Python. What it is told stands in the block (`audio.block`)
  as single words; it looks at them once a callback.
* What protects the room is decided here too: silence, an emergency's right to be alone, and the
  leases of duck and microphone hold even if Python hangs for ever.

The path of a sample: row → gain (20 ms ramps) → sum of a zone → limiter (1.5 ms ahead, exact below
its threshold) → amplifier. Zones are mono, so the player's left and right are averaged.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from audio.block import (
    CLIP,
    EMERGENCY,
    F_DUCK,
    F_GAIN,
    F_LIMIT,
    F_METER,
    F_OFFSET,
    F_PEAK,
    F_RAMP_FROM,
    F_RAMP_NOW,
    F_RAMP_TO,
    F_ROWS,
    I_CALLS,
    I_DUCK_UNTIL,
    I_EMERGENCY_UNTIL,
    I_FRAME,
    I_LATE,
    I_LIMIT,
    I_METERS,
    I_MIC_UNTIL,
    I_RAMP,
    I_RING,
    I_SILENT,
    I_TONE_AT,
    I_TONE_LENGTH,
    I_TONE_NOW,
    I_TONE_WANTED,
    I_TONE_WHICH,
    LOOKAHEAD,
    MEDIA,
    METER_FRAMES,
    MIC,
    PROMPT,
    R_END,
    R_GO,
    R_READ,
    R_SKIP_TO,
    R_WRITTEN,
    RAMP_DUCK,
    RAMP_MASTER,
    RING,
    RING_WORDS,
    ROWS,
    S_DELAY,
    S_MEAN,
    S_NEED,
    S_OFFSET,
    S_RINGS,
    S_TONES,
    TONE,
    TONE_MAX,
    WINDOW,
    ZONES,
)

RAMP_FRAMES = 960
"""20 ms. A server's volume step clicks at -1…-2 dB of residual; this ramp stays below -60 dB."""

CEILING = 10 ** (-1.0 / 20)
"""No sample leaves above -1 dBFS."""

RELEASE = 1.0 - np.exp(-1.0 / (0.080 * 48000))
"""The limiter lets go with a time constant of 80 ms."""

compiled: Any = numba.njit(cache=True, fastmath=False, nogil=True, error_model="numpy")


@compiled
def _ramp(i: Any, f: Any, which: int, target: float) -> float:
    """Move one gain by one frame towards `target`, along a smooth step of `RAMP_FRAMES`."""
    if f[F_RAMP_TO + which] != target:
        f[F_RAMP_FROM + which] = f[F_RAMP_NOW + which]
        f[F_RAMP_TO + which] = target
        i[I_RAMP + which] = 0
    at = i[I_RAMP + which]
    if at >= RAMP_FRAMES:
        f[F_RAMP_NOW + which] = target
        return target
    at += 1
    i[I_RAMP + which] = at
    t = at / RAMP_FRAMES
    start = f[F_RAMP_FROM + which]
    now = target if at == RAMP_FRAMES else start + (target - start) * t * t * (3.0 - 2.0 * t)
    f[F_RAMP_NOW + which] = now
    return float(now)


@compiled
def _ring_sample(i: Any, s: Any, row: int, slot: int) -> float:
    """Take the next sample of a ring, or 0 when it may not play or has none."""
    base = I_RING + row * RING_WORDS
    if i[base + R_READ] < i[base + R_SKIP_TO]:
        i[base + R_READ] = i[base + R_SKIP_TO]
    if i[base + R_GO] == 0:
        return 0.0
    read = i[base + R_READ]
    if read >= i[base + R_WRITTEN]:
        if i[base + R_END] < 0:
            i[I_LATE] += 1
        return 0.0
    value = s[S_RINGS + slot * RING + read % RING]
    i[base + R_READ] = read + 1
    return float(value)


@compiled
def _tone_sample(i: Any, s: Any) -> float:
    """Take the next sample of the ordered tone, or 0 when none plays."""
    if i[I_TONE_WANTED] != i[I_TONE_NOW]:
        i[I_TONE_NOW] = i[I_TONE_WANTED]
        i[I_TONE_AT] = 0
    at = i[I_TONE_AT]
    if at < 0:
        return 0.0
    which = i[I_TONE_WHICH]
    if which < 0 or at >= i[I_TONE_LENGTH + which]:
        i[I_TONE_AT] = -1
        return 0.0
    i[I_TONE_AT] = at + 1
    return float(s[S_TONES + which * TONE_MAX + at])


@compiled
def _limit(i: Any, f: Any, s: Any, zone: int, value: float) -> float:
    """Delay `value` by `LOOKAHEAD` frames and turn down what would pass the ceiling.

    The gain needed is held for the window that the delay looks into, released slowly, and averaged
    over the delay, so it has arrived when the peak does. Once every gain in sight is 1 the sample
    passes bit by bit.
    """
    base = I_LIMIT + zone * 4  # words: place in delay, place in window, frames settled at 1
    delay_at, need_at, settled = i[base], i[base + 1], i[base + 2]
    i[base] = delay_at + 1 if delay_at + 1 < LOOKAHEAD else 0
    i[base + 1] = need_at + 1 if need_at + 1 < WINDOW else 0
    size = abs(value)
    need = 1.0 if size <= CEILING else CEILING / size
    s[S_NEED + zone * WINDOW + need_at] = need
    delayed = s[S_DELAY + zone * LOOKAHEAD + delay_at]
    s[S_DELAY + zone * LOOKAHEAD + delay_at] = value
    if need == 1.0 and settled >= LOOKAHEAD:
        return float(delayed)
    smallest = 1.0
    for k in range(WINDOW):
        smallest = min(smallest, float(s[S_NEED + zone * WINDOW + k]))
    held = f[F_LIMIT + zone]
    held = min(smallest, held + (1.0 - held) * RELEASE)
    if held > 0.99999:
        held = 1.0
    f[F_LIMIT + zone] = held
    s[S_MEAN + zone * LOOKAHEAD + delay_at] = held
    i[base + 2] = settled + 1 if held == 1.0 else 0
    total = 0.0
    for k in range(LOOKAHEAD):
        total += s[S_MEAN + zone * LOOKAHEAD + k]
    gain = min(1.0, total / LOOKAHEAD)
    f[F_PEAK + 4] = min(f[F_PEAK + 4], gain)
    # Gains are kept as float32: the last rounding must not pass the ceiling.
    return float(max(-CEILING, min(CEILING, delayed * gain)))


@compiled
def _publish_meters(i: Any, f: Any) -> None:
    for k in range(5):
        f[F_METER + k] = f[F_PEAK + k]
        f[F_PEAK + k] = 0.0
    f[F_PEAK + 4] = 1.0
    i[I_METERS] += 1


@compiled
def render(block: Any, mic: Any, media_left: Any, media_right: Any, hall: Any, outdoor: Any) -> None:
    """Render ``len(hall)`` frames: float32 arrays in, float32 arrays out."""
    i = block[:F_OFFSET].view(np.int64)
    f = block[F_OFFSET:S_OFFSET].view(np.float64)
    s = block[S_OFFSET:].view(np.float32)
    i[I_CALLS] += 1
    rows = f[F_ROWS : F_ROWS + ROWS]
    for n in range(len(hall)):
        frame = i[I_FRAME]
        emergency = frame < i[I_EMERGENCY_UNTIL]
        rows[MIC] = mic[n]
        rows[MEDIA] = 0.5 * (float(media_left[n]) + float(media_right[n]))
        rows[PROMPT] = _ring_sample(i, s, PROMPT, 0)
        rows[CLIP] = _ring_sample(i, s, CLIP, 1)
        rows[EMERGENCY] = _ring_sample(i, s, EMERGENCY, 2)
        rows[TONE] = _tone_sample(i, s)
        duck = _ramp(i, f, RAMP_DUCK, f[F_DUCK] if frame < i[I_DUCK_UNTIL] else 1.0)
        master = _ramp(i, f, RAMP_MASTER, 0.0 if i[I_SILENT] != 0 else 1.0)
        for zone in range(ZONES):
            total = 0.0
            for row in range(ROWS):
                target = f[F_GAIN + row * ZONES + zone]
                if row == MIC and frame >= i[I_MIC_UNTIL]:
                    target = 0.0
                if emergency and row != EMERGENCY and row != TONE:
                    target = 0.0
                gain = _ramp(i, f, row * ZONES + zone, target)
                if row == MEDIA:
                    gain *= duck
                total += rows[row] * gain
            out = _limit(i, f, s, zone, np.float32(total * master))
            if zone == 0:
                hall[n] = out
                f[F_PEAK + 2] = max(f[F_PEAK + 2], abs(out))
            else:
                outdoor[n] = out
                f[F_PEAK + 3] = max(f[F_PEAK + 3], abs(out))
        f[F_PEAK] = max(f[F_PEAK], abs(rows[MIC]))
        f[F_PEAK + 1] = max(f[F_PEAK + 1], abs(rows[MEDIA]))
        i[I_FRAME] = frame + 1
        if (frame + 1) % METER_FRAMES == 0:
            _publish_meters(i, f)
