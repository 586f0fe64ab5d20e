"""An engine without libVLC: drawn frames, a steady media time, and a timeline to assert on.

It moves only when told (`advance`), so a test of a whole play takes no time; `Paced` tells it about the
real time for a running process.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from kiosk.frames import MAX_HEIGHT, MAX_WIDTH, FrameWriter
from kiosk.types import Use
from media_player.effects import (
    Close,
    Closed,
    Ended,
    EngineEvent,
    Go,
    GoTo,
    Hold,
    Open,
    PickTrack,
    Progress,
    Sized,
    Started,
)

REPORT_EVERY_S = 0.25
"""How often libVLC tells the media time."""

OPENS_IN_S = 0.05


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the timeline."""

    at_s: float
    order: Any


class SimulatedEngine:
    """Plays every item as the catalogue describes it (`media_player.ports.Engine`)."""

    def __init__(self, *, frames: FrameWriter, post: Callable[[EngineEvent], None]) -> None:
        self._frames = frames
        self._post = post
        self._lock = threading.RLock()
        self._open: Open | None = None
        self._position_s = 0.0
        self._reported_s = 0.0
        self._opening_s = 0.0
        self._held = False
        self.now_s = 0.0
        self.timeline: list[Done] = []
        """Every order carried out, with the moment."""

    def open(self, order: Open) -> None:
        """Begin a play."""
        with self._lock:
            self._note(order)
            self._open, self._held = order, False
            self._position_s = self._reported_s = order.start_s
            self._opening_s = OPENS_IN_S

    def close(self, order: Close) -> None:
        """Let go of a play."""
        with self._lock:
            self._note(order)
            if self._open is not None and self._open.play == order.play:
                self._open = None
            self._post(Closed(play=order.play))

    def hold(self, order: Hold) -> None:
        """Hold the media time."""
        with self._lock:
            self._note(order)
            self._held = True

    def go(self, order: Go) -> None:
        """Go on."""
        with self._lock:
            self._note(order)
            self._held = False

    def go_to(self, order: GoTo) -> None:
        """Go to a media time."""
        with self._lock:
            self._note(order)
            self._position_s = self._reported_s = order.position_s

    def pick_track(self, order: PickTrack) -> None:
        """Take notice of the track."""
        with self._lock:
            self._note(order)

    def shut_down(self, within_s: float) -> None:
        """Let go of everything."""
        with self._lock:
            self._open = None

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass, in steps as short as libVLC's reports."""
        with self._lock:
            while seconds > 1e-9:
                step = min(seconds, REPORT_EVERY_S)
                seconds -= step
                self.now_s += step
                self._pass(step)

    def _note(self, order: Any) -> None:
        self.timeline.append(Done(at_s=self.now_s, order=order))

    def _pass(self, seconds: float) -> None:
        order = self._open
        if order is None or self._held:
            return
        if self._opening_s > 0:
            self._opening_s -= seconds
            if self._opening_s <= 1e-9:
                self._begin(order)
            return
        rendition = order.source.rendition
        length_s = rendition.duration_s or 0.0
        self._position_s = min(self._position_s + seconds, length_s)
        if rendition.use is Use.VIDEO:
            self._draw(self._position_s / length_s if length_s else 1.0)
        if self._position_s - self._reported_s >= REPORT_EVERY_S - 1e-9 or self._position_s >= length_s:
            self._reported_s = self._position_s
            self._post(Progress(play=order.play, position_s=self._position_s))
        if self._position_s >= length_s:
            self._open = None
            self._post(Ended(play=order.play))

    def _begin(self, order: Open) -> None:
        rendition = order.source.rendition
        if rendition.use is Use.VIDEO:
            width = min(rendition.width or 640, MAX_WIDTH)
            height = min(rendition.height or 360, MAX_HEIGHT)
            self._size = (width, height)
            self._frames.begin(order.play, width, height)
            self._post(Sized(play=order.play, width=width, height=height))
            self._draw(0.0)
        self._post(Started(play=order.play, length_s=rendition.duration_s or 0.0))

    def _draw(self, part: float) -> None:
        """Draw a white bar over grey: as much of the width as has been shown."""
        width, height = self._size
        address = self._frames.slot_address(self._frames.take_slot())
        row = bytearray(b"\x80\x80\x80\xff" * width)
        row[: int(width * part) * 4] = b"\xff" * (int(width * part) * 4)
        ctypes.memmove(address, bytes(row) * height, width * height * 4)
        self._frames.publish()


class Paced:
    """Tells a simulated engine about the real time, ten times a second."""

    def __init__(self, engine: SimulatedEngine) -> None:
        self._engine = engine
        threading.Thread(target=self._run, name="simulated", daemon=True).start()

    def _run(self) -> None:
        before = time.monotonic()
        while True:
            time.sleep(0.1)
            now = time.monotonic()
            self._engine.advance(now - before)
            before = now
