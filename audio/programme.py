"""The announcements that wait or sound, in the order of their right to the loudspeakers. Pure.

Order: emergency before priority before normal (Circular 39/2020). The latest emergency is first, for
it knows most. Normal and priority are first come, first served: a second officer's notice does not
cut the first one's sentence in half (docs/decisions/0005).
"""

from __future__ import annotations

import msgspec

from kiosk.messages import Announce, Waiting
from kiosk.types import LanguageTag, Priority, Sha256, Zone


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """One announcement that has not yet sounded to its end; kept on disk."""

    name: str
    order: int  # counts up: the order of arrival
    clip: Sha256
    title: str
    language: LanguageTag
    priority: Priority
    zones: tuple[Zone, ...]
    times_left: int
    gap_s: float
    reason: str
    officer: str
    resumes: bool = False

    def waiting(self) -> Waiting:
        """Return it as others see it."""
        return Waiting(
            announcement=self.name,
            title=self.title,
            priority=self.priority,
            language=self.language,
            officer=self.officer,
            times_left=self.times_left,
            resumes=self.resumes,
        )


def ordered(order: Announce, officer: str, number: int) -> Announcement:
    """Return the announcement that a command asks for."""
    return Announcement(
        name=f"a{number}",
        order=number,
        clip=order.clip,
        title=order.title,
        language=order.language,
        priority=order.priority,
        zones=order.zones,
        times_left=order.repeat,
        gap_s=order.gap_s,
        reason=order.reason,
        officer=officer,
    )


def in_turn(announcements: list[Announcement]) -> list[Announcement]:
    """Return them, whose turn it is first."""

    def key(entry: Announcement) -> tuple[int, int]:
        rank = entry.priority.rank
        latest_first = entry.priority is Priority.EMERGENCY
        return -rank, -entry.order if latest_first else entry.order

    return sorted(announcements, key=key)
