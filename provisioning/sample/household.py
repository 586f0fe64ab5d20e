"""Things of house and yard: kettle, glass, computer, card, buffalo, lute; drawn to any size."""

from __future__ import annotations

import math

from provisioning.sample import drawing as d
from provisioning.sample.drawing import Canvas, Colour
from provisioning.sample.things import flame, tick

STEEL = d.hex_colour("9fb0b8")


def kettle(canvas: Canvas, x: float, y: float, size: float, colour: Colour = STEEL) -> None:
    """Draw a kettle standing on (`x`, `y`), spout to the right."""
    s = size
    canvas.arc(x, y - 0.5 * s, 0.34 * s, 200, 340, 0.06 * s, d.INK)
    canvas.blob(
        [
            (x + 0.26 * s, y - 0.3 * s),
            (x + 0.5 * s, y - 0.5 * s),
            (x + 0.62 * s, y - 0.54 * s),
            (x + 0.6 * s, y - 0.44 * s),
            (x + 0.44 * s, y - 0.16 * s),
            (x + 0.28 * s, y - 0.08 * s),
        ],
        d.darker(colour, 0.2),
    )
    body = d.smooth(
        [
            (x - 0.4 * s, y - 0.02 * s),
            (x - 0.44 * s, y - 0.22 * s),
            (x - 0.26 * s, y - 0.48 * s),
            (x, y - 0.54 * s),
            (x + 0.26 * s, y - 0.48 * s),
            (x + 0.44 * s, y - 0.22 * s),
            (x + 0.4 * s, y - 0.02 * s),
            (x, y + 0.01 * s),
        ]
    )
    canvas.shaded(body, d.lighter(colour, 0.35), d.darker(colour, 0.3))
    canvas.blob(
        [
            (x - 0.33 * s, y - 0.1 * s),
            (x - 0.34 * s, y - 0.26 * s),
            (x - 0.2 * s, y - 0.42 * s),
            (x - 0.24 * s, y - 0.24 * s),
        ],
        d.lighter(colour, 0.7),
    )
    canvas.ellipse(x, y - 0.52 * s, 0.17 * s, 0.045 * s, d.darker(colour, 0.35))
    canvas.disc(x, y - 0.59 * s, 0.045 * s, d.INK)


def steam(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw three curls of steam rising from (`x`, `y`)."""
    for index, (shift, tall) in enumerate(((-0.18, 0.8), (0.05, 1.0), (0.26, 0.75))):
        points = [
            (x + (shift + 0.09 * math.sin(step * 1.5 + index)) * size, y - tall * size * step / 6)
            for step in range(7)
        ]
        canvas.line(d.smooth(points, closed=False), 0.06 * size, (255, 255, 255, 120))


def glass(canvas: Canvas, x: float, y: float, height: float) -> None:
    """Draw a glass of clean water standing on (`x`, `y`)."""
    h = height
    cup = [(x - 0.3 * h, y - h), (x + 0.3 * h, y - h), (x + 0.24 * h, y), (x - 0.24 * h, y)]
    canvas.polygon(cup, d.hex_colour("e7f3f4"))
    water = [
        (x - 0.275 * h, y - 0.72 * h),
        (x + 0.275 * h, y - 0.72 * h),
        (x + 0.22 * h, y - 0.05 * h),
        (x - 0.22 * h, y - 0.05 * h),
    ]
    canvas.shaded(water, d.hex_colour("8fd0e6"), d.hex_colour("3f9cc4"))
    canvas.ellipse(x, y - 0.72 * h, 0.275 * h, 0.05 * h, d.hex_colour("bfe6f2"))
    canvas.polygon(
        [
            (x - 0.2 * h, y - 0.62 * h),
            (x - 0.14 * h, y - 0.62 * h),
            (x - 0.12 * h, y - 0.14 * h),
            (x - 0.16 * h, y - 0.14 * h),
        ],
        d.hex_colour("d6f1f8"),
    )


def hearth(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw an iron tripod over burning wood; its top is at `y` − 0.55 × `size`."""
    s = size
    for dx, tilt in ((-0.34, 10), (0.34, -10), (0.0, 2)):
        a = math.radians(tilt)
        canvas.line(
            [
                (x + (dx - 0.3 * math.cos(a)) * s, y - 0.06 * s - 0.3 * math.sin(a) * s),
                (x + (dx + 0.3 * math.cos(a)) * s, y - 0.06 * s + 0.3 * math.sin(a) * s),
            ],
            0.1 * s,
            d.WOOD_DARK if dx else d.WOOD,
        )
    for dx, part in ((-0.22, 0.38), (0.02, 0.5), (0.24, 0.36)):
        flame(canvas, x + dx * s, y - 0.06 * s, part * s)
    for side in (-1, 1):
        canvas.line(
            [(x + side * 0.42 * s, y - 0.55 * s), (x + side * 0.56 * s, y + 0.02 * s)], 0.045 * s, d.INK
        )
    canvas.line([(x - 0.52 * s, y - 0.55 * s), (x + 0.52 * s, y - 0.55 * s)], 0.05 * s, d.INK)


def laptop(canvas: Canvas, x: float, y: float, width: float) -> tuple[float, float, float, float]:
    """Draw an open computer standing on `y`; return its screen (left, top, right, bottom)."""
    w = width
    top = y - 0.66 * w
    canvas.box(x - 0.46 * w, top, x + 0.46 * w, y - 0.05 * w, d.INK, 0.03 * w)
    screen = (x - 0.43 * w, top + 0.03 * w, x + 0.43 * w, y - 0.085 * w)
    canvas.box(*screen, d.PAPER, 0.012 * w)
    canvas.polygon(
        [(x - 0.48 * w, y - 0.05 * w), (x + 0.48 * w, y - 0.05 * w), (x + 0.58 * w, y), (x - 0.58 * w, y)],
        d.hex_colour("aab7bd"),
    )
    canvas.box(x - 0.58 * w, y - 0.004 * w, x + 0.58 * w, y + 0.02 * w, d.hex_colour("7c8a91"), 0.01 * w)
    canvas.polygon(
        [(x - 0.12 * w, y - 0.02 * w), (x + 0.12 * w, y - 0.02 * w), (x + 0.13 * w, y), (x - 0.13 * w, y)],
        d.hex_colour("7c8a91"),
    )
    return screen


def form(canvas: Canvas, left: float, top: float, right: float, bottom: float, done: int = 3) -> None:
    """Draw a form: rows of a label and a field, the first `done` of them ticked."""
    wide, tall = right - left, bottom - top
    canvas.box(left, top, right, top + 0.16 * tall, d.TEAL)
    canvas.box(left + 0.05 * wide, top + 0.055 * tall, left + 0.45 * wide, top + 0.105 * tall, d.PAPER, 4)
    for row in range(4):
        y = top + (0.25 + 0.185 * row) * tall
        canvas.box(left + 0.06 * wide, y, left + 0.3 * wide, y + 0.035 * tall, d.hex_colour("93a4ab"), 3)
        canvas.box(
            left + 0.06 * wide, y + 0.05 * tall, left + 0.8 * wide, y + 0.13 * tall, d.hex_colour("dfe8e8"), 6
        )
        if row < done:
            filled = (0.52, 0.66, 0.42, 0.6)[row]
            canvas.box(
                left + 0.09 * wide, y + 0.075 * tall, left + filled * wide, y + 0.105 * tall, d.INDIGO, 4
            )
            tick(canvas, left + 0.89 * wide, y + 0.09 * tall, 0.055 * tall)


def id_card(canvas: Canvas, x: float, y: float, width: float) -> None:
    """Draw a nameless identity card with its middle at (`x`, `y`)."""
    w, h = width, width * 0.63
    left, top = x - w / 2, y - h / 2
    canvas.box(left + 5, top + 7, left + w + 5, top + h + 7, d.darker(d.TEAL, 0.6), 0.05 * w)
    canvas.box(left, top, left + w, top + h, d.hex_colour("e3eef0"), 0.05 * w)
    canvas.box(left, top, left + w, top + 0.2 * h, d.TEAL, 0.05 * w)
    canvas.box(left, top + 0.12 * h, left + w, top + 0.2 * h, d.TEAL)
    canvas.box(
        left + 0.07 * w, top + 0.3 * h, left + 0.33 * w, top + 0.86 * h, d.hex_colour("b5cbd0"), 0.02 * w
    )
    canvas.disc(left + 0.2 * w, top + 0.49 * h, 0.065 * w, d.hex_colour("6f8a92"))
    canvas.ellipse(left + 0.2 * w, top + 0.82 * h, 0.11 * w, 0.15 * h, d.hex_colour("6f8a92"))
    canvas.box(left + 0.06 * w, top + 0.86 * h, left + 0.34 * w, top + h - 4, d.hex_colour("e3eef0"))
    for row, part in enumerate((0.92, 0.8, 0.86, 0.62)):
        yy = top + (0.32 + 0.15 * row) * h
        canvas.box(left + 0.42 * w, yy, left + part * w, yy + 0.055 * h, d.hex_colour("7c969e"), 3)


def buffalo(
    canvas: Canvas, x: float, y: float, size: float, colour: Colour = (74, 72, 80), facing: int = 1
) -> None:
    """Draw a water buffalo standing on (`x`, `y`), `size` long, looking to `facing`."""
    s = size

    def at(px: float, py: float) -> d.Point:
        return (x + px * s * facing, y + py * s)

    shade, light = d.darker(colour, 0.35), d.lighter(colour, 0.12)
    for px, lean in ((-0.3, 0.02), (0.2, 0.02)):  # far legs
        canvas.line([at(px + 0.07, -0.3), at(px + 0.07 + lean, -0.03)], 0.085 * s, shade)
    canvas.curve([at(-0.44, -0.46), at(-0.5, -0.34), at(-0.48, -0.18)], 0.026 * s, shade)
    canvas.ellipse(*at(-0.48, -0.15), 0.025 * s, 0.05 * s, d.darker(colour, 0.6))
    canvas.blob(
        [
            at(-0.46, -0.44),
            at(-0.36, -0.57),
            at(-0.1, -0.56),
            at(0.14, -0.62),
            at(0.3, -0.58),
            at(0.38, -0.46),
            at(0.32, -0.27),
            at(0.08, -0.2),
            at(-0.2, -0.19),
            at(-0.4, -0.26),
        ],
        colour,
    )
    canvas.blob([at(-0.3, -0.5), at(-0.05, -0.52), at(0.18, -0.56), at(0.1, -0.47), at(-0.2, -0.44)], light)
    for px, lean in ((-0.37, -0.01), (0.25, 0.01)):  # near legs
        canvas.line([at(px, -0.32), at(px + lean, -0.15), at(px + lean, -0.04)], 0.1 * s, colour)
        canvas.line([at(px + lean, -0.045), at(px + lean, -0.03)], 0.105 * s, d.INK)
    canvas.blob([at(0.24, -0.54), at(0.42, -0.6), at(0.52, -0.52), at(0.46, -0.34), at(0.3, -0.32)], colour)
    canvas.blob(
        [
            at(0.42, -0.6),
            at(0.52, -0.62),
            at(0.6, -0.54),
            at(0.66, -0.36),
            at(0.64, -0.28),
            at(0.55, -0.28),
            at(0.47, -0.42),
        ],
        d.lighter(colour, 0.06),
    )
    canvas.blob(
        [at(0.6, -0.36), at(0.665, -0.35), at(0.65, -0.275), at(0.565, -0.275)], d.darker(colour, 0.45)
    )
    horn = d.hex_colour("c9bfa8")
    canvas.polygon(
        d.smooth(
            [
                at(0.51, -0.6),
                at(0.47, -0.7),
                at(0.37, -0.79),
                at(0.22, -0.82),
                at(0.33, -0.74),
                at(0.4, -0.66),
                at(0.44, -0.56),
            ]
        ),
        horn,
    )
    canvas.blob([at(0.44, -0.55), at(0.36, -0.53), at(0.33, -0.46), at(0.4, -0.48)], shade)
    canvas.disc(*at(0.535, -0.5), 0.013 * s, d.INK)


def lute(canvas: Canvas, x: float, y: float, size: float, degrees: float) -> None:
    """Draw a đàn tính, the gourd lute of Then singing; the gourd's middle is at (`x`, `y`)."""
    s = size

    def at(px: float, py: float) -> d.Point:
        return d.turned([(x + px * s, y + py * s)], (x, y), degrees)[0]

    neck = d.hex_colour("5a3524")
    canvas.line([at(0, -0.1), at(0, -1.62)], 0.055 * s, neck)
    canvas.polygon(
        [at(-0.04, -1.58), at(0.04, -1.58), at(0.075, -1.86), at(0.0, -1.98), at(-0.075, -1.86)], neck
    )
    for side, py in ((-1, -1.66), (1, -1.74), (-1, -1.82)):
        canvas.line([at(0, py), at(side * 0.15, py - 0.015)], 0.032 * s, d.hex_colour("8f5f3c"))
        canvas.disc(*at(side * 0.16, py - 0.016), 0.028 * s, d.hex_colour("8f5f3c"))
    canvas.disc(x, y, 0.34 * s, d.hex_colour("8a4f27"))
    canvas.disc(x, y, 0.315 * s, d.hex_colour("e0b878"))
    canvas.ring(x, y, 0.27 * s, 0.012 * s, d.hex_colour("c89a58"))
    for px, py in ((0, 0), (-0.06, 0.0), (0.06, 0.0), (0, -0.06), (0, 0.06)):
        canvas.disc(*at(px, py - 0.12), 0.014 * s, neck)
    canvas.line([at(-0.09, 0.12), at(0.09, 0.12)], 0.03 * s, neck)
    for px in (-0.022, 0.022):
        canvas.line([at(px * 1.4, 0.13), at(px, -1.6)], 0.007 * s, d.hex_colour("f4ead2"))
    for index, colour in enumerate((d.RED, d.AMBER, d.LEAF)):  # tassel
        start = at(0.0, -1.93)
        canvas.curve(
            [
                start,
                (start[0] + (0.05 + 0.03 * index) * s, start[1] + 0.1 * s),
                (start[0] + (0.04 + 0.05 * index) * s, start[1] + 0.34 * s),
            ],
            0.02 * s,
            colour,
        )
