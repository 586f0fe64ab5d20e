"""Words on posters: paragraphs that wrap and shrink to fit their box."""

from __future__ import annotations

from PIL import ImageFont

from provisioning.sample.drawing import Canvas, Colour
from provisioning.sample.fonts import face, wrapped


def paragraph(
    canvas: Canvas,
    left: float,
    top: float,
    width: float,
    height: float,
    text: str,
    colour: Colour,
    *,
    size: int,
    bold: bool = False,
    chinese: bool = False,
    centred: bool = False,
) -> None:
    """Write `text` in the middle (by height) of the box, as large as it fits, at most `size` pixels."""
    while True:
        font = face(size, bold=bold, chinese=chinese)
        lines = wrapped(text, font, width)
        pitch = size * (1.3 if chinese else 1.26)
        if len(lines) * pitch <= height or size <= 20:
            break
        size -= max(2, size // 24)
    if centred:
        lines = _balanced(text, font, width, len(lines))
    y = top + (height - len(lines) * pitch) / 2 + pitch / 2
    for line in lines:
        x = left + width / 2 if centred else left
        canvas.words(x, y, line, font, colour, "mm" if centred else "lm")
        y += pitch


def _balanced(text: str, font: ImageFont.FreeTypeFont, width: float, count: int) -> list[str]:
    """Return `text` in `count` lines of about equal length: no lone word at the end."""
    while True:
        narrower = wrapped(text, font, width * 0.96)
        if len(narrower) > count or width < font.size:
            return wrapped(text, font, width)
        width *= 0.96
