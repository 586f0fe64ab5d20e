"""Find an item's bytes in the current catalogue; notices when the catalogue was replaced."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from kiosk.catalogue import CatalogueReader, Rendition
from kiosk.paths import Layout
from kiosk.types import Use
from media_player import advice as say
from media_player.effects import Found, LookUp, NotFound, Source


class CatalogueLibrary:
    """The catalogue on disk, read by the service's loop (a look-up takes under a millisecond)."""

    def __init__(self, layout: Layout, post: Callable[[Found | NotFound], None]) -> None:
        self._layout = layout
        self._post = post
        self._reader: CatalogueReader | None = None
        self._seen: tuple[int, int, int] | None = None

    def look_up(self, order: LookUp) -> None:
        """Answer `order` with `Found` or `NotFound`."""
        self._post(self._answer(order))

    def _answer(self, order: LookUp) -> Found | NotFound:
        reader = self._current()
        if reader is None:
            return NotFound(asked=order, advice=say.no_catalogue())
        item = reader.item(order.item)
        if item is None:
            return NotFound(asked=order, advice=say.unknown_item(order.item))
        rendition = item.rendition(Use.VIDEO, order.language) or item.rendition(Use.AUDIO, order.language)
        if rendition is None:
            return NotFound(asked=order, advice=say.nothing_to_play(item.title(order.language)))
        blob = reader.blob(rendition.blob)
        if blob is None or not self._is_here(rendition):
            missing = say.missing_file(item.title(order.language))
            return NotFound(asked=order, advice=missing, suspect=rendition.blob)
        source = Source(item=item, rendition=rendition, blob=blob.sha256, size=blob.size, pieces=blob.pieces)
        return Found(asked=order, source=source)

    def _is_here(self, rendition: Rendition) -> bool:
        return self._layout.blob(rendition.blob).is_file()

    def _current(self) -> CatalogueReader | None:
        """Return a reader of the catalogue that lies there now (it is only ever replaced by rename)."""
        try:
            there = self._layout.catalogue_file.stat()
        except FileNotFoundError:
            return self._reader  # never seen, or between two files: the old view still holds
        seen = (there.st_ino, there.st_mtime_ns, there.st_size)
        if seen != self._seen:
            try:
                fresh = CatalogueReader(self._layout.catalogue_file)
            except (FileNotFoundError, sqlite3.Error):
                return self._reader
            if self._reader is not None:
                self._reader.close()
            self._reader, self._seen = fresh, seen
        return self._reader
