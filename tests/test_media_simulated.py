"""The simulated player: the same core and bus, drawn frames, a timeline."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import pytest
from media_catalogue import Shelf
from points import make_point, running, short_folder

from kiosk.bus import BusConnection, ConnectionId, Received
from kiosk.frames import FrameReader, FrameWriter
from kiosk.messages import MediaState, Pause, Play, PlayPhase, Resume, Seek, Surface, Verdict, WatchFrames
from kiosk.paths import Layout
from kiosk.service import Tick
from kiosk.types import ItemId, LanguageTag
from media_player import effects
from media_player.core import PlayerCore
from media_player.library import CatalogueLibrary
from media_player.simulated import SimulatedEngine


class Loop:
    """The service's loop with a clock that the test moves."""

    def __init__(self, layout: Layout) -> None:
        self.inbox: deque[Any] = deque()
        self.frames = FrameWriter()
        self.engine = SimulatedEngine(frames=self.frames, post=self.inbox.append)
        self.core = PlayerCore()
        self.now = 0.0
        self.carriers = {
            effects.LookUp: CatalogueLibrary(layout, self.inbox.append).look_up,
            effects.Open: self.engine.open,
            effects.Close: self.engine.close,
            effects.Hold: self.engine.hold,
            effects.Go: self.engine.go,
            effects.GoTo: self.engine.go_to,
            effects.PickTrack: self.engine.pick_track,
        }

    def command(self, command: Any) -> None:
        self.inbox.append(Received(connection=ConnectionId(1), message=command))
        self.turn()

    def turn(self) -> None:
        while self.inbox:
            for effect in self.core.step(self.inbox.popleft(), self.now):
                if type(effect) in self.carriers:
                    self.carriers[type(effect)](effect)

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.05)):
            self.now += 0.05
            self.engine.advance(0.05)
            self.inbox.append(Tick())
            self.turn()

    @property
    def state(self) -> MediaState:
        return self.core.state(self.now)


def test_a_simulated_film_plays_pauses_seeks_and_is_played(tmp_path: Path) -> None:
    layout = make_point(tmp_path)
    film = tmp_path / "film"
    film.write_bytes(b"not looked at")
    Shelf(layout).add("film", film, duration_s=20.0, width=64, height=36)
    loop = Loop(layout)
    reader = FrameReader(loop.frames.fd)
    loop.command(Play(item=ItemId("film"), language=LanguageTag("vi")))
    loop.pass_time(5.0)
    assert loop.state.phase is PlayPhase.PLAYING
    assert 4.0 < loop.state.position_s <= 5.0
    assert reader.newest().width == 64
    loop.command(Pause())
    frames = reader.newest().number
    loop.pass_time(3.0)
    assert reader.newest().number == frames
    loop.command(Resume())
    loop.command(Seek(position_s=18.0))
    loop.pass_time(3.0)
    assert loop.state.phase is PlayPhase.IDLE
    assert loop.state.last is not None
    assert loop.state.last.verdict is Verdict.PLAYED
    orders = [type(done.order).__name__ for done in loop.engine.timeline]
    assert orders == ["Open", "Hold", "Go", "GoTo", "Close"]


@pytest.mark.point
def test_a_machine_may_declare_a_simulated_player() -> None:
    with short_folder() as root:
        layout = make_point(root, machine='[media]\ndriver = "simulated"')
        film = root / "film"
        film.write_bytes(b"not looked at")
        Shelf(layout).add("film", film, duration_s=1.0, width=64, height=36)
        with running("media_player", layout), BusConnection(layout.socket("media")) as bus:
            bus.send(WatchFrames())
            bus.send(Play(item=ItemId("film"), language=LanguageTag("vi")))
            reader = None
            for message in bus.messages(15):
                if isinstance(message, Surface):
                    reader = FrameReader(bus.take_fd())
                if isinstance(message, MediaState) and message.last is not None:
                    assert message.last.verdict is Verdict.PLAYED
                    break
            assert reader is not None
            assert reader.newest().number > 0
