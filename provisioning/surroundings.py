"""Find, or make, the screen and the sound card that a point runs on.

A machine with a display and a sound server uses them; one without gets a virtual screen and a
virtual sound card. Either way the services see only ``machine.toml`` and their environment.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kiosk.errors import Problem, Who
from kiosk.files import replace_bytes
from kiosk.paths import Layout
from provisioning.processes import clean_environment
from provisioning.virtual import Screen, Sound, VirtualScreen, VirtualSound, pipewire_jack_folder

_VIRTUAL_MACHINE = """\
[audio]
driver = "jack"

[audio.ports]
microphone = "mic:capture_MONO"
media_left = "bulletin:monitor_FL"
media_right = "bulletin:monitor_FR"
hall = "amp:playback_FL"
outdoor = "amp:playback_FR"

[clock]
trust_rtc = true
"""

_DESKTOP_MACHINE = """\
[audio]
driver = "jack"

[audio.ports]
microphone = "{source}:capture_FL"
media_left = "bulletin:monitor_FL"
media_right = "bulletin:monitor_FR"
hall = "{sink}:playback_FL"
outdoor = "{sink}:playback_FR"

[clock]
trust_rtc = true
"""


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What the point runs on; kept in a file so that other commands find it (`load`)."""

    display: str
    sound: dict[str, str]  # variables that lead a client to the sound server
    virtual_screen: bool
    virtual_sound: bool
    machine: str  # text of machine.toml

    @property
    def screen(self) -> Screen:
        """The display, to be photographed."""
        return Screen(self.display)

    def sound_server(self, log: Path) -> Sound:
        """Return the sound server, to be listened to."""
        return Sound(self.sound, log)

    def environment(self) -> dict[str, str]:
        """Return the whole environment of a service of this point."""
        variables = {**clean_environment(), **self.sound, "DISPLAY": self.display}
        if not self.virtual_screen and "XAUTHORITY" in os.environ:
            variables["XAUTHORITY"] = os.environ["XAUTHORITY"]
        return variables


def surroundings_file(layout: Layout) -> Path:
    """Return where a running point keeps what it runs on."""
    return layout.run / "surroundings.json"


def load(layout: Layout) -> Surroundings:
    """Return what the running point runs on; raises `Problem` when no point runs there."""
    try:
        data = surroundings_file(layout).read_bytes()
    except FileNotFoundError:
        raise Problem(
            "point.not-running",
            who=Who.TECHNICIAN,
            vi=f"Không có điểm hỗ trợ nào đang chạy ở {layout.root}. Hãy chạy `banlang point run`.",
            en=f"No point is running in {layout.root}. Start one with `banlang point run`.",
        ) from None
    return msgspec.json.decode(data, type=Surroundings)


@contextlib.contextmanager
def found_or_made(layout: Layout, *, force_virtual: bool) -> Iterator[Surroundings]:
    """Give the screen and sound card for a point; what was made is stopped at the end."""
    with contextlib.ExitStack() as stack:
        display = "" if force_virtual else os.environ.get("DISPLAY", "")
        virtual_screen = not display
        if virtual_screen:
            display = stack.enter_context(VirtualScreen(log=layout.logs / "xvfb.log")).display
        desktop = None if force_virtual else _desktop_sound(layout)
        if desktop is None:
            sound: Sound = stack.enter_context(VirtualSound(_sound_folder(layout)))
            machine = _VIRTUAL_MACHINE
        else:
            sound, machine = desktop
        found = Surroundings(
            display=display,
            sound=sound.environment(),
            virtual_screen=virtual_screen,
            virtual_sound=desktop is None,
            machine=machine,
        )
        replace_bytes(surroundings_file(layout), msgspec.json.encode(found))
        stack.callback(surroundings_file(layout).unlink, missing_ok=True)
        yield found


def _sound_folder(layout: Layout) -> Path:
    folder = layout.run / "sound"
    folder.mkdir(parents=True, exist_ok=True)
    if len(os.fsencode(folder / "rt/pulse/native")) > 107:
        raise Problem(
            "bus.path-too-long",
            who=Who.TECHNICIAN,
            vi=f"Đường dẫn {layout.root} quá dài cho socket. Hãy dùng --root ngắn hơn.",
            en=f"The path {layout.root} is too long for sockets. Use a shorter --root.",
        )
    return folder


def _desktop_sound(layout: Layout) -> tuple[Sound, str] | None:
    """Return the desktop's own PipeWire and its machine description, or None without one."""
    run = os.environ.get("XDG_RUNTIME_DIR", "")
    if not run or not Path(run, "pipewire-0").exists():
        return None
    names = ("HOME", "XDG_RUNTIME_DIR", "PULSE_SERVER", "DBUS_SESSION_BUS_ADDRESS")
    variables = {name: os.environ[name] for name in names if name in os.environ}
    library = pipewire_jack_folder()
    if library is not None:
        variables["LD_LIBRARY_PATH"] = str(library)
    sound = Sound(variables, layout.logs / "sound.log")
    sink, source = _default(sound, "sink"), _default(sound, "source")
    if not sink:
        return None
    if "bulletin:monitor_FL" not in sound.ports():
        sound.make_player_sink()
    return sound, _DESKTOP_MACHINE.format(sink=sink, source=source)


def _default(sound: Sound, kind: str) -> str:
    """Return the JACK name of the default sink or source, which is its description; or nothing."""
    try:
        name = (sound.pactl(f"get-default-{kind}") or "").strip()
        known = json.loads(sound.pactl("-f", "json", "list", f"{kind}s") or "[]")
    except (FileNotFoundError, subprocess.TimeoutExpired, ValueError):
        return ""
    return next((str(entry["description"]) for entry in known if entry.get("name") == name), "")
