"""The world around the audio engine: a JACK client that is microphone, player and amplifier at once.

Everything is sample-locked and, once freewheeling, faster than real time and without a drop-out.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator, Mapping

import jack
import numpy as np
import numpy.typing as npt

PORTS = """
[audio]
driver = "jack"
[audio.ports]
microphone = "world:mic"
media_left = "world:left"
media_right = "world:right"
hall = "world:hall"
outdoor = "world:outdoor"
"""

Signal = npt.NDArray[np.float32]


class World:
    """Plays what it is given into microphone and player, records both amplifier channels."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        os.environ.update(environment)
        self._client = jack.Client("world", no_start_server=True)
        self._mic = self._client.outports.register("mic")
        self._left = self._client.outports.register("left")
        self._right = self._client.outports.register("right")
        self._hall = self._client.inports.register("hall")
        self._outdoor = self._client.inports.register("outdoor")
        self._lock = threading.Lock()
        self._speech: Signal = np.zeros(0, np.float32)
        self._played: Signal = np.zeros(0, np.float32)
        self._at = 0
        self._heard: list[tuple[Signal, Signal]] = []
        self._steady_from: float | None = None
        self._steady_frames = 0
        self._client.set_process_callback(self._process)
        self._client.activate()

    def _process(self, frames: int) -> None:
        with self._lock:
            for source, ports in ((self._speech, (self._mic,)), (self._played, (self._left, self._right))):
                part = source[self._at : self._at + frames]
                for port in ports:
                    buffer = port.get_array()
                    buffer[:] = 0
                    buffer[: len(part)] = part
            self._at += frames
            self._steady_frames += frames
            self._heard.append((self._hall.get_array().copy(), self._outdoor.get_array().copy()))
            began, done = self._steady_from, self._steady_frames / 48000
        if began is not None:
            time.sleep(max(0.0, began + done - time.monotonic()))

    def steady(self) -> None:
        """Let the server wait for every client in every cycle, at the pace of the clock.

        No drop-out can exist then, however busy the machine is: a late client makes time itself late.
        """
        self._client.set_freewheel(True)
        with self._lock:
            self._steady_from, self._steady_frames = time.monotonic(), 0

    def unsteady(self) -> None:
        """Let time run on whatever the clients do: before any client leaves."""
        with self._lock:
            self._steady_from = None
        self._client.set_freewheel(False)

    @property
    def frame(self) -> int:
        """Frames since `play`."""
        with self._lock:
            return self._at

    def play(self, *, speech: Signal | None = None, media: Signal | None = None) -> None:
        """Start over: say `speech` into the microphone, `media` on both player channels."""
        nothing = np.zeros(0, np.float32)
        with self._lock:
            self._speech = nothing if speech is None else speech
            self._played = nothing if media is None else media
            self._at = 0
            self._heard = []

    def heard(self) -> tuple[Signal, Signal]:
        """Return what the hall and the outdoor loudspeaker got since `play`."""
        with self._lock:
            parts = list(self._heard)
        if not parts:
            return np.zeros(0, np.float32), np.zeros(0, np.float32)
        return np.concatenate([hall for hall, _ in parts]), np.concatenate([out for _, out in parts])

    def run(self, seconds: float) -> None:
        """Let that many seconds of sound pass (real time)."""
        self.until(self.frame + int(seconds * 48000))

    def until(self, frame: int, limit_s: float = 60.0) -> None:
        """Wait until `frame` has passed."""
        deadline = time.monotonic() + limit_s
        while self.frame < frame:
            assert time.monotonic() < deadline, "JACK stands still"
            time.sleep(0.005)

    def close(self) -> None:
        """Leave the server."""
        with contextlib.suppress(jack.JackError):
            self._client.deactivate()
        self._client.close()


@contextlib.contextmanager
def world(environment: Mapping[str, str]) -> Iterator[World]:
    """Give the world of a JACK server."""
    made = World(environment)
    try:
        yield made
    finally:
        made.close()


def tone(frequency: float, seconds: float, level: float = 0.5) -> Signal:
    """Return a sine."""
    n = np.arange(int(seconds * 48000))
    return (level * np.sin(2 * np.pi * frequency * n / 48000)).astype(np.float32)


def db(amplitude: float) -> float:
    """Return decibels."""
    return float(20 * np.log10(max(abs(amplitude), 1e-9)))


def level_db(signal: Signal) -> float:
    """Return the RMS of a signal relative to a full-scale sine."""
    return db(float(np.sqrt(2 * np.mean(np.square(signal, dtype=np.float64)))))


def sine_residual_db(signal: Signal, frequency: float, level: float) -> float:
    """Return the peak of what a sine predictor cannot explain, relative to the sine's amplitude.

    x[n] - 2 cos(w) x[n-1] + x[n-2] is 0 for a steady sine of any amplitude and phase; a click leaves
    its own height.
    """
    x = signal.astype(np.float64)
    w = 2 * np.pi * frequency / 48000
    return db(float(np.max(np.abs(x[2:] - 2 * np.cos(w) * x[1:-1] + x[:-2]))) / level)
