"""Flat pictures with smooth edges: a canvas drawn larger than life and reduced, and its colours.

Coordinates are final pixels (floats are welcome); y grows downwards. Everything that looks random
is seeded, so the same recipe gives the same picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

Point = tuple[float, float]
Colour = tuple[int, ...]
"""RGB, or RGB and opacity, each 0–255."""


def hex_colour(text: str, opacity: int = 255) -> Colour:
    """Return the colour written as ``rrggbb``."""
    rgb = tuple(int(text[index : index + 2], 16) for index in (0, 2, 4))
    return rgb if opacity == 255 else (*rgb, opacity)


def mix(first: Colour, second: Colour, part: float) -> Colour:
    """Return the colour `part` of the way (0–1) from `first` to `second`."""
    return tuple(round(a + (b - a) * part) for a, b in zip(first[:3], second[:3], strict=True))


def darker(colour: Colour, part: float = 0.2) -> Colour:
    """Return `colour` with `part` of it turned to a blue-black shade."""
    return mix(colour, (12, 20, 32), part)


def lighter(colour: Colour, part: float = 0.2) -> Colour:
    """Return `colour` with `part` of it turned to warm white."""
    return mix(colour, (255, 250, 240), part)


INK = hex_colour("14222e")
PAPER = hex_colour("fbf6ea")
CREAM = hex_colour("f3e6c8")
SKIN = hex_colour("d9a477")
HAIR = hex_colour("1f1a1c")
INDIGO = hex_colour("27406e")
RED = hex_colour("c8372d")
ORANGE = hex_colour("e98a2c")
AMBER = hex_colour("f6c453")
LEAF = hex_colour("3f7d4e")
FOREST = hex_colour("1f4d43")
TEAL = hex_colour("1d6f78")
SKY = hex_colour("8ec3d6")
MUD = hex_colour("9a6a3c")
WOOD = hex_colour("8a5a3a")
WOOD_DARK = hex_colour("4f3426")
TILE = hex_colour("4a4b52")
MIST = hex_colour("c9d8da")
WHITE = (255, 255, 255)


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 10) -> list[Point]:
    """Return a Catmull-Rom curve through `points`, `steps` points to each piece."""
    count = len(points)
    curve: list[Point] = []
    for index in range(count if closed else count - 1):
        p0, p1, p2, p3 = (
            points[position % count] if closed else points[min(max(position, 0), count - 1)]
            for position in range(index - 1, index + 3)
        )
        for step in range(steps):
            t = step / steps
            curve.append((_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)))
    if not closed:
        curve.append(points[-1])
    return curve


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def turned(points: Iterable[Point], centre: Point, degrees: float) -> list[Point]:
    """Return `points` turned clockwise round `centre`."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    x0, y0 = centre
    return [
        (x0 + (x - x0) * cosine - (y - y0) * sine, y0 + (x - x0) * sine + (y - y0) * cosine)
        for x, y in points
    ]


class Canvas:
    """A picture of `width` × `height` drawn at `scale` times the size; `done` gives the picture.

    Without `fill` it is clear, for figures that move over a picture: draw those with opaque colours.
    """

    def __init__(self, width: int, height: int, fill: Colour | None = None, *, scale: int = 2) -> None:
        self.width, self.height, self._scale = width, height, scale
        size = (width * scale, height * scale)
        if fill is None:
            self.image = Image.new("RGBA", size, (0, 0, 0, 0))
        else:
            self.image = Image.new("RGB", size, fill[:3])
        self._pen = ImageDraw.Draw(self.image, "RGBA")

    def done(self) -> Image.Image:
        """Return the finished picture at its own size."""
        return self.image if self._scale == 1 else self.image.reduce(self._scale)

    def _big(self, points: Iterable[Point]) -> list[Point]:
        return [(x * self._scale, y * self._scale) for x, y in points]

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill the outline through `points`."""
        self._pen.polygon(self._big(points), fill=fill)

    def blob(self, points: Sequence[Point], fill: Colour) -> None:
        """Fill the smooth closed curve through `points`."""
        self.polygon(smooth(points), fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Fill an ellipse round (`x`, `y`)."""
        ((left, top), (right, bottom)) = self._big(((x - rx, y - ry), (x + rx, y + ry)))
        self._pen.ellipse((left, top, right, bottom), fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """Fill a circle."""
        self.ellipse(x, y, radius, radius, fill)

    def ring(self, x: float, y: float, radius: float, width: float, colour: Colour) -> None:
        """Draw a circle line whose outer radius is `radius`."""
        ((left, top), (right, bottom)) = self._big(((x - radius, y - radius), (x + radius, y + radius)))
        self._pen.ellipse((left, top, right, bottom), outline=colour, width=round(width * self._scale))

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, width: float, colour: Colour
    ) -> None:
        """Draw part of a circle line, degrees clockwise from the right, with round ends."""
        steps = max(6, int(abs(end - start) / 4))
        angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
        self.line([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles], width, colour)

    def box(
        self, left: float, top: float, right: float, bottom: float, fill: Colour, radius: float = 0.0
    ) -> None:
        """Fill a rectangle, with rounded corners if `radius` is given."""
        ((a, b), (c, d)) = self._big(((left, top), (right, bottom)))
        self._pen.rounded_rectangle((a, b, c, d), radius=radius * self._scale, fill=fill)

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """Draw a line with round joints and ends."""
        big = self._big(points)
        wide = max(1, round(width * self._scale))
        self._pen.line(big, fill=colour, width=wide, joint="curve")
        if wide > 3 and len(colour) == 3:
            half = wide / 2
            for x, y in (big[0], big[-1]):
                self._pen.ellipse((x - half, y - half, x + half, y + half), fill=colour)

    def curve(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """Draw a smooth open line through `points`."""
        self.line(smooth(points, closed=False), width, colour)

    def shaded(self, points: Sequence[Point], top: Colour, bottom: Colour) -> None:
        """Fill the outline through `points`, from `top` colour down to `bottom` colour."""
        big = self._big(points)
        ys = [y for _, y in big]
        first, last = max(0, math.floor(min(ys))), min(self.image.height, math.ceil(max(ys)) + 1)
        if last <= first:
            return
        mask = Image.new("L", (self.image.width, last - first), 0)
        ImageDraw.Draw(mask).polygon([(x, y - first) for x, y in big], fill=255)
        shade = gradient(1, last - first, top, bottom).resize((self.image.width, last - first))
        self.image.paste(shade, (0, first), mask)

    def sky(self, *colours: Colour, bottom: float | None = None) -> None:
        """Fill from the upper edge to `bottom` (default: all) with a fall of `colours`."""
        height = self.image.height if bottom is None else round(bottom * self._scale)
        bands = len(colours) - 1
        for band in range(bands):
            top, end = height * band // bands, height * (band + 1) // bands
            part = gradient(1, end - top, colours[band], colours[band + 1])
            self.image.paste(part.resize((self.image.width, end - top)), (0, top))

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 0.6) -> None:
        """Add soft light round (`x`, `y`): `strength` (0–1) in the middle, none at `radius`."""
        size = 128
        axis = np.linspace(-1, 1, size)
        distance = np.hypot(axis[None, :], axis[:, None])
        light = (np.clip(1 - distance, 0, 1) ** 2 * 255 * strength).astype(np.uint8)
        wide = round(2 * radius * self._scale)
        mask = Image.fromarray(light).resize((wide, wide), Image.Resampling.BILINEAR)
        corner = (round((x - radius) * self._scale), round((y - radius) * self._scale))
        self.image.paste(colour[:3], (*corner, corner[0] + wide, corner[1] + wide), mask)

    def words(
        self, x: float, y: float, text: str, face: ImageFont.FreeTypeFont, colour: Colour, anchor: str = "la"
    ) -> None:
        """Write one line; `face` is given for the final size, `anchor` as Pillow names it."""
        big = face.font_variant(size=face.size * self._scale)
        self._pen.text((x * self._scale, y * self._scale), text, font=big, fill=colour, anchor=anchor)

    def stamp(self, picture: Image.Image, x: float, y: float) -> None:
        """Lay a finished clear picture (final size) with its left upper corner at (`x`, `y`)."""
        if self._scale != 1:
            size = (picture.width * self._scale, picture.height * self._scale)
            picture = picture.resize(size, Image.Resampling.BICUBIC)
        self.image.paste(picture, (round(x * self._scale), round(y * self._scale)), picture)


def gradient(width: int, height: int, top: Colour, bottom: Colour) -> Image.Image:
    """Return a picture that falls evenly from `top` to `bottom`."""
    part = np.linspace(0.0, 1.0, max(1, height))[:, None]
    rows = np.array(top[:3]) * (1 - part) + np.array(bottom[:3]) * part
    column = np.rint(rows).astype(np.uint8)[:, None, :]
    return Image.fromarray(np.broadcast_to(column, (max(1, height), width, 3)).copy())
