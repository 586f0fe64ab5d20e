"""What the screen's model remembers. Plain data; only the model changes it."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from kiosk.catalogue import Item
from kiosk.errors import Advice
from kiosk.messages import AudioState, MediaState, PlayPhase
from kiosk.shell.events import Shelf
from kiosk.shell.scene import Screen
from kiosk.shell.words import Phrase
from kiosk.types import ItemKind, LanguageTag, Rank, Sha256, Use

SCREEN_OF = {
    ItemKind.VIDEO: Screen.VIDEO,
    ItemKind.AUDIO_BULLETIN: Screen.AUDIO_BULLETIN,
    ItemKind.BULLETIN: Screen.BULLETIN,
    ItemKind.POSTER: Screen.POSTER,
    ItemKind.HANDBOOK: Screen.HANDBOOK,
}
USE_OF = {
    ItemKind.VIDEO: Use.VIDEO,
    ItemKind.AUDIO_BULLETIN: Use.AUDIO,
    ItemKind.BULLETIN: Use.TEXT,
    ItemKind.POSTER: Use.PICTURE,
    ItemKind.HANDBOOK: Use.DOCUMENT,
}
"""The rendition without which an item of that kind cannot be shown."""

ZOOMS = (1.0, 1.6, 2.5, 4.0)


class Card(msgspec.Struct, frozen=True):
    """An apology or a wait in place of the content."""

    phrase: Phrase
    pictogram: str = "sorry"
    advice: Advice | None = None
    again: bool = False  # offer to try again


class Place(msgspec.Struct, frozen=True):
    """A screen on the way from the attract loop to here, as it was left."""

    screen: Screen
    item: Item | None = None
    focus: str = ""
    page: int = 0
    zoom: int = 0  # index into ZOOMS
    x: float = 0.5
    y: float = 0.5
    card: Card | None = None


@dataclass(slots=True)
class Playing:
    """The play that the open item asked for."""

    after: int = -1  # our play has a higher number than this
    asked: bool = False  # the wish was sent since the player last came up
    position_s: float = 0.0
    tries: int = 0


@dataclass(slots=True)
class State:
    """All of it."""

    languages: tuple[LanguageTag, ...]
    idle_s: float
    point_name: str
    language: LanguageTag | None = None
    places: list[Place] = field(default_factory=lambda: [Place(Screen.ATTRACT)])
    shelf: Shelf = field(default_factory=Shelf)
    texts: dict[Sha256, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    documents: dict[Sha256, int] = field(default_factory=dict)
    unreadable: set[Sha256] = field(default_factory=set)
    audio: AudioState | None = None
    media: MediaState | None = None
    media_at: float = 0.0
    playing: Playing = field(default_factory=Playing)
    controls_until: float = 0.0
    showing: int = 0  # which item the attract loop shows
    showing_since: float = 0.0
    armed: bool = False  # somebody chose something since the attract loop
    idle_from: float = 0.0

    @property
    def here(self) -> Place:
        """The place in front."""
        return self.places[-1]

    @property
    def reader(self) -> LanguageTag:
        """The language to write in."""
        return self.language or (self.languages[0] if self.languages else LanguageTag("vi"))

    def alert(self) -> bool:
        """Tell whether an emergency sounds."""
        return (
            self.audio is not None
            and self.audio.on_air is not None
            and self.audio.on_air.rank is Rank.EMERGENCY
        )

    def our_play(self) -> MediaState | None:
        """Return the player's state when it concerns the play of the open item."""
        media = self.media
        place = self.play_place()
        if media is None or place is None or place.item is None:
            return None
        if media.play <= self.playing.after or media.item != place.item.id:
            return None
        return media

    def play_place(self) -> Place | None:
        """Return the open video or audio item, also while a language is chosen over it."""
        for place in reversed(self.places):
            if place.screen in (Screen.VIDEO, Screen.AUDIO_BULLETIN):
                return place
        return None

    def position_s(self, now: float) -> float:
        """Return the media time now: it runs on between two states of the player."""
        media = self.our_play()
        if media is None:
            return self.playing.position_s
        run = now - self.media_at if media.phase is PlayPhase.PLAYING else 0.0
        if media.duration_s > 0:
            return min(media.duration_s, media.position_s + run)
        return media.position_s + run

    def controls_shown(self, now: float) -> bool:
        """Tell whether the video's controls are in view: after an input, and while nothing moves."""
        media = self.our_play()
        moving = media is not None and media.phase is PlayPhase.PLAYING
        return not moving or now < self.controls_until or self.here.card is not None


def pages_here(state: State) -> int:
    """Return how many pages the open item has (0: not known yet)."""
    item = state.here.item
    if item is None:
        return 0
    rendition = item.rendition(USE_OF[item.kind], state.reader)
    if rendition is None:
        return 0
    if item.kind is ItemKind.BULLETIN:
        return len(state.texts.get(rendition.blob, ()))
    if item.kind is ItemKind.HANDBOOK:
        return state.documents.get(rendition.blob, 0)
    return 0
