"""What people built: the stilt house, the culture house, the pole with the horn loudspeakers."""

from __future__ import annotations

from provisioning.sample import drawing as d
from provisioning.sample.drawing import Canvas, Colour, Point


def stilt_house(
    canvas: Canvas,
    x: float,
    y: float,
    width: float,
    *,
    lit: bool = True,
    wall: Colour = d.WOOD,
    roof: Colour = d.TILE,
) -> None:
    """Draw a wooden house on stilts under a tiled hip roof, standing on `y`, middle at `x`."""
    w = width
    floor, eaves, top = y - 0.24 * w, y - 0.47 * w, y - 0.76 * w
    canvas.box(x - 0.42 * w, floor, x + 0.42 * w, y - 0.02 * w, d.darker(wall, 0.72))
    for part in (-0.4, -0.2, 0.0, 0.2, 0.4):  # stilts on stones
        canvas.box(x + (part - 0.014) * w, floor, x + (part + 0.014) * w, y, d.darker(wall, 0.42))
        canvas.ellipse(x + part * w, y, 0.03 * w, 0.012 * w, d.mix(d.TILE, d.MIST, 0.4))
    canvas.box(x - 0.43 * w, eaves, x + 0.43 * w, floor, wall)
    for plank in range(1, 18):
        px = x + (-0.43 + plank * 0.86 / 18) * w
        canvas.line([(px, eaves), (px, floor)], 0.003 * w, d.darker(wall, 0.22))
    canvas.box(x - 0.43 * w, eaves, x + 0.43 * w, eaves + 0.045 * w, d.darker(wall, 0.4))
    glass = d.AMBER if lit else d.darker(d.TEAL, 0.45)
    for part in (-0.28, 0.24):  # windows in two panes
        canvas.box(
            x + (part - 0.075) * w, eaves + 0.065 * w, x + (part + 0.075) * w, floor - 0.05 * w, d.WOOD_DARK
        )
        canvas.box(x + (part - 0.06) * w, eaves + 0.08 * w, x + (part + 0.06) * w, floor - 0.065 * w, glass)
        canvas.box(
            x + (part - 0.006) * w, eaves + 0.08 * w, x + (part + 0.006) * w, floor - 0.06 * w, d.WOOD_DARK
        )
    canvas.box(x - 0.07 * w, eaves + 0.055 * w, x + 0.07 * w, floor, d.WOOD_DARK)
    canvas.box(
        x - 0.055 * w, eaves + 0.07 * w, x + 0.055 * w, floor, d.mix(glass, d.ORANGE, 0.3) if lit else glass
    )
    canvas.box(x - 0.47 * w, floor - 0.012 * w, x + 0.47 * w, floor + 0.018 * w, d.lighter(wall, 0.15))
    for step in range(6):  # stairs from the door
        u = step / 5
        sx, sy = x + (0.02 + 0.14 * u) * w, floor + (y - floor) * u
        canvas.box(
            sx - 0.06 * w, sy - 0.008 * w, sx + 0.06 * w, sy + 0.01 * w, d.lighter(wall, 0.25), 0.004 * w
        )
    slope = [
        (x - 0.56 * w, eaves + 0.03 * w),
        (x - 0.47 * w, eaves - 0.03 * w),
        (x - 0.29 * w, top + 0.03 * w),
        (x - 0.26 * w, top),
        (x + 0.26 * w, top),
        (x + 0.29 * w, top + 0.03 * w),
        (x + 0.47 * w, eaves - 0.03 * w),
        (x + 0.56 * w, eaves + 0.03 * w),
    ]
    canvas.shaded(slope, d.lighter(roof, 0.12), d.darker(roof, 0.22))
    for row in range(1, 8):  # courses of yin-yang tiles
        u = row / 8
        half = (0.27 + 0.27 * u) * w
        ry = top + (eaves + 0.02 * w - top) * u
        canvas.line([(x - half, ry), (x + half, ry)], 0.004 * w, d.darker(roof, 0.3))
    canvas.line([(x - 0.27 * w, top), (x + 0.27 * w, top)], 0.022 * w, d.lighter(roof, 0.2))
    canvas.line(
        [(x - 0.555 * w, eaves + 0.03 * w), (x + 0.555 * w, eaves + 0.03 * w)],
        0.012 * w,
        d.darker(roof, 0.45),
    )


def culture_house(canvas: Canvas, x: float, y: float, width: float) -> None:
    """Draw the village culture house: one storey on a high plinth, wide veranda, lights on."""
    w = width
    wall, roof = d.hex_colour("e9cf9a"), d.hex_colour("a5452f")
    plinth, eaves, top = y - 0.09 * w, y - 0.36 * w, y - 0.58 * w
    canvas.box(x - 0.5 * w, plinth, x + 0.5 * w, y, d.hex_colour("8d8f8c"))
    for step in range(4):
        u = step / 4
        canvas.box(
            x - (0.13 + 0.03 * u) * w,
            plinth + 0.0225 * w * step,
            x + (0.13 + 0.03 * u) * w,
            y,
            d.lighter(d.hex_colour("a9aaa5"), 0.1 * (1 - u)),
        )
    canvas.box(x - 0.46 * w, eaves, x + 0.46 * w, plinth, wall)
    canvas.box(x - 0.46 * w, eaves, x + 0.46 * w, eaves + 0.05 * w, d.darker(wall, 0.25))
    for part in (-0.33, -0.2, 0.2, 0.33):
        canvas.box(
            x + (part - 0.047) * w, eaves + 0.085 * w, x + (part + 0.047) * w, plinth - 0.05 * w, d.WOOD_DARK
        )
        canvas.box(
            x + (part - 0.038) * w, eaves + 0.094 * w, x + (part + 0.038) * w, plinth - 0.06 * w, d.AMBER
        )
        canvas.box(
            x + (part - 0.003) * w, eaves + 0.09 * w, x + (part + 0.003) * w, plinth - 0.055 * w, d.WOOD_DARK
        )
    canvas.box(x - 0.1 * w, eaves + 0.075 * w, x + 0.1 * w, plinth, d.WOOD_DARK)
    canvas.box(x - 0.09 * w, eaves + 0.085 * w, x + 0.09 * w, plinth, d.lighter(d.AMBER, 0.35))
    for part in (-0.46, -0.265, -0.13, 0.13, 0.265, 0.46):
        canvas.box(x + (part - 0.012) * w, eaves, x + (part + 0.012) * w, plinth, d.lighter(wall, 0.55))
    gable = [
        (x - 0.56 * w, eaves + 0.025 * w),
        (x - 0.4 * w, top),
        (x + 0.4 * w, top),
        (x + 0.56 * w, eaves + 0.025 * w),
    ]
    canvas.shaded(gable, d.lighter(roof, 0.14), d.darker(roof, 0.12))
    for row in range(1, 6):
        u = row / 6
        half = (0.4 + 0.16 * u) * w
        ry = top + (eaves + 0.025 * w - top) * u
        canvas.line([(x - half, ry), (x + half, ry)], 0.003 * w, d.darker(roof, 0.25))
    canvas.line([(x - 0.4 * w, top), (x + 0.4 * w, top)], 0.018 * w, d.lighter(roof, 0.25))


def horn_pole(canvas: Canvas, x: float, y: float, height: float) -> list[Point]:
    """Draw a pole with two horn loudspeakers; return the middles of the horns' mouths."""
    h = height
    canvas.box(x - 0.012 * h, y - h, x + 0.012 * h, y, d.hex_colour("8e979b"))
    canvas.box(x + 0.003 * h, y - h, x + 0.012 * h, y, d.hex_colour("6c757a"))
    canvas.ellipse(x, y, 0.05 * h, 0.012 * h, d.hex_colour("777c7a"))
    mouths: list[Point] = []
    for side, up in ((-1, 0.9), (1, 0.8)):
        cy = y - up * h
        canvas.box(x - 0.03 * h, cy - 0.012 * h, x + 0.03 * h, cy + 0.012 * h, d.hex_colour("5b6368"))
        near, far = x + side * 0.045 * h, x + side * 0.19 * h
        canvas.box(
            min(near, near - side * 0.05 * h),
            cy - 0.028 * h,
            max(near, near - side * 0.05 * h),
            cy + 0.028 * h,
            d.hex_colour("6f7a80"),
            0.01 * h,
        )
        cone = [
            (near, cy - 0.02 * h),
            (far - side * 0.05 * h, cy - 0.045 * h),
            (far, cy - 0.105 * h),
            (far, cy + 0.105 * h),
            (far - side * 0.05 * h, cy + 0.045 * h),
            (near, cy + 0.02 * h),
        ]
        canvas.shaded(cone, d.hex_colour("dfe4e2"), d.hex_colour("8d989c"))
        canvas.ellipse(far, cy, 0.026 * h, 0.107 * h, d.hex_colour("c9d0d0"))
        canvas.ellipse(far, cy, 0.02 * h, 0.093 * h, d.hex_colour("4a5459"))
        canvas.ellipse(far - side * 0.004 * h, cy, 0.008 * h, 0.03 * h, d.hex_colour("aab3b5"))
        mouths.append((far, cy))
    return mouths
