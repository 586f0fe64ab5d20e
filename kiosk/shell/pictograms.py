"""The product's own pictograms: strokes on a 96 by 96 square, drawn white, tinted by the view.

Semi-abstract line pictures, the same weight everywhere; no flags, no costumes, no faces. Shapes are
data (`SHAPES`), so a new pictogram is a new row.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

BOX = 96.0
STROKE = 8.0
_FINER = 4
"""Drawn this much larger and scaled down, for smooth edges."""

Stroke = tuple[str, tuple[float, ...]]
"""``line`` x y x y …; ``area`` (filled polygon) x y …; ``disc`` x y r; ``ring`` x y r;
``arc`` x y r from to (degrees clockwise from 3 o'clock); ``box`` x y x y r; ``solid`` x y x y r."""

SHAPES: dict[str, tuple[Stroke, ...]] = {
    "back": (("line", (40, 22, 16, 46, 40, 70)), ("line", (16, 46, 62, 46)), ("arc", (62, 62, 16, 270, 90)),
             ("line", (62, 78, 44, 78))),
    "next": (("line", (36, 18, 66, 48, 36, 78)),),
    "previous": (("line", (60, 18, 30, 48, 60, 78)),),
    "language": (("box", (8, 12, 60, 52, 10)), ("area", (18, 50, 34, 50, 18, 66)),
                 ("line", (22, 32, 46, 32)), ("box", (40, 42, 88, 78, 10)),
                 ("area", (78, 76, 62, 76, 78, 90)), ("line", (54, 60, 74, 60))),
    "play": (("area", (30, 16, 78, 48, 30, 80)),),
    "pause": (("solid", (24, 18, 42, 78, 4)), ("solid", (54, 18, 72, 78, 4))),
    "rewind": (("area", (46, 20, 10, 48, 46, 76)), ("area", (86, 20, 50, 48, 86, 76))),
    "forward": (("area", (50, 20, 86, 48, 50, 76)), ("area", (10, 20, 46, 48, 10, 76))),
    "larger": (("ring", (40, 40, 26)), ("line", (60, 60, 82, 82)), ("line", (28, 40, 52, 40)),
               ("line", (40, 28, 40, 52))),
    "smaller": (("ring", (40, 40, 26)), ("line", (60, 60, 82, 82)), ("line", (28, 40, 52, 40))),
    "video": (("box", (8, 18, 88, 78, 12)), ("area", (40, 34, 64, 48, 40, 62))),
    "sound": (("area", (10, 36, 26, 36, 46, 18, 46, 78, 26, 60, 10, 60)), ("arc", (46, 48, 18, 310, 50)),
              ("arc", (46, 48, 34, 310, 50))),
    "speaking": (("area", (10, 36, 26, 36, 46, 18, 46, 78, 26, 60, 10, 60)), ("arc", (46, 48, 18, 310, 50)),
                 ("arc", (46, 48, 34, 310, 50))),
    "bulletin": (("box", (16, 8, 80, 88, 8)), ("solid", (28, 22, 68, 42, 2)), ("line", (30, 56, 66, 56)),
                 ("line", (30, 70, 56, 70))),
    "poster": (("box", (12, 10, 84, 86, 6)), ("disc", (62, 32, 8)), ("line", (16, 78, 40, 46, 56, 66)),
               ("line", (50, 60, 62, 50, 80, 76))),
    "handbook": (("line", (48, 24, 48, 82)), ("line", (48, 24, 34, 16, 10, 16, 10, 72, 34, 72, 48, 82)),
                 ("line", (48, 24, 62, 16, 86, 16, 86, 72, 62, 72, 48, 82))),
    "touch": (("line", (40, 56, 40, 20)), ("arc", (46, 20, 6, 180, 0)), ("line", (52, 20, 52, 46)),
              ("line", (52, 42, 66, 46, 78, 50, 76, 72, 70, 88)), ("line", (40, 56, 30, 48, 22, 56, 44, 88)),
              ("line", (44, 88, 70, 88)), ("arc", (46, 24, 19, 195, 345))),
    "microphone": (("solid", (36, 8, 60, 52, 12)), ("arc", (48, 44, 26, 0, 180)), ("line", (48, 70, 48, 86)),
                   ("line", (32, 88, 64, 88))),
    "on-air": (("disc", (48, 48, 10)), ("arc", (48, 48, 24, 300, 60)), ("arc", (48, 48, 40, 300, 60)),
               ("arc", (48, 48, 24, 120, 240)), ("arc", (48, 48, 40, 120, 240))),
    "silence": (("area", (10, 36, 26, 36, 46, 18, 46, 78, 26, 60, 10, 60)), ("line", (60, 36, 84, 60)),
                ("line", (84, 36, 60, 60))),
    "sorry": (("line", (48, 14, 8, 82, 88, 82, 48, 14)), ("line", (48, 36, 48, 56)), ("disc", (48, 69, 5))),
    "wait": (("line", (22, 10, 74, 10)), ("line", (22, 86, 74, 86)),
             ("line", (28, 12, 28, 26, 68, 70, 68, 84)),
             ("line", (68, 12, 68, 26, 28, 70, 28, 84)), ("area", (38, 80, 58, 80, 48, 66))),
    "empty": (("line", (10, 40, 24, 14, 72, 14, 86, 40)), ("line", (10, 40, 10, 82, 86, 82, 86, 40)),
              ("line", (10, 42, 34, 42, 40, 56, 56, 56, 62, 42, 86, 42))),
    "again": (("arc", (48, 50, 32, 320, 250)), ("area", (66, 12, 84, 36, 56, 38))),
}  # fmt: skip


@functools.cache
def draw(name: str, side: int) -> Image:
    """Return pictogram `name` as a white RGBA picture of `side` by `side` pixels."""
    from PIL import Image

    mask = _mask(name, side * _FINER).resize((side, side), Image.Resampling.LANCZOS)
    picture = Image.new("RGBA", (side, side), (255, 255, 255, 255))
    picture.putalpha(mask)
    return picture


def _mask(name: str, side: int) -> Image:
    from PIL import Image, ImageDraw

    mask = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(mask)
    scale = side / BOX
    width = round(STROKE * scale)
    for kind, numbers in SHAPES[name]:
        at = [number * scale for number in numbers]
        points = list(zip(at[0::2], at[1::2], strict=False))
        if kind == "line":
            pen.line(points, fill=255, width=width, joint="curve")
            for x, y in points:  # round ends
                pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
        elif kind == "area":
            pen.polygon(points, fill=255)
            pen.line([*points, points[0]], fill=255, width=width // 2, joint="curve")
        elif kind in ("disc", "ring", "arc"):
            x, y, radius = at[:3]
            if kind == "disc":
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
                continue
            outer = radius + width / 2
            start, end = numbers[3:5] if kind == "arc" else (0, 360)
            pen.arc((x - outer, y - outer, x + outer, y + outer), start, end, fill=255, width=width)
        else:
            bounds = (at[0], at[1], at[2], at[3])
            if kind == "solid":
                pen.rounded_rectangle(bounds, at[4], fill=255)
            else:
                pen.rounded_rectangle(bounds, at[4], outline=255, width=width)
    return mask


@functools.lru_cache(maxsize=32)
def rounded_mask(width: int, height: int, radius: int) -> Image:
    """Return an alpha mask of a rectangle with smooth round corners."""
    from PIL import Image, ImageDraw

    mask = Image.new("L", (width, height), 255)
    corner = Image.new("L", (radius * _FINER, radius * _FINER), 0)
    ImageDraw.Draw(corner).ellipse((0, 0, 2 * radius * _FINER, 2 * radius * _FINER), fill=255)
    quarter = corner.resize((radius, radius), Image.Resampling.LANCZOS)
    for angle, place in (
        (0, (0, 0)),
        (90, (0, height - radius)),
        (180, (width - radius, height - radius)),
        (270, (width - radius, 0)),
    ):
        mask.paste(quarter.rotate(angle), place)
    return mask


def hills(width: int, height: int) -> Image:
    """Return the ground of every screen: dusk over three ranges of hills."""
    import numpy as np
    from PIL import Image

    from kiosk.shell import theme

    down = np.linspace(0.0, 1.0, height)[:, None, None]
    night, dusk = (np.array(colour[:3]) for colour in (theme.NIGHT, theme.DUSK))
    picture = np.broadcast_to(night + (dusk - night) * down**1.5, (height, width, 3)).copy()
    along = np.linspace(0.0, 1.0, width)
    rows = np.arange(height)[:, None]
    for colour, base, tall, waves in (
        (theme.HILL_FAR, 0.66, 0.10, (1.3, 3.1, 0.4)),
        (theme.HILL_NEAR, 0.80, 0.09, (1.9, 4.3, 2.2)),
        (theme.NIGHT, 0.92, 0.06, (2.7, 5.9, 4.0)),
    ):
        crest = base - tall * (
            0.6 * np.sin(along * 6.28 * waves[0] + waves[2]) + 0.4 * np.sin(along * 6.28 * waves[1])
        )
        inside = np.clip(rows - crest * height + 0.5, 0.0, 1.0)[:, :, None]
        picture += (np.array(colour[:3]) - picture) * inside
    return Image.fromarray((picture * 255).astype(np.uint8), "RGB")
