"""Who is speaking: an announcement that has the loudspeakers, or live talk. Plain data of the core."""

from __future__ import annotations

import enum
from typing import Any

import msgspec

from audio.effects import Row
from audio.programme import Announcement
from kiosk.bus import ConnectionId
from kiosk.messages import OnAir, TalkPhase, TalkStatus
from kiosk.types import Priority, Rank, TalkMode, Zone


class Phase(enum.Enum):
    """Where the announcement that has the loudspeakers is."""

    TONE = enum.auto()  # the tone plays, the clip is being prepared
    CLIP = enum.auto()
    GAP = enum.auto()


class Sounding(msgspec.Struct, kw_only=True):
    """The announcement that has the loudspeakers."""

    entry: Announcement
    play: int
    phase: Phase
    since: float
    prepared: bool = False
    tone_over: bool = False
    gap_until: float = 0.0
    heard_from: float | None = None  # when its words began, this time

    @property
    def row(self) -> Row:
        """The engine's row that it sounds on."""
        return Row.EMERGENCY if self.entry.priority is Priority.EMERGENCY else Row.CLIP

    def on_air(self, now: float) -> OnAir:
        """Return it as others see it."""
        entry = self.entry
        return OnAir(
            rank=entry.priority.rank,
            title=entry.title,
            language=entry.language,
            zones=entry.zones,
            officer=entry.officer,
            age_s=now - self.since,
            announcement=entry.name,
        )

    def facts(self, now: float) -> dict[str, Any]:
        """Return what the log book says of it."""
        entry = self.entry
        return {
            "announcement": entry.name,
            "title": entry.title,
            "priority": entry.priority.value,
            "language": entry.language,
            "officer": entry.officer,
            "zones": [zone.value for zone in entry.zones],
            "clip": entry.clip,
            "reason": entry.reason,
            "words_s": 0.0 if self.heard_from is None else round(now - self.heard_from, 3),
        }


class Talk(msgspec.Struct, kw_only=True):
    """Live talk."""

    officer: str
    mode: TalkMode
    zones: tuple[Zone, ...]
    connection: ConnectionId
    began: float
    closes_at: float
    lease_until: float
    chime_order: int = 0  # 0: none is owed
    open_since: float | None = None

    def on_air(self, now: float) -> OnAir:
        """Return it as others see it."""
        return OnAir(
            rank=Rank.TALK,
            title="",
            language=None,
            zones=self.zones,
            officer=self.officer,
            age_s=now - self.began,
        )

    def status(self, now: float) -> TalkStatus:
        """Return what the officer and the room must see."""
        if self.open_since is not None:
            phase = TalkPhase.OPEN
        else:
            phase = TalkPhase.CHIME if self.chime_order else TalkPhase.WAITING
        return TalkStatus(
            phase=phase,
            mode=self.mode,
            officer=self.officer,
            zones=self.zones,
            left_s=max(0.0, self.closes_at - now),
        )

    def facts(self, now: float) -> dict[str, Any]:
        """Return what the log book says of it."""
        return {
            "officer": self.officer,
            "mode": self.mode.value,
            "zones": [zone.value for zone in self.zones],
            "open_s": 0.0 if self.open_since is None else round(now - self.open_since, 3),
        }
