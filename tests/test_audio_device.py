"""The engine's roads to a sound card: ports that come and go, a held interpreter lock.

A file of its own because libjack can follow one server at a time in one process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from audio_officer import Officer, store
from audio_world import PORTS, Signal, level_db, tone, world
from points import add_officer, jackd, make_point, running, short_folder, wait_for

from kiosk.bus import BusConnection
from kiosk.messages import Announce, AudioState
from kiosk.types import LanguageTag, Zone
from provisioning.processes import clean_environment, spawn, stop
from provisioning.virtual import VirtualSound

pytestmark = pytest.mark.sound


def test_a_role_whose_device_is_gone_is_a_fault_and_comes_back_by_itself() -> None:
    with jackd() as variables, short_folder() as root:
        layout = make_point(root, machine=PORTS)
        with running("audio", layout, env=variables), BusConnection(layout.socket("audio")) as connection:
            seen: list[set[str]] = []

            def faults() -> set[str]:
                for message in connection.messages(0.2):
                    if isinstance(message, AudioState):
                        seen.append({fault.advice.code for fault in message.faults})
                return seen[-1] if seen else set()

            wait_for(lambda: "audio.port-missing.microphone" in faults(), 20)
            assert "audio.port-missing.hall" in seen[-1]
            with world(variables):
                wait_for(lambda: not faults(), 20)
            wait_for(lambda: "audio.port-missing.hall" in faults(), 20)


def test_a_sound_server_that_dies_is_a_fault_and_its_successor_is_taken_up() -> None:
    variables = {"JACK_DEFAULT_SERVER": f"t{os.getpid()}-again", "JACK_NO_AUDIO_RESERVATION": "1"}
    command = ["jackd", "-r", "-n", variables["JACK_DEFAULT_SERVER"], "-d", "dummy", "-r", "48000"]
    machine = '[audio]\ndriver = "jack"\n[audio.ports]\nhall = "system:playback_1"\n'
    with short_folder() as root:
        layout = make_point(root, machine=machine)
        environment = {**clean_environment(), **variables}
        server = spawn(command, log=root / "jackd.log", environment=environment)
        try:
            with running("audio", layout, env=variables) as service:

                def ready() -> bool:
                    with BusConnection(layout.socket("audio")) as connection:
                        connection.receive(5)
                        return bool(connection.receive(5).ready)

                wait_for(ready, 20)
                for order in (signal.SIGTERM, signal.SIGKILL):
                    server.send_signal(order)
                    server.wait(10)
                    wait_for(lambda: not ready(), 20)
                    server = spawn(command, log=root / "jackd.log", environment=environment)
                    wait_for(ready, 20)
                assert service.poll() is None
        finally:
            stop(server)
        said = (layout.logs / "audio.log").read_text().splitlines()
        assert len(said) < 40, said  # edges, not a line for every try


HELD = """
import ctypes, sys, time
from audio.block import MIC, RATE, Block
from audio.desk import Desk
from audio.jack_device import JackDevice
from kiosk.config import Ports, Routes, Sound

block = Block()
desk = Desk(block, Sound(), Routes())
device = JackDevice(block, Ports(), name="held")
assert device.tend().ready
time.sleep(0.2)
library = ctypes.PyDLL(None)  # PyDLL: the call keeps the interpreter lock
for hold in (lambda: library.usleep(300_000), lambda: library.sleep(2)):
    frame, began = desk.frame, time.monotonic()
    hold()
    passed = time.monotonic() - began
    print((desk.frame - frame) / RATE / passed)
device.close()
"""


def test_a_held_interpreter_lock_costs_no_speech() -> None:
    """300 ms and 2 s without Python in the engine's own process: the callback never notices."""
    with jackd() as variables:
        done = subprocess.run(
            [sys.executable, "-c", HELD],
            capture_output=True,
            text=True,
            timeout=60,
            env={**clean_environment(), **variables},
        )
    assert done.returncode == 0, done.stderr
    rendered = [float(line) for line in done.stdout.split()]
    assert len(rendered) == 2
    for share in rendered:
        assert share > 0.97  # JACK hands out time by the wall; the rest is where a quantum begins


def test_through_portaudio_the_same_callback_chimes_and_speaks() -> None:
    """The second driver for real: ALSA's pulse device in front of the virtual amplifier."""
    machine = '[audio]\ndriver = "sounddevice"\ndevice = "pulse"\nquantum = 1024\n'
    with short_folder() as root, VirtualSound(root / "s") as sound:
        layout = make_point(root / "p", machine=machine)
        name, pin = add_officer(layout)
        with running("audio", layout, env=sound.environment()):
            officer = Officer(layout, name, pin)
            officer.state(lambda state: state.ready and not state.faults)
            clip = store(layout, tone(1000.0, 1.0, 0.4))
            with sound.recording(root / "w.wav"):
                order = Announce(clip=clip, title="Thử", language=LanguageTag("vi"), zones=(Zone.HALL,))
                officer.send(order)
                officer.state(lambda state: state.on_air is not None)
                officer.state(lambda state: state.on_air is None)
        recorded, _ = soundfile.read(root / "w.wav", dtype="float32")
    hall, outdoor = recorded[:, 1], recorded[:, 2]
    assert not outdoor.any()
    # How much of each half second is the words' own frequency: none in the chime, all in the words.
    halves = [hall[k : k + 24000] for k in range(0, len(hall) - 24000, 6000)]
    pure = max(share_of(1000.0, half) for half in halves)
    assert pure > 0.95
    assert max(level_db(half) for half in halves if share_of(1000.0, half) < 0.1) > -30  # the chime


def share_of(frequency: float, signal: Signal) -> float:
    """Return which share of a signal's energy is one sine of that frequency."""
    n = np.arange(len(signal))
    wave = np.exp(-2j * np.pi * frequency * n / 48000)
    energy = float(np.sum(np.square(signal, dtype=np.float64)))
    return 2 * abs(complex(np.dot(signal, wave))) ** 2 / len(signal) / energy if energy > 1e-6 else 0.0
