"""``python -m audio.bench``: the loudspeaker side measured, beside C tools where they are installed.

Runs a JACK server without a card, so no figure depends on a device. Latency is measured by
``jack_iodelay`` (C), once through the engine and once through a bare wire.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

from audio.block import LOOKAHEAD, RATE, Block
from audio.compiled_folder import use_compiled_folder
from kiosk.accounts import add_account
from kiosk.bench import Figure, figure, paired, show_figures, write_figures
from kiosk.bus import BusConnection
from kiosk.config import Routes, Sound
from kiosk.errors import Problem
from kiosk.messages import Accepted, Announce, AudioState, LoggedIn, Login, TalkStart, TalkStop
from kiosk.paths import Layout
from kiosk.types import LanguageTag, OfficerRole, Priority, Sha256, TalkMode, Zone

QUANTUM = 256
RUNS = 5
_OFFICER, _PIN = "bench", "482915"

_MACHINE = """
[audio]
driver = "jack"
[audio.ports]
microphone = "{source}"
hall = "{sink}"
"""


def engine_figures() -> list[Figure]:
    """Measure the compiled callback in this process."""
    from audio.desk import Desk
    from audio.engine import render

    def rendered(desk: Desk, media: np.ndarray) -> np.ndarray:
        nothing = np.zeros(QUANTUM, np.float32)
        hall, outdoor = np.zeros_like(media), np.zeros_like(media)
        for k in range(0, len(media) - QUANTUM + 1, QUANTUM):
            part = slice(k, k + QUANTUM)
            render(desk.block.bytes, nothing, media[part], media[part], hall[part], outdoor[part])
        return hall

    frequency, level = 440.0, 0.5
    n = np.arange(RATE // QUANTUM * QUANTUM)
    sine = (level * np.sin(2 * np.pi * frequency * n / RATE)).astype(np.float32)
    depths, residuals, shares = [], [], []
    for _ in range(RUNS):
        desk = Desk(Block(), Sound(), Routes())
        rendered(desk, sine)
        desk.hold(duck=True, microphone=False, emergency=False)
        began = time.process_time()
        heard = rendered(desk, sine).astype(np.float64)
        shares.append(100 * (time.process_time() - began) / (len(sine) / RATE))
        # Both seconds start at the same phase only if the sine has whole periods: 440 Hz has.
        depths.append(20 * np.log10(np.max(np.abs(sine)) / np.max(np.abs(heard[RATE // 2 :]))))
        x, w = heard[LOOKAHEAD + 2 :], 2 * np.pi * frequency / RATE
        rest = np.max(np.abs(x[2:] - 2 * np.cos(w) * x[1:-1] + x[:-2]))
        residuals.append(20 * np.log10(rest / level))
    return [
        figure("duck depth", depths, "dB"),
        figure("duck residual (sine predictor, 440 Hz)", residuals, "dB"),
        figure("callback cost", shares, "% of one core"),
    ]


@contextlib.contextmanager
def jack_server() -> Iterator[dict[str, str]]:
    """Run a JACK server without a card; yields the environment that leads to it."""
    name = f"bench{os.getpid()}-{secrets.token_hex(2)}"
    environment = {**os.environ, "JACK_DEFAULT_SERVER": name, "JACK_NO_AUDIO_RESERVATION": "1"}
    command = ["jackd", "-r", "-n", name, "-d", "dummy", "-r", str(RATE), "-p", str(QUANTUM)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(lambda: subprocess.run(["jack_lsp"], env=environment, capture_output=True).returncode == 0)
        yield environment
    finally:
        server.terminate()
        server.wait(10)


@contextlib.contextmanager
def service(environment: Mapping[str, str], source: str, sink: str) -> Iterator[Layout]:
    """Run the real service in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bl-") as folder:
        layout = Layout(Path(folder))
        layout.make_folders()
        layout.site_file.write_text('[point]\nid = "bench"\nname = "Bench"\n')
        layout.machine_file.write_text(_MACHINE.format(source=source, sink=sink))
        add_account(layout.accounts_file, _OFFICER, _PIN, (OfficerRole.OFFICER,))
        command = [sys.executable, "-m", "audio", "--root", folder]
        process = subprocess.Popen(command, env=dict(environment), stderr=subprocess.DEVNULL)
        try:
            wait(lambda: _ready(layout))
            yield layout
        finally:
            process.terminate()
            process.wait(10)


def _ready(layout: Layout) -> bool:
    try:
        with BusConnection(layout.socket("audio")) as connection:
            connection.receive(5)
            state = connection.receive(5)
            return isinstance(state, AudioState) and state.ready
    except Problem:
        return False


def officer(layout: Layout) -> BusConnection:
    """Return a logged-in connection."""
    connection = BusConnection(layout.socket("audio"))
    connection.send(Login(name=_OFFICER, pin=_PIN))
    next(message for message in connection.messages(10) if isinstance(message, LoggedIn))
    return connection


def iodelay(environment: Mapping[str, str], wires: list[tuple[str, str]], limit_s: float = 8.0) -> float:
    """Return the frames of delay that ``jack_iodelay`` finds over `wires` (JACK port names)."""
    command = ["stdbuf", "-oL", "jack_iodelay"]
    tool = subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True)
    try:
        time.sleep(0.5)
        for source, sink in wires:
            subprocess.run(["jack_connect", source, sink], env=dict(environment), capture_output=True)
        found: list[float] = []
        deadline = time.monotonic() + limit_s
        assert tool.stdout is not None
        while time.monotonic() < deadline and len(found) < 5:
            match = re.search(r"([\d.]+) frames", tool.stdout.readline())
            if match:
                found.append(float(match.group(1)))
        return float(np.median(found)) if found else float("nan")
    finally:
        tool.terminate()
        tool.wait(5)


def latency_figures() -> list[Figure]:
    """Measure microphone to amplifier by a C tool, through the engine and through a bare wire."""
    pairs = []
    with jack_server() as environment:
        for _ in range(3):
            bare = iodelay(environment, [("jack_delay:out", "jack_delay:in")])
            with service(environment, "", "system:playback_1") as layout, officer(layout) as talker:
                talker.send(TalkStart(mode=TalkMode.LATCH, chime=False))
                through = iodelay(
                    environment,
                    [("jack_delay:out", "banlang:microphone"), ("banlang:hall", "jack_delay:in")],
                )
                talker.send(TalkStop())
            pairs.append((through, bare))
    name = f"microphone to amplifier, round trip at {QUANTUM} frames"
    return [paired(name, pairs, "frames", "bare JACK wire by jack_iodelay")]


def order_figures() -> list[Figure]:
    """Measure from an officer's order to its effect in the engine, through the real service."""
    starts, takeovers = [], []
    with jack_server() as environment, service(environment, "", "system:playback_1") as layout:
        clip = _store(layout)
        with officer(layout) as caller:
            for number in range(RUNS):
                began = time.monotonic()
                order = Announce(
                    clip=clip,
                    title=str(number),
                    language=LanguageTag("vi"),
                    priority=Priority.EMERGENCY,
                    reason="bench",
                    zones=(Zone.HALL,),
                )
                caller.send(order)
                for message in caller.messages(10):
                    if isinstance(message, Accepted):
                        starts.append(1000 * (time.monotonic() - began))
                        break
                for message in caller.messages(20):
                    if isinstance(message, AudioState) and message.on_air is None:
                        break
                began = time.monotonic()
                caller.send(TalkStart(mode=TalkMode.LATCH, chime=False))
                for message in caller.messages(10):
                    if isinstance(message, AudioState) and message.talk is not None:
                        takeovers.append(1000 * (time.monotonic() - began))
                        break
                caller.send(TalkStop())
                next(m for m in caller.messages(10) if isinstance(m, AudioState) and m.talk is None)
    return [
        figure("emergency order to its tone ordered, kept and accepted", starts, "ms"),
        figure("talk order to open microphone", takeovers, "ms"),
    ]


def _store(layout: Layout) -> Sha256:
    import hashlib
    import io

    import soundfile  # type: ignore[import-untyped]  # it ships no types

    data = io.BytesIO()
    soundfile.write(data, np.zeros(RATE // 5, np.float32), RATE, format="FLAC")
    name = Sha256(hashlib.sha256(data.getvalue()).hexdigest())
    layout.clip(name).parent.mkdir(parents=True, exist_ok=True)
    layout.clip(name).write_bytes(data.getvalue())
    return name


def wait(ready: Callable[[], bool], limit_s: float = 30.0) -> None:
    """Wait for a question to be answered with yes."""
    deadline = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError("the benchmark's service did not start")
        time.sleep(0.02)


def main() -> int:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m audio.bench", description=__doc__)
    parser.add_argument("--json", type=Path, help="write the figures here")
    file = parser.parse_args().json
    with tempfile.TemporaryDirectory() as folder:
        use_compiled_folder(Path(folder))
        figures = engine_figures()
        if shutil.which("jackd") and shutil.which("jack_iodelay"):
            figures += latency_figures() + order_figures()
        else:
            print("jackd is not installed: latency and orders are not measured", file=sys.stderr)
    show_figures(figures)
    if file is not None:
        write_figures(file, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
