"""The seams of the player: what the core's effects need from the outside world."""

from __future__ import annotations

from typing import Protocol

from media_player.effects import Close, Go, GoTo, Hold, LookUp, Open, PickTrack, TellContent


class Engine(Protocol):
    """What plays. No method waits: orders are queued, the answers come back as `EngineEvent`s."""

    def open(self, order: Open) -> None:
        """Verify the bytes and play them into the picture memory and the sound output."""
        ...

    def close(self, order: Close) -> None:
        """Let go of a play; `Closed` follows, also for a play that is gone already."""
        ...

    def hold(self, order: Hold) -> None:
        """Hold picture and sound."""
        ...

    def go(self, order: Go) -> None:
        """Go on."""
        ...

    def go_to(self, order: GoTo) -> None:
        """Go to a media time."""
        ...

    def pick_track(self, order: PickTrack) -> None:
        """Switch the sound track."""
        ...

    def shut_down(self, within_s: float) -> None:
        """Let go of everything, waiting at most `within_s`."""
        ...


class Library(Protocol):
    """What there is to play."""

    def look_up(self, order: LookUp) -> None:
        """Find the bytes for an item; answers by `Found` or `NotFound`."""
        ...


class ContentDesk(Protocol):
    """Who fetches damaged content anew."""

    def tell(self, order: TellContent) -> None:
        """Hand on the suspicion, at once or when the content service is back."""
        ...
