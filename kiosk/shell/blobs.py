"""Blobs are read whole and hashed before anyone decodes them: what was not signed is never parsed."""

from __future__ import annotations

import hashlib

from kiosk.paths import Layout
from kiosk.types import Sha256

LARGEST = 64 * 1024 * 1024
"""Largest picture, text or document taken into memory, bytes. (Videos are the player's.)"""


class UnreadableBlob(Exception):
    """The blob cannot be used; `damaged` when its bytes differ from what was signed."""

    def __init__(self, why: str, *, damaged: bool) -> None:
        super().__init__(why)
        self.damaged = damaged


def read_blob(layout: Layout, blob: Sha256) -> bytes:
    """Return the bytes of `blob`, equal to what was signed; raises `UnreadableBlob`."""
    try:
        path = layout.blob(blob)
        if path.stat().st_size > LARGEST:
            raise UnreadableBlob("too large to show", damaged=False)
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableBlob("not here", damaged=True) from None
    except OSError as error:
        raise UnreadableBlob(str(error), damaged=True) from None  # a bad disk block
    if hashlib.sha256(data).hexdigest() != blob:
        raise UnreadableBlob("not the bytes that were signed", damaged=True)
    return data
