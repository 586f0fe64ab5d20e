"""Measure the player beside a stand-alone libVLC in one run: ``python -m media_player.bench --json FILE``.

Both play the same 1080p30 H.264 card film (`media_player.testcard`), in turn, silently. The player's
first picture is its first frame in the picture memory after `Play`; the peer's is its first pixel on an
X screen, counted from just before its ``libvlc_new`` (its process start and Python are left out, which
favours the peer). What the shell adds until the pixel is measured by the shell's own bench.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from kiosk.bench import Figure, figure, paired, show_figures, write_figures
from kiosk.bus import BusConnection
from kiosk.catalogue import SCHEMA, Item, Rendition
from kiosk.errors import Problem, Who
from kiosk.frames import Frame, FrameReader
from kiosk.messages import MediaState, Play, PlayPhase, Stop, Surface, WatchFrames
from kiosk.paths import Layout
from kiosk.types import ItemId, ItemKind, LanguageTag, Sha256, Use
from media_player.testcard import corner_rgb, make_film, read_counter

RATE = 30
FILM_S = 16.0
STEADY_S = 10.0
STARTS = 7
ITEM = ItemId("card")
PEER = "libVLC alone on X"
_XVFB = ("-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset", "-ac")


class Steady(NamedTuple):
    """Some seconds of undisturbed play."""

    dropped_percent: float
    processor_percent: float  # of one core


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(prog="python -m media_player.bench", description=__doc__)
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
    """Return the figures; takes about a minute."""
    with tempfile.TemporaryDirectory(prefix="bl-") as name, _screen(Path(name)) as display:
        root = Path(name)
        film = root / "card.mp4"
        make_film(film, width=1920, height=1080, rate=RATE, seconds=FILM_S, extra=("-movflags", "+faststart"))
        layout = _point(root, film)
        with _player(layout) as process:
            viewer = _Viewer(layout)
            cold_s = viewer.first_frame_s()
            starts = [(viewer.first_frame_s(), _peer_first_pixel_s(film, display)) for _ in range(STARTS)]
            ours = viewer.steady(process.pid)
        theirs = _peer_steady(film, display)
    return [
        paired("player.first-frame", [(a * 1000, b * 1000) for a, b in starts], "ms", PEER),
        figure("player.first-frame-after-start", [cold_s * 1000], "ms"),
        paired("player.dropped-1080p30", [(ours.dropped_percent, theirs.dropped_percent)], "%", PEER),
        paired(
            "player.processor-1080p30", [(ours.processor_percent, theirs.processor_percent)], "% core", PEER
        ),
    ]


# ---------------------------------------------------------------- ours


class _Viewer:
    def __init__(self, layout: Layout) -> None:
        self._bus = BusConnection(layout.socket("media"))
        self._bus.send(WatchFrames())
        for message in self._bus.messages(10):
            if isinstance(message, Surface):
                break
        self._reader = FrameReader(self._bus.take_fd())

    def first_frame_s(self) -> float:
        """Return the seconds from sending `Play` to the first frame; leaves the player idle."""
        before = self._reader.newest().number
        sent_ns = time.monotonic_ns()
        self._bus.send(Play(item=ITEM, language=LanguageTag("vi")))
        first = self._frame_after(before)
        self._stop()
        return (first.published_ns - sent_ns) / 1e9

    def steady(self, pid: int) -> Steady:
        """Play for a while and compare the frames published with the film's own numbers."""
        self._bus.send(Play(item=ITEM, language=LanguageTag("vi")))
        self._frame_after(self._reader.newest().number)
        time.sleep(2.0)
        first, first_card = self._numbered()
        used_s, began = _processor_s(pid), time.monotonic()
        time.sleep(STEADY_S)
        last, last_card = self._numbered()
        used_s, passed_s = _processor_s(pid) - used_s, time.monotonic() - began
        self._stop()
        drawn = last_card - first_card
        return Steady(100 * (drawn - (last - first)) / drawn, 100 * used_s / passed_s)

    def _stop(self) -> None:
        self._bus.send(Stop())
        for message in self._bus.messages(10):
            if isinstance(message, MediaState) and message.phase is PlayPhase.IDLE and message.play:
                return
        raise _failed("the player did not stop")

    def _frame_after(self, number: int) -> Frame:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            frame = self._reader.newest()
            if frame.number == number + 1:
                return frame
            if frame.number > number:  # this process was late: its moment is lost
                return frame
            time.sleep(0.001)
        raise _failed("the player showed no frame")

    def _numbered(self) -> tuple[int, int]:
        """Return the ring's number of a frame and the film's."""
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            frame = self._reader.newest()
            pixels = self._reader.pixels(frame)
            card = None if pixels is None else read_counter(pixels)
            if card is not None and self._reader.still(frame):
                return frame.number, card
        raise _failed("no frame could be read")


@contextlib.contextmanager
def _player(layout: Layout) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "media_player", "--root", os.fspath(layout.root)])
    try:
        deadline = time.monotonic() + 30
        while not layout.socket("media").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise _failed("the player did not start")
            time.sleep(0.02)
        yield process
    finally:
        _end(process)


def _point(root: Path, film: Path) -> Layout:
    """Return a point with a one-item catalogue and no sound server."""
    layout = Layout(root)
    layout.make_folders()
    layout.machine_file.write_text('[media]\nvlc_output = "dummy"\n')
    data = film.read_bytes()
    sha256 = Sha256(hashlib.sha256(data).hexdigest())
    layout.blob(sha256).parent.mkdir(parents=True)
    shutil.copyfile(film, layout.blob(sha256))
    card = Rendition(blob=sha256, use=Use.VIDEO, duration_s=FILM_S, width=1920, height=1080)
    item = Item(
        id=ITEM, kind=ItemKind.VIDEO, topic="", titles={}, picture=Sha256("0" * 64), renditions=(card,)
    )
    with contextlib.closing(sqlite3.connect(layout.catalogue_file)) as db:
        db.executescript(SCHEMA)
        facts = {"area": "bench", "revision": "1", "issued": "2026-11-02T00:00:00+00:00", "voices": "{}"}
        db.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
        row = (0, item.id, item.kind.value, item.topic, None, msgspec.json.encode(item))
        db.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)", row)
        db.execute("INSERT INTO blobs VALUES (?, ?, 'video/mp4', NULL)", (sha256, len(data)))
        db.commit()
    return layout


# ---------------------------------------------------------------- the peer


@contextlib.contextmanager
def _peer(film: Path, display: str, seconds: float) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "media_player.bench_peer", os.fspath(film), str(seconds)],
        env={**os.environ, "DISPLAY": display},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        _end(process)


def _said(process: subprocess.Popen[str], word: str) -> list[float]:
    assert process.stdout is not None
    line = process.stdout.readline().split()
    if line[:1] != [word]:
        raise _failed("the stand-alone libVLC ended early")
    return [float(part) for part in line[1:]]


def _peer_first_pixel_s(film: Path, display: str) -> float:
    from Xlib import X  # type: ignore[import-untyped]  # ships no types
    from Xlib import display as x_display

    x = x_display.Display(display)
    root = x.screen().root
    red, green, blue = corner_rgb("top-left")

    def lit() -> bool:
        seen = root.get_image(16, 16, 1, 1, X.ZPixmap, 0xFFFFFFFF).data
        return all(abs(part - right) < 40 for part, right in zip(seen, (blue, green, red), strict=False))

    try:
        with _peer(film, display, 0) as process:
            (began_ns,) = _said(process, "play")
            deadline = time.monotonic() + 15
            while not lit():
                if time.monotonic() > deadline:
                    raise _failed("the stand-alone libVLC showed no picture")
                time.sleep(0.005)
            shown_ns = time.monotonic_ns()
        while lit():  # its window goes with it
            time.sleep(0.02)
    finally:
        x.close()
    return (shown_ns - began_ns) / 1e9


def _peer_steady(film: Path, display: str) -> Steady:
    with _peer(film, display, STEADY_S) as process:
        _said(process, "play")
        began_ns, used_s = _said(process, "from")
        ended_ns, used_in_the_end_s, frames = _said(process, "to")
    passed_s = (ended_ns - began_ns) / 1e9
    expected = passed_s * RATE
    return Steady(
        max(0.0, 100 * (expected - frames) / expected), 100 * (used_in_the_end_s - used_s) / passed_s
    )


# ---------------------------------------------------------------- the stage


@contextlib.contextmanager
def _screen(folder: Path) -> Iterator[str]:
    """Run an X server of our own; yields its display."""
    read_end, write_end = os.pipe()
    with (folder / "xvfb.log").open("wb") as log:
        try:
            process = subprocess.Popen(
                ["Xvfb", "-displayfd", str(write_end), *_XVFB],
                stdout=log,
                stderr=log,
                pass_fds=(write_end,),
            )
        except FileNotFoundError:
            raise _failed("Xvfb is not installed") from None
        finally:
            os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise _failed("Xvfb did not start")
        yield f":{number}"
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _processor_s(pid: int) -> float:
    """Return the processor time a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _failed(why: str) -> Problem:
    return Problem(
        "bench.media",
        who=Who.TECHNICIAN,
        vi=f"Không đo được trình phát: {why}. Hãy chạy `bash provisioning/run.sh` để cài đủ rồi thử lại.",
        en=f"The player could not be measured: {why}. Run `bash provisioning/run.sh` and try again.",
    )


if __name__ == "__main__":
    main()
