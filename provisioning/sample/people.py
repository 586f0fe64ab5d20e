"""People of the village, simply and with dignity: everyday rain capes and jackets, no costumes, no faces."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PIL import Image

from provisioning.sample import drawing as d
from provisioning.sample.drawing import Canvas, Colour, Point


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How one person looks; heights are in pixels of the picture."""

    height: float
    coat: Colour
    hood: bool = True  # a rain cape with hood; else a jacket and hair
    hair: Colour = d.HAIR
    trousers: Colour = (43, 52, 66)
    boots: Colour = (32, 48, 47)
    stick: bool = False
    pack: Colour | None = None
    stoop: float = 0.0  # how far the head is bent forward, in heights
    long_hair: bool = False


def stand(
    canvas: Canvas, x: float, y: float, who: Figure, *, facing: int = 1, reach: Point | None = None
) -> None:
    """Draw `who` standing with the feet on (`x`, `y`); `reach` is where the front hand goes."""
    walk(canvas, x, y, who, phase=None, facing=facing, reach=reach)


def walk(
    canvas: Canvas,
    x: float,
    y: float,
    who: Figure,
    *,
    phase: float | None,
    facing: int = 1,
    reach: Point | None = None,
) -> None:
    """Draw `who` in mid-step: `phase` 0–1 is one full pace of both feet, None stands still."""
    h = who.height
    swing = 0.0 if phase is None else math.sin(2 * math.pi * phase)
    lift = 0.0 if phase is None else 0.012 * h * abs(math.cos(2 * math.pi * phase))
    hip = (x, y - 0.46 * h - lift)
    lean = who.stoop * h * facing
    shoulder = (x + lean * 0.75 + 0.01 * h * facing, y - 0.80 * h - lift + abs(lean) * 0.2)
    head = (shoulder[0] + (0.02 * h + abs(lean) * 0.35) * facing, shoulder[1] - 0.095 * h)
    _leg(canvas, hip, y, h, -swing, facing, d.darker(who.trousers, 0.25), d.darker(who.boots, 0.2))
    if who.stick:
        hand = (x + 0.24 * h * facing, y - 0.45 * h)
        canvas.line([(hand[0], hand[1] - 0.06 * h), (hand[0] + 0.05 * h * facing, y)], 0.022 * h, d.WOOD)
    _leg(canvas, hip, y, h, swing, facing, who.trousers, who.boots)
    if who.pack is not None:
        canvas.box(
            min(shoulder[0] - 0.21 * h * facing, shoulder[0] - 0.02 * h * facing),
            shoulder[1] + 0.02 * h,
            max(shoulder[0] - 0.21 * h * facing, shoulder[0] - 0.02 * h * facing),
            shoulder[1] + 0.25 * h,
            who.pack,
            0.05 * h,
        )
    _coat(canvas, hip, shoulder, h, who, facing)
    _head(canvas, head, h, who, facing)
    if who.stick:
        reach = hand
    _arm(canvas, shoulder, h, who, facing, reach, swing)


def _leg(
    canvas: Canvas,
    hip: Point,
    ground: float,
    h: float,
    swing: float,
    facing: int,
    cloth: Colour,
    boot: Colour,
) -> None:
    foot = (hip[0] + swing * 0.15 * h * facing, ground - max(0.0, -swing) * 0.05 * h)
    knee = ((hip[0] + foot[0]) / 2 + 0.025 * h * facing, (hip[1] + foot[1]) / 2 - 0.005 * h)
    canvas.line([(hip[0], hip[1] - 0.04 * h), knee, (foot[0], foot[1] - 0.05 * h)], 0.085 * h, cloth)
    canvas.line(
        [((knee[0] + foot[0]) / 2, (knee[1] + foot[1]) / 2), (foot[0], foot[1] - 0.04 * h)], 0.095 * h, boot
    )
    left, right = foot[0] - 0.05 * h, foot[0] + 0.05 * h
    canvas.box(
        left - (0.04 * h if facing < 0 else 0),
        foot[1] - 0.055 * h,
        right + (0.04 * h if facing > 0 else 0),
        foot[1] + 0.004 * h,
        boot,
        0.024 * h,
    )


def _coat(canvas: Canvas, hip: Point, shoulder: Point, h: float, who: Figure, facing: int) -> None:
    hem = hip[1] + (0.14 * h if who.hood else 0.04 * h)
    wide = 0.185 * h if who.hood else 0.135 * h
    sx, sy = shoulder
    body = d.smooth(
        [
            (sx - 0.05 * h, sy - 0.045 * h),
            (sx + 0.05 * h, sy - 0.045 * h),
            (sx + 0.115 * h, sy + 0.03 * h),
            (hip[0] + wide * 0.9, hip[1]),
            (hip[0] + wide, hem),
            (hip[0], hem + 0.012 * h),
            (hip[0] - wide, hem),
            (hip[0] - wide * 0.9, hip[1]),
            (sx - 0.115 * h, sy + 0.03 * h),
        ]
    )
    canvas.polygon(body, who.coat)
    back = -facing
    canvas.polygon(  # the side turned from the light
        d.smooth(
            [
                (sx + back * 0.02 * h, sy + 0.0 * h),
                (sx + back * 0.108 * h, sy + 0.035 * h),
                (hip[0] + back * wide * 0.88, hip[1]),
                (hip[0] + back * wide * 0.96, hem - 0.004 * h),
                (hip[0] + back * wide * 0.45, hem),
                (sx + back * 0.05 * h, sy + 0.15 * h),
            ]
        ),
        d.darker(who.coat, 0.2),
    )
    if not who.hood:
        canvas.line(
            [(sx + 0.02 * h * facing, sy), (hip[0] + 0.03 * h * facing, hem)],
            0.012 * h,
            d.darker(who.coat, 0.35),
        )


def _head(canvas: Canvas, head: Point, h: float, who: Figure, facing: int) -> None:
    x, y = head
    radius = 0.078 * h
    if who.hood:
        canvas.polygon(
            d.smooth(
                [
                    (x - 0.105 * h, y + 0.07 * h),
                    (x - 0.1 * h, y - 0.045 * h),
                    (x - 0.015 * h * facing, y - 0.118 * h),
                    (x + 0.1 * h, y - 0.045 * h),
                    (x + 0.105 * h, y + 0.07 * h),
                    (x, y + 0.12 * h),
                ]
            ),
            d.lighter(who.coat, 0.1),
        )
        canvas.ellipse(
            x + 0.027 * h * facing, y + 0.005 * h, radius * 0.84, radius * 1.02, d.darker(who.coat, 0.45)
        )
        canvas.ellipse(x + 0.034 * h * facing, y + 0.012 * h, radius * 0.74, radius * 0.9, d.SKIN)
        canvas.arc(x + 0.034 * h * facing, y + 0.012 * h, radius * 0.7, 200, 340, 0.026 * h, who.hair)
        return
    canvas.line([(x, y), (x - 0.012 * h * facing, y + 0.1 * h)], 0.07 * h, d.darker(d.SKIN, 0.12))
    if who.long_hair:
        canvas.blob(
            [
                (x - 0.085 * h * facing, y - 0.05 * h),
                (x + 0.02 * h * facing, y - 0.09 * h),
                (x + 0.01 * h * facing, y + 0.05 * h),
                (x - 0.06 * h * facing, y + 0.14 * h),
                (x - 0.1 * h * facing, y + 0.08 * h),
            ],
            who.hair,
        )
    canvas.ellipse(x, y, radius, radius * 1.1, d.SKIN)
    canvas.polygon(
        d.smooth(
            [
                (x - 0.088 * h * facing, y + 0.035 * h),
                (x - 0.09 * h * facing, y - 0.05 * h),
                (x - 0.01 * h * facing, y - 0.108 * h),
                (x + 0.075 * h * facing, y - 0.068 * h),
                (x + 0.082 * h * facing, y - 0.028 * h),
                (x + 0.005 * h * facing, y - 0.035 * h),
                (x - 0.035 * h * facing, y + 0.01 * h),
            ]
        ),
        who.hair,
    )


def _arm(
    canvas: Canvas, shoulder: Point, h: float, who: Figure, facing: int, reach: Point | None, swing: float
) -> None:
    sx, sy = shoulder[0] + 0.03 * h * facing, shoulder[1] + 0.045 * h
    hand = reach or (sx - (swing * 0.11 - 0.05) * h * facing, sy + 0.32 * h)
    elbow = ((sx + hand[0]) / 2 - 0.03 * h * facing, (sy + hand[1]) / 2 + 0.045 * h)
    part = 0.8
    cuff = (elbow[0] + (hand[0] - elbow[0]) * part, elbow[1] + (hand[1] - elbow[1]) * part)
    canvas.line([cuff, hand], 0.05 * h, d.SKIN)
    canvas.line(d.smooth([(sx, sy), elbow, cuff], closed=False), 0.082 * h, d.darker(who.coat, 0.12))


FATHER = Figure(height=250, coat=d.hex_colour("2f7f86"), pack=d.hex_colour("7a4a2b"))
MOTHER = Figure(height=232, coat=d.hex_colour("d9822b"))
CHILD = Figure(height=158, coat=d.hex_colour("f0c23c"), pack=d.hex_colour("b23a48"))
ELDER = Figure(height=222, coat=d.hex_colour("7a5a8c"), hair=d.hex_colour("d8d6d2"), stick=True, stoop=0.09)


def scaled(who: Figure, part: float) -> Figure:
    """Return `who` at `part` of the height."""
    return replace(who, height=who.height * part)


def family(canvas: Canvas, x: float, y: float, scale: float, phase: float | None, slope: float = 0.0) -> None:
    """Draw the family in a row: child by the father's hand in front, mother with the elder behind.

    `slope` is the rise of the path for each pixel to the right.
    """

    def ground(offset: float) -> tuple[float, float]:
        return x + offset * scale, y - offset * scale * slope

    def step(shift: float) -> float | None:
        return None if phase is None else (phase + shift) % 1.0

    father, mother, child, elder = (scaled(who, scale) for who in (FATHER, MOTHER, CHILD, ELDER))
    ex, ey = ground(-165)
    mx, my = ground(-265)
    walk(canvas, ex, ey, elder, phase=step(0.4))
    walk(canvas, mx, my, mother, phase=step(0.15), reach=(ex - 18 * scale, ey - 112 * scale))
    cx, cy = ground(130)
    fx, fy = ground(20)
    walk(canvas, fx, fy, father, phase=step(0.0), reach=(cx - 26 * scale, cy - 88 * scale))
    walk(canvas, cx, cy, child, phase=step(0.6), reach=(cx + 20 * scale, cy - 62 * scale))


def family_sprites(scale: float, slope: float, count: int = 12) -> list[Image.Image]:
    """Return the family walking, `count` pictures to a pace; the anchor is at (420, 330) × `scale`."""
    width, height = round(760 * scale), round(480 * scale)
    pictures = []
    for index in range(count):
        canvas = Canvas(width, height)
        family(canvas, 420 * scale, 330 * scale, scale, index / count, slope)
        pictures.append(canvas.done())
    return pictures
