"""Decode pictures in worker threads, at the size they are shown, within limits."""

from __future__ import annotations

import io
import logging
import queue
import threading
import warnings
from collections.abc import Callable
from typing import NamedTuple

from kiosk.paths import Layout
from kiosk.shell.blobs import UnreadableBlob, read_blob
from kiosk.types import Sha256

log = logging.getLogger(__name__)

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 60_000_000
"""A picture that claims more is not decoded (a small file can claim gigabytes)."""


class PictureKey(NamedTuple):
    """One picture at one size."""

    blob: Sha256
    width: int
    height: int
    cover: bool  # fill the size, edges cut; else fit inside it
    radius: int = 0  # rounded corners, px


class Pixels(NamedTuple):
    """A decoded picture: RGBA or RGB rows from the top, tightly packed."""

    width: int
    height: int
    mode: str  # "rgb" or "rgba"
    data: bytes


class PictureLoader:
    """One thread that decodes what was asked for last first, so the page in front wins."""

    def __init__(
        self,
        layout: Layout,
        ready: Callable[[PictureKey, Pixels], None],
        failed: Callable[[Sha256, bool], None],
    ) -> None:
        """`ready` and `failed(blob, damaged)` are called in the worker's thread."""
        self._layout = layout
        self._ready = ready
        self._failed = failed
        self._queue: queue.LifoQueue[PictureKey] = queue.LifoQueue()
        threading.Thread(target=self._run, name="pictures", daemon=True).start()

    def ask(self, key: PictureKey) -> None:
        """Decode `key` soon."""
        self._queue.put(key)

    def _run(self) -> None:
        while True:
            key = self._queue.get()
            try:
                pixels = decode(read_blob(self._layout, key.blob), key)
            except UnreadableBlob as error:
                log.warning("picture.unreadable blob=%s reason=%s", key.blob, error)
                self._failed(key.blob, error.damaged)
            else:
                self._ready(key, pixels)


def decode(data: bytes, key: PictureKey) -> Pixels:
    """Return the picture in `data` at the size of `key`; raises `UnreadableBlob`."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    size = (key.width, key.height)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                opened.draft("RGB", size)
                upright = ImageOps.exif_transpose(opened)
                image = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, *bombs) as error:
        raise UnreadableBlob(f"not a picture: {error}", damaged=False) from None
    if key.cover:
        image = ImageOps.fit(image, size, Image.Resampling.LANCZOS)
    else:
        image.thumbnail(size, Image.Resampling.LANCZOS)
    if key.radius:
        from kiosk.shell.pictograms import rounded_mask

        image = image.convert("RGBA")
        image.putalpha(rounded_mask(image.width, image.height, key.radius))
    return Pixels(image.width, image.height, image.mode.lower(), image.tobytes())
