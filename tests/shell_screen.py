"""A hand, an eye and simple neighbours for tests of the real window."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from points import wait_for
from Xlib import XK, X, display  # type: ignore[import-untyped]  # it ships no types
from Xlib.ext import xtest  # type: ignore[import-untyped]  # the same

from kiosk.bus import BusConnection, BusEvent, BusServer, Connected, Received
from kiosk.frames import SLOT_BYTES, SLOTS, FrameWriter
from kiosk.messages import (
    COMMANDS,
    MediaState,
    Message,
    Pause,
    Play,
    PlayPhase,
    Resume,
    ShellState,
    Stop,
    Surface,
    WatchFrames,
)
from kiosk.paths import Layout

KEYSYMS = {
    "ok": XK.XK_Return,
    "back": XK.XK_Escape,
    "left": XK.XK_Left,
    "right": XK.XK_Right,
    "up": XK.XK_Up,
    "down": XK.XK_Down,
    "f1": XK.XK_F1,
    "f4": XK.XK_F4,
    "f11": XK.XK_F11,
    "alt": XK.XK_Alt_L,
    "ctrl": XK.XK_Control_L,
    "q": XK.XK_q,
    "plus": XK.XK_KP_Add,
}


class Hand:
    """Presses real keys and buttons of one X server, and looks at its pixels."""

    def __init__(self, name: str) -> None:
        self._display = display.Display(name)
        self._root = self._display.screen().root

    def press(self, *names: str) -> None:
        """Press keys one after another, no faster than a hand can (SDL takes that for key repeat)."""
        for name in names:
            self.chord(name)
            time.sleep(0.03)

    def chord(self, *names: str) -> None:
        """Hold keys together, then let go."""
        codes = [self._display.keysym_to_keycode(KEYSYMS[name]) for name in names]
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def click(self, x: float, y: float) -> None:
        """Touch a point of the screen."""
        xtest.fake_input(self._display, X.MotionNotify, x=round(x), y=round(y))
        xtest.fake_input(self._display, X.ButtonPress, 1)
        self._display.sync()
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()

    def ask_to_close(self) -> int:
        """Send every window what a window manager sends for Alt-F4; return how many there were."""
        protocols = self._display.intern_atom("WM_PROTOCOLS")
        delete = self._display.intern_atom("WM_DELETE_WINDOW")
        from Xlib.protocol import event  # type: ignore[import-untyped]  # it ships no types

        windows = self._root.query_tree().children
        for window in windows:
            message = event.ClientMessage(
                window=window, client_type=protocols, data=(32, [delete, X.CurrentTime, 0, 0, 0])
            )
            window.send_event(message, event_mask=0)
        self._display.sync()
        return len(windows)

    def pixels(self, x: int = 0, y: int = 0, width: int = 1920, height: int = 1080) -> npt.NDArray[np.uint8]:
        """Return what the screen shows there, (height, width, 3) red green blue."""
        image = self._root.get_image(x, y, width, height, X.ZPixmap, 0xFFFFFFFF)
        data: Any = np.frombuffer(image.data, dtype=np.uint8).reshape(height, width, 4)
        return data[:, :, 2::-1]  # type: ignore[no-any-return]  # numpy's slicing of Any

    def close(self) -> None:
        """Let go of the display."""
        self._display.close()


class Shown:
    """What the shell says it shows."""

    def __init__(self, layout: Layout) -> None:
        self._connection = BusConnection(layout.socket("shell"))
        self._state: ShellState | None = None

    def now(self) -> ShellState:
        """Return the newest state."""
        while True:
            try:
                message = self._connection.receive(0.05 if self._state is not None else 10.0)
            except TimeoutError:
                assert self._state is not None
                return self._state
            if isinstance(message, ShellState):
                self._state = message

    def reaches(self, screen: str, focus: str | None = None) -> ShellState:
        """Wait until the screen (and focus) is there."""

        def there() -> ShellState | None:
            state = self.now()
            return state if state.screen == screen and focus in (None, state.focus) else None

        try:
            state = wait_for(there, 20)
        except AssertionError:
            raise AssertionError(f"wanted {screen} {focus}, is at {self.now()}") from None
        assert isinstance(state, ShellState)
        return state

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Neighbour:
    """A service's socket that notes what it is told."""

    def __init__(self, layout: Layout, service: str, state: Message | None = None) -> None:
        self.heard: list[Any] = []
        self.state = state
        self._server = BusServer(layout.socket(service), service, COMMANDS[service], self._said)
        self._server.start()

    def say(self, state: Message) -> None:
        """Change the state everybody is told."""
        self.state = state
        self._server.broadcast(state)

    def _said(self, event: BusEvent) -> None:
        if isinstance(event, Connected) and self.state is not None:
            self._server.send(event.connection, self.state)
        elif isinstance(event, Received):
            self.heard.append(event.message)
            self.answer(event)

    def answer(self, event: Received) -> None:
        """Do what a message wants."""

    def close(self) -> None:
        """Go away, as a killed service does."""
        self._server.close()


class Projector(Neighbour):
    """A player whose film is one colour a play, in a picture memory as the real one has it."""

    def __init__(self, layout: Layout, size: tuple[int, int] = (1280, 720)) -> None:
        self._size = size
        self._writer = FrameWriter()
        super().__init__(layout, "media", self._state_of(PlayPhase.IDLE))

    def _state_of(self, phase: PlayPhase, play: int = 0, wish: Play | None = None) -> MediaState:
        return MediaState(
            phase=phase,
            play=play,
            item=wish.item if wish is not None else None,
            language=wish.language if wish is not None else None,
            position_s=0.0,
            duration_s=30.0,
            width=self._size[0],
            height=self._size[1],
        )

    def answer(self, event: Received) -> None:
        """Play, pause, stop, hand out the memory."""
        message, state = event.message, self.state
        assert isinstance(state, MediaState)
        import msgspec

        if isinstance(message, WatchFrames):
            surface = Surface(slots=SLOTS, slot_bytes=SLOT_BYTES)
            self._server.send(event.connection, surface, (self._writer.fd,))
        elif isinstance(message, Play):
            self.say(self._state_of(PlayPhase.PLAYING, state.play + 1, message))
        elif isinstance(message, Pause):
            self.say(msgspec.structs.replace(state, phase=PlayPhase.PAUSED))
        elif isinstance(message, Resume):
            self.say(msgspec.structs.replace(state, phase=PlayPhase.PLAYING))
        elif isinstance(message, Stop):
            self.say(self._state_of(PlayPhase.IDLE, state.play))

    def show(self, colour: tuple[int, int, int], *, play: int | None = None) -> None:
        """Put one frame of a colour (red, green, blue) into the memory."""
        import ctypes

        assert isinstance(self.state, MediaState)
        width, height = self._size
        self._writer.begin(self.state.play if play is None else play, width, height)
        slot = self._writer.take_slot()
        frame = np.zeros((height, width, 4), dtype=np.uint8)  # the fourth byte 0: it must not matter
        frame[:, :, :3] = colour[::-1]
        ctypes.memmove(self._writer.slot_address(slot), frame.ctypes.data, frame.nbytes)
        self._writer.publish()


@contextlib.contextmanager
def using(*things: Any) -> Iterator[None]:
    """Close all of them at the end."""
    try:
        yield
    finally:
        for thing in reversed(things):
            thing.close()
