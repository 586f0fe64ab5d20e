"""Measure the screen as people see it, at the X server: ``python -m kiosk.shell.bench --json FILE``.

First frame after process start, processor at rest, key to pixel, and the way of a 1080p30 film from
the key to its first pixel and through its frames, in turn with a stand-alone libVLC drawing into an
X window of the same server. The peer's clock starts just before its ``libvlc_new``: its process start
and Python are left out, which favours the peer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from kiosk.bench import Figure, figure, paired, show_figures, write_figures
from kiosk.errors import Problem
from kiosk.paths import Layout
from kiosk.shell import theme
from kiosk.shell.bench_stage import (
    RATE,
    Eye,
    Shown,
    failed,
    make_film,
    make_point,
    process,
    processor_s,
    screen,
    wait_for,
)

STARTS = 5
PLAYS = 7
KEYS = 40
IDLE_S = 6.0
STEADY_S = 10.0
AWAKE_S = 5.0  # as in kiosk.shell.app, which must not be imported here: it opens a window
PEER = "libVLC alone on X"


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.shell.bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    arguments = parser.parse_args()
    try:
        figures = measure()
    except Problem as problem:
        print(problem.advice, file=sys.stderr)
        raise SystemExit(1) from None
    show_figures(figures)
    if arguments.json:
        write_figures(arguments.json, figures)


def measure() -> list[Figure]:
    """Return the figures; takes about a minute and a half."""
    with tempfile.TemporaryDirectory(prefix="bl-") as name, screen(Path(name)) as display:
        film = Path(name) / "film.mp4"
        make_film(film)
        layout = make_point(Path(name), film)
        stage = _Stage(layout, film, display)
        return [*stage.starts(), *stage.at_rest(), *stage.films()]


class _Stage:
    def __init__(self, layout: Layout, film: Path, display: str) -> None:
        self._layout = layout
        self._film = film
        self._display = display
        self._log = layout.logs / "bench.log"
        self._root = ("--root", str(layout.root))

    def starts(self) -> list[Figure]:
        """First frame, from process start by the kernel's count."""
        seconds = []
        for _ in range(STARTS):
            with process("kiosk.shell", *self._root, log=self._log, display=self._display) as child:
                shown = Shown(self._layout, child)
                state = shown.until(lambda state: state.first_frame_s is not None, "no first frame")
                seconds.append((state.first_frame_s or 0.0) * 1000)
                shown.close()
        return [figure("shell.first-frame", seconds, "ms")]

    def at_rest(self) -> list[Figure]:
        """Processor while nothing happens, and key to pixel on the home screen."""
        with process("kiosk.shell", *self._root, log=self._log, display=self._display) as child:
            shown, eye = Shown(self._layout, child), Eye(self._display)
            self._go_home(shown, eye)
            time.sleep(AWAKE_S + 1.0)  # after a key the loop looks more often for a while
            used_s, began = processor_s(child.pid), time.monotonic()
            time.sleep(IDLE_S)
            idle = 100 * (processor_s(child.pid) - used_s) / (time.monotonic() - began)
            delays = [self._key_to_pixel(eye, step) for step in range(KEYS)]
            eye.close()
            shown.close()
        return [
            figure("shell.idle-processor", [idle], "% core"),
            figure("shell.key-to-pixel-median", [float(np.median(delays))], "ms"),
            Figure(
                name="shell.key-to-pixel-p95", value=float(np.percentile(delays, 95)), unit="ms", runs=KEYS
            ),
        ]

    def films(self) -> list[Figure]:
        """First picture and dropped frames of the whole way, beside libVLC alone."""
        arguments = (*self._root,)
        with (
            process("media_player", *arguments, log=self._log, display=self._display),
            process("kiosk.shell", *arguments, log=self._log, display=self._display) as child,
        ):
            shown, eye = Shown(self._layout, child), Eye(self._display)
            self._go_home(shown, eye)
            wait_for(self._layout.socket("media").exists, "the player did not start")
            time.sleep(1.0)
            self._first_picture_s(shown, eye)  # the first play of a process also loads libVLC's plug-ins
            pairs = []
            for _ in range(PLAYS):
                ours = self._first_picture_s(shown, eye)
                pairs.append((ours * 1000, self._peer_first_picture_s(eye) * 1000))
            eye.press("Return")
            wait_for(lambda: eye.counter() is not None, "the film was not shown")
            shown.until(lambda state: state.focus == "film-area", "the controls did not go")
            dropped, used = _steady(eye, child.pid)
            eye.close()
            shown.close()
        eye = Eye(self._display)
        with self._peer(STEADY_S + 4) as peer:
            wait_for(lambda: eye.counter() is not None, "libVLC alone showed no picture")
            time.sleep(2.0)
            peer_dropped, peer_used = _steady(eye, peer)
        eye.close()
        return [
            paired("shell.first-picture", pairs, "ms", PEER),
            paired("shell.dropped-1080p30", [(dropped, peer_dropped)], "%", PEER),
            paired("shell.processor-1080p30", [(used, peer_used)], "% core", PEER),
        ]

    def _go_home(self, shown: Shown, eye: Eye) -> None:
        shown.until(lambda state: state.first_frame_s is not None, "no first frame")
        eye.press("Return")
        shown.until(lambda state: state.screen == "language", "no language screen")
        eye.press("Return")
        shown.until(lambda state: state.focus == "open:card", "no home screen")

    def _key_to_pixel(self, eye: Eye, step: int) -> float:
        """Return milliseconds from a key to the focus's colour on the tile it goes to."""
        key, x = ("Right", 980) if step % 2 == 0 else ("Left", 400)
        amber = [round(part * 255) for part in theme.AMBER[2::-1]]
        wait_for(lambda: not _near(eye.row(x, 486, 1)[0], amber), "the focus did not leave")
        time.sleep(0.05 + 0.003 * (step % 7))  # not in step with the frames
        pressed = eye.press(key)
        return 1000 * (
            wait_for(lambda: _near(eye.row(x, 486, 1)[0], amber), "no focus", every_s=0.001) - pressed
        )

    def _first_picture_s(self, shown: Shown, eye: Eye) -> float:
        pressed = eye.press("Return")
        seen = wait_for(lambda: eye.counter() is not None, "the film was not shown")
        time.sleep(0.3)
        eye.press("Escape")
        shown.until(lambda state: state.focus == "open:card" and state.screen == "home", "no way back")
        time.sleep(0.7)
        return seen - pressed

    def _peer(self, seconds: float) -> _Peer:
        return _Peer(self._film, seconds, self._log, self._display)

    def _peer_first_picture_s(self, eye: Eye) -> float:
        with process(
            "media_player.bench_peer", str(self._film), "0", log=self._log, display=self._display
        ) as child:
            assert child.stdout is not None
            said = child.stdout.readline().split()
            if said[:1] != ["play"]:
                raise failed("the stand-alone libVLC ended early")
            seen = wait_for(lambda: eye.counter() is not None, "libVLC alone showed no picture")
        wait_for(lambda: eye.counter() is None, "libVLC's window stayed")
        return seen - int(said[1]) / 1e9


class _Peer:
    """A stand-alone libVLC that plays for some seconds; yields its process id."""

    def __init__(self, film: Path, seconds: float, log: Path, display: str) -> None:
        self._process = process("media_player.bench_peer", str(film), str(seconds), log=log, display=display)

    def __enter__(self) -> int:
        return self._process.__enter__().pid

    def __exit__(self, *what: object) -> None:
        self._process.__exit__(None, None, None)


def _steady(eye: Eye, pid: int) -> tuple[float, float]:
    """Return per cent of frames that never stood on the screen, and per cent of a core used."""
    seen: set[int] = set()
    used_s, began = processor_s(pid), time.monotonic()
    while time.monotonic() - began < STEADY_S:
        number = eye.counter()
        if number is not None:
            seen.add(number)
        time.sleep(0.006)
    used_s, passed_s = processor_s(pid) - used_s, time.monotonic() - began
    if len(seen) < RATE:
        raise failed("the film stood still")
    expected = max(seen) - min(seen) + 1
    return 100 * (expected - len(seen)) / expected, 100 * used_s / passed_s


def _near(pixel: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], colour: list[int]) -> bool:
    return all(abs(int(part) - wanted) < 12 for part, wanted in zip(pixel, colour, strict=True))


if __name__ == "__main__":
    main()
