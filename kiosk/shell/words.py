"""What the screen itself says: every phrase once, in English; the translations are gettext catalogues.

Vietnamese and English are complete, Chinese as far as it could be checked. Tày, Nùng and Dao have
empty catalogues that their speakers fill; until then their readers see Vietnamese, the common
written language of the villages. Nothing is ever invented for them.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from pathlib import Path

from kiosk.languages import base, fallbacks

FOLDER = Path(__file__).parent / "locale"


class Phrase(enum.StrEnum):
    """The source text of each phrase (gettext's msgid)."""

    BACK = "Back"
    CHOOSE_LANGUAGE = "Choose a language"
    INVITATION = "Press OK or touch the screen"
    WHAT_TO_OPEN = "What would you like to see?"
    NEXT = "Next"
    PREVIOUS = "Previous"
    MORE = "More"
    PAUSE = "Pause"
    PLAY = "Play"
    TEN_BACK = "10 seconds back"
    TEN_ON = "10 seconds on"
    LARGER = "Larger"
    SMALLER = "Smaller"
    AGAIN = "Try again"
    OPENING = "Opening…"
    NOTHING_YET = "There is nothing here yet. New content will appear by itself when it arrives."
    NOT_READABLE = "Sorry, this cannot be shown right now. Please choose something else."
    NOT_PLAYABLE = "Sorry, this cannot be played right now. Please choose something else."
    PLAYER_AWAY = "The player is starting again. Please wait a moment."
    TO_RECORD = "to be recorded by a speaker"
    ON_AIR = "ON AIR"
    MICROPHONE_LIVE = "THE MICROPHONE IS LIVE"
    MICROPHONE_WAITS = "The microphone waits: an emergency is on air"
    SILENCED = "The loudspeakers are silenced. An officer can lift this with a PIN."
    EMERGENCY = "EMERGENCY"
    HALL = "Hall"
    OUTDOOR = "Outdoors"
    WELCOME = "Welcome"


Table = Mapping[str, str]


class Words:
    """The phrases in every language."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        """`tables` maps a language tag to its translations; a missing one falls back."""
        self._tables = tables

    def say(self, language: str, phrase: Phrase) -> str:
        """Return `phrase` in `language`, else in its fall-backs, else in English."""
        for tag in fallbacks(language):
            if text := self._tables.get(tag, {}).get(phrase.value):
                return text
        return phrase.value


def load_words(languages: tuple[str, ...], folder: Path = FOLDER) -> Words:
    """Read the catalogues of `languages` and of Vietnamese; a language without a file falls back."""
    wanted = {base(tag) for tag in languages} | {"vi"}
    return Words({tag: read_table(folder / file_name(tag)) for tag in sorted(wanted)})


def file_name(tag: str) -> str:
    """Return the name of a language's catalogue (gettext writes ``zh_Hans`` for ``zh-Hans``)."""
    return tag.replace("-", "_") + ".po"


def read_table(path: Path) -> dict[str, str]:
    """Return the translations of one ``.po`` file; empty when there is no such file."""
    from babel.messages.pofile import read_po

    try:
        with path.open("rb") as file:
            catalogue = read_po(file)
    except FileNotFoundError:
        return {}
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str) and message.id and isinstance(message.string, str) and message.string
    }
