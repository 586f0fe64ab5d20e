"""What can happen to the screen (events), and what it asks of the world (effects). Values only."""

from __future__ import annotations

import enum

import msgspec

from kiosk.catalogue import Item
from kiosk.errors import Advice
from kiosk.messages import AudioState, MediaCommand, MediaState
from kiosk.types import LanguageTag, Sha256


class Value(msgspec.Struct, frozen=True):
    """An event or an effect."""


class Key(enum.StrEnum):
    """The keys every remote control and keyboard has."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    OK = "ok"
    BACK = "back"
    PLUS = "plus"
    MINUS = "minus"


ARROWS = frozenset({Key.LEFT, Key.RIGHT, Key.UP, Key.DOWN})


# ---------------------------------------------------------------- events


class Pressed(Value, frozen=True):
    """A key went down."""

    key: Key


class Tapped(Value, frozen=True):
    """A finger or pointer touched a target; an empty name is a touch beside all targets."""

    target: str


class Dragged(Value, frozen=True):
    """A finger moved over the picture: by shares of its shown width and height."""

    x: float
    y: float


class Shelf(Value, frozen=True):
    """The catalogue as the screen offers it; a new one replaces the old whole."""

    revision: int = 0
    items: tuple[Item, ...] = ()
    voices: dict[LanguageTag, Sha256] = {}


class AudioNow(Value, frozen=True):
    """The loudspeakers' state; None: the audio service does not answer."""

    state: AudioState | None


class MediaNow(Value, frozen=True):
    """The player's state; None: the player does not answer."""

    state: MediaState | None


class MediaRefused(Value, frozen=True):
    """The player did not carry out a wish."""

    request: str
    advice: Advice


class TextReady(Value, frozen=True):
    """A bulletin's text, cut into pages of lines that fit the reading column."""

    blob: Sha256
    pages: tuple[tuple[str, ...], ...]


class DocumentReady(Value, frozen=True):
    """A handbook is open."""

    blob: Sha256
    pages: int


class Unreadable(Value, frozen=True):
    """A blob is missing, or not what was signed, or not what it claims to be."""

    blob: Sha256
    damaged: bool  # the bytes differ from what was signed: the content service should look


class Turned(Value, frozen=True):
    """Time has passed: a deadline came."""


Event = (
    Pressed
    | Tapped
    | Dragged
    | Shelf
    | AudioNow
    | MediaNow
    | MediaRefused
    | TextReady
    | DocumentReady
    | Unreadable
    | Turned
)


# ---------------------------------------------------------------- effects


class Speak(Value, frozen=True):
    """Let the loudspeakers say a spoken label or a language's name."""

    clip: Sha256


class Ask(Value, frozen=True):
    """Send a wish to the player."""

    wish: MediaCommand


class Doubt(Value, frozen=True):
    """Tell the content service that a blob's bytes are wrong."""

    blob: Sha256


class OpenText(Value, frozen=True):
    """Read a text blob and cut it into pages; answered by `TextReady` or `Unreadable`."""

    blob: Sha256


class OpenDocument(Value, frozen=True):
    """Open a PDF blob; answered by `DocumentReady` or `Unreadable`."""

    blob: Sha256


class CloseDocument(Value, frozen=True):
    """Let go of the open PDF."""


Effect = Speak | Ask | Doubt | OpenText | OpenDocument | CloseDocument
