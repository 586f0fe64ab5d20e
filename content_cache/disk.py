"""Carry out what the core orders on the disk: take stock, swap the catalogue, examine a suspect.

All in one lane: a stock taken is still true when the swap that follows it begins.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable

from content_cache import advice as say
from content_cache.effects import (
    Event,
    Examine,
    Examined,
    Finding,
    Recall,
    Release,
    Show,
    Stock,
    SwapFailed,
    Swapped,
    TakeStock,
)
from content_cache.index import indexed_blobs, previous_of, swap_index
from content_cache.lane import Lane, Turn
from content_cache.network import accepted_file, release_of
from content_cache.source import is_full
from content_cache.store import Store
from kiosk.catalogue import Blob, decode_catalogue
from kiosk.errors import Advice, Problem
from kiosk.files import disk_full
from kiosk.paths import Layout

log = logging.getLogger(__name__)


class ContentDisk:
    """The point's content folder."""

    def __init__(
        self, layout: Layout, post: Callable[[Event], None], recalled: Callable[[Release | None], None]
    ) -> None:
        """`recalled` learns, before anybody looks at the repository, what an earlier run accepted."""
        self._layout = layout
        self._post = post
        self._recalled = recalled
        self._store = Store(layout)
        self._lane = Lane("disk")

    def recall(self, order: Recall) -> None:
        """Queue the first stock-taking."""
        self._lane.put(self._recall)

    def take_stock(self, order: TakeStock) -> None:
        """Queue a stock-taking."""
        self._lane.put(lambda turn: self._take_stock(order.release))

    def show(self, order: Show) -> None:
        """Queue a swap."""
        self._lane.put(lambda turn: self._show(order.release))

    def examine(self, order: Examine) -> None:
        """Queue an examination."""
        self._lane.put(lambda turn: self._examine(order))

    def _recall(self, turn: Turn) -> None:
        release: Release | None = None
        try:
            release = self._accepted()
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:  # damaged here: it is fetched again
            log.warning("accepted catalogue unreadable error=%s", error)
        self._recalled(release)
        if release is None:
            self._post(Stock(release=None, missing=()))
        else:
            self._take_stock(release)

    def _accepted(self) -> Release:
        data = accepted_file(self._layout).read_bytes()
        return release_of(decode_catalogue(data), hashlib.sha256(data).hexdigest())

    def _take_stock(self, release: Release) -> None:
        """Report what is missing; drop what nobody needs, so there is room for it."""
        missing = self._store.missing(release.blobs)
        if missing:
            won = self._store.evict((*release.blobs, *self._in_use()))
            if won:
                log.info("evicted bytes=%d", won)
        self._post(Stock(release=release, missing=missing))

    def _in_use(self) -> tuple[Blob, ...]:
        current = self._layout.catalogue_file
        return (*indexed_blobs(current), *indexed_blobs(previous_of(current)))

    def _show(self, release: Release) -> None:
        missing = self._store.missing(release.blobs)
        if missing:  # something was lost since the stock was taken
            self._post(Stock(release=release, missing=missing))
            return
        try:
            data = accepted_file(self._layout).read_bytes()
            shown = swap_index(self._layout.catalogue_file, decode_catalogue(data), release.sha256)
        except Problem as problem:
            self._post(SwapFailed(advice=problem.advice))
        except OSError as error:
            self._post(SwapFailed(advice=self._trouble(error)))
        else:
            self._store.evict(self._in_use())
            log.info("shown area=%s revision=%d items=%d", shown.area, shown.revision, shown.items)
            self._post(Swapped(shown=shown))

    def _trouble(self, error: OSError) -> Advice:
        if is_full(error):
            return disk_full(self._layout.catalogue_file).advice
        return say.disk_error(error.strerror).advice

    def _examine(self, order: Examine) -> None:
        finding: Finding | None = None
        for blob in self._in_use():
            if blob.sha256 == order.blob:
                damaged = not self._store.is_sound(blob)
                if damaged:
                    log.warning("damaged blob removed sha256=%s", blob.sha256)
                    self._store.remove(blob)
                finding = Finding(blob=blob, damaged=damaged)
                break
        self._post(
            Examined(finding=finding, blob=order.blob, connection=order.connection, request=order.request)
        )
