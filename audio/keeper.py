"""What must outlive a crash: silence, and the announcements that have not sounded to their end.

One small file, replaced whole. It names the boot: after a crash of the service the announcements come
back; after a power cut they do not, for nobody knows how long it lasted (each is logged as failed).
Silence holds across everything.
"""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from audio.programme import Announcement
from kiosk.clock import boot_id
from kiosk.files import replace_bytes

log = logging.getLogger(__name__)


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The file."""

    boot: str = ""
    silenced: bool = False
    announcements: tuple[Announcement, ...] = ()


class Keeper:
    """The file's owner."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._boot = boot_id()

    def read(self) -> tuple[Kept, tuple[Announcement, ...]]:
        """Return what is still valid, and the announcements that a restart of the machine cut off.

        A file that cannot be read means silence: better no sound than an unwanted one.
        """
        try:
            kept = msgspec.json.decode(self._path.read_bytes(), type=Kept)
        except FileNotFoundError:
            return Kept(boot=self._boot), ()
        except (msgspec.MsgspecError, OSError) as error:
            log.error("programme file unreadable, starting silenced: %s", error)
            return Kept(boot=self._boot, silenced=True), ()
        if kept.boot == self._boot:
            return kept, ()
        return msgspec.structs.replace(kept, boot=self._boot, announcements=()), kept.announcements

    def write(self, *, silenced: bool, announcements: tuple[Announcement, ...]) -> None:
        """Replace the file, durably."""
        kept = Kept(boot=self._boot, silenced=silenced, announcements=announcements)
        replace_bytes(self._path, msgspec.json.encode(kept))
