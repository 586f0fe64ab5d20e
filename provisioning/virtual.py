"""A screen and a sound card for machines that have none: a real X server, a real PipeWire.

What runs on them is the product unchanged; only the last inch (glass, amplifier) is missing. The
picture can be looked at (`VirtualScreen.screenshot`) and the amplifier heard
(`VirtualSound.recording`).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kiosk.errors import Problem, Who
from provisioning.processes import clean_environment, spawn, stop, wait_until

QUANTUM = 1024
"""Frames a cycle of the virtual sound card at 48 kHz: a busy machine drops none at this size."""

WITNESSED = ("mic:capture_MONO", "amp:monitor_FL", "amp:monitor_FR")
"""What a listener hears: the microphone and both channels of the virtual amplifier."""

_PIPEWIRE_CONFIG = """
context.properties = {{
  default.clock.rate = 48000 default.clock.allowed-rates = [ 48000 ]
  default.clock.quantum = {quantum} default.clock.min-quantum = 32 default.clock.max-quantum = 2048
}}
context.objects = [
  {{ factory = adapter args = {{
      factory.name = support.null-audio-sink node.name = amp node.description = amp
      media.class = Audio/Sink audio.position = [ FL FR ] audio.rate = 48000
      monitor.channel-volumes = true }} }}
  {{ factory = adapter args = {{
      factory.name = support.null-audio-sink node.name = mic
      node.description = mic
      media.class = Audio/Source/Virtual audio.position = [ MONO ] audio.rate = 48000 }} }}
]
"""

# A killed player's ducked or muted stream must not be remembered for its successor, and a virtual
# sound card has no business with the real ones of the machine.
_WIREPLUMBER_MAIN = """
stream_defaults.properties["restore-props"] = false
stream_defaults.properties["restore-target"] = false
alsa_monitor.enabled = false
v4l2_monitor.enabled = false
libcamera_monitor.enabled = false
"""

# Its bluetooth part asks for systemd-logind, and where that is absent nothing else of it runs either.
_WIREPLUMBER_BLUETOOTH = """
bluez_monitor.enabled = false
"""


class Screen:
    """An X display that can be photographed."""

    def __init__(self, display: str) -> None:
        self.display = display

    def environment(self) -> dict[str, str]:
        """Return the variables a client needs to draw here."""
        return {"DISPLAY": self.display}

    def screenshot(self, path: Path) -> None:
        """Write what the screen shows as PNG; `path` is never seen half written."""
        scratch = path.with_name(f".{path.name}.new.png")
        subprocess.run(
            ["import", "-display", self.display, "-window", "root", os.fspath(scratch)],
            check=True,
            timeout=30,
            env=clean_environment(),
        )
        scratch.replace(path)


class VirtualScreen(Screen):
    """An Xvfb of its own on a free display number."""

    def __init__(self, width: int = 1920, height: int = 1080, *, log: Path | None = None) -> None:
        self._size = f"{width}x{height}x24"
        self._log = log or Path(tempfile.gettempdir()) / f"banlang-xvfb-{os.getpid()}.log"
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__("")

    def __enter__(self) -> VirtualScreen:
        """Start the X server; raises `Problem` when it cannot."""
        # The server picks the number itself and writes it once it answers: no race for a free one.
        read_end, write_end = os.pipe()
        command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", self._size]
        try:
            self._process = spawn(
                [*command, "-nolisten", "tcp", "-noreset", "-ac"],
                log=self._log,
                environment=clean_environment(),
                pass_fds=(write_end,),
            )
        finally:
            os.close(write_end)
        with os.fdopen(read_end) as answer:
            number = answer.readline().strip()
        if not number:
            self._process.wait()
            raise Problem(
                "screen.no-virtual-screen",
                who=Who.TECHNICIAN,
                vi=f"Không mở được màn hình ảo (Xvfb). Xem nhật ký {self._log}.",
                en=f"The virtual screen (Xvfb) did not start. Look into {self._log}.",
            )
        self.display = f":{number}"
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            stop(self._process)


class Sound:
    """A running PipeWire that can be listened to and spoken into, known by its `variables`."""

    def __init__(self, variables: Mapping[str, str], log: Path) -> None:
        self._variables = dict(variables)
        self._log = log

    def environment(self) -> dict[str, str]:
        """Return the variables a client needs to sound here, as a Pulse, PipeWire or JACK client."""
        return dict(self._variables)

    def pactl(self, *arguments: str) -> str | None:
        """Ask the Pulse server; return its answer, or None when it refused or is not there."""
        answer = subprocess.run(
            ["pactl", *arguments], capture_output=True, text=True, env=self.full_environment(), timeout=20
        )
        return answer.stdout if answer.returncode == 0 else None

    def make_player_sink(self) -> None:
        """Make the null sink that the media player sounds into and the engine listens to."""
        # JACK clients see a node under its description, so it must be the name.
        described = "sink_properties=node.description=bulletin"
        self.pactl("load-module", "module-null-sink", "sink_name=bulletin", described)

    def full_environment(self) -> dict[str, str]:
        """Return this process's environment turned to this sound card."""
        return {**clean_environment(), **self.environment()}

    def ports(self) -> list[str]:
        """Return every port's name (``amp:monitor_FL``)."""
        answer = subprocess.run(
            ["pw-link", "-oi"], capture_output=True, text=True, env=self.full_environment(), timeout=20
        )
        return sorted({line.strip() for line in answer.stdout.splitlines() if ":" in line})

    def link(self, source: str, target: str) -> None:
        """Link two ports, waiting up to 10 s for both to appear."""
        deadline = time.monotonic() + 10
        while True:
            made = subprocess.run(
                ["pw-link", source, target],
                capture_output=True,
                text=True,
                env=self.full_environment(),
                timeout=20,
            )
            if made.returncode == 0 or "exists" in made.stderr:
                return
            if time.monotonic() > deadline:
                raise Problem(
                    "sound.no-link",
                    who=Who.TECHNICIAN,
                    vi=f"Không nối được {source} với {target}: {made.stderr.strip()}.",
                    en=f"Could not link {source} to {target}: {made.stderr.strip()}.",
                )
            time.sleep(0.05)

    @contextlib.contextmanager
    def recording(self, path: Path, sources: Sequence[str] = WITNESSED) -> Iterator[None]:
        """Record the output ports `sources`, sample-locked, as float32 WAV, one channel each."""
        name = f"witness{time.monotonic_ns()}"
        channels = ",".join(f"AUX{index}" for index in range(len(sources)))
        process = spawn(
            [
                *("pw-cat", "-r", "--target", "0", "--rate", "48000", "--format", "f32"),
                *("--channels", str(len(sources)), "--channel-map", channels),
                *("-P", f"{{ node.name={name} }}", os.fspath(path)),
            ],
            log=self._log,
            environment=self.full_environment(),
        )
        try:
            wait_until(
                lambda: f"{name}:input_AUX{len(sources) - 1}" in self.ports(),
                within_s=15,
                what="pw-cat",
                log=self._log,
            )
            for index, source in enumerate(sources):
                self.link(source, f"{name}:input_AUX{index}")
            yield
        finally:
            # SIGINT lets pw-cat write the length into the WAV header.
            process.send_signal(2)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                stop(process)

    def speak(self, path: Path) -> None:
        """Play a sound file into the virtual microphone and wait for its end."""
        name = f"speaker{time.monotonic_ns()}"
        process = spawn(
            [
                *("pw-cat", "-p", "--target", "0", "--channels", "1"),
                *("-P", f"{{ node.name={name} }}", os.fspath(path)),
            ],
            log=self._log,
            environment=self.full_environment(),
        )
        try:
            self.link(f"{name}:output_MONO", "mic:input_MONO")
            process.wait(600)
        finally:
            stop(process)


class VirtualSound(Sound):
    """A PipeWire of its own with an amplifier (``amp``), a microphone (``mic``), a player sink.

    `folder` holds its sockets and logs, so it must be short (a socket path is at most 107 bytes).
    """

    def __init__(self, folder: Path, *, quantum: int = QUANTUM) -> None:
        self._folder = folder
        self._quantum = quantum
        self._processes: list[subprocess.Popen[bytes]] = []
        run = folder / "rt"
        variables = {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(run),
            "XDG_CONFIG_HOME": str(folder / "conf"),
            "XDG_STATE_HOME": str(folder / "state"),
            "PIPEWIRE_RUNTIME_DIR": str(run),
            "PULSE_RUNTIME_PATH": str(run / "pulse"),
            "PULSE_SERVER": f"unix:{run}/pulse/native",
            "PIPEWIRE_QUANTUM": f"{quantum}/48000",
        }
        library = pipewire_jack_folder()
        if library is not None:
            variables["LD_LIBRARY_PATH"] = str(library)
        super().__init__(variables, folder / "clients.log")

    def __enter__(self) -> VirtualSound:
        """Start bus, PipeWire, session manager and Pulse server; raises `Problem` when one fails."""
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes):
            stop(process)
        self._processes.clear()

    def _start(self) -> None:
        run = self._folder / "rt"
        config = self._folder / "conf"
        wireplumber = config / "wireplumber"
        main, bluetooth = wireplumber / "main.lua.d", wireplumber / "bluetooth.lua.d"
        for folder in (run, config / "pipewire/pipewire.conf.d", main, bluetooth):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / "state").mkdir(exist_ok=True)
        (config / "pipewire/pipewire.conf.d/10-virtual.conf").write_text(
            _PIPEWIRE_CONFIG.format(quantum=self._quantum)
        )
        (main / "60-banlang.lua").write_text(_WIREPLUMBER_MAIN)
        (bluetooth / "60-banlang.lua").write_text(_WIREPLUMBER_BLUETOOTH)
        for left_over in run.glob("pipewire-0*"):
            left_over.unlink()
        self._variables["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
        self._spawn("pipewire")
        wait_until((run / "pipewire-0").exists, within_s=15, what="PipeWire", log=self._log_of("pipewire"))
        self._spawn("wireplumber")
        self._spawn("pipewire-pulse")
        wait_until(
            lambda: self.pactl("info") is not None,
            within_s=15,
            what="PipeWire (pulse)",
            log=self._log_of("pipewire-pulse"),
        )
        self.make_player_sink()
        wait_until(
            lambda: {"amp:playback_FR", "bulletin:playback_FR"} <= set(self.ports()),
            within_s=15,
            what="PipeWire (amp)",
            log=self._log_of("wireplumber"),
        )

    def _start_bus(self) -> str:
        read_end, write_end = os.pipe()
        try:
            self._processes.append(
                spawn(
                    ["dbus-daemon", "--session", "--nofork", f"--print-address={write_end}"],
                    log=self._log_of("dbus"),
                    environment=clean_environment(),
                    pass_fds=(write_end,),
                )
            )
        finally:
            os.close(write_end)
        with os.fdopen(read_end) as answer:
            return answer.readline().strip()

    def _log_of(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        process = spawn(command, log=self._log_of(command[0]), environment=self.full_environment())
        self._processes.append(process)
        return process


def pipewire_jack_folder() -> Path | None:
    """Return the folder of PipeWire's own libjack, or None when it is not installed."""
    found = sorted(Path("/usr/lib").glob("*-linux-gnu/pipewire-0.3/jack"))
    return found[0] if found else None
