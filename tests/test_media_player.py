"""The real player, the real libVLC: one test for each hazard found by experiment."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from media_catalogue import Shelf
from points import make_point, running, short_folder, wait_for

from kiosk.bus import BusConnection, BusServer, Received
from kiosk.catalogue import PIECE_BYTES
from kiosk.frames import FrameReader
from kiosk.messages import (
    COMMANDS,
    LastPlay,
    MediaState,
    Pause,
    Play,
    PlayPhase,
    Refused,
    Resume,
    Seek,
    Stop,
    Surface,
    Suspect,
    Verdict,
    WatchFrames,
)
from kiosk.paths import Layout
from kiosk.types import ItemId, LanguageTag, Use
from media_player.testcard import CORNERS, corner_pixel, corner_rgb, make_film, make_sound, read_counter

pytestmark = pytest.mark.point

HTML = b"<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>\n" * 300


@dataclass
class Stock:
    """A point with films good and bad."""

    layout: Layout
    shelf: Shelf
    large: Path  # the blob of "large"


class Viewer:
    """A client that plays items and looks at the picture memory."""

    def __init__(self, layout: Layout) -> None:
        self.bus = BusConnection(layout.socket("media"))
        self.bus.send(WatchFrames())
        self.next(Surface)
        self.reader = FrameReader(self.bus.take_fd())

    def next(self, kind: type, *, within_s: float = 20.0) -> Any:
        for message in self.bus.messages(within_s):
            if isinstance(message, kind):
                return message
        raise AssertionError(f"no {kind.__name__} within {within_s} s")

    def until(self, true: Any, *, within_s: float = 20.0) -> MediaState:
        for message in self.bus.messages(within_s):
            assert not isinstance(message, Refused), message.advice
            if isinstance(message, MediaState) and true(message):
                return message
        raise AssertionError(f"not within {within_s} s")

    def start(self, item: str, *, language: str = "vi", start_s: float = 0.0) -> MediaState:
        """Play and wait for the first picture or sound."""
        self.bus.send(Play(item=ItemId(item), language=LanguageTag(language), start_s=start_s))
        return self.until(lambda state: state.phase is PlayPhase.PLAYING and state.item == item)

    def play(self, item: str, *, start_s: float = 0.0) -> LastPlay:
        """Play to the end, whatever it is, and return the verdict."""
        self.bus.send(Play(item=ItemId(item), language=LanguageTag("vi"), start_s=start_s))
        opened = self.until(lambda state: state.item == item)
        ended = self.until(lambda state: state.last is not None and state.last.play == opened.play)
        assert ended.last is not None
        return ended.last

    def picture(self, play: int) -> Any:
        """Return a whole frame of that play."""

        def whole() -> Any:
            frame = self.reader.newest()
            pixels = self.reader.pixels(frame) if frame.play == play else None
            copy = None if pixels is None else pixels.copy()
            return copy if self.reader.still(frame) else None

        return wait_for(lambda: (copy := whole()) is not None and [copy], 10)[0]


@pytest.fixture(scope="module")
def stock() -> Iterator[Stock]:
    with short_folder() as root:
        layout = make_point(root)
        shelf = Shelf(layout)
        film, scratch = root / "film.mp4", root / "scratch"
        make_film(film, seconds=2.0)
        good = film.read_bytes()
        shelf.add("good", film, duration_s=2.0, width=320, height=180)

        def bad(item: str, data: bytes, duration_s: float = 2.0) -> None:
            scratch.write_bytes(data)
            shelf.add(item, scratch, duration_s=duration_s)

        bad("random", os.urandom(200_000))
        bad("zeros", bytes(200_000))
        bad("html", HTML)
        bad("empty", b"")
        make_film(film, seconds=4.0, extra=("-movflags", "+faststart"))
        faststart = film.read_bytes()
        bad("cut-at-half", faststart[: len(faststart) // 2], 4.0)
        bad("cut-at-nine-tenths", faststart[: len(faststart) * 9 // 10], 4.0)
        bad("no-index", good[: len(good) // 2])  # the index of this film lies at its end

        make_sound(scratch.with_suffix(".m4a"), seconds=1.5)
        shelf.add("sound", scratch.with_suffix(".m4a"), duration_s=1.5, use=Use.AUDIO)
        make_film(film, seconds=1.0, tones_hz=())
        shelf.add("mute", film, duration_s=1.0)

        for item, width, height, codec in (
            ("hd", 1920, 1080, "libx264"),
            ("over", 1920, 1090, "libx264"),
            ("odd", 321, 241, "mpeg4"),
            ("wide", 854, 478, "libx264"),
        ):
            make_film(film, width=width, height=height, seconds=0.7, codec=codec, tones_hz=())
            shelf.add(item, film, duration_s=0.7, width=width, height=height)

        # Larger than two pieces, so that a bad one in the middle is met in mid-play.
        make_film(film, seconds=6.0, tones_hz=(), extra=("-b:v", "20M", "-minrate", "20M", "-maxrate",
                  "20M", "-bufsize", "5M", "-x264-params", "nal-hrd=cbr:filler=1"))  # fmt: skip
        assert film.stat().st_size > 3 * PIECE_BYTES
        large = shelf.add("large", film, duration_s=6.0)
        yield Stock(layout, shelf, large)


@pytest.fixture(scope="module")
def player(stock: Stock) -> Iterator[subprocess.Popen[bytes]]:
    with running("media_player", stock.layout) as process:
        yield process


@pytest.fixture
def viewer(stock: Stock, player: subprocess.Popen[bytes]) -> Iterator[Viewer]:
    viewer = Viewer(stock.layout)
    yield viewer
    viewer.bus.close()
    assert player.poll() is None, "the player died"


def test_a_film_is_played_and_every_frame_of_it_reaches_the_picture_memory(viewer: Viewer) -> None:
    before = viewer.reader.newest().number
    last = viewer.play("good")
    assert last.verdict is Verdict.PLAYED
    assert last.expected_s == 2.0
    assert viewer.reader.newest().number - before >= 0.9 * 60
    pixels = viewer.reader.pixels(viewer.reader.newest())
    assert pixels is not None
    number = read_counter(pixels)
    assert number is not None
    assert number >= 55


def test_a_sound_without_a_picture_is_played(viewer: Viewer) -> None:
    assert viewer.play("sound").verdict is Verdict.PLAYED


def test_a_film_without_sound_is_played(viewer: Viewer) -> None:
    assert viewer.play("mute").verdict is Verdict.PLAYED


@pytest.mark.parametrize("item", ["random", "zeros", "html", "empty", "no-index"])
def test_what_is_no_film_never_counts_as_played_though_libvlc_reports_a_normal_end(
    viewer: Viewer, item: str
) -> None:
    began = time.monotonic()
    last = viewer.play(item)
    assert last.verdict is Verdict.FAILED_TO_START
    assert last.advice is not None
    assert last.advice.code == "media.failed-to-start"
    assert time.monotonic() - began >= 0.9  # a list of such items cannot spin


@pytest.mark.parametrize("item", ["cut-at-half", "cut-at-nine-tenths"])
def test_a_cut_film_never_counts_as_played(viewer: Viewer, item: str) -> None:
    last = viewer.play(item)
    assert last.verdict in (Verdict.CUT_SHORT, Verdict.FAILED_TO_START)
    assert last.shown_s < last.expected_s
    assert last.advice is not None


def test_a_play_that_starts_in_the_middle_shows_the_middle(viewer: Viewer) -> None:
    viewer.start("good", start_s=1.0)
    number = read_counter(viewer.picture(viewer.reader.newest().play))
    assert number is not None
    assert number >= 28
    assert viewer.until(lambda state: state.phase is PlayPhase.IDLE).last.verdict is Verdict.PLAYED


def test_pause_holds_the_picture_and_resume_and_seek_move_it(viewer: Viewer) -> None:
    playing = viewer.start("large")
    viewer.bus.send(Pause())
    viewer.until(lambda state: state.phase is PlayPhase.PAUSED)
    time.sleep(0.3)
    held = read_counter(viewer.picture(playing.play))
    time.sleep(0.5)
    assert read_counter(viewer.picture(playing.play)) == held
    viewer.bus.send(Resume())
    viewer.bus.send(Seek(position_s=4.0))
    viewer.until(lambda state: state.phase is PlayPhase.PLAYING)
    wait_for(lambda: (read_counter(viewer.picture(playing.play)) or 0) >= 115, 10)
    viewer.bus.send(Stop())
    assert viewer.until(lambda state: state.phase is PlayPhase.IDLE).last.verdict is Verdict.STOPPED


@pytest.mark.parametrize(
    ("item", "size", "inset"),
    [
        ("hd", (1920, 1080), 0),  # libVLC says 1920 x 1090
        ("wide", (854, 478), 0),  # libVLC says 896 x 482
        ("odd", (321, 241), 2),
        ("over", (1916, 1088), 0),  # larger than the memory takes: scaled, not cut
    ],
)
def test_the_picture_has_its_visible_size_and_its_own_corners(
    viewer: Viewer, item: str, size: tuple[int, int], inset: int
) -> None:
    playing = viewer.start(item)
    sized = playing if playing.width else viewer.until(lambda state: state.width > 0)
    assert (sized.width, sized.height) == size
    picture = viewer.picture(playing.play)
    assert picture.shape == (size[1], size[0], 4)
    for corner in CORNERS:
        found, right = corner_pixel(picture, corner, inset=inset), corner_rgb(corner)
        assert max(abs(a - b) for a, b in zip(found, right, strict=True)) <= 20, (corner, found)
    assert read_counter(picture) is not None


def test_playing_item_after_item_never_hangs_and_each_ends_as_stopped(viewer: Viewer) -> None:
    for round_ in range(6):
        playing = viewer.start(("good", "sound", "hd")[round_ % 3])
        if playing.last is not None and round_:
            assert playing.last.verdict is Verdict.STOPPED
    viewer.bus.send(Stop())
    viewer.until(lambda state: state.phase is PlayPhase.IDLE)


def test_an_unknown_item_is_refused_in_two_languages(viewer: Viewer) -> None:
    viewer.bus.send(Play(item=ItemId("nowhere"), language=LanguageTag("vi"), request="wish-1"))
    refused = viewer.next(Refused)
    assert (refused.request, refused.advice.code) == ("wish-1", "media.unknown-item")
    assert "nowhere" in refused.advice.vi
    assert "nowhere" in refused.advice.en


def test_a_new_catalogue_is_seen_without_a_restart(stock: Stock, viewer: Viewer, tmp_path: Path) -> None:
    make_film(tmp_path / "new.mp4", seconds=0.5)
    stock.shelf.add("new", tmp_path / "new.mp4", duration_s=0.5)
    assert viewer.play("new").verdict is Verdict.PLAYED


def test_damaged_and_missing_bytes_are_named_and_the_content_service_hears_of_them(
    stock: Stock, viewer: Viewer
) -> None:
    heard: list[Any] = []
    content = BusServer(stock.layout.socket("content"), "content", COMMANDS["content"], heard.append)
    content.start()
    blob, whole = stock.large, stock.large.read_bytes()

    def suspected() -> bool:
        found = [event for event in heard if isinstance(event, Received)]
        heard.clear()
        return any(event.message == Suspect(blob=blob.name) for event in found)

    try:
        # In the third of four pieces: the play starts, and stops before one false byte is decoded.
        at = 2 * PIECE_BYTES + 100
        blob.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        last = viewer.play("large")
        assert (last.verdict, last.advice.code) == (Verdict.DAMAGED, "media.bad-bytes")
        assert 0 < last.shown_s < 5.0
        wait_for(suspected, 10)
        # In the first piece: nothing starts.
        blob.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        last = viewer.play("large")
        assert (last.verdict, last.shown_s) == (Verdict.DAMAGED, 0.0)
        wait_for(suspected, 10)
        blob.unlink()
        viewer.bus.send(Play(item=ItemId("large"), language=LanguageTag("vi")))
        assert viewer.next(Refused).advice.code == "media.missing-file"
        wait_for(suspected, 10)
    finally:
        content.close()
        blob.write_bytes(whole)
    assert viewer.play("large", start_s=5.0).verdict is Verdict.PLAYED


def test_a_killed_player_leaves_no_memory_behind_and_the_restarted_one_plays(stock: Stock) -> None:
    with short_folder() as root:
        layout = make_point(root)
        (layout.content / "blobs").symlink_to(stock.layout.content / "blobs")
        layout.catalogue_file.write_bytes(stock.layout.catalogue_file.read_bytes())
        before = set(Path("/dev/shm").iterdir())
        with running("media_player", layout) as process:
            viewer = Viewer(layout)
            viewer.start("large")
            process.kill()
            process.wait(10)
            with pytest.raises((EOFError, ConnectionError)):
                while True:
                    viewer.bus.receive(10)
            # The screen keeps the last picture as long as it wants to.
            assert viewer.reader.pixels(viewer.reader.newest()) is not None
            viewer.bus.close()
        assert set(Path("/dev/shm").iterdir()) <= before
        with running("media_player", layout):
            again = Viewer(layout)
            state = BusConnection(layout.socket("media"))
            state.receive(5)
            first = state.receive(5)
            assert (first.phase, first.play, first.last) == (PlayPhase.IDLE, 0, None)
            assert again.play("good").verdict is Verdict.PLAYED
            again.bus.close()
            state.close()


def test_a_player_told_to_end_ends_soon_even_in_mid_play(stock: Stock) -> None:
    with short_folder() as root:
        layout = make_point(root)
        (layout.content / "blobs").symlink_to(stock.layout.content / "blobs")
        layout.catalogue_file.write_bytes(stock.layout.catalogue_file.read_bytes())
        with running("media_player", layout) as process:
            viewer = Viewer(layout)
            viewer.start("large")
            process.terminate()
            assert process.wait(10) == 0
            viewer.bus.close()


# ---------------------------------------------------------------- libVLC's callbacks

_BENCH = """
import gc, queue, sys, time
from pathlib import Path
from kiosk.bus import ConnectionId
from kiosk.frames import FrameWriter
from kiosk.paths import Layout
from kiosk.types import ItemId, LanguageTag
from media_player import libvlc
from media_player.effects import *
from media_player.library import CatalogueLibrary
from media_player.vlc_engine import VlcEngine

layout = Layout(Path(sys.argv[1]))
seen = queue.Queue()
found = []
CatalogueLibrary(layout, found.append).look_up(LookUp(
    connection=ConnectionId(1), request="", item=ItemId("good"), language=LanguageTag("vi"), start_s=0.0))

def play(engine, number):
    engine.open(Open(play=number, source=found[0].source, start_s=0.0, track=None))
    events = []
    while not events or not isinstance(events[-1], Ended):
        gc.collect()  # a collected callback would end in a segfault
        events.append(seen.get(timeout=20))
    engine.close(Close(play=number))
    while not isinstance(seen.get(timeout=20), Closed):
        pass
    return [type(event).__name__ for event in events]
"""


def script(layout: Layout, body: str) -> list[str]:
    """Run a script with the real engine in a process of its own; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", _BENCH + textwrap.dedent(body), str(layout.root)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stderr[-3000:])
    return done.stdout.splitlines()


def test_libvlc_called_inside_its_own_callback_is_refused_where_it_would_have_hung(stock: Stock) -> None:
    printed = script(
        stock.layout,
        """
        class Rash(VlcEngine):
            def _on_event(self, event, play):
                if event.contents.type == libvlc.END_REACHED and self._run is not None:
                    try:
                        self._lib.media_player_stop(self._run.player)
                    except libvlc.CalledInsideCallback as error:
                        print("refused", error)
                super()._on_event(event, play)

        engine = Rash(layout=layout, frames=FrameWriter(), output="dummy", sink="", post=seen.put)
        print("Ended" in play(engine, 1))
        print("Ended" in play(engine, 2))
        engine.shut_down(5.0)
        """,
    )
    assert printed[0] == "refused libvlc_media_player_stop inside _on_event"
    assert printed.count("True") == 2


def test_an_exception_inside_a_picture_callback_costs_a_frame_and_not_the_process(stock: Stock) -> None:
    printed = script(
        stock.layout,
        """
        class Faulty(FrameWriter):
            calls = 0

            def take_slot(self):
                self.calls += 1
                if self.calls % 3 == 0:
                    raise RuntimeError("no slot")
                return super().take_slot()

        frames = Faulty()
        engine = VlcEngine(layout=layout, frames=frames, output="dummy", sink="", post=seen.put)
        events = play(engine, 1)
        print("Started" in events, frames.newest > 20, engine._troubles > 5)

        def begin(*arguments):
            raise RuntimeError("no room")

        frames.begin = begin
        print("Started" in play(engine, 2))
        del frames.begin
        print("Started" in play(engine, 3))
        engine.shut_down(5.0)
        """,
    )
    assert printed[0] == "True True True"
    assert printed[2] == "True"


def test_only_one_file_knows_libvlc() -> None:
    tree = Path(__file__).resolve().parent.parent
    folders = ("kiosk", "media_player", "audio", "content_cache", "provisioning")
    users = [
        path.relative_to(tree).as_posix()
        for folder in folders
        for path in (tree / folder).rglob("*.py")
        if any(line.startswith(("import vlc", "from vlc")) for line in _lines(path))
    ]
    assert users == ["media_player/libvlc.py"]


def _lines(path: Path) -> list[str]:
    with contextlib.suppress(FileNotFoundError):
        return [line.strip() for line in path.read_text().splitlines()]
    return []
