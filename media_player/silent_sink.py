"""The sound output of a machine without a sound server: swallows samples in real time.

libVLC's own "dummy" output swallows them at once, so a two-second sound ends after 0.1 to 0.9 s and a
bulletin would never count as played (found by experiment). The callbacks run in libVLC's decoder
thread, which waits here as it would wait for a card.
"""

from __future__ import annotations

import time

RATE_HZ = 48_000
AHEAD_US = 100_000
"""How much a sound card would hold."""

_STEP_S = 0.05


class SilentSink:
    """The sound callbacks' bodies; media times are microseconds of CLOCK_MONOTONIC, as libVLC's."""

    def __init__(self) -> None:
        self._end_us = 0

    def play(self, opaque: int, samples: int, count: int, when_us: int) -> None:
        """Take `count` samples that are to sound from `when_us`, once there would be room for them."""
        self._wait_until(when_us - AHEAD_US)
        self._end_us = when_us + count * 1_000_000 // RATE_HZ

    def drain(self, opaque: int) -> None:
        """Wait until everything taken would have sounded."""
        self._wait_until(self._end_us)

    def flush(self, opaque: int, when_us: int) -> None:
        """Forget what was taken."""
        self._end_us = 0

    def pause(self, opaque: int, when_us: int) -> None:
        """Take notice of a hold: libVLC sends nothing until it ends."""

    def resume(self, opaque: int, when_us: int) -> None:
        """Take notice of the end of a hold."""

    def _wait_until(self, moment_us: int) -> None:
        # At most a second at a time: a stream with wild times must not hang the decoder.
        until = min(moment_us / 1e6, time.monotonic() + 1.0)
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _STEP_S))
