"""What the core orders (effects) and what it is told (events): the inner vocabulary of the player."""

from __future__ import annotations

import msgspec

from kiosk.bus import ConnectionId
from kiosk.catalogue import Item, Rendition
from kiosk.errors import Advice
from kiosk.types import ItemId, LanguageTag, Sha256


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    """One effect or event; never leaves the process."""


class Source(Inner, frozen=True, kw_only=True):
    """The bytes of one play, and what the catalogue says of them."""

    item: Item
    rendition: Rendition
    blob: Sha256
    size: int
    pieces: Sha256 | None


# ---------------------------------------------------------------- effects


class LookUp(Inner, frozen=True, kw_only=True):
    """Find what to play for an item in a language; answered by `Found` or `NotFound`."""

    connection: ConnectionId
    request: str
    item: ItemId
    language: LanguageTag
    start_s: float


class Open(Inner, frozen=True, kw_only=True):
    """Verify and play; answered by `Started` and `Progress`, in the end by `Ended` or `BadBytes`."""

    play: int
    source: Source
    start_s: float
    track: int | None  # index of the sound track in file order; None: the first


class Close(Inner, frozen=True, kw_only=True):
    """Let go of a play, whatever state it is in; answered by `Closed`."""

    play: int


class Hold(Inner, frozen=True, kw_only=True):
    """Hold the picture and the sound."""

    play: int


class Go(Inner, frozen=True, kw_only=True):
    """Go on from where it was held."""

    play: int


class GoTo(Inner, frozen=True, kw_only=True):
    """Go to a media time."""

    play: int
    position_s: float


class PickTrack(Inner, frozen=True, kw_only=True):
    """Switch to the sound track with that index in file order."""

    play: int
    track: int


class HandSurface(Inner, frozen=True, kw_only=True):
    """Send the picture memory to one peer."""

    connection: ConnectionId


class TellContent(Inner, frozen=True, kw_only=True):
    """Tell the content service that a blob's bytes are wrong or missing."""

    blob: Sha256


class GiveUp(Inner, frozen=True, kw_only=True):
    """End the process: libVLC hangs, and only a new process can silence it. It is restarted."""

    reason: str


# ---------------------------------------------------------------- events


class Found(Inner, frozen=True, kw_only=True):
    """What a `LookUp` found."""

    asked: LookUp
    source: Source


class NotFound(Inner, frozen=True, kw_only=True):
    """There is nothing to play; `suspect` is a blob that ought to be here."""

    asked: LookUp
    advice: Advice
    suspect: Sha256 | None = None


class Sized(Inner, frozen=True, kw_only=True):
    """The visible size of the pictures that follow, pixels."""

    play: int
    width: int
    height: int


class Started(Inner, frozen=True, kw_only=True):
    """The first frame is in the ring, or the first sample was given to the sound output."""

    play: int
    length_s: float  # as the file says; 0 when it does not


class Heard(Inner, frozen=True, kw_only=True):
    """Whether the play's sound reaches its output; told once a play that has sound."""

    play: int
    heard: bool


class Progress(Inner, frozen=True, kw_only=True):
    """The media time now, a few times a second."""

    play: int
    position_s: float


class Ended(Inner, frozen=True, kw_only=True):
    """The bytes came to an end, or the decoder gave up; says nothing about what was shown."""

    play: int


class BadBytes(Inner, frozen=True, kw_only=True):
    """The bytes are not what was signed (`unreadable`: the disk cannot even read them)."""

    play: int
    unreadable: bool = False


class Closed(Inner, frozen=True, kw_only=True):
    """The play is gone: no more frames, no more sound."""

    play: int


Effect = LookUp | Open | Close | Hold | Go | GoTo | PickTrack | HandSurface | TellContent | GiveUp
EngineEvent = Sized | Started | Heard | Progress | Ended | BadBytes | Closed
