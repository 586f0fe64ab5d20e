"""What a highland valley is made of: hills, clouds, trees, terraces, water, rain."""

from __future__ import annotations

import math
import random

import numpy as np
from PIL import Image, ImageDraw

from provisioning.sample import drawing as d
from provisioning.sample.drawing import Canvas, Colour, Point


def ridge(width: float, base: float, height: float, seed: int, *, steep: float, peaks: int) -> list[Point]:
    """Return the sky line of a range: `peaks` rounded summits up to `height` above `base`.

    `steep` near 0 gives soft hills, near 1 the towers of limestone country.
    """
    chance = random.Random(seed)
    summits = [
        (
            (index + chance.uniform(0.15, 0.85)) * width / peaks,
            height * chance.uniform(0.45, 1.0),
            width / peaks * chance.uniform(0.55, 0.95),
        )
        for index in range(-1, peaks + 1)
    ]
    line: list[Point] = []
    for step in range(int(width // 6) + 2):
        x = step * 6.0
        top = height * 0.2  # a range never sinks to its foot: no gap above the next one
        for middle, tall, half in summits:
            u = abs(x - middle) / half
            if u < 1.6:
                soft = math.cos(min(1.0, u / 1.6) * math.pi / 2) ** 2
                tower = max(0.0, 1 - u**2.6) ** 0.8
                top = max(top, tall * (soft * (1 - steep) + tower * steep))
        line.append((x, base - top - 3 * math.sin(x / 37 + seed)))
    return line


def range_of_hills(
    canvas: Canvas,
    base: float,
    height: float,
    colour: Colour,
    seed: int,
    *,
    steep: float = 0.5,
    peaks: int = 5,
    mist: float = 0.5,
) -> None:
    """Draw one range standing on `base`, its foot lost in mist."""
    line = ridge(canvas.width, base, height, seed, steep=steep, peaks=peaks)
    foot = base + 0.35 * height
    outline = [(-10.0, foot), *line, (canvas.width + 10.0, foot)]
    canvas.shaded(outline, colour, d.mix(colour, d.MIST, mist))
    light = d.lighter(colour, 0.12)
    for (x0, y0), (x1, y1) in zip(line[::14], line[7::14], strict=False):
        if y1 < y0 - 12:  # a slope that faces the light
            canvas.polygon([(x0, y0 + 4), (x1, y1 + 4), (x1 + 8, y1 + (base - y1) * 0.45)], (*light[:3], 46))


def cloud(canvas: Canvas, x: float, y: float, size: float, colour: Colour, seed: int = 0) -> None:
    """Draw a heap of cloud with a flat foot."""
    puffs = 7
    for part, shade in ((0.10, d.darker(colour, 0.10)), (0.0, colour)):
        state = random.Random(seed)
        for index in range(puffs):
            u = index / (puffs - 1) * 2 - 1
            radius = size * (0.17 + 0.17 * (1 - u * u)) * state.uniform(0.85, 1.15)
            canvas.disc(x + u * size * 0.75, y - radius * 0.35 + size * part, radius, shade)
    canvas.box(x - size * 0.85, y, x + size * 0.85, y + size * 0.16, colour, size * 0.08)


def tree(canvas: Canvas, x: float, y: float, height: float, colour: Colour, seed: int = 0) -> None:
    """Draw a broad-leaved tree standing at (`x`, `y`)."""
    chance = random.Random(seed)
    canvas.polygon(
        [
            (x - height * 0.035, y),
            (x - height * 0.02, y - height * 0.55),
            (x + height * 0.02, y - height * 0.55),
            (x + height * 0.035, y),
        ],
        d.darker(d.WOOD, 0.35),
    )
    crowns = [(0, -0.58, 0.24), (-0.17, -0.52, 0.17), (0.18, -0.55, 0.18), (0.02, -0.78, 0.19)]
    for dx, dy, radius in crowns:
        canvas.disc(x + dx * height, y + dy * height, radius * height, d.darker(colour, 0.22))
    for dx, dy, radius in crowns:
        canvas.disc(x + (dx - 0.035) * height, y + (dy - 0.035) * height, radius * height * 0.84, colour)
    for _ in range(4):
        dx, dy = chance.uniform(-0.16, 0.08), chance.uniform(-0.85, -0.55)
        canvas.disc(x + dx * height, y + dy * height, 0.05 * height, d.lighter(colour, 0.14))


def pine(canvas: Canvas, x: float, y: float, height: float, colour: Colour) -> None:
    """Draw a pine of Lạng Sơn's hills: bare stem, layered crown."""
    canvas.polygon(
        [
            (x - height * 0.022, y),
            (x - height * 0.01, y - height * 0.7),
            (x + height * 0.01, y - height * 0.7),
            (x + height * 0.022, y),
        ],
        d.mix(d.WOOD, d.RED, 0.15),
    )
    for layer in range(5):
        top = y - height * (1.0 - layer * 0.13)
        half = height * (0.07 + 0.035 * layer)
        tall = height * 0.2
        left = [(x, top), (x - half, top + tall), (x, top + tall * 0.86)]
        right = [(x, top), (x + half, top + tall), (x, top + tall * 0.86)]
        canvas.polygon(left, d.lighter(colour, 0.10))
        canvas.polygon(right, d.darker(colour, 0.12))


def banana(canvas: Canvas, x: float, y: float, height: float, colour: Colour) -> None:
    """Draw a banana plant."""
    canvas.line([(x, y), (x + height * 0.02, y - height * 0.5)], height * 0.07, d.mix(colour, d.CREAM, 0.25))
    for angle, length in ((-68, 0.5), (-30, 0.55), (8, 0.5), (42, 0.52), (76, 0.46)):
        direction = math.radians(angle)
        ex = x + math.sin(direction) * height * length
        ey = y - height * 0.5 - math.cos(direction) * height * length * 0.85
        droop = height * 0.14 * abs(math.sin(direction))
        mid = ((x + ex) / 2 - math.cos(direction) * 4, (y - height * 0.5 + ey) / 2 - height * 0.05)
        wide = height * 0.075
        canvas.blob(
            [
                (x, y - height * 0.5),
                (mid[0] - wide * math.cos(direction), mid[1] - wide),
                (ex, ey + droop),
                (mid[0] + wide * math.cos(direction), mid[1] + wide),
            ],
            colour if angle % 4 else d.darker(colour, 0.12),
        )
        canvas.curve([(x, y - height * 0.5), mid, (ex, ey + droop)], height * 0.008, d.lighter(colour, 0.3))


def bamboo(canvas: Canvas, x: float, y: float, height: float, colour: Colour, seed: int = 0) -> None:
    """Draw a clump of bamboo bending outwards."""
    chance = random.Random(seed)
    for index in range(7):
        lean = (index - 3) * 0.09 + chance.uniform(-0.03, 0.03)
        tall = height * chance.uniform(0.8, 1.0)
        foot = x + (index - 3) * height * 0.018
        top = (foot + lean * tall * 1.5, y - tall)
        stem = [(foot, y), (foot + lean * tall * 0.35, y - tall * 0.6), top]
        shade = d.mix(colour, d.AMBER, chance.uniform(0, 0.25))
        canvas.curve(stem, height * 0.016, shade)
        for leaf in range(9):
            part = 0.42 + leaf * 0.07
            lx, ly = foot + lean * tall * 1.5 * part**1.6, y - tall * part
            side = 1 if leaf % 2 else -1
            reach = height * chance.uniform(0.07, 0.12)
            canvas.polygon(
                [(lx, ly), (lx + side * reach * 0.6, ly - 2), (lx + side * reach, ly + reach * 0.55)],
                d.darker(shade, chance.uniform(0, 0.3)),
            )


def terraces(canvas: Canvas, x: float, y: float, width: float, height: float, colour: Colour) -> None:
    """Draw rice terraces stepping down a slope whose foot is on `y`."""
    rows = 7
    for row in range(rows):
        u = row / rows
        top = y - height * (1 - u)
        half = width * (0.32 + 0.68 * u) / 2
        shade = d.mix(colour, d.AMBER, 0.12 + 0.22 * ((row * 5) % 7) / 7)
        outline = [
            (x - half, y),
            (x - half * 0.94, top + 8),
            (x - half * 0.4, top - 6),
            (x + half * 0.2, top + 4),
            (x + half * 0.82, top - 3),
            (x + half, y),
        ]
        curve = d.smooth(outline[:-1], closed=False)
        canvas.polygon([*curve, (x + half, y)], shade)
        canvas.line(curve[10:-4], 3, d.lighter(shade, 0.35))


def water_band(width: int, height: int, top: Colour, bottom: Colour, seed: int) -> Image.Image:
    """Return a clear picture of running water with a wavy surface; it repeats every `width`."""
    chance = random.Random(seed)
    canvas = Canvas(width, height)
    surface: list[Point] = []
    for step in range(width // 8 + 1):
        x = step * 8.0
        phase = 2 * math.pi * x / width
        surface.append((x, 16 + 6 * math.sin(6 * phase) + 4 * math.sin(17 * phase + 1)))
    canvas.shaded([*surface, (width, height), (0, height)], top, bottom)
    canvas.line(surface, 5, d.lighter(top, 0.45))
    for _ in range(width * height // 9000):
        x, y = chance.uniform(0, width - 130), chance.uniform(40, height - 10)
        long = chance.uniform(40, 130)
        tone = d.lighter(top, 0.22) if chance.random() < 0.6 else d.darker(bottom, 0.18)
        canvas.curve(
            [(x, y), (x + long / 3, y - 5), (x + long * 2 / 3, y + 3), (x + long, y)],
            chance.uniform(2.5, 5),
            tone,
        )
    return canvas.done()


class Rain:
    """Falling rain that repeats; cheap enough to draw on every frame of a film."""

    def __init__(self, width: int, height: int, drops: int, seed: int, opacity: int = 80) -> None:
        chance = np.random.default_rng(seed)
        self._width, self._height, self._opacity = width, height, opacity
        self._x = chance.uniform(0, width + 200, drops)
        self._y = chance.uniform(0, height + 120, drops)
        self._near = chance.uniform(0.45, 1.0, drops)

    def draw(self, picture: Image.Image, seconds: float) -> None:
        """Draw the drops as they are `seconds` after the start, in place."""
        pen = ImageDraw.Draw(picture, "RGBA")
        fall = seconds * 1500 * self._near
        y = (self._y + fall) % (self._height + 120) - 60
        x = (self._x - fall * 0.18) % (self._width + 200) - 100
        length = 60 * self._near
        for left, top, long, near in zip(x, y, length, self._near, strict=True):
            pen.line(
                (left, top, left - 0.18 * long, top + long),
                fill=(226, 236, 242, int(self._opacity * near)),
                width=3 if near > 0.8 else 2,
            )
