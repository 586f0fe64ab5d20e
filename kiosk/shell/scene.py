"""What a screen shows, as values: pieces on a 1920 by 1080 canvas. The view turns them into widgets."""

from __future__ import annotations

import enum

import msgspec

from kiosk.shell.focus import Rect
from kiosk.types import Sha256


class Screen(enum.StrEnum):
    """Where a person is; the last five are the content forms."""

    ATTRACT = "attract"
    LANGUAGE = "language"
    HOME = "home"
    VIDEO = "video"
    AUDIO_BULLETIN = "audio-bulletin"
    BULLETIN = "bulletin"
    POSTER = "poster"
    HANDBOOK = "handbook"


class Look(enum.StrEnum):
    """How a piece is drawn (one rule of ``looks.kv`` each)."""

    GROUND = "ground"  # the background
    HEADING = "heading"
    NOTE = "note"  # a short text, centred
    READING = "reading"  # lines of a bulletin
    TILE = "tile"
    BUTTON = "button"
    CHOICE = "choice"  # a language
    INVITATION = "invitation"
    PICTURE = "picture"
    PAPER = "paper"  # a page of a document
    FILM = "film"
    PROGRESS = "progress"
    CARD = "card"  # an apology or a wait
    SHADE = "shade"
    STRIP = "strip"  # on air, microphone, silence
    ALERT = "alert"


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on the screen. A piece with `target` can be chosen; `name` is unique in its scene."""

    name: str
    look: Look
    rect: Rect
    text: str = ""
    small: str = ""  # a mark or second line
    lines: tuple[str, ...] = ()
    pictogram: str = ""
    picture: Sha256 | None = None
    page: int = 0  # of a document, from 0; of a film, the number of the play (0: none)
    fraction: float = 0.0  # of a progress bar
    zoom: float = 1.0
    x: float = 0.5  # the middle of what is shown of a zoomed picture, in shares from the top left
    y: float = 0.5
    cover: bool = False  # fill the rectangle (cut edges) rather than fit in it
    target: bool = False
    focused: bool = False
    dimmed: bool = False
    tone: str = ""  # of a strip "live" or "quiet"; of a veil "from-above"; of a note "large"


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """All of the screen, from the back to the front."""

    screen: Screen
    pieces: tuple[Piece, ...]
    modal: bool = False  # an alert covers everything: nothing can be chosen

    def targets(self) -> dict[str, Rect]:
        """Return what can be chosen, in order."""
        return {piece.name: piece.rect for piece in self.pieces if piece.target}

    def hit(self, x: float, y: float) -> str:
        """Return the target at a point of the canvas, or an empty name."""
        if self.modal:
            return ""
        for piece in reversed(self.pieces):
            if piece.target and piece.rect.holds(x, y):
                return piece.name
        return ""

    def with_focus(self, focus: str) -> Scene:
        """Return the scene with exactly that piece marked."""
        return msgspec.structs.replace(
            self,
            pieces=tuple(
                msgspec.structs.replace(piece, focused=True)
                if piece.target and piece.name == focus
                else piece
                for piece in self.pieces
            ),
        )
