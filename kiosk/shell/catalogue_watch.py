"""Notice a new catalogue by its file, so that the screen shows it even when nobody tells."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec

from kiosk.catalogue import CatalogueReader
from kiosk.clock import Clock
from kiosk.shell.events import Shelf

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0


class CatalogueWatch:
    """A thread that posts a `Shelf` for each catalogue it sees, and for each new day."""

    def __init__(self, path: Path, clock: Clock, post: Callable[[Shelf], None]) -> None:
        """`post` is called in the watching thread."""
        self._path = path
        self._clock = clock
        self._post = post
        self._hint = threading.Event()
        self._seen: tuple[object, ...] | None = None
        self._thread = threading.Thread(target=self._run, name="catalogue", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def look_now(self) -> None:
        """Look at once: somebody said that there is something new."""
        self._hint.set()

    def _run(self) -> None:
        while True:
            self.look()
            self._hint.wait(LOOK_EVERY_S)
            self._hint.clear()

    def look(self) -> None:
        """Post the shelf if the file or the day changed since the last look."""
        utc = self._clock.utc()
        today = utc.date() if utc is not None else None
        seen = (_identity(self._path), today)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._post(_shelf(self._path, today))
        except FileNotFoundError:
            self._post(Shelf())
        except (sqlite3.Error, msgspec.MsgspecError, KeyError, ValueError) as error:
            log.error("catalogue.unreadable path=%s reason=%s (the one before stays)", self._path, error)


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _shelf(path: Path, today: date | None) -> Shelf:
    with CatalogueReader(path) as reader:
        return Shelf(reader.revision, tuple(reader.items(today=today)), reader.voices)
