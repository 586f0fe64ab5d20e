"""The process that draws PDF pages: ``python -m kiosk.shell.pdf FD``. It holds one document, no more.

A hostile or broken document can end only this process. The document comes as a memory file
descriptor; wishes are JSON lines on standard input, answers JSON lines on standard output, each
followed by its pixels (RGB rows from the top, tightly packed). The first answer tells the number of
pages. It ends when standard input does.
"""

from __future__ import annotations

import os
import resource
import sys

import msgspec

MEMORY_BYTES = 2 * 1024**3
SECONDS_OF_CPU = 300
LARGEST_SIDE = 4096


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """Draw `page` (from 0) so that it fits `width` by `height` pixels."""

    page: int
    width: int
    height: int


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """An answer; `width` * `height` * 3 bytes follow when they are not 0."""

    pages: int = 0
    width: int = 0
    height: int = 0
    error: str = ""


def main(arguments: list[str]) -> int:
    """Serve wishes until the input ends."""
    limit()
    import pypdfium2  # type: ignore[import-untyped]  # it ships no types

    with os.fdopen(int(arguments[0]), "rb") as file:
        file.seek(0)
        data = file.read()
    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        answer(Page(error=f"not a document: {error}"))
        return 1
    if pages == 0:
        answer(Page(error="a document without pages"))
        return 1
    answer(Page(pages=pages))
    for line in sys.stdin.buffer:
        wish = msgspec.json.decode(line, type=Wish)
        try:
            draw(document, wish, pages)
        except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
            answer(Page(error=f"page {wish.page + 1}: {error or type(error).__name__}"))
    return 0


def limit() -> None:
    """Bound what a document can take: memory, processor time, no files written."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_OF_CPU, SECONDS_OF_CPU))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draw(document: object, wish: Wish, pages: int) -> None:
    """Answer one wish; raises ValueError for a page or size that cannot be."""
    import numpy as np

    if not (0 <= wish.page < pages and 0 < wish.width <= LARGEST_SIDE and 0 < wish.height <= LARGEST_SIDE):
        raise ValueError("no such page or size")
    page = document[wish.page]  # type: ignore[index]  # pypdfium2 ships no types
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise ValueError("a page without a size")
    scale = min(wish.width / width, wish.height / height)
    bitmap = page.render(scale=scale, rev_byteorder=True, fill_color=(255, 255, 255, 255))
    pixels = np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])
    answer(Page(pages=pages, width=pixels.shape[1], height=pixels.shape[0]), pixels.tobytes())
    bitmap.close()
    page.close()


def answer(page: Page, pixels: bytes = b"") -> None:
    """Write one answer whole."""
    sys.stdout.buffer.write(msgspec.json.encode(page) + b"\n" + pixels)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
