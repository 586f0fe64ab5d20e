"""The Kivy application: one inbox into the model, effects out, the scene to the view.

Threads only put events into the inbox; `_turn` empties it on the drawing thread before each frame,
so nothing here ever waits for a file, a socket or another process.
"""

from __future__ import annotations

import logging
import os
import queue
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from kivy.app import App  # type: ignore[import-untyped]  # Kivy ships no types
from kivy.clock import Clock as FrameClock  # type: ignore[import-untyped]  # the same
from kivy.core.window import Window  # type: ignore[import-untyped]  # the same

from kiosk.bus import BusEvent, BusServer, Connected
from kiosk.clock import Clock
from kiosk.frames import FrameReader
from kiosk.messages import COMMANDS, ShellState
from kiosk.paths import Layout
from kiosk.shell.catalogue_watch import CatalogueWatch
from kiosk.shell.events import (
    Ask,
    CloseDocument,
    Doubt,
    Dragged,
    Effect,
    Key,
    OpenDocument,
    OpenText,
    Pressed,
    Speak,
    Tapped,
    Turned,
    Unreadable,
)
from kiosk.shell.keys import REPEATING, key_of
from kiosk.shell.links import Links
from kiosk.shell.model import Model
from kiosk.shell.pictures import PictureKey, PictureLoader, Pixels
from kiosk.shell.readers import PageKey, Reader
from kiosk.shell.textures import Textures
from kiosk.shell.view import SceneView
from kiosk.watchdog import Watchdog

log = logging.getLogger(__name__)


AT_REST_HZ, AWAKE_HZ = 60, 250
"""How often the loop looks for keys, news and frames: at rest, and while somebody acts or a film runs.

It draws only what changed, so this is the cost of looking, not of drawing.
"""

AWAKE_S = 5.0


class ShellApp(App):  # type: ignore[misc]  # Kivy ships no types
    """Wires model, view, links and loaders together; lives until SIGTERM."""

    use_kivy_settings = False

    def __init__(self, layout: Layout, model: Model, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._model = model
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._later: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._down: set[int] = set()
        self._awake_until = 0.0
        self._first_frame_s: float | None = None
        self._published: ShellState | None = None
        self._watchdog = Watchdog()
        self._pinged = 0.0
        self._textures = Textures(self._load)
        self._pictures = PictureLoader(layout, self._decoded, self._undecodable)
        self._reader = Reader(layout, self.post, self._decoded)
        self._watch = CatalogueWatch(layout.catalogue_file, clock, self.post)
        self._links = Links(layout, self.post, self._watch.look_now, self._frames_from)
        self._bus = BusServer(layout.socket("shell"), "shell", COMMANDS["shell"], self._bus_said)
        self._carriers: dict[type, Callable[[Any], None]] = {
            Speak: self._links.speak,
            Ask: self._links.ask,
            Doubt: self._links.doubt,
            OpenText: lambda effect: self._reader.open_text(effect.blob),
            OpenDocument: lambda effect: self._reader.open_document(effect.blob),
            CloseDocument: lambda effect: self._reader.close_document(),
        }

    # ------------------------------------------------------------ the ends that Kivy calls

    def build(self) -> SceneView:
        """Make the one widget that shows scenes."""
        self._view = SceneView(
            self._textures,
            tapped=lambda target: self._now(Tapped(target)),
            dragged=lambda x, y: self._now(Dragged(x, y)),
        )
        return self._view

    def on_start(self) -> None:
        """Begin to listen to everybody."""
        Window.bind(
            on_key_down=self._key_down,
            on_key_up=self._key_up,
            on_request_close=lambda *_, **__: True,  # nobody leaves by Alt-F4
            on_flip=self._flipped,
        )
        Window.show_cursor = False
        self._view.show(self._model.scene)
        self._watch.start()
        self._links.start()
        FrameClock.schedule_interval(self._turn, 0)

    def on_stop(self) -> None:
        """Hang up."""
        self._watchdog.stopping()
        self._reader.close_document()
        self._links.close()
        self._bus.close()

    def open_settings(self, *_: object) -> bool:
        """Kivy's own settings panel (F1) does not exist here."""
        return False

    def _key_down(self, _: object, number: int, scan_code: int, *__: object) -> bool:
        key = key_of(number)
        if key is not None and (key in REPEATING or number not in self._down):
            self._now(Pressed(Key(key)))
        self._down.add(number)
        return True

    def _key_up(self, _: object, number: int, *__: object) -> bool:
        self._down.discard(number)
        return True

    def _flipped(self, *_: object) -> None:
        if self._first_frame_s is None:
            self._first_frame_s = seconds_since_start()
            log.info("shell.first-frame seconds=%.3f", self._first_frame_s)
            self._bus.start()
            self._watchdog.ready()
            FrameClock.schedule_once(lambda _: self._view.warm_up(), 0.3)

    # ------------------------------------------------------------ the loop

    def post(self, event: Any) -> None:
        """Put an event into the inbox; safe from any thread, never waits."""
        self._inbox.put(event)

    def _now(self, event: Any) -> None:
        """Take what a hand did without waiting for the next turn (drawing thread only)."""
        self.post(event)
        self._awake_until = self._clock.monotonic() + AWAKE_S
        self._turn(0.0)

    def _turn(self, _: float) -> None:
        now = self._clock.monotonic()
        turned = False
        while not self._inbox.empty():
            turned = True
            self._take(self._inbox.get(), now)
        deadline = self._model.deadline()
        if deadline is not None and now >= deadline:
            turned = True
            self._take(Turned(), now)
        while not self._later.empty():
            self._later.get()()
        if turned:
            self._view.show(self._model.scene)
        self._publish(now)
        awake = now < self._awake_until or self._view.film_runs
        FrameClock._max_fps = AWAKE_HZ if awake else AT_REST_HZ  # Kivy has no public name for it
        if now - self._pinged >= self._watchdog.interval_s / 2:
            self._pinged = now
            self._watchdog.ping()

    def _take(self, event: Any, now: float) -> None:
        if isinstance(event, Connected):
            self._bus.send(event.connection, self._model.state(now, self._first_frame_s))
            return
        effects: list[Effect] = self._model.step(event, now)
        for effect in effects:
            self._carriers[type(effect)](effect)

    def _publish(self, now: float) -> None:
        state = self._model.state(now, self._first_frame_s)
        if state != self._published:
            self._published = state
            self._bus.broadcast(state)

    # ------------------------------------------------------------ from other threads

    def _bus_said(self, event: BusEvent) -> None:
        if isinstance(event, Connected):
            self.post(event)

    def _frames_from(self, reader: FrameReader | None) -> None:
        self._later.put(lambda: self._view.frames_from(reader))

    def _load(self, key: Hashable) -> None:
        if isinstance(key, PictureKey):
            self._pictures.ask(key)
        elif isinstance(key, PageKey):
            self._reader.ask_page(key)

    def _decoded(self, key: Hashable, pixels: Pixels) -> None:
        self._later.put(lambda: self._textures.arrived(key, pixels))

    def _undecodable(self, blob: Any, damaged: bool) -> None:
        self._later.put(lambda: self._textures.forget_waiting(blob))
        self.post(Unreadable(blob, damaged))


def seconds_since_start() -> float:
    """Return how long this process has existed, by the kernel's count (resolution 10 ms)."""
    fields = Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
    started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started
