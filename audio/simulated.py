"""A sound card that is not there: the same compiled callback, run against the clock.

It ships with the product so that anyone can run a point without a card; its timeline says what the
amplifier would have got.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import NamedTuple

import numpy as np

from audio.block import RATE, Block
from audio.effects import DeviceChanged
from audio.engine import render


class Moment(NamedTuple):
    """One quantum of the timeline."""

    frame: int
    hall: float  # peak, linear
    outdoor: float


class SimulatedDevice:
    """Renders silence in, sound out, in real time; keeps the last minutes of peaks."""

    def __init__(self, block: Block, quantum: int) -> None:
        self._block = block
        self._quantum = quantum
        self._running: threading.Thread | None = None
        self._closing = threading.Event()
        self.timeline: deque[Moment] = deque(maxlen=100_000)

    def tend(self) -> DeviceChanged:
        """Start the card if it does not run."""
        if self._running is None:
            self._running = threading.Thread(target=self._run, name="simulated-card", daemon=True)
            self._running.start()
        return DeviceChanged(ready=True, rate_hz=RATE, quantum=self._quantum, faults=())

    def close(self) -> None:
        """Stop the card."""
        self._closing.set()
        if self._running is not None:
            self._running.join(2.0)

    def _run(self) -> None:
        nothing = np.zeros(self._quantum, np.float32)
        hall, outdoor = np.zeros_like(nothing), np.zeros_like(nothing)
        began, frames = time.monotonic(), 0
        while not self._closing.is_set():
            render(self._block.bytes, nothing, nothing, nothing, hall, outdoor)
            peaks = float(np.max(np.abs(hall))), float(np.max(np.abs(outdoor)))
            self.timeline.append(Moment(frames, *peaks))
            frames += self._quantum
            ahead = began + frames / RATE - time.monotonic()
            if ahead > 0:
                self._closing.wait(ahead)
