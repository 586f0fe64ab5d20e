"""The real service: on a JACK server without drop-outs (tier 1), and on PipeWire (tier 2)."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from audio_officer import Officer, store
from audio_world import PORTS, World, db, level_db, sine_residual_db, tone, world
from points import add_officer, jackd, make_point, running, short_folder, wait_for

from audio.tones import Tone
from audio.tones import tone as own_tone
from kiosk.bus import BusConnection
from kiosk.errors import Problem
from kiosk.logbook import read_rows, verify
from kiosk.messages import (
    Accepted,
    Announce,
    AudioState,
    Levels,
    Login,
    Prompt,
    Refused,
    Silence,
    SilenceLift,
    TalkPhase,
    TalkStart,
    TalkStop,
    WatchLevels,
)
from kiosk.paths import Layout
from kiosk.types import LanguageTag, Priority, Sha256, TalkMode, Zone
from provisioning.virtual import VirtualSound

pytestmark = pytest.mark.sound
RATE = 48000


class Point:
    """A point whose audio service runs in a JACK world."""

    def __init__(self, layout: Layout, around: World, officer: tuple[str, str], variables: dict[str, str]):
        self.layout, self.world, self.variables = layout, around, variables
        self.name, self.pin = officer

    def officer(self) -> Officer:
        return Officer(self.layout, self.name, self.pin)

    def state(self) -> AudioState:
        with BusConnection(self.layout.socket("audio")) as connection:
            connection.receive(5)
            return connection.receive(5)

    def announce(self, officer: Officer, clip: Sha256, **more: Any) -> None:
        officer.send(Announce(clip=clip, title="Thử loa", language=LanguageTag("vi"), **more))
        officer.until(Accepted)


@pytest.fixture(scope="module")
def served() -> Iterator[Point]:
    with jackd() as variables, world(variables) as around, short_folder() as root:
        layout = make_point(root, machine=PORTS)
        officer = add_officer(layout)
        with running("audio", layout, env=variables):
            point = Point(layout, around, officer, variables)
            wait_for(lambda: point.state().ready and not point.state().faults, 20)
            around.steady()
            try:
                yield point
            finally:
                around.unsteady()


@pytest.fixture
def point(served: Point) -> Iterator[Point]:
    """The served point, silent and idle before and after."""
    served.world.play()
    served.world.run(0.2)  # what the test before played has left the engine
    yield served
    wait_for(lambda: served.state().on_air is None or served.state().talk is not None, 30)
    if served.state().talk is not None:
        officer = served.officer()
        officer.send(TalkStop())
        officer.state(lambda s: s.talk is None)


def test_microphone_to_amplifier_is_bit_exact_within_2_quanta_and_72_frames(point: Point) -> None:
    officer = point.officer()
    officer.send(TalkStart(mode=TalkMode.LATCH, chime=False))
    officer.state(lambda s: s.talk and s.talk.phase is TalkPhase.OPEN)
    speech = np.random.default_rng(3).uniform(-0.8, 0.8, RATE).astype(np.float32)
    silence = np.zeros(RATE // 4, np.float32)
    point.world.play(speech=np.concatenate([silence, speech]))
    point.world.run(1.6)
    hall, outdoor = point.world.heard()
    first = int(np.flatnonzero(hall)[0])
    latency = first - len(silence)
    assert 0 <= latency <= 2 * 256 + 72
    assert np.array_equal(hall[first : first + RATE], speech)
    assert np.array_equal(outdoor[first : first + RATE], speech)


def test_an_announcement_ducks_the_player_by_20_db_without_a_click(point: Point) -> None:
    officer = point.officer()
    clip = store(point.layout, np.zeros(2 * RATE, np.float32))  # a pause: only the player is left to hear
    point.world.play(media=tone(440.0, 12.0, 0.5))
    point.world.run(0.5)
    point.announce(officer, clip)
    officer.state(lambda s: s.on_air is not None)
    officer.state(lambda s: s.on_air is None)
    point.world.run(0.5)
    hall, outdoor = point.world.heard()
    assert not outdoor[: RATE // 4].any()  # the player's way leads to the hall only
    chime = own_tone(Tone.CHIME)
    # In the outdoor channel the chime is alone; where it ends the hall has the ducked player alone.
    end = int(np.flatnonzero(np.abs(outdoor) > 1e-6)[-1])
    quiet, loud = hall[end + RATE // 10 : end + RATE], hall[RATE // 10 : RATE // 4]
    assert level_db(loud) - level_db(quiet) >= 20
    assert abs(level_db(hall[-RATE // 5 :]) - level_db(loud)) < 0.1  # and it comes back
    rest = hall[end + RATE // 10 :]
    assert sine_residual_db(rest, 440.0, 0.5) <= -50
    start = int(np.flatnonzero(np.abs(outdoor) > 1e-6)[0])
    assert abs(end - start - len(chime)) < RATE // 5


def test_the_words_follow_the_chime_whole_and_in_the_chosen_zone_only(point: Point) -> None:
    officer = point.officer()
    words = tone(1000.0, 1.0, 0.4)
    clip = store(point.layout, words)
    point.world.play()
    point.announce(officer, clip, zones=(Zone.OUTDOOR,))
    officer.state(lambda s: s.on_air is not None)
    officer.state(lambda s: s.on_air is None)
    hall, outdoor = point.world.heard()
    assert not hall.any()
    scores = np.correlate(outdoor[::4], words[::4], mode="valid")
    at = int(np.argmax(scores)) * 4
    there = outdoor[at : at + len(words)]
    assert float(np.dot(there, words)) / np.linalg.norm(there) / np.linalg.norm(words) > 0.99


def test_an_emergency_takes_over_live_talk_and_its_tone_comes_within_half_a_second(point: Point) -> None:
    talker, caller = point.officer(), point.officer()
    talker.send(TalkStart(mode=TalkMode.LATCH, chime=False))
    talker.state(lambda s: s.talk and s.talk.phase is TalkPhase.OPEN)
    clip = store(point.layout, tone(700.0, 1.0, 0.2))
    point.world.play(speech=np.full(20 * RATE, 0.1, np.float32))  # somebody speaks: a steady level
    point.world.run(0.3)
    ordered_at = point.world.frame
    point.announce(caller, clip, priority=Priority.EMERGENCY, reason="Thử")
    caller.state(lambda s: s.talk and s.talk.phase is TalkPhase.WAITING)
    caller.state(lambda s: s.on_air and s.on_air.announcement == "")
    hall, _ = point.world.heard()
    tone_at = int(np.flatnonzero(np.abs(hall) > 0.2)[0])
    assert 0 < tone_at - ordered_at <= RATE // 2
    speaks = np.abs(hall[tone_at + RATE // 10 : tone_at + RATE] - 0.1)
    assert np.mean(hall[tone_at + RATE // 2 : tone_at + RATE]) == pytest.approx(0.0, abs=0.02)
    assert speaks.size


def test_held_talk_dies_with_its_holder(point: Point) -> None:
    officer = point.officer()
    officer.send(TalkStart(mode=TalkMode.HOLD, chime=False))
    officer.state(lambda s: s.talk is not None)
    officer.connection.close()
    wait_for(lambda: point.state().talk is None, 3)
    officer = point.officer()
    officer.send(TalkStart(mode=TalkMode.HOLD, chime=False))
    officer.state(lambda s: s.talk is not None)
    officer.state(lambda s: s.talk is None)  # it stays connected but does not renew


def test_levels_are_sent_ten_times_a_second_to_whoever_asks(point: Point) -> None:
    officer = point.officer()
    point.world.play(media=tone(440.0, 3.0, 0.5))
    officer.send(WatchLevels(on=True))
    officer.until(Levels)
    level = officer.until(Levels, lambda m: m.media_db > -20 and m.microphone_db < -60)
    assert level.media_db == pytest.approx(db(0.5), abs=0.5)
    assert level.hall_db == pytest.approx(db(0.5), abs=0.5)
    assert level.microphone_db == -120
    officer.send(WatchLevels(on=False))


def test_strangers_wrong_pins_and_bad_lines_are_answered_and_the_service_goes_on(point: Point) -> None:
    with BusConnection(point.layout.socket("audio")) as stranger:
        for order in (
            TalkStart(mode=TalkMode.LATCH),
            Login(name="Người lạ", pin="482915"),
            Prompt(clip=Sha256("ab" * 32)),
            SilenceLift(name=point.name, pin="000000"),
        ):
            stranger.send(order)
            codes = [m.advice.code for m in stranger.messages(1.0) if isinstance(m, Refused)]
            assert codes, order
        stranger.send_line(b'{"type":"TalkStart","mode":"shout"}')
        answers = [m.advice.code for m in stranger.messages(2.0) if isinstance(m, Refused)]
        assert answers == ["bus.bad-line"]
    assert point.state().ready
    assert point.state().talk is None


def test_a_missing_or_damaged_recording_is_said_in_words_and_logged(point: Point) -> None:
    officer = point.officer()
    point.announce(officer, Sha256("cd" * 32))
    damaged = store(point.layout, tone(500.0, 1.0))
    point.layout.clip(damaged).write_bytes(b"\0" * 5000)
    point.announce(officer, damaged)
    book = point.layout.service_state("audio") / "logbook.db"
    wait_for(lambda: [r.facts.get("result") for r in read_rows(book)][-2:] == ["failed", "failed"], 5)
    whys = [row.facts["why"] for row in read_rows(book)][-2:]
    assert "not on this machine" in whys[0]
    assert "damaged" in whys[1]
    assert verify(book) is None


def test_silence_and_waiting_announcements_outlive_kill() -> None:
    with short_folder() as root:
        layout = make_point(root)
        name, pin = add_officer(layout)
        clip = store(layout, tone(400.0, 4.0, 0.2))
        with running("audio", layout) as process:
            officer = Officer(layout, name, pin)
            for title in ("một", "hai"):
                officer.send(Announce(clip=clip, title=title, language=LanguageTag("vi")))
                officer.until(Accepted)
            os.kill(process.pid, signal.SIGKILL)
            process.wait(10)
        with running("audio", layout) as process:
            with BusConnection(layout.socket("audio")) as connection:
                states = (m for m in connection.messages(20) if isinstance(m, AudioState))
                state = next(s for s in states if s.on_air is not None)
                assert state.on_air.title == "một"
                assert [entry.title for entry in state.waiting] == ["hai"]
                connection.send(Silence())
                next(s for s in states if s.silenced)
            os.kill(process.pid, signal.SIGKILL)
            process.wait(10)
        with running("audio", layout), BusConnection(layout.socket("audio")) as connection:
            connection.receive(5)
            state = connection.receive(5)
            assert state.silenced
            assert state.on_air is None
            assert state.waiting == ()
            connection.send(SilenceLift(name=name, pin=pin))
            assert next(s for s in connection.messages(10) if isinstance(s, AudioState) and not s.silenced)


def test_on_pipewire_the_players_sink_reaches_the_amplifier_and_speech_is_whole() -> None:
    machine = PORTS.replace("world:mic", "mic:capture_MONO").replace("world:left", "bulletin:monitor_FL")
    machine = machine.replace("world:right", "bulletin:monitor_FR").replace("world:hall", "amp:playback_FL")
    machine = machine.replace("world:outdoor", "amp:playback_FR")
    with short_folder() as root, VirtualSound(root / "s") as sound:
        layout = make_point(root / "p", machine=machine)
        name, pin = add_officer(layout)
        environment = sound.environment()
        speech = root / "speech.wav"
        soundfile.write(speech, tone(600.0, 2.0, 0.3), RATE, subtype="FLOAT")
        media = root / "media.wav"
        soundfile.write(media, np.stack([tone(440.0, 8.0, 0.3)] * 2, axis=1), RATE, subtype="FLOAT")
        with running("audio", layout, env=environment):
            officer = Officer(layout, name, pin)
            officer.state(lambda s: s.ready and not s.faults)
            with sound.recording(root / "w.wav"):
                playing = threading.Thread(target=_play, args=(sound, media))
                playing.start()
                time.sleep(2.0)
                officer.send(TalkStart(mode=TalkMode.LATCH, chime=False))
                officer.state(lambda s: s.talk and s.talk.phase is TalkPhase.OPEN)
                sound.speak(speech)
                officer.send(TalkStop())
                officer.state(lambda s: s.talk is None)
                playing.join(30)
        recorded, _ = soundfile.read(root / "w.wav", dtype="float32")
        mic, hall, outdoor = recorded.T
        spoken = np.flatnonzero(np.abs(mic) > 0.05)
        first, last = int(spoken[0]), int(spoken[-1])
        delay = int(np.argmax(np.abs(outdoor[first - 100 : first + 3 * 1024]) > 0.01)) - 100
        assert -1 <= delay <= 2 * 1024 + 72
        heard = outdoor[first:last]
        assert level_db(heard) == pytest.approx(level_db(mic[first:last]), abs=0.5)
        assert level_db(hall[first - RATE : first - RATE // 2]) > -14  # the player before
        assert not outdoor[first - RATE : first - RATE // 2].any()


def _play(sound: VirtualSound, file: Path) -> None:
    import subprocess

    subprocess.run(
        ["paplay", "--device=bulletin", str(file)], env=sound.full_environment(), timeout=30, check=True
    )


def test_a_sound_card_that_is_not_there_is_said_in_words() -> None:
    """The second driver, where no card exists: a fault with advice, and the service lives."""
    with short_folder() as root:
        layout = make_point(root, machine='[audio]\ndriver = "sounddevice"\ndevice = "no such card"\n')
        with running("audio", layout), BusConnection(layout.socket("audio")) as connection:
            state = next(m for m in connection.messages(20) if isinstance(m, AudioState) and m.faults)
            assert not state.ready
            assert state.faults[0].advice.code == "audio.no-device"
            assert "no such card" in state.faults[0].advice.en


def test_a_second_audio_service_in_the_same_folder_is_refused() -> None:
    with short_folder() as root:
        layout = make_point(root)
        with running("audio", layout):
            from kiosk.bus import BusServer
            from kiosk.messages import COMMANDS

            with pytest.raises(Problem) as refused:
                BusServer(layout.socket("audio"), "audio", COMMANDS["audio"], lambda event: None)
            assert refused.value.code == "bus.in-use"
