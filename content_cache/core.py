"""Decide when to look, what to fetch, and when a catalogue may be shown. Pure: values in, effects out.

Two rules of this file:

* What is shown changes only by `Swapped`, and `Show` is ordered only when nothing of the release is
  missing. Every failure leaves what is shown as it is.
* Every attempt on the network has a deadline for its next sign of life; what a given-up attempt still
  reports is ignored.

::

    look due ──Look──► Looked(new) ──TakeStock──► Stock ──Fetch…──► nothing missing ──Show──► Swapped
                 │                                  │ failed: wait longer each time, with jitter
                 └─ LookFailed: say why, look again ┘
"""

from __future__ import annotations

import random
from typing import Any

import msgspec

from content_cache import advice as say
from content_cache.effects import (
    Examine,
    Examined,
    Fetch,
    Fetched,
    FetchFailed,
    GiveUp,
    Look,
    Looked,
    LookFailed,
    Recall,
    Release,
    Show,
    Shown,
    Stock,
    SwapFailed,
    Swapped,
    TakeStock,
    Working,
)
from kiosk.bus import Connected, ConnectionId, Disconnected, Received
from kiosk.catalogue import Blob
from kiosk.errors import Advice
from kiosk.messages import ContentState, Fault, Refused, Suspect, SyncNow, SyncPhase
from kiosk.service import Reply, Stopping, Tick
from kiosk.types import Health, Sha256

FIRST_LOOK_S = 1.0
"""The first look waits so long after the start: whoever starts beside us needs the machine first."""

RETRY_FIRST_S = 5.0
"""After a failure the wait doubles from here up to the site's period."""

LOOK_STALLS_S, FETCH_STALLS_S = 90.0, 300.0
"""A look or a fetch without a sign of life for so long is given up. A megabyte in 300 s is 28 kbit/s."""

JITTER = 0.1
"""Periods differ by up to this part, so that a thousand points do not ask at the same second."""


class _Attempt:
    """Something under way on the network."""

    def __init__(self, number: int, stalls_s: float, now: float, blob: Blob | None = None) -> None:
        self.number = number
        self.blob = blob
        self.received = 0
        self._stalls_s = stalls_s
        self.deadline = now + stalls_s

    def moves(self, received: int, now: float) -> None:
        self.received = received
        self.deadline = now + self._stalls_s


class ContentCore:
    """The content service's truth."""

    def __init__(
        self,
        *,
        area: str,
        check_every_s: float,
        obstacle: Advice | None,
        shown: Shown | None,
        seed: int,
    ) -> None:
        """`obstacle` says why no repository can be asked at all; `seed` spreads the periods."""
        self._area = area
        self._period_s = max(1.0, check_every_s)
        self._obstacle = obstacle
        self._shown = shown
        self._random = random.Random(seed)
        self._started = False
        self._attempts = 0
        self._look: _Attempt | None = None
        self._fetch: _Attempt | None = None
        self._look_at: float | None = None  # when to look next
        self._look_again = False  # asked for while a look was under way
        self._looks_failed = 0
        self._look_problem: Advice | None = None
        self._contact: float | None = None
        self._release: Release | None = None
        self._busy_disk = False  # a stock or a swap is under way
        self._swapping = False
        self._missing: dict[Sha256, Blob] = {}
        self._wanted_bytes = 0
        self._bad: set[Sha256] = set()  # wrong at every source in this round
        self._fetch_at = 0.0  # not before
        self._fetches_failed = 0
        self._fetch_problem: Advice | None = None
        self._faulty_since: float | None = None

    # ------------------------------------------------------------ what the loop asks

    def state(self, now: float) -> ContentState:
        """Return the published state."""
        shown = self._shown
        return ContentState(
            phase=self._phase(),
            area=shown.area if shown else self._area,
            revision=shown.revision if shown else 0,
            issued=shown.issued if shown else None,
            items=shown.items if shown else 0,
            missing_blobs=len(self._missing),
            fetched_bytes=self._fetched_bytes(),
            wanted_bytes=self._wanted_bytes,
            contact_age_s=None if self._contact is None else round(now - self._contact, 3),
            problem=self._obstacle or self._fetch_problem or self._look_problem,
            faults=self._faults(now),
        )

    def deadline(self) -> float | None:
        """Return when something is due."""
        due = [attempt.deadline for attempt in (self._look, self._fetch) if attempt is not None]
        if self._look is None and self._look_at is not None and not self._recalling():
            due.append(self._look_at)
        if self._can_fetch() or self._can_show():
            due.append(self._fetch_at)
        return min(due, default=None)

    def step(self, message: Any, now: float) -> list[Any]:
        """Take one message and return effects in order."""
        match message:
            case Tick():
                return self._tick(now)
            case Received(connection=connection, message=SyncNow(request=request)):
                return self._sync_now(connection, request, now)
            case Received(connection=connection, message=Suspect(request=request, blob=blob)):
                return [Examine(blob=blob, connection=connection, request=request)]
            case Working(attempt=number, received=received):
                self._moves(number, received, now)
                return []
            case Looked() | LookFailed():
                return self._looked(message, now)
            case Fetched() | FetchFailed():
                return self._fetched(message, now)
            case Stock():
                return self._stock(message, now)
            case Swapped(shown=shown):
                return self._swapped(shown, now)
            case SwapFailed(advice=advice):
                self._busy_disk = self._swapping = False
                self._back_off(advice, now)
                return []
            case Examined():
                return self._examined(message, now)
            case Connected() | Disconnected() | Stopping():
                return []
        raise TypeError(message)

    # ------------------------------------------------------------ looking

    def _tick(self, now: float) -> list[Any]:
        if not self._started:
            self._started = self._busy_disk = True
            if self._obstacle is None:
                self._look_at = now + FIRST_LOOK_S * self._random.uniform(0.5, 1.5)
            return [Recall()]
        effects: list[Any] = []
        if self._look is not None and now >= self._look.deadline:
            effects.append(GiveUp(attempt=self._look.number))
            effects += self._looked(LookFailed(attempt=self._look.number, advice=say.stalled()), now)
        if self._fetch is not None and self._fetch.blob is not None and now >= self._fetch.deadline:
            blob, number = self._fetch.blob.sha256, self._fetch.number
            effects.append(GiveUp(attempt=number))
            stalled = FetchFailed(attempt=number, blob=blob, advice=say.stalled(), at_source=False)
            effects += self._fetched(stalled, now)
        if (
            self._look is None
            and self._look_at is not None
            and now >= self._look_at
            and not self._recalling()
        ):
            effects.append(self._begin_look(now))
        return effects + self._proceed(now)

    def _recalling(self) -> bool:
        return self._busy_disk and self._release is None

    def _begin_look(self, now: float) -> Look:
        self._attempts += 1
        self._look_again = False
        self._look = _Attempt(self._attempts, LOOK_STALLS_S, now)
        return Look(attempt=self._attempts)

    def _sync_now(self, connection: ConnectionId, request: str, now: float) -> list[Any]:
        if self._obstacle is not None:
            return [Reply(connection=connection, message=Refused(request=request, advice=self._obstacle))]
        self._fetch_at, self._bad = now, set()
        if self._look is not None:
            self._look_again = True
            return [Reply(connection=connection, message=self.state(now))]
        self._look_at = now
        return [] if self._recalling() else [self._begin_look(now), *self._proceed(now)]

    def _looked(self, answer: Looked | LookFailed, now: float) -> list[Any]:
        if self._look is None or answer.attempt != self._look.number:
            return []
        self._look = None
        if isinstance(answer, LookFailed):
            self._look_problem = answer.advice
            wait_s = min(self._period_s, RETRY_FIRST_S * 2**self._looks_failed)
            self._looks_failed = min(self._looks_failed + 1, 20)
        else:
            self._look_problem, self._looks_failed, self._contact = None, 0, now
            wait_s = self._period_s
        self._look_at = now if self._look_again else now + self._jittered(wait_s)
        if isinstance(answer, LookFailed) or answer.release is None:
            return self._proceed(now)
        self._busy_disk = True
        return [*self._drop_fetch(answer.release), TakeStock(release=answer.release)]

    def _drop_fetch(self, release: Release) -> list[Any]:
        """Give up a fetch that the new release does not need: stock-taking removes its bytes."""
        fetch = self._fetch
        if fetch is None or fetch.blob in release.blobs:
            return []
        self._fetch = None
        return [GiveUp(attempt=fetch.number)]

    # ------------------------------------------------------------ holding everything

    def _stock(self, stock: Stock, now: float) -> list[Any]:
        self._busy_disk = self._swapping = False
        if self._release != stock.release:
            self._bad, self._fetches_failed, self._fetch_at = set(), 0, now
            self._fetch_problem = None
        self._release = stock.release
        self._missing = {blob.sha256: blob for blob in stock.missing}
        self._wanted_bytes = sum(blob.size for blob in stock.missing)
        return self._proceed(now)

    def _can_fetch(self) -> bool:
        return bool(self._missing) and self._fetch is None and not self._busy_disk and self._obstacle is None

    def _can_show(self) -> bool:
        release, shown = self._release, self._shown
        if release is None or self._missing or self._busy_disk:
            return False
        return shown is None or shown.sha256 != release.sha256

    def _proceed(self, now: float) -> list[Any]:
        """Do what brings the release nearer to being shown."""
        release = self._release
        if release is None or self._busy_disk:
            return []
        if now < self._fetch_at:
            return []
        if self._can_show():
            self._busy_disk = self._swapping = True
            return [Show(release=release)]
        if not self._can_fetch():
            return []
        left = [blob for blob in self._missing.values() if blob.sha256 not in self._bad]
        if not left:  # a new round
            self._bad, left = set(), list(self._missing.values())
        self._attempts += 1
        self._fetch = _Attempt(self._attempts, FETCH_STALLS_S, now, left[0])
        return [Fetch(attempt=self._attempts, blob=left[0])]

    def _fetched(self, answer: Fetched | FetchFailed, now: float) -> list[Any]:
        if self._fetch is None or answer.attempt != self._fetch.number:
            return []
        self._fetch = None
        if isinstance(answer, Fetched):
            self._missing.pop(answer.blob, None)
            if not self._bad:
                self._fetch_problem = None
            if not self._missing:
                self._faulty_since = None
            self._fetches_failed = 0
        else:
            self._fetch_problem = answer.advice
            if answer.at_source:
                self._bad.add(answer.blob)  # the others may still come
            else:
                self._back_off(answer.advice, now)
        if self._missing and self._fetch_problem is not None and self._bad >= set(self._missing):
            self._back_off(self._fetch_problem, now)
        return self._proceed(now)

    def _back_off(self, advice: Advice, now: float) -> None:
        self._fetch_problem = advice
        wait_s = min(self._period_s, RETRY_FIRST_S * 2**self._fetches_failed)
        self._fetch_at = now + self._jittered(wait_s)
        self._fetches_failed = min(self._fetches_failed + 1, 20)

    def _swapped(self, shown: Shown, now: float) -> list[Any]:
        self._busy_disk = self._swapping = False
        self._shown = shown
        self._fetch_problem, self._fetches_failed, self._faulty_since = None, 0, None
        return self._proceed(now)

    # ------------------------------------------------------------ suspicion

    def _examined(self, answer: Examined, now: float) -> list[Any]:
        if answer.finding is None:
            advice = say.unknown_blob(answer.blob)
            return [
                Reply(connection=answer.connection, message=Refused(request=answer.request, advice=advice))
            ]
        if answer.finding.damaged:
            blob = answer.finding.blob
            if blob.sha256 not in self._missing:
                self._missing[blob.sha256] = blob
                self._wanted_bytes += blob.size
            self._bad.discard(blob.sha256)
            self._fetch_at = now
            self._faulty_since = now if self._faulty_since is None else self._faulty_since
        effects = self._proceed(now)
        return [*effects, Reply(connection=answer.connection, message=self.state(now))]

    # ------------------------------------------------------------ figures

    def _phase(self) -> SyncPhase:
        if self._swapping:
            return SyncPhase.SWAPPING
        if self._fetch is not None:
            return SyncPhase.FETCHING
        return SyncPhase.IDLE if self._look is None and not self._busy_disk else SyncPhase.CHECKING

    def _fetched_bytes(self) -> int:
        held = self._wanted_bytes - sum(blob.size for blob in self._missing.values())
        return held + (0 if self._fetch is None else self._fetch.received)

    def _faults(self, now: float) -> tuple[Fault, ...]:
        if self._faulty_since is None or not self._missing:
            return ()
        advice = say.incomplete(len(self._missing))
        return (Fault(advice=advice, health=Health.WARNING, age_s=round(now - self._faulty_since, 3)),)

    def _moves(self, number: int, received: int, now: float) -> None:
        for attempt in (self._look, self._fetch):
            if attempt is not None and attempt.number == number:
                attempt.moves(received, now)

    def _jittered(self, wait_s: float) -> float:
        return wait_s * self._random.uniform(1 - JITTER, 1 + JITTER)


def same_but_figures(old: ContentState, new: ContentState) -> bool:
    """Tell whether `new` need not be published: ages run by themselves, bytes are told by the 2 %."""
    step = max(1, new.wanted_bytes // 50)
    if abs(new.fetched_bytes - old.fetched_bytes) >= step:
        return False
    quiet = {"contact_age_s": None, "fetched_bytes": 0, "faults": ()}
    same_faults = [fault.advice for fault in old.faults] == [fault.advice for fault in new.faults]
    met = (old.contact_age_s is None) == (new.contact_age_s is None)
    return (
        same_faults and met and msgspec.structs.replace(old, **quiet) == msgspec.structs.replace(new, **quiet)
    )
