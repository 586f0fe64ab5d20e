"""The player's sound: into the sink the engine mixes, in the language asked for."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from media_catalogue import Shelf
from points import make_point, running, short_folder

from kiosk.bus import BusConnection
from kiosk.messages import ChooseLanguage, MediaState, Play, PlayPhase, Stop, Verdict
from kiosk.types import ItemId, LanguageTag, Use
from media_player.testcard import make_film, make_sound
from provisioning.virtual import VirtualSound

pytestmark = [pytest.mark.point, pytest.mark.sound]

TONES = {"vi": 500, "tyz": 1000, "en": 2000}
"""One tone a track, in file order. libVLC knows no language code ``tyz``."""


def loudest(wav: Path, seconds: float) -> float:
    """Return the strongest frequency of the last `seconds` of a recording, Hz."""
    sound, rate = soundfile.read(wav, always_2d=True)
    part = sound[-int(seconds * rate) :, 0]
    assert np.abs(part).max() > 0.01, "nothing sounded"
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
    return float(np.argmax(spectrum)) * rate / len(part)


@contextlib.contextmanager
def hearing(sound: VirtualSound, wav: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Record what arrives in the player's sink."""
    command = ["parec", "-d", "bulletin.monitor", "--file-format=wav", "--latency-msec=20", str(wav)]
    process = subprocess.Popen(command, env=sound.full_environment())
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def until_sounding(bus: BusConnection, item: str) -> None:
    for message in bus.messages(20):
        if isinstance(message, MediaState) and message.phase is PlayPhase.PLAYING and message.item == item:
            return
    raise AssertionError(f"{item} does not play")


def listen(bus: BusConnection, seconds: float) -> None:
    for _ in bus.messages(seconds):
        pass


def test_the_track_of_a_language_that_libvlc_does_not_know_is_chosen_by_its_place(tmp_path: Path) -> None:
    with short_folder() as root, VirtualSound(root / "snd") as sound:
        layout = make_point(root / "p", machine='[media]\nvlc_output = "pulse"\nsink = "bulletin"')
        film, bulletin = tmp_path / "film.mp4", tmp_path / "sound.m4a"
        make_film(film, seconds=12.0, tones_hz=tuple(TONES.values()))
        make_sound(bulletin, seconds=2.0, tone_hz=700)
        shelf = Shelf(layout)
        shelf.add("film", film, duration_s=12.0, tracks=[("vi",), ("tyz", "nut"), ("en",)])
        shelf.add("bulletin", bulletin, duration_s=2.0, use=Use.AUDIO)
        with (
            running("media_player", layout, env=sound.environment()),
            BusConnection(layout.socket("media")) as bus,
        ):
            # From the start, and switched in mid-play.
            bus.send(Play(item=ItemId("film"), language=LanguageTag("tyz")))
            until_sounding(bus, "film")
            with hearing(sound, tmp_path / "tyz.wav"):
                listen(bus, 1.5)
            bus.send(ChooseLanguage(language=LanguageTag("en")))
            listen(bus, 2.0)  # what was buffered in the old language
            with hearing(sound, tmp_path / "en.wav"):
                listen(bus, 1.2)
            bus.send(Stop())
            # A whole sound, through a real sound server, is played.
            bus.send(Play(item=ItemId("bulletin"), language=LanguageTag("vi")))
            until_sounding(bus, "bulletin")
            with hearing(sound, tmp_path / "bulletin.wav"):
                listen(bus, 1.0)
            for message in bus.messages(10):
                if isinstance(message, MediaState) and message.phase is PlayPhase.IDLE:
                    assert message.last is not None
                    assert message.last.verdict is Verdict.PLAYED
                    break
    assert loudest(tmp_path / "tyz.wav", 0.5) == pytest.approx(TONES["tyz"], rel=0.02)
    assert loudest(tmp_path / "en.wav", 0.5) == pytest.approx(TONES["en"], rel=0.02)
    assert loudest(tmp_path / "bulletin.wav", 0.4) == pytest.approx(700, rel=0.02)


def test_without_its_sink_the_player_sounds_nowhere_else_and_says_so(tmp_path: Path) -> None:
    with short_folder() as root, VirtualSound(root / "snd") as sound:
        layout = make_point(root / "p", machine='[media]\nvlc_output = "pulse"\nsink = "missing"')
        film = tmp_path / "film.mp4"
        make_film(film, seconds=2.5)
        Shelf(layout).add("film", film, duration_s=2.5)
        streams = ["pactl", "list", "short", "sink-inputs"]
        with (
            running("media_player", layout, env=sound.environment()),
            BusConnection(layout.socket("media")) as bus,
        ):
            bus.send(Play(item=ItemId("film"), language=LanguageTag("vi")))
            until_sounding(bus, "film")
            faults: set[str] = set()
            for message in bus.messages(10):
                assert isinstance(message, MediaState)
                heard = subprocess.run(streams, env=sound.full_environment(), capture_output=True, text=True)
                assert heard.stdout.strip() == "", "it sounds into another device"
                faults |= {fault.advice.code for fault in message.faults}
                if message.phase is PlayPhase.IDLE:
                    assert message.last is not None
                    assert message.last.verdict is Verdict.PLAYED  # the picture was shown
                    break
            assert faults == {"media.no-sound"}
