"""What the core orders (effects) and what it is told (events): the inner vocabulary of the service.

An order to the network carries an `attempt`; what a given-up attempt still reports is ignored.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from kiosk.bus import ConnectionId
from kiosk.catalogue import Blob
from kiosk.errors import Advice
from kiosk.types import Sha256


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    """One effect or event; never leaves the process."""


class Shown(Inner, frozen=True, kw_only=True):
    """The catalogue that everybody reads now."""

    sha256: str  # of its signed form
    area: str
    revision: int
    issued: datetime
    items: int


class Release(Inner, frozen=True, kw_only=True):
    """A catalogue that was proven and accepted; its bytes lie on the disk."""

    sha256: Sha256
    area: str
    revision: int
    issued: datetime
    blobs: tuple[Blob, ...]  # all that must be held before it is shown


# ---------------------------------------------------------------- effects


class Recall(Inner, frozen=True, kw_only=True):
    """Find what an earlier run accepted; answered by `Stock`."""


class TakeStock(Inner, frozen=True, kw_only=True):
    """Find which blobs of `release` are missing, make room; answered by `Stock`."""

    release: Release


class Look(Inner, frozen=True, kw_only=True):
    """Look at the repository; answered by `Looked` or `LookFailed`, `Working` in between."""

    attempt: int


class Fetch(Inner, frozen=True, kw_only=True):
    """Get one blob; answered by `Fetched` or `FetchFailed`, `Working` in between."""

    attempt: int
    blob: Blob


class GiveUp(Inner, frozen=True, kw_only=True):
    """Abandon an attempt that stands still; its thread may hang for ever, a new one takes over."""

    attempt: int


class Show(Inner, frozen=True, kw_only=True):
    """Make `release` what everybody reads; answered by `Swapped`, `Stock` or `SwapFailed`."""

    release: Release


class Examine(Inner, frozen=True, kw_only=True):
    """Hash a suspected blob again and drop it if it is damaged; answered by `Examined`."""

    blob: Sha256
    connection: ConnectionId
    request: str


# ---------------------------------------------------------------- events


class Stock(Inner, frozen=True, kw_only=True):
    """What of `release` is missing; `release` is None when nothing was ever accepted."""

    release: Release | None
    missing: tuple[Blob, ...]


class Working(Inner, frozen=True, kw_only=True):
    """An attempt moves: `received` bytes so far."""

    attempt: int
    received: int


class Looked(Inner, frozen=True, kw_only=True):
    """The repository answered with proven metadata; `release` is None when nothing is new."""

    attempt: int
    release: Release | None


class LookFailed(Inner, frozen=True, kw_only=True):
    """Nothing was accepted, and why."""

    attempt: int
    advice: Advice


class Fetched(Inner, frozen=True, kw_only=True):
    """A blob is held: verified and durable."""

    attempt: int
    blob: Sha256


class FetchFailed(Inner, frozen=True, kw_only=True):
    """A blob is not here yet, and why; `at_source`: it is wrong or absent at every source."""

    attempt: int
    blob: Sha256
    advice: Advice
    at_source: bool


class Swapped(Inner, frozen=True, kw_only=True):
    """Everybody reads this catalogue now."""

    shown: Shown


class SwapFailed(Inner, frozen=True, kw_only=True):
    """The catalogue could not be written; the old one stays."""

    advice: Advice


class Finding(Inner, frozen=True, kw_only=True):
    """A suspected blob that the catalogue names; `damaged`: it is gone and must be fetched anew."""

    blob: Blob
    damaged: bool


class Examined(Inner, frozen=True, kw_only=True):
    """The answer to a suspicion; `finding` is None when no catalogue here names the blob."""

    finding: Finding | None
    blob: Sha256
    connection: ConnectionId
    request: str


Effect = Recall | TakeStock | Look | Fetch | GiveUp | Show | Examine
Event = Stock | Working | Looked | LookFailed | Fetched | FetchFailed | Swapped | SwapFailed | Examined
