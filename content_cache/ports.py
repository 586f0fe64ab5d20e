"""The seams of the service: what the core's effects need from the outside world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from content_cache.effects import Examine, Fetch, GiveUp, Look, Recall, Show, TakeStock


class NotThere(Exception):
    """The source has no such file."""


class Stream(Protocol):
    """One file on its way."""

    @property
    def start(self) -> int:
        """Offset of the first byte that comes: as asked, or 0 when the source cannot resume."""
        ...

    @property
    def total(self) -> int | None:
        """Whole length of the file in bytes, if the source says so."""
        ...

    @property
    def is_page(self) -> bool:
        """Whether the source calls it a web page."""
        ...

    def chunks(self, size: int) -> Iterator[bytes]:
        """Yield the bytes, at most `size` at a time; raises `Problem` when the line breaks."""
        ...


class Source(Protocol):
    """Where a repository's files come from: a web server, a folder, later a stick."""

    @property
    def url(self) -> str:
        """How people call it."""
        ...

    def open(self, path: str, *, offset: int = 0) -> AbstractContextManager[Stream]:
        """Open a file from `offset`; raises `NotThere`, or `Problem` when the source cannot be reached."""
        ...


class Network(Protocol):
    """What looks and fetches. No method waits; events come back."""

    def look(self, order: Look) -> None:
        """Look at the repository."""
        ...

    def fetch(self, order: Fetch) -> None:
        """Get one blob."""
        ...

    def give_up(self, order: GiveUp) -> None:
        """Abandon an attempt."""
        ...


class Disk(Protocol):
    """What is held here. No method waits; events come back."""

    def recall(self, order: Recall) -> None:
        """Find what an earlier run accepted."""
        ...

    def take_stock(self, order: TakeStock) -> None:
        """Find what is missing."""
        ...

    def show(self, order: Show) -> None:
        """Swap the catalogue."""
        ...

    def examine(self, order: Examine) -> None:
        """Hash a suspected blob again."""
        ...
