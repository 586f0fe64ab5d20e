"""Break text into lines and pages, and choose the letter size that fits. Pure: widths are given.

Kivy breaks Chinese anywhere, lets a line start with a full stop, and shows nothing at all when a
label is larger than a texture; so every text on the screen is broken here first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

Measure = Callable[[str], float]
"""Width of a text at size 1 (so it scales with the letter size)."""

LINE_PITCH = 1.362
"""Line height of the merged font by letter size (Noto Sans: 1069 + 293 of 1000)."""

_NOT_FIRST = "，。、；：？！”’）》〉」』】〕…—％·,.;:?!)]}%"
_NOT_LAST = "“‘（《〈「『【〔([{"
_WIDE = "\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff60“”‘’…—"
_ATOMS = re.compile(rf"\s+|[{_WIDE}]|[^\s{_WIDE}]+")
_WIDE_CHAR = re.compile(rf"[{_WIDE}]")


class Fitted(NamedTuple):
    """Text ready to be drawn."""

    size: float
    lines: tuple[str, ...]


def wrap(text: str, measure: Measure, width: float) -> list[str]:
    """Break `text` into lines no wider than `width` (in multiples of the letter size).

    A line feed always breaks. Words stay whole unless one alone is too wide. No line starts with a
    closing mark or ends with an opening one.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(paragraph, measure, width)
    return lines


def paginate(text: str, measure: Measure, width: float, lines_a_page: int) -> tuple[tuple[str, ...], ...]:
    """Cut `text` into pages of lines; no page starts or ends with an empty line."""
    tidy = re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n").replace("\t", " ").strip())
    pages: list[tuple[str, ...]] = []
    page: list[str] = []
    for line in wrap(tidy, measure, width):
        if not page and not line:
            continue
        page.append(line)
        if len(page) == lines_a_page:
            pages.append(_without_end(page))
            page = []
    if page:
        pages.append(_without_end(page))
    return tuple(pages)


def fit(
    text: str,
    measure: Measure,
    width: float,
    height: float,
    sizes: Sequence[float],
    *,
    one_line: bool = False,
) -> Fitted:
    """Return the largest of `sizes` (falling) at which `text` fits; at the smallest it is cut with …

    With `one_line` a smaller size on one line is better than a larger one on several.
    """
    if one_line:
        for size in sizes:
            if "\n" not in text and measure(text) * size <= width and LINE_PITCH * size <= height:
                return Fitted(size, (text,))
    for size in sizes:
        lines = wrap(text, measure, width / size)
        if len(lines) * LINE_PITCH * size <= height and all(measure(line) * size <= width for line in lines):
            return Fitted(size, tuple(lines))
    size = sizes[-1]
    room = max(1, int(height / (LINE_PITCH * size)))
    lines = wrap(text, measure, width / size)
    if len(lines) > room:
        lines = [*lines[: room - 1], _cut(lines[room - 1], measure, width / size)]
    return Fitted(size, tuple(lines))


def _wrap_paragraph(text: str, measure: Measure, width: float) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for atom in _glued(text):
        wide = measure(atom.rstrip())
        if line and used + wide > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
            atom = atom.lstrip()
        if wide > width:
            *whole, atom = _chopped(atom, measure, width)
            lines += whole
        line += atom
        used += measure(atom)
    return [*lines, line.rstrip()]


def _glued(text: str) -> list[str]:
    """Return the pieces between which a line may break; spaces hang on the piece before them."""
    pieces: list[str] = []
    for found in _ATOMS.finditer(text):
        atom = found.group()
        after_opening = bool(pieces) and pieces[-1][-1] in _NOT_LAST
        closing = atom[0] in _NOT_FIRST and (bool(_WIDE_CHAR.match(atom)) or not atom[0].isalnum())
        hangs = atom.isspace() or after_opening or (closing and _touches(pieces))
        joins = bool(pieces) and hangs
        if joins:
            pieces[-1] += atom
        else:
            pieces.append(atom)
    return pieces


def _touches(pieces: list[str]) -> bool:
    return bool(pieces) and not pieces[-1][-1].isspace()


def _chopped(atom: str, measure: Measure, width: float) -> list[str]:
    """Cut a piece that is wider than a line (a long address) by characters."""
    parts = [""]
    for char in atom:
        if parts[-1] and measure(parts[-1] + char) > width:
            parts.append("")
        parts[-1] += char
    return parts


def _cut(line: str, measure: Measure, width: float) -> str:
    while line and measure(line + "…") > width:
        line = line[:-1]
    return line.rstrip() + "…"


def _without_end(page: list[str]) -> tuple[str, ...]:
    while page and not page[-1]:
        page.pop()
    return tuple(page)
