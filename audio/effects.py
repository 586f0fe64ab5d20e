"""What the core orders (effects) and what it is told (events): the inner vocabulary of the service."""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from audio.tones import Tone
from kiosk.accounts import Account
from kiosk.bus import ConnectionId
from kiosk.errors import Advice
from kiosk.messages import Fault
from kiosk.types import Sha256, Zone


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    """One effect or event; never leaves the process."""


class Row(enum.StrEnum):
    """A row of the engine that sounds from files."""

    PROMPT = "prompt"
    CLIP = "clip"  # normal and priority announcements
    EMERGENCY = "emergency"


class Purpose(enum.StrEnum):
    """Why a PIN is checked."""

    LOGIN = "login"
    LIFT = "lift"


# ---------------------------------------------------------------- effects


class CheckPin(Inner, frozen=True, kw_only=True):
    """Check a name and PIN beside the loop; answered by `PinChecked`."""

    connection: ConnectionId
    request: str
    purpose: Purpose
    name: str
    pin: str


class PlayTone(Inner, frozen=True, kw_only=True):
    """Play a tone in some zones from its beginning; answered by `ToneEnded`."""

    order: int
    tone: Tone
    zones: tuple[Zone, ...]


class StopTone(Inner, frozen=True, kw_only=True):
    """Fade the tone out."""


class Prepare(Inner, frozen=True, kw_only=True):
    """Verify a sound and decode it ahead; answered by `Prepared` or `ClipEnded` with advice."""

    play: int
    row: Row
    sha256: Sha256
    zones: tuple[Zone, ...]


class Go(Inner, frozen=True, kw_only=True):
    """Let a prepared sound be heard; answered in the end by `ClipEnded`."""

    play: int
    row: Row


class StopRow(Inner, frozen=True, kw_only=True):
    """Fade a row out and forget what it was to play."""

    row: Row


class OpenMicrophone(Inner, frozen=True, kw_only=True):
    """Let the microphone be heard, as long as `Hold` renews it."""

    zones: tuple[Zone, ...]


class CloseMicrophone(Inner, frozen=True, kw_only=True):
    """Fade the microphone out."""


class Hold(Inner, frozen=True, kw_only=True):
    """Renew the engine's leases; what is false ends at once, what is not renewed by itself."""

    duck: bool
    microphone: bool
    emergency: bool


class SetSilence(Inner, frozen=True, kw_only=True):
    """Silence the engine (or not), at once."""

    on: bool


class Keep(Inner, frozen=True, kw_only=True):
    """Keep on disk what must outlive a crash: silence and the announcements not yet finished."""

    silenced: bool
    announcements: tuple[Any, ...]  # audio.programme.Announcement


class WriteLog(Inner, frozen=True, kw_only=True):
    """Write a row into the log book: something began `seconds` ago and has ended."""

    kind: str
    seconds: float
    facts: dict[str, Any]


class WatchMeters(Inner, frozen=True, kw_only=True):
    """Report `LevelsRead` ten times a second, or stop doing so."""

    on: bool


# ---------------------------------------------------------------- events


class PinChecked(Inner, frozen=True, kw_only=True):
    """A PIN was right (`account`) or not (`advice`)."""

    connection: ConnectionId
    request: str
    purpose: Purpose
    account: Account | None
    advice: Advice | None


class ToneEnded(Inner, frozen=True, kw_only=True):
    """The tone of that order is over."""

    order: int


class Prepared(Inner, frozen=True, kw_only=True):
    """A sound is verified and its beginning decoded."""

    play: int
    seconds: float  # its length


class ClipEnded(Inner, frozen=True, kw_only=True):
    """A sound is over; with `advice` it could not be played whole."""

    play: int
    advice: Advice | None = None


class DeviceChanged(Inner, frozen=True, kw_only=True):
    """The sound device came, went, or some role's port did."""

    ready: bool
    rate_hz: int
    quantum: int
    faults: tuple[Fault, ...]


class LevelsRead(Inner, frozen=True, kw_only=True):
    """Peaks of the last tenth of a second, linear; `limiter` is its smallest gain."""

    microphone: float
    media: float
    hall: float
    outdoor: float
    limiter: float
