"""The words of the product as types: one word, one type (the glossary is in the README)."""

from __future__ import annotations

import enum
import re
from typing import NewType

LanguageTag = NewType("LanguageTag", str)
"""A BCP 47 tag as the site writes it: ``vi``, ``tyz``, ``nut``, ``ium``, ``mji``, ``en``, ``zh-Hans``."""

Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits: the only name a file has inside the product."""

ItemId = NewType("ItemId", str)
"""The stable name of a catalogue item: ``a-z0-9-``, at most 80 characters."""

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_ITEM_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")


def is_sha256(text: str) -> bool:
    """Tell whether `text` has the form of a SHA-256 name (so it is safe to build a path from)."""
    return _SHA256.match(text) is not None


def is_item_id(text: str) -> bool:
    """Tell whether `text` has the form of an item's name."""
    return _ITEM_ID.match(text) is not None


class Rank(enum.IntEnum):
    """Who speaks when several want to; the higher silences or ducks the lower.

    Normal, priority and emergency are the ranks of Circular 39/2020/TT-BTTTT.
    """

    PROMPT = 1  # a tile's spoken label
    BACKGROUND = 2
    BULLETIN = 3  # video and audio items: the media player
    NORMAL = 4
    PRIORITY = 5
    TALK = 6  # live microphone
    EMERGENCY = 7


class Priority(enum.StrEnum):
    """What an officer chooses for an announcement (Circular 39/2020/TT-BTTTT)."""

    NORMAL = "normal"
    PRIORITY = "priority"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> Rank:
        """The rank this priority sounds at."""
        return {"normal": Rank.NORMAL, "priority": Rank.PRIORITY, "emergency": Rank.EMERGENCY}[self.value]


class Zone(enum.StrEnum):
    """One amplifier channel with its loudspeakers."""

    HALL = "hall"  # amplifier left
    OUTDOOR = "outdoor"  # amplifier right


ALL_ZONES: tuple[Zone, ...] = (Zone.HALL, Zone.OUTDOOR)


class TalkMode(enum.StrEnum):
    """How live talk is held open."""

    HOLD = "hold"  # as long as the holder renews its lease
    LATCH = "latch"  # until stopped, or its own maximum


class ItemKind(enum.StrEnum):
    """The content forms of the provincial dispatch."""

    VIDEO = "video"
    AUDIO_BULLETIN = "audio-bulletin"
    BULLETIN = "bulletin"
    POSTER = "poster"
    HANDBOOK = "handbook"


class Use(enum.StrEnum):
    """What a rendition is for."""

    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    PICTURE = "picture"
    DOCUMENT = "document"


class OfficerRole(enum.StrEnum):
    """What a named officer may do at the point."""

    VIEWER = "viewer"  # see states and the log book
    OFFICER = "officer"  # talk and announce
    APPROVER = "approver"  # approve another's announcement
    TECHNICIAN = "technician"  # test and service the equipment


class Health(enum.StrEnum):
    """The weight of a fault."""

    WARNING = "warning"
    FAULT = "fault"
