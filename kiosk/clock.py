"""Time that may be unknown: after a power cut without a battery the clock reads 1970.

Two clocks, never mixed: `monotonic` orders and paces everything inside one process; `utc` is the
calendar, and is None until something trustworthy set it in this boot. Only the content service
writes what is known (`Layout.clock_file`); everyone else reads it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from kiosk.files import replace_bytes

BUILD_TIME = datetime(2026, 11, 1, tzinfo=UTC)
"""No moment before the release can be now: the lowest possible floor."""


class Clock(Protocol):
    """What the edges read; cores are given its values."""

    def monotonic(self) -> float:
        """Return seconds since some start; never goes back, counts suspend."""
        ...

    def utc(self) -> datetime | None:
        """Return the time, or None while it is unknown."""
        ...


class ClockFile(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about time, as kept on disk."""

    floor: datetime  # now is not before this: max(build, last saved, highest signed)
    boot_id: str = ""  # the boot in which the time was established; another boot knows nothing
    source: str = ""  # "rtc", "signed", "ntp", "officer"


def boot_id() -> str:
    """Return the kernel's name for this boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def read_clock_file(path: Path) -> ClockFile:
    """Return what is kept at `path`; the build time when nothing readable is there."""
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=ClockFile)
    except (FileNotFoundError, msgspec.MsgspecError):
        return ClockFile(floor=BUILD_TIME)
    return msgspec.structs.replace(kept, floor=max(kept.floor, BUILD_TIME))


def write_clock_file(path: Path, kept: ClockFile) -> None:
    """Keep `kept` at `path`, durably (content service only)."""
    replace_bytes(path, msgspec.json.encode(kept))


class SystemClock:
    """The machine's clock, believed only when this boot has a reason to."""

    def __init__(self, clock_file: Path, *, trust_rtc: bool = False) -> None:
        self._file = clock_file
        self._trust_rtc = trust_rtc
        self._boot = boot_id()

    def monotonic(self) -> float:
        """Return seconds since boot, suspend included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def utc(self) -> datetime | None:
        """Return the system time if it is established in this boot and not before the floor."""
        kept = read_clock_file(self._file)
        now = datetime.now(UTC)
        if now < kept.floor:
            return None
        known = self._trust_rtc or (bool(kept.source) and kept.boot_id == self._boot)
        return now if known else None


class FixedClock:
    """A clock for tests and simulations: moves only when told."""

    def __init__(self, utc: datetime | None = None, monotonic: float = 0.0) -> None:
        self._utc = utc
        self._monotonic = monotonic

    def monotonic(self) -> float:
        """Return the simulated seconds."""
        return self._monotonic

    def utc(self) -> datetime | None:
        """Return the simulated time."""
        return self._utc

    def advance(self, seconds: float) -> None:
        """Move both clocks forward."""
        self._monotonic += seconds
        if self._utc is not None:
            self._utc += timedelta(seconds=seconds)
