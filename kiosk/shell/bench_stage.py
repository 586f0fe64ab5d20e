"""The stage of the screen's bench: an X server, a point with one film, a hand and an eye.

The film says its own frame number in a row of squares half-way down, where no control ever lies, so
that what counts is what really stood on the X screen.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from kiosk.bus import BusConnection
from kiosk.catalogue import SCHEMA, Item, Rendition
from kiosk.errors import Problem, Who
from kiosk.messages import ShellState
from kiosk.paths import Layout
from kiosk.types import ItemId, ItemKind, LanguageTag, Sha256, Use

RATE = 30
FILM_S = 20.0
BITS = 10
BLOCK = 64
COUNTER_X, COUNTER_Y = 320, 480
_XVFB = ("-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset", "-ac")


def make_film(path: Path) -> None:
    """Draw a moving 1080p30 picture with its number: a lit square, then `BITS` squares, low bit first."""
    row = [_square(0, "white"), _square(BITS + 1, "white")]
    for bit in range(BITS):
        row += [_square(bit + 1, "black")]
        row += [_square(bit + 1, "white") + f":enable='gte(mod(n,{2 << bit}),{1 << bit})'"]
    source = f"testsrc2=size=1920x1080:rate={RATE}:duration={FILM_S}"
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i", source]
    command += ["-vf", ",".join(row) + ",format=yuv420p", "-c:v", "libx264", "-preset", "veryfast"]
    command += ["-g", str(RATE), "-movflags", "+faststart", os.fspath(path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except FileNotFoundError:
        raise failed("ffmpeg is not installed") from None
    if done.returncode != 0:
        raise failed(f"ffmpeg: {done.stderr.strip()[-300:]}")


def _square(index: int, colour: str) -> str:
    return f"drawbox=x={COUNTER_X + index * BLOCK}:y={COUNTER_Y}:w={BLOCK}:h={BLOCK}:color={colour}:t=fill"


def make_point(root: Path, film: Path) -> Layout:
    """Write a point whose catalogue holds the film and three posters, without a sound server."""
    layout = Layout(root)
    layout.make_folders()
    layout.site_file.write_text('[point]\nid = "bench"\nname = "Bench"\nlanguages = ["vi", "en"]\n')
    layout.machine_file.write_text('[media]\nvlc_output = "dummy"\n')
    blobs: dict[Sha256, int] = {}

    def keep(data: bytes) -> Sha256:
        name = Sha256(hashlib.sha256(data).hexdigest())
        layout.blob(name).parent.mkdir(parents=True, exist_ok=True)
        layout.blob(name).write_bytes(data)
        blobs[name] = len(data)
        return name

    picture = keep(_picture())
    card = Rendition(blob=keep(film.read_bytes()), use=Use.VIDEO, duration_s=FILM_S, width=1920, height=1080)
    paper = Rendition(blob=picture, use=Use.PICTURE)
    items = [
        Item(
            id=ItemId(name),
            kind=kind,
            topic="",
            titles={LanguageTag("vi"): name},
            picture=picture,
            renditions=(rendition,),
        )
        for name, kind, rendition in (
            ("card", ItemKind.VIDEO, card),
            ("one", ItemKind.POSTER, paper),
            ("two", ItemKind.POSTER, paper),
            ("three", ItemKind.POSTER, paper),
        )
    ]
    with contextlib.closing(sqlite3.connect(layout.catalogue_file)) as db:
        db.executescript(SCHEMA)
        facts = {"area": "bench", "revision": "1", "issued": "2026-11-02T00:00:00+00:00", "voices": "{}"}
        db.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
        rows = [
            (n, item.id, item.kind.value, "", None, msgspec.json.encode(item)) for n, item in enumerate(items)
        ]
        db.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?)", rows)
        types = [(name, size, "application/octet-stream") for name, size in blobs.items()]
        db.executemany("INSERT INTO blobs VALUES (?, ?, ?, NULL)", types)
        db.commit()
    return layout


def _picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (640, 360), "#305060").save(out, "PNG")
    return out.getvalue()


class Eye:
    """Real keys and real pixels of one X server."""

    def __init__(self, display: str) -> None:
        from Xlib import display as x_display  # type: ignore[import-untyped]  # ships no types

        self._display = x_display.Display(display)
        self._root = self._display.screen().root

    def press(self, keysym: str) -> float:
        """Press and release a key (X's name); return the moment it went down (monotonic seconds)."""
        from Xlib import XK, X
        from Xlib.ext import xtest  # type: ignore[import-untyped]  # ships no types

        code = self._display.keysym_to_keycode(XK.string_to_keysym(keysym))
        xtest.fake_input(self._display, X.KeyPress, code)
        self._display.sync()
        pressed = time.monotonic()
        xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()
        return pressed

    def row(self, x: int, y: int, width: int) -> npt.NDArray[np.uint8]:
        """Return one row of pixels, (width, 3) blue green red."""
        from Xlib import X

        image = self._root.get_image(x, y, width, 1, X.ZPixmap, 0xFFFFFFFF)
        return np.frombuffer(image.data, dtype=np.uint8).reshape(width, 4)[:, :3]

    def counter(self) -> int | None:
        """Return the number of the film's frame on the screen; None when no film is there."""
        lit = self.row(COUNTER_X, COUNTER_Y + BLOCK // 2, BLOCK * (BITS + 2))[BLOCK // 2 :: BLOCK].min(axis=1)
        bits = lit > 127
        if not (bits[0] and bits[-1]) or np.any((lit > 60) & (lit < 190)):
            return None
        return int(sum(1 << bit for bit in range(BITS) if bits[bit + 1]))

    def close(self) -> None:
        """Let go of the display."""
        self._display.close()


def wait_for(
    ready: Callable[[], bool], what: str, *, within_s: float = 20.0, every_s: float = 0.004
) -> float:
    """Wait until `ready`; return the moment (monotonic seconds). Raises `Problem` when it never is."""
    deadline = time.monotonic() + within_s
    while not ready():
        if time.monotonic() > deadline:
            raise failed(what)
        time.sleep(every_s)
    return time.monotonic()


@contextlib.contextmanager
def process(module: str, *arguments: str, log: Path, display: str) -> Iterator[subprocess.Popen[str]]:
    """Run a Python module on the stage until the block ends."""
    with log.open("ab") as errors:
        child = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, "DISPLAY": display},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        yield child
    finally:
        _end(child)


class Shown:
    """What the shell says it shows."""

    def __init__(self, layout: Layout, child: subprocess.Popen[str]) -> None:
        path = layout.socket("shell")
        wait_for(lambda: child.poll() is None and _answers(path), "the shell did not start", every_s=0.02)
        self._connection = BusConnection(path)

    def until(self, wanted: Callable[[ShellState], bool], what: str) -> ShellState:
        """Wait for a state."""
        for message in self._connection.messages(20.0):
            if isinstance(message, ShellState) and wanted(message):
                return message
        raise failed(what)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _answers(path: Path) -> bool:
    try:
        BusConnection(path).close()
    except Problem:
        return False
    return True


@contextlib.contextmanager
def screen(folder: Path) -> Iterator[str]:
    """Run an X server of our own; yields its display."""
    read_end, write_end = os.pipe()
    with (folder / "xvfb.log").open("wb") as log:
        try:
            server = subprocess.Popen(
                ["Xvfb", "-displayfd", str(write_end), *_XVFB], stdout=log, stderr=log, pass_fds=(write_end,)
            )
        except FileNotFoundError:
            os.close(read_end)
            raise failed("Xvfb is not installed") from None
        finally:
            os.close(write_end)
    try:
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            raise failed("Xvfb did not start")
        yield f":{number}"
    finally:
        _end(server)


def processor_s(pid: int) -> float:
    """Return the processor time a process has used, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def failed(why: str) -> Problem:
    """Return the problem to raise when something cannot be measured."""
    return Problem(
        "bench.shell",
        who=Who.TECHNICIAN,
        vi=f"Không đo được màn hình: {why}. Hãy chạy `bash provisioning/run.sh` để cài đủ rồi thử lại.",
        en=f"The screen could not be measured: {why}. Run `bash provisioning/run.sh` and try again.",
    )


def _end(child: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
