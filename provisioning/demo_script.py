"""The scripted demo: press real keys, watch the states that follow, photograph every step."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from kiosk.bus import BusClient
from kiosk.messages import AudioState, ContentState, MediaState, PlayPhase, ShellState
from kiosk.paths import Layout
from kiosk.types import Rank
from provisioning.surroundings import Surroundings

STEP_LIMIT_S = 20.0


class Step(msgspec.Struct, kw_only=True):
    """One step as the report tells it."""

    name: str
    at_s: float  # since the recording began
    outcome: str  # "ok" or "failed"
    took_s: float
    detail: str = ""
    screenshot: str = ""


class States:
    """The newest state of every service, as the bus tells it."""

    def __init__(self, layout: Layout) -> None:
        self._newest: dict[type, Any] = {}
        self._changed = threading.Condition()
        names = ("audio", "media", "content", "shell")
        self._clients = [BusClient(layout.socket(name), self._take) for name in names]
        for client in self._clients:
            client.start()

    def _take(self, message: Any, _fd: int | None) -> None:
        with self._changed:
            self._newest[type(message)] = message
            self._changed.notify_all()

    def get(self, kind: type[Any]) -> Any:
        """Return the newest state of `kind`, or None before the first."""
        with self._changed:
            return self._newest.get(kind)

    def wait(self, kind: type[Any], wanted: Callable[[Any], bool], within_s: float) -> Any:
        """Return the first state of `kind` that is wanted; raises TimeoutError."""
        deadline = time.monotonic() + within_s
        with self._changed:
            while True:
                state = self._newest.get(kind)
                if state is not None and wanted(state):
                    return state
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"{kind.__name__} stayed {state!r:.300}")
                self._changed.wait(min(left, 0.5))

    def close(self) -> None:
        """Hang up."""
        for client in self._clients:
            client.close()


class Script:
    """Carries out the steps in order; after a failed step the later ones are still tried."""

    def __init__(
        self, layout: Layout, surroundings: Surroundings, out: Path, tend: Callable[[], None]
    ) -> None:
        self.states = States(layout)
        self.steps: list[Step] = []
        self._surroundings = surroundings
        self._screens = out / "screens"
        self._screens.mkdir(parents=True, exist_ok=True)
        self._tend = tend
        self._began = time.monotonic()

    def now_s(self) -> float:
        """Return seconds since the script began."""
        return time.monotonic() - self._began

    def step(self, name: str, act: Callable[[], str], *, settle_s: float = 0.6) -> bool:
        """Do one step: `act` returns what happened in words, or raises what went wrong."""
        started = self.now_s()
        outcome, detail, screenshot = "ok", "", ""
        try:
            detail = act()
        except (TimeoutError, OSError, subprocess.SubprocessError, LookupError) as error:
            outcome, detail = "failed", str(error)
        took = self.now_s() - started
        self.pause(settle_s)
        file = self._screens / f"{len(self.steps) + 1:02d}-{name}.png"
        try:
            self._surroundings.screen.screenshot(file)
            screenshot = file.name
        except (OSError, subprocess.SubprocessError) as error:
            outcome, detail = "failed", f"{detail} (screenshot: {error})"
        self.steps.append(
            Step(
                name=name,
                at_s=round(started, 2),
                took_s=round(took, 2),
                outcome=outcome,
                detail=detail,
                screenshot=screenshot,
            )
        )
        return outcome == "ok"

    def pause(self, seconds: float) -> None:
        """Let the point run on."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._tend()
            time.sleep(min(0.1, max(0.0, until - time.monotonic())))

    def press(self, key: str) -> None:
        """Press a key of the keyboard or remote (an X keysym name)."""
        subprocess.run(
            ["xdotool", "key", "--clearmodifiers", key],
            check=True,
            timeout=10,
            env=self._surroundings.environment(),
            capture_output=True,
        )

    def screen(self, name: str) -> ShellState:
        """Wait until the shell shows screen `name`."""
        state: ShellState = self.states.wait(ShellState, lambda s: s.screen == name, STEP_LIMIT_S)
        return state

    def walk_to(self, target: str) -> None:
        """Move the focus with the arrow keys until it is on `target`; raises LookupError."""
        for key in ("Right",) * 8 + ("Down",) + ("Left",) * 8 + ("Down",) + ("Right",) * 8:
            if target in self.states.get(ShellState).focus:
                return
            before = self.states.get(ShellState).focus
            self.press(key)
            try:
                self.states.wait(ShellState, lambda s, before=before: s.focus != before, 0.7)  # type: ignore[misc]
            except TimeoutError:
                continue  # an edge: the next key tries another way
        if target not in self.states.get(ShellState).focus:
            raise LookupError(f"no focus on {target!r}: {self.states.get(ShellState)!r:.200}")


def wait_content(script: Script) -> str:
    """Wait until the catalogue is shown."""
    state = script.states.wait(ContentState, lambda s: s.revision > 0 and s.items > 0, 60)
    return f"revision {state.revision}, {state.items} items"


def wait_playing(script: Script, item: str, position_s: float) -> str:
    """Wait until the video has shown `position_s` of itself."""

    def played(state: MediaState) -> bool:
        return state.item == item and state.phase is PlayPhase.PLAYING and state.position_s >= position_s

    state = script.states.wait(MediaState, played, STEP_LIMIT_S + position_s)
    return f"{state.width}x{state.height}, {state.position_s:.1f} of {state.duration_s:.1f} s"


def wait_on_air(script: Script, rank: Rank) -> str:
    """Wait until the loudspeakers carry something of `rank`."""

    def on_air(state: AudioState) -> bool:
        return state.on_air is not None and state.on_air.rank is rank

    state = script.states.wait(AudioState, on_air, STEP_LIMIT_S)
    return f"{state.on_air.title}; media {state.media_gain_db:.0f} dB"


def wait_quiet_again(script: Script) -> str:
    """Wait until the announcement is over and the video is as loud as before."""

    def quiet(state: AudioState) -> bool:
        below = state.on_air is None or state.on_air.rank <= Rank.BULLETIN
        return below and state.media_gain_db == 0.0 and state.finished > 0

    state = script.states.wait(AudioState, quiet, 40)
    return f"announcements finished: {state.finished}"
