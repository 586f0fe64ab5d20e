"""What a point is told about itself: ``site.toml`` (who, where) and ``machine.toml`` (equipment).

Unknown keys are refused with the nearest known name, so a typing error is never a silent default.
The defaults here are the product's; where law differs by place the site sets its own.
"""

from __future__ import annotations

import difflib
import enum
import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kiosk.errors import Problem, Who
from kiosk.languages import DEFAULT_LANGUAGES
from kiosk.types import LanguageTag


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of a configuration file."""


class Point(Table, frozen=True, kw_only=True):
    """``[point]``: who and where."""

    id: str
    name: str
    unit: str = ""  # of the organisation tree: the commune that owns the point
    languages: tuple[LanguageTag, ...] = DEFAULT_LANGUAGES  # offered, in this order


class Repository(Table, frozen=True, kw_only=True):
    """``[repository]``: where signed content comes from; `urls` empty means by stick only."""

    area: str = ""
    urls: tuple[str, ...] = ()  # file:///…, http://…, https://…; the first that answers is used
    check_every_s: float = 300.0


class Sound(Table, frozen=True, kw_only=True):
    """``[sound]``: gains are digital, in dB; the software cannot promise dBA in the room."""

    media_duck_db: float = -26.0  # the player's sound while somebody speaks
    media_gain_db: float = 0.0
    speech_gain_db: float = 0.0
    talk_max_s: float = 600.0  # a forgotten microphone closes by itself
    hold_lease_s: float = 2.0  # held talk dies with its holder within this


class Screen(Table, frozen=True, kw_only=True):
    """``[screen]``."""

    idle_s: float = 120.0  # back to the attract loop, only after somebody chose something


class SiteConfig(Table, frozen=True, kw_only=True):
    """The whole of ``site.toml``."""

    point: Point
    repository: Repository = Repository()
    sound: Sound = Sound()
    screen: Screen = Screen()


class AudioDriver(enum.StrEnum):
    """How the engine reaches the sound card."""

    JACK = "jack"  # PipeWire, as a JACK client: the normal way
    SOUNDDEVICE = "sounddevice"  # PortAudio, for plain ALSA machines
    SIMULATED = "simulated"  # no card: the engine runs against a clock and keeps a timeline


class MicrophonePath(enum.StrEnum):
    """Where the wireless receiver is plugged in."""

    SOFTWARE = "software"  # into this machine
    AMPLIFIER = "amplifier"  # into the amplifier: we duck, log and light ON AIR


class Ports(Table, frozen=True, kw_only=True):
    """``[audio.ports]``: which device plays which role; an absent device is a fault, never another.

    JACK port names (``amp:playback_FL``). Empty: the role is left unconnected.
    """

    microphone: str = ""
    media_left: str = ""
    media_right: str = ""
    hall: str = ""
    outdoor: str = ""


class Routes(Table, frozen=True, kw_only=True):
    """``[audio.routes]``: gain in dB of the player's sound in each zone (-120: not at all).

    Announcements and talk choose their zones themselves.
    """

    media_hall_db: float = 0.0
    media_outdoor_db: float = -120.0


class AudioMachine(Table, frozen=True, kw_only=True):
    """``[audio]`` of ``machine.toml``."""

    driver: AudioDriver = AudioDriver.JACK
    microphone_path: MicrophonePath = MicrophonePath.SOFTWARE
    quantum: int = 256  # frames a cycle at 48 kHz
    device: str = ""  # sounddevice driver only: PortAudio device name
    ports: Ports = Ports()
    routes: Routes = Routes()


class MediaDriver(enum.StrEnum):
    """What plays."""

    VLC = "vlc"
    SIMULATED = "simulated"  # no libVLC: drawn frames against a clock, with a timeline


class MediaMachine(Table, frozen=True, kw_only=True):
    """``[media]``: where the player's sound goes (the null sink that the engine listens to)."""

    driver: MediaDriver = MediaDriver.VLC
    sink: str = "bulletin"
    vlc_output: str = "pulse"  # libVLC's aout; "dummy" when the machine has no sound server


class ClockMachine(Table, frozen=True, kw_only=True):
    """``[clock]``."""

    trust_rtc: bool = False  # the machine has a battery-backed clock


class Declared(Table, frozen=True, kw_only=True):
    """``[declared]``: the nameplates, as text; never presented as measured."""

    tv_size: str = ""
    amplifier: str = ""
    loudspeakers: str = ""
    microphone_range: str = ""


class MachineConfig(Table, frozen=True, kw_only=True):
    """The whole of ``machine.toml``."""

    audio: AudioMachine = AudioMachine()
    media: MediaMachine = MediaMachine()
    clock: ClockMachine = ClockMachine()
    declared: Declared = Declared()


_T = TypeVar("_T", SiteConfig, MachineConfig)


def load_site(path: Path) -> SiteConfig:
    """Read ``site.toml``; raises `Problem` ``config.*`` with the line's cure."""
    return _load(path, SiteConfig)


def load_machine(path: Path) -> MachineConfig:
    """Read ``machine.toml``; raises `Problem` ``config.*`` with the line's cure."""
    return _load(path, MachineConfig)


def _load(path: Path, shape: type[_T]) -> _T:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Problem(
            "config.missing",
            who=Who.TECHNICIAN,
            vi=f"Không có tệp cấu hình {path}. Hãy tạo tệp này hoặc chạy lại bước cài đặt.",
            en=f"The configuration file {path} is missing. Create it, or run set-up again.",
        ) from None
    try:
        return msgspec.toml.decode(data, type=shape)
    except msgspec.ValidationError as error:
        what, hint_vi, hint_en = str(error), "", ""
        unknown = re.search(r"unknown field `([^`]*)`", what)
        if unknown:
            where = re.search(r"at `\$\.?([^`]*)`", what)
            known = _known_keys(shape, where.group(1) if where else "")
            near = difflib.get_close_matches(unknown.group(1), known, n=1, cutoff=0.5)
            if near:
                hint_vi, hint_en = f" Có phải là `{near[0]}`?", f" Did you mean `{near[0]}`?"
            else:
                names = ", ".join(known)
                hint_vi, hint_en = f" Các khoá hợp lệ: {names}.", f" Known keys: {names}."
        raise Problem(
            "config.invalid",
            who=Who.TECHNICIAN,
            vi=f"Tệp {path} có chỗ sai: {what}.{hint_vi} Hãy sửa rồi khởi động lại.",
            en=f"{path} has a mistake: {what}.{hint_en} Correct it and start again.",
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(
            "config.syntax",
            who=Who.TECHNICIAN,
            vi=f"Tệp {path} không đúng cú pháp TOML: {error}. Hãy sửa rồi khởi động lại.",
            en=f"{path} is not valid TOML: {error}. Correct it and start again.",
        ) from None


def _known_keys(shape: Any, dotted: str) -> list[str]:
    """Return the keys allowed in the table at `dotted` (``audio.ports``) below `shape`."""
    for part in filter(None, dotted.split(".")):
        fields = {field.encode_name: field.type for field in msgspec.structs.fields(shape)}
        if part not in fields:
            return []
        shape = fields[part]
    return [field.encode_name for field in msgspec.structs.fields(shape)]
