"""Carry out what the core orders from the outside: look at the repository, fetch a blob.

Looking and fetching have a lane each, so a long download does not hide a new release.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from content_cache import advice as say
from content_cache.effects import (
    Event,
    Fetch,
    Fetched,
    FetchFailed,
    GiveUp,
    Look,
    Looked,
    LookFailed,
    Release,
    Working,
)
from content_cache.fetch import AT_SOURCE, Fetcher
from content_cache.index import needed_blobs
from content_cache.lane import Lane, Turn
from content_cache.ports import Source
from content_cache.source import is_full, open_source
from content_cache.store import Store
from content_cache.trust import Trust, reference_time
from kiosk.catalogue import Catalogue, decode_catalogue
from kiosk.clock import Clock, read_clock_file, write_clock_file
from kiosk.config import Repository
from kiosk.errors import Problem
from kiosk.files import disk_full, replace_bytes
from kiosk.paths import Layout
from kiosk.types import Sha256

log = logging.getLogger(__name__)

Post = Callable[[Event], None]

FETCH_REPORTS_BYTES = 256 * 1024


def accepted_file(layout: Layout) -> Path:
    """Return where the newest accepted catalogue lies in its signed form."""
    return layout.content / "accepted.catalog.json"


def release_of(catalogue: Catalogue, sha256: str) -> Release:
    """Return what the core must know of a catalogue."""
    return Release(
        sha256=Sha256(sha256),
        area=catalogue.area,
        revision=catalogue.revision,
        issued=catalogue.issued,
        blobs=needed_blobs(catalogue),
    )


class RepositoryNetwork:
    """The configured mirrors of one repository; the first that answers well is used."""

    def __init__(self, layout: Layout, site: Repository, clock: Clock, post: Post) -> None:
        self._layout = layout
        self._site = site
        self._clock = clock
        self._post = post
        self._trust = Trust(layout.content, layout.trusted_root, site.area)
        self._fetcher = Fetcher(Store(layout))
        self._accepted: str | None = None  # SHA-256 of the accepted catalogue on the disk
        self._good: str | None = None  # the mirror that answered last
        self._lanes = {"look": Lane("look"), "fetch": Lane("fetch")}
        self._sources: dict[tuple[str, bool], dict[str, Source]] = {}
        self._attempts: dict[int, str] = {}
        self._trouble: dict[str, str] = {}  # lane → code of its last problem, so that edges are logged

    def knows(self, release: Release | None) -> None:
        """Learn which catalogue an earlier run accepted."""
        self._accepted = None if release is None else release.sha256

    def look(self, order: Look) -> None:
        """Queue a look."""
        self._attempts = {order.attempt: "look", **self._running("fetch")}
        self._lanes["look"].put(lambda turn: self._look(order, turn))

    def fetch(self, order: Fetch) -> None:
        """Queue a fetch."""
        self._attempts = {order.attempt: "fetch", **self._running("look")}
        self._lanes["fetch"].put(lambda turn: self._fetch(order, turn))

    def give_up(self, order: GiveUp) -> None:
        """Abandon the attempt's lane with its connections."""
        name = self._attempts.pop(order.attempt, None)
        if name is not None:
            log.warning("attempt given up lane=%s", name)
            self._lanes[name].abandon()
            self._sources = {key: held for key, held in self._sources.items() if key[0] != name}

    def _running(self, name: str) -> dict[int, str]:
        return {attempt: lane for attempt, lane in self._attempts.items() if lane == name}

    def _look(self, order: Look, turn: Turn) -> None:
        report = _Reporter(order.attempt, turn, self._post, every=1)
        failures: list[Problem] = []
        for source in self._mirrors("look", failures):
            try:
                with _disk_in_words(self._layout):
                    release = self._look_at(source, report, turn)
            except Problem as problem:
                failures.append(problem)
            else:
                self._good = source.url
                turn.check()
                self._edge("look", "")
                self._post(Looked(attempt=order.attempt, release=release))
                return
        turn.check()
        advice = worst(failures).advice
        self._edge("look", advice.code, advice.en)
        self._post(LookFailed(attempt=order.attempt, advice=advice))

    def _look_at(self, source: Source, report: _Reporter, turn: Turn) -> Release | None:
        """Return what is new at `source`, accepted and kept; None when nothing is."""
        kept = read_clock_file(self._layout.clock_file)
        proven = self._trust.look(source, reference_time(kept, self._clock.utc()), report.moved)
        if proven.issued is not None and proven.issued > kept.floor:
            floor = type(kept)(floor=proven.issued, boot_id=kept.boot_id, source=kept.source)
            write_clock_file(self._layout.clock_file, floor)
        if proven.sha256 == self._accepted:
            return None
        data = self._trust.read_catalogue(source, proven, report.moved)
        catalogue = self._checked(data, source.url)
        turn.check()
        replace_bytes(accepted_file(self._layout), data)
        self._accepted = proven.sha256
        log.info(
            "accepted area=%s revision=%d items=%d", catalogue.area, catalogue.revision, len(catalogue.items)
        )
        return release_of(catalogue, proven.sha256)

    def _checked(self, data: bytes, url: str) -> Catalogue:
        try:
            catalogue = decode_catalogue(data)
        except ValueError as error:
            raise say.bad_catalogue(url, error) from None
        if catalogue.area != self._site.area:
            raise say.bad_catalogue(url, f"area {catalogue.area!r:.80} ≠ {self._site.area!r:.80}")
        return catalogue

    def _fetch(self, order: Fetch, turn: Turn) -> None:
        report = _Reporter(order.attempt, turn, self._post, every=FETCH_REPORTS_BYTES)
        failures: list[Problem] = []
        sources = sorted(self._mirrors("fetch", failures), key=lambda source: source.url != self._good)
        try:
            if not sources:
                raise worst(failures)
            with _disk_in_words(self._layout):
                self._fetcher.fetch(order.blob, sources, report.moved)
        except Problem as problem:
            turn.check()
            self._edge("fetch", problem.code, problem.advice.en)
            self._post(
                FetchFailed(
                    attempt=order.attempt,
                    blob=order.blob.sha256,
                    advice=problem.advice,
                    at_source=problem.code in AT_SOURCE,
                )
            )
        else:
            turn.check()
            self._edge("fetch", "")
            self._post(Fetched(attempt=order.attempt, blob=order.blob.sha256))

    def _edge(self, lane: str, code: str, words: str = "") -> None:
        if self._trouble.get(lane, "") != code:
            self._trouble[lane] = code
            log.info("%s %s %s", lane, f"failed code={code}" if code else "works again", words)

    def _mirrors(self, lane: str, failures: list[Problem]) -> Sequence[Source]:
        """Return a driver for each URL, connections kept from call to call."""
        known = self._clock.utc() is not None
        held = self._sources.setdefault((lane, known), {})
        for url in self._site.urls:
            if url not in held:
                try:
                    held[url] = open_source(url, dates_known=known)
                except Problem as problem:
                    failures.append(problem)
        return [held[url] for url in self._site.urls if url in held]


def worst(failures: Sequence[Problem]) -> Problem:
    """Return the failure that people should hear of: a refusal before a dead line."""
    return min(failures, key=lambda problem: problem.code == "content.unreachable")


class _Reporter:
    """Tells the core that an attempt moves, not too often; ends the attempt when it was given up."""

    def __init__(self, attempt: int, turn: Turn, post: Post, *, every: int) -> None:
        self._attempt, self._turn, self._post, self._every = attempt, turn, post, every
        self._told = 0

    def moved(self, received: int) -> None:
        self._turn.check()
        if received < self._told or received - self._told >= self._every:
            self._told = received
            self._post(Working(attempt=self._attempt, received=received))


@contextlib.contextmanager
def _disk_in_words(layout: Layout) -> Iterator[Any]:
    try:
        yield
    except OSError as error:
        raise (
            disk_full(layout.content / "x") if is_full(error) else say.disk_error(error.strerror)
        ) from error
