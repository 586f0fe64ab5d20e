"""Single things, drawn to any size: signs, telephones, fire, tools; used by scenes, tiles and posters."""

from __future__ import annotations

import math

from provisioning.sample import drawing as d
from provisioning.sample.drawing import Canvas, Colour


def flame(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw a flame standing on (`x`, `y`), `size` high."""
    for part, colour in ((1.0, d.RED), (0.74, d.ORANGE), (0.44, d.AMBER)):
        s = size * part
        canvas.polygon(
            d.smooth(
                [
                    (x, y),
                    (x - 0.3 * s, y - 0.16 * s),
                    (x - 0.31 * s, y - 0.42 * s),
                    (x - 0.17 * s, y - 0.62 * s),
                    (x - 0.12 * s, y - 0.5 * s),
                    (x + 0.03 * s, y - 1.0 * s),
                    (x + 0.2 * s, y - 0.62 * s),
                    (x + 0.25 * s, y - 0.48 * s),
                    (x + 0.32 * s, y - 0.3 * s),
                    (x + 0.22 * s, y - 0.07 * s),
                ]
            ),
            colour,
        )


def forbidden(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Draw the red ring and bar of a prohibition over what is already there."""
    canvas.ring(x, y, radius, radius * 0.13, d.RED)
    reach = (radius - radius * 0.1) * math.sqrt(0.5)
    canvas.line([(x - reach, y - reach), (x + reach, y + reach)], radius * 0.13, d.RED)


def tick(canvas: Canvas, x: float, y: float, radius: float, colour: Colour = d.LEAF) -> None:
    """Draw a round tick mark."""
    canvas.disc(x, y, radius, colour)
    r = radius
    points = [(x - 0.42 * r, y + 0.02 * r), (x - 0.1 * r, y + 0.36 * r), (x + 0.46 * r, y - 0.32 * r)]
    canvas.line(points, 0.2 * r, d.WHITE)


def cross(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Draw a round "no" mark."""
    canvas.disc(x, y, radius, d.RED)
    r = 0.38 * radius
    canvas.line([(x - r, y - r), (x + r, y + r)], 0.2 * radius, d.WHITE)
    canvas.line([(x - r, y + r), (x + r, y - r)], 0.2 * radius, d.WHITE)


def log(canvas: Canvas, x: float, y: float, length: float, thick: float, tilt: float = 0.0) -> None:
    """Draw a drifting tree trunk with its middle at (`x`, `y`)."""
    dx, dy = math.cos(math.radians(tilt)) * length / 2, math.sin(math.radians(tilt)) * length / 2
    canvas.line([(x - dx, y - dy), (x + dx, y + dy)], thick, d.WOOD_DARK)
    canvas.line([(x - dx, y - dy - thick * 0.18), (x + dx, y + dy - thick * 0.18)], thick * 0.36, d.WOOD)
    canvas.line([(x + dx * 0.2, y), (x + dx * 0.45, y - thick * 1.3)], thick * 0.4, d.WOOD_DARK)
    canvas.disc(x + dx, y + dy, thick * 0.44, d.lighter(d.WOOD, 0.35))
    canvas.disc(x + dx, y + dy, thick * 0.2, d.WOOD)


def telephone(
    canvas: Canvas, x: float, y: float, height: float, screen: Colour = d.CREAM
) -> tuple[float, ...]:
    """Draw a smart telephone with its middle at (`x`, `y`); return its screen (left, top, right, bottom)."""
    wide = height * 0.5
    canvas.box(x - wide / 2, y - height / 2, x + wide / 2, y + height / 2, d.INK, height * 0.065)
    edge = (x - wide / 2 + height * 0.025, y - height / 2 + height * 0.045)
    end = (x + wide / 2 - height * 0.025, y + height / 2 - height * 0.045)
    canvas.box(*edge, *end, screen, height * 0.04)
    canvas.box(
        x - height * 0.06, edge[1] + height * 0.012, x + height * 0.06, edge[1] + height * 0.028, d.INK, 4
    )
    return (*edge, *end)


def shield(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw a shield round (`x`, `y`)."""

    def outline(part: float) -> list[d.Point]:
        s = size * part
        right = [(0.0, -0.5), (0.2, -0.42), (0.42, -0.38), (0.42, 0.02), (0.3, 0.3), (0.0, 0.54)]
        left = [(-px, py) for px, py in reversed(right[1:-1])]
        return [(x + px * s, y + py * s) for px, py in (*right, *left)]

    canvas.polygon(outline(1.0), d.darker(colour, 0.3))
    canvas.polygon(outline(0.88), colour)
    inner = outline(0.88)
    canvas.polygon([point for point in inner if point[0] >= x - 0.1], d.darker(colour, 0.12))


def padlock(canvas: Canvas, x: float, y: float, size: float, colour: Colour = d.AMBER) -> None:
    """Draw a closed padlock round (`x`, `y`)."""
    s = size
    canvas.arc(x, y - 0.12 * s, 0.24 * s, 180, 360, 0.09 * s, d.darker(colour, 0.45))
    for side in (-1, 1):
        canvas.line(
            [(x + side * 0.24 * s, y - 0.12 * s), (x + side * 0.24 * s, y + 0.02 * s)],
            0.09 * s,
            d.darker(colour, 0.45),
        )
    canvas.box(x - 0.38 * s, y - 0.03 * s, x + 0.38 * s, y + 0.5 * s, colour, 0.07 * s)
    canvas.disc(x, y + 0.19 * s, 0.07 * s, d.INK)
    canvas.line([(x, y + 0.2 * s), (x, y + 0.34 * s)], 0.05 * s, d.INK)


def lifebuoy(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Draw a lifebuoy."""
    canvas.ring(x, y, radius, radius * 0.42, d.WHITE)
    for start in (20, 110, 200, 290):
        canvas.arc(x, y, radius * 0.79, start, start + 50, radius * 0.42, d.RED)
        for angle in (start - 3, start + 53):  # cut the round ends square
            a = math.radians(angle)
            inner, outer = radius * 0.56, radius * 1.02
            canvas.line(
                [
                    (x + inner * math.cos(a), y + inner * math.sin(a)),
                    (x + outer * math.cos(a), y + outer * math.sin(a)),
                ],
                radius * 0.04,
                d.WHITE,
            )


def heart_beat(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw a heart with a pulse line: medical help."""
    s = size
    canvas.polygon(
        d.smooth(
            [
                (x, y + 0.48 * s),
                (x - 0.36 * s, y + 0.14 * s),
                (x - 0.5 * s, y - 0.16 * s),
                (x - 0.26 * s, y - 0.4 * s),
                (x, y - 0.2 * s),
                (x + 0.26 * s, y - 0.4 * s),
                (x + 0.5 * s, y - 0.16 * s),
                (x + 0.36 * s, y + 0.14 * s),
            ]
        ),
        d.RED,
    )
    pulse = [(-0.42, 0.02), (-0.16, 0.02), (-0.06, -0.2), (0.06, 0.22), (0.16, 0.02), (0.42, 0.02)]
    canvas.line([(x + px * s, y + py * s) for px, py in pulse], 0.055 * s, d.WHITE)


def public_order(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw a plain shield with a tick: the police number."""
    shield(canvas, x, y, size, d.LEAF)
    s = size * 0.4
    canvas.line(
        [(x - 0.42 * s, y), (x - 0.1 * s, y + 0.34 * s), (x + 0.46 * s, y - 0.36 * s)], 0.2 * s, d.WHITE
    )


def warning(canvas: Canvas, x: float, y: float, size: float, colour: Colour = d.AMBER) -> None:
    """Draw a warning triangle with its mark."""
    s = size
    corners = [(x, y - 0.5 * s), (x + 0.55 * s, y + 0.42 * s), (x - 0.55 * s, y + 0.42 * s)]
    canvas.line([*corners, corners[0], corners[1]], 0.12 * s, d.INK)
    canvas.polygon(corners, d.INK)
    canvas.line([*corners, corners[0], corners[1]], 0.06 * s, colour)
    canvas.polygon(corners, colour)
    canvas.line([(x, y - 0.18 * s), (x, y + 0.12 * s)], 0.1 * s, d.INK)
    canvas.disc(x, y + 0.29 * s, 0.06 * s, d.INK)


def hook(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw a fish hook hanging with its eye at (`x`, `y`)."""
    steel = d.hex_colour("7d8d97")
    s = size
    canvas.ring(x, y, 0.08 * s, 0.035 * s, steel)
    canvas.line([(x, y + 0.08 * s), (x, y + 0.72 * s)], 0.055 * s, steel)
    canvas.arc(x - 0.2 * s, y + 0.72 * s, 0.2 * s, 0, 172, 0.055 * s, steel)
    canvas.polygon(
        [(x - 0.43 * s, y + 0.78 * s), (x - 0.37 * s, y + 0.5 * s), (x - 0.27 * s, y + 0.72 * s)], steel
    )


def extinguisher(canvas: Canvas, x: float, y: float, height: float) -> None:
    """Draw a fire extinguisher standing on (`x`, `y`)."""
    h = height
    canvas.curve(
        [(x + 0.02 * h, y - 0.88 * h), (x + 0.26 * h, y - 0.85 * h), (x + 0.27 * h, y - 0.5 * h)],
        0.045 * h,
        d.INK,
    )
    canvas.polygon(
        [
            (x + 0.25 * h, y - 0.52 * h),
            (x + 0.3 * h, y - 0.52 * h),
            (x + 0.34 * h, y - 0.33 * h),
            (x + 0.22 * h, y - 0.33 * h),
        ],
        d.INK,
    )
    canvas.box(x - 0.19 * h, y - 0.72 * h, x + 0.19 * h, y, d.RED, 0.1 * h)
    canvas.box(x + 0.06 * h, y - 0.68 * h, x + 0.19 * h, y - 0.03 * h, d.darker(d.RED, 0.2), 0.07 * h)
    canvas.box(x - 0.06 * h, y - 0.86 * h, x + 0.06 * h, y - 0.7 * h, d.hex_colour("8d989c"))
    canvas.polygon(
        [
            (x - 0.2 * h, y - 0.96 * h),
            (x + 0.1 * h, y - 0.9 * h),
            (x + 0.1 * h, y - 0.84 * h),
            (x - 0.2 * h, y - 0.88 * h),
        ],
        d.INK,
    )
    canvas.box(x - 0.14 * h, y - 0.5 * h, x + 0.14 * h, y - 0.22 * h, d.PAPER, 0.02 * h)
    flame(canvas, x, y - 0.24 * h, 0.22 * h)


def drop(canvas: Canvas, x: float, y: float, size: float, colour: Colour) -> None:
    """Draw a water drop round (`x`, `y`)."""
    s = size
    canvas.polygon(
        d.smooth(
            [
                (x, y - 0.6 * s),
                (x + 0.18 * s, y - 0.2 * s),
                (x + 0.36 * s, y + 0.14 * s),
                (x + 0.22 * s, y + 0.42 * s),
                (x, y + 0.5 * s),
                (x - 0.22 * s, y + 0.42 * s),
                (x - 0.36 * s, y + 0.14 * s),
                (x - 0.18 * s, y - 0.2 * s),
            ]
        ),
        colour,
    )
    canvas.arc(x, y + 0.14 * s, 0.22 * s, 110, 180, 0.06 * s, d.lighter(colour, 0.7))
