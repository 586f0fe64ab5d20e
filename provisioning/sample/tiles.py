"""The pictures of the items: flat scenes of 1280 × 800 without text, and their tiles at half the size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from provisioning.sample import buildings, household, scenery, things
from provisioning.sample import drawing as d
from provisioning.sample.drawing import Canvas

WIDTH, HEIGHT = 1280, 800


def clean_water(scale: int = 2) -> Canvas:
    """Paint a kettle boiling on the hearth, a glass of clean water beside it."""
    canvas = Canvas(WIDTH, HEIGHT, d.CREAM, scale=scale)
    canvas.sky(d.hex_colour("6a4a38"), d.hex_colour("8d6245"), bottom=640)
    for plank in range(17):
        canvas.line([(plank * 80, 0), (plank * 80, 640)], 3, d.hex_colour("5c3f30"))
    canvas.box(820, 90, 1180, 400, d.WOOD_DARK)
    canvas.shaded(
        [(840, 110), (1160, 110), (1160, 380), (840, 380)], d.hex_colour("7fb2c9"), d.hex_colour("cfe3dc")
    )
    view = d.smooth([(840, 330), (900, 260), (960, 320), (1040, 240), (1160, 330)], closed=False)
    canvas.polygon(
        [*view, (1160, 380), (840, 380)],
        d.hex_colour("5f9488"),
    )
    canvas.box(992, 110, 1006, 380, d.WOOD_DARK)
    canvas.box(840, 240, 1160, 252, d.WOOD_DARK)
    canvas.glow(420, 560, 520, d.ORANGE, 0.65)
    canvas.box(0, 640, WIDTH, HEIGHT, d.hex_colour("4a3328"))
    canvas.box(0, 640, WIDTH, 652, d.hex_colour("6b4a38"))
    canvas.box(90, 700, 760, 760, d.hex_colour("6f6a64"), 14)
    canvas.box(90, 700, 760, 722, d.hex_colour("8b857d"), 11)
    household.hearth(canvas, 420, 712, 360)
    household.kettle(canvas, 420, 508, 340)
    household.steam(canvas, 650, 300, 200)
    canvas.box(840, 600, 1240, 632, d.hex_colour("a9743f"), 8)
    canvas.box(872, 630, 900, 800, d.hex_colour("7a5230"))
    canvas.box(1180, 630, 1208, 800, d.hex_colour("7a5230"))
    household.glass(canvas, 935, 600, 170)
    canvas.blob(
        [
            (1040, 600),
            (1010, 480),
            (1050, 380),
            (1060, 340),
            (1140, 340),
            (1150, 380),
            (1190, 480),
            (1160, 600),
        ],
        d.hex_colour("3f7f95"),
    )
    canvas.ellipse(1100, 342, 46, 14, d.hex_colour("2a5a6d"))
    canvas.blob([(1050, 560), (1034, 480), (1062, 400), (1070, 470)], d.hex_colour("6aa9bb"))
    things.tick(canvas, 980, 468, 44)
    return canvas


def warm_buffaloes(scale: int = 2) -> Canvas:
    """Paint two buffaloes in a dry shed with a windbreak, frost on the hills."""
    canvas = Canvas(WIDTH, HEIGHT, d.SKY, scale=scale)
    canvas.sky(d.hex_colour("9fb9cc"), d.hex_colour("d9e4ea"), d.hex_colour("eef2f0"), bottom=600)
    scenery.range_of_hills(canvas, 480, 300, d.hex_colour("93adbb"), 3, steep=0.85, peaks=5, mist=0.6)
    scenery.range_of_hills(canvas, 570, 210, d.hex_colour("6d929b"), 9, steep=0.5, peaks=4, mist=0.6)
    canvas.shaded(
        [(0, 560), (WIDTH, 545), (WIDTH, HEIGHT), (0, HEIGHT)], d.hex_colour("c3d3c4"), d.hex_colour("7f9a7c")
    )
    for x, y, h in ((60, 590, 260), (1235, 580, 300)):
        scenery.pine(canvas, x, y, h, d.hex_colour("5c8a80"))
    canvas.box(180, 330, 1100, 690, d.hex_colour("6b4a35"))
    canvas.shaded(
        [(180, 330), (1100, 330), (1100, 690), (180, 690)], d.hex_colour("4a3529"), d.hex_colour("7a5840")
    )
    canvas.glow(640, 480, 380, d.AMBER, 0.35)
    canvas.polygon([(180, 350), (430, 350), (420, 690), (180, 690)], d.hex_colour("3f7fa6"))  # windbreak
    for fold in range(5):
        canvas.line([(205 + fold * 48, 352), (202 + fold * 47, 690)], 4, d.hex_colour("336b8e"))
    canvas.polygon(
        d.smooth([(190, 700), (330, 655), (640, 668), (960, 652), (1090, 700), (640, 726)]),
        d.hex_colour("e0bd62"),
    )
    for index in range(40):
        x = 210 + (index * 137) % 860
        y = 676 + (index * 53) % 34
        canvas.line([(x, y), (x + 26, y - 9)], 3, d.hex_colour("c99f45"))
    household.buffalo(canvas, 500, 692, 400)
    household.buffalo(canvas, 880, 706, 235, d.hex_colour("5d5a60"), facing=-1)
    for x in (180, 640, 1100):
        if x != 640:
            canvas.box(x - 16, 320, x + 16, 716, d.hex_colour("8a5f3c"))
    canvas.blob(
        [(985, 690), (970, 600), (1020, 556), (1074, 590), (1084, 690)], d.hex_colour("d8b257")
    )  # straw
    for index in range(14):
        canvas.line(
            [(986 + index * 7, 690), (992 + index * 6, 590 + (index % 3) * 12)], 3, d.hex_colour("b98f3c")
        )
    roof = [(110, 352), (240, 190), (1040, 190), (1170, 352)]
    canvas.shaded(roof, d.hex_colour("c9a25a"), d.hex_colour("96723a"))
    for index in range(46):
        eave = 120 + index * 23.2
        canvas.line([(640 + (eave - 640) * 0.76, 196), (eave, 350)], 3, d.hex_colour("86652f"))
    canvas.box(236, 178, 1044, 204, d.hex_colour("dbe7ea"), 12)
    for x, r in ((60, 30), (140, 22), (1180, 34), (1080, 20), (300, 18), (700, 24)):
        y = 745 + (x * 7) % 30
        canvas.ellipse(x, y, r * 2, r * 0.5, d.hex_colour("eef4f1"))
    return canvas


def scam(scale: int = 2) -> Canvas:
    """Paint a telephone whose message hangs on a fish hook."""
    canvas = Canvas(WIDTH, HEIGHT, d.INDIGO, scale=scale)
    canvas.sky(d.hex_colour("1e2c58"), d.hex_colour("2b4a83"), d.hex_colour("3d6aa3"))
    for x, y, r in ((140, 160, 240), (1170, 640, 300), (1080, 90, 130)):
        canvas.disc(x, y, r, (255, 255, 255, 14))
    left, top, right, _ = things.telephone(canvas, 640, 420, 700, d.hex_colour("e8eef6"))
    canvas.box(left + 26, top + 70, right - 76, top + 140, d.hex_colour("cbd8e8"), 24)
    canvas.box(left + 76, top + 160, right - 26, top + 214, d.hex_colour("a8c7b0"), 24)
    canvas.box(left + 26, top + 470, right - 100, top + 530, d.hex_colour("cbd8e8"), 24)
    canvas.polygon([(470, 520), (516, 520), (486, 566)], d.WHITE)
    canvas.box(430, 330, 900, 526, d.WHITE, 34)
    things.warning(canvas, 530, 432, 128)
    for row, wide in enumerate((250, 200, 226)):
        canvas.box(630, 372 + row * 44, 630 + wide, 392 + row * 44, d.hex_colour("c3ccd8"), 8)
    canvas.line([(960, -10), (960, 156)], 7, d.hex_colour("d7dfe6"))
    things.hook(canvas, 960, 170, 330)
    canvas.line([(880, 440), (836, 440)], 1, d.WHITE)
    things.shield(canvas, 270, 500, 270, d.LEAF)
    things.padlock(canvas, 270, 470, 150)
    return canvas


def home_fire(scale: int = 2) -> Canvas:
    """Paint a stilt house kept safe: fire watched, an extinguisher and water at hand."""
    canvas = Canvas(WIDTH, HEIGHT, d.CREAM, scale=scale)
    canvas.sky(d.hex_colour("f2b26b"), d.hex_colour("f8d9a0"), d.hex_colour("fbeccb"), bottom=640)
    scenery.range_of_hills(canvas, 560, 260, d.hex_colour("c98f63"), 5, steep=0.8, peaks=5, mist=0.25)
    scenery.range_of_hills(canvas, 640, 170, d.hex_colour("8d7a56"), 12, steep=0.4, peaks=4, mist=0.15)
    canvas.shaded(
        [(0, 610), (WIDTH, 600), (WIDTH, HEIGHT), (0, HEIGHT)], d.hex_colour("7d9a4f"), d.hex_colour("4e6d3c")
    )
    scenery.tree(canvas, 70, 660, 330, d.hex_colour("4d7d4a"), 3)
    buildings.stilt_house(canvas, 560, 700, 720)
    things.extinguisher(canvas, 1090, 752, 330)
    canvas.polygon([(846, 600), (966, 600), (946, 752), (866, 752)], d.hex_colour("3a86a8"))
    canvas.ellipse(906, 602, 60, 15, d.hex_colour("9ad4e6"))
    canvas.arc(906, 600, 58, 190, 350, 7, d.INK)
    things.shield(canvas, 1080, 240, 300, d.hex_colour("fdf6e3"))
    things.flame(canvas, 1080, 322, 190)
    return canvas


def public_service(scale: int = 2) -> Canvas:
    """Paint a form filled in on a computer, with identity card, telephone and padlock."""
    canvas = Canvas(WIDTH, HEIGHT, d.TEAL, scale=scale)
    canvas.sky(d.hex_colour("bfe0dc"), d.hex_colour("e6f2ea"), bottom=620)
    for x, y, r in ((180, 170, 150), (1120, 210, 190), (640, 60, 120)):
        canvas.disc(x, y, r, (255, 255, 255, 70))
    scenery.range_of_hills(canvas, 625, 250, d.hex_colour("9ccabf"), 3, steep=0.8, peaks=6, mist=0.2)
    canvas.box(0, 620, WIDTH, HEIGHT, d.hex_colour("b98250"))
    canvas.box(0, 620, WIDTH, 642, d.hex_colour("d3a06b"))
    screen = household.laptop(canvas, 590, 690, 720)
    household.form(canvas, *screen, done=3)
    left, top, right, _ = things.telephone(canvas, 1080, 520, 400, d.PAPER)
    things.padlock(canvas, (left + right) / 2, top + 110, 110)
    for dot in range(4):
        canvas.disc(left + 36 + dot * 36, top + 230, 9, d.INK)
    canvas.box(left + 26, top + 274, right - 26, top + 318, d.LEAF, 14)
    household.id_card(canvas, 170, 700, 250)
    return canvas


def forest_fire(scale: int = 2) -> Canvas:
    """Paint a pine forest in the dry season and a sign against open fire."""
    canvas = Canvas(WIDTH, HEIGHT, d.SKY, scale=scale)
    canvas.sky(d.hex_colour("f0a35c"), d.hex_colour("f9d08b"), d.hex_colour("fdebc4"), bottom=600)
    canvas.disc(980, 190, 78, d.hex_colour("fff3cf"))
    scenery.range_of_hills(canvas, 520, 300, d.hex_colour("c58c62"), 3, steep=0.85, peaks=5, mist=0.2)
    scenery.range_of_hills(canvas, 600, 210, d.hex_colour("7f8257"), 17, steep=0.4, peaks=4, mist=0.1)
    canvas.shaded(
        [(0, 590), (WIDTH, 575), (WIDTH, HEIGHT), (0, HEIGHT)], d.hex_colour("b59a4d"), d.hex_colour("7d6a35")
    )
    for index in range(15):
        x = 20 + index * 90 + (index * 37) % 40
        scenery.pine(canvas, x, 600 + (index * 29) % 24, 250 + (index * 61) % 90, d.hex_colour("4c7a58"))
    for x, y, h in ((110, 740, 470), (1190, 750, 500), (960, 700, 380), (290, 700, 340)):
        scenery.pine(canvas, x, y, h, d.hex_colour("2f6350"))
    canvas.box(622, 560, 650, 780, d.hex_colour("7b868c"))
    canvas.disc(640, 404, 216, d.hex_colour("4b3a22"))
    canvas.disc(636, 398, 216, d.PAPER)
    for tilt in (-1, 1):
        canvas.line([(636 - 96, 490 + tilt * 22), (636 + 96, 490 - tilt * 22)], 30, d.WOOD_DARK)
    things.flame(canvas, 636, 484, 220)
    things.forbidden(canvas, 636, 398, 216)
    return canvas


def then_singing(scale: int = 2) -> Canvas:
    """Paint a đàn tính before evening hills and a full moon."""
    canvas = Canvas(WIDTH, HEIGHT, d.INDIGO, scale=scale)
    canvas.sky(
        d.hex_colour("23305f"),
        d.hex_colour("5a5290"),
        d.hex_colour("d98c7c"),
        d.hex_colour("f5c58f"),
        bottom=640,
    )
    canvas.glow(1040, 220, 330, d.hex_colour("fff1cf"), 0.7)
    canvas.disc(1040, 220, 104, d.hex_colour("fff4d9"))
    scenery.range_of_hills(canvas, 600, 330, d.hex_colour("6a5e8c"), 3, steep=0.85, peaks=5, mist=0.15)
    scenery.range_of_hills(canvas, 690, 240, d.hex_colour("41527a"), 9, steep=0.6, peaks=4, mist=0.1)
    canvas.shaded(
        [
            (0, 660),
            *d.smooth([(0, 660), (420, 620), (860, 668), (WIDTH, 630)], closed=False),
            (WIDTH, HEIGHT),
            (0, HEIGHT),
        ],
        d.hex_colour("2f5560"),
        d.hex_colour("1d3744"),
    )
    buildings.stilt_house(canvas, 1040, 690, 300)
    scenery.bamboo(canvas, 1225, 700, 300, d.hex_colour("4f7f62"), 3)
    canvas.shaded(
        [(0, 740), (WIDTH, 726), (WIDTH, HEIGHT), (0, HEIGHT)], d.hex_colour("7a4a34"), d.hex_colour("5b3527")
    )
    household.lute(canvas, 250, 600, 320, 48)
    for x, y, size in ((470, 180, 1.0), (640, 130, 0.8), (330, 270, 0.7)):
        canvas.ellipse(x, y, 22 * size, 16 * size, d.AMBER)
        canvas.line([(x + 20 * size, y), (x + 20 * size, y - 86 * size)], 6 * size, d.AMBER)
        canvas.curve(
            [(x + 20 * size, y - 86 * size), (x + 46 * size, y - 62 * size), (x + 42 * size, y - 36 * size)],
            6 * size,
            d.AMBER,
        )
    return canvas


def write(paint: Callable[[], Canvas], folder: Path, *, large: bool = True) -> None:
    """Write ``picture.png`` (640 × 400) and, if `large`, ``illustration.png`` (1280 × 800)."""
    picture = paint().done()
    picture.reduce(2).save(folder / "picture.png", optimize=True)
    if large:
        picture.save(folder / "illustration.png", optimize=True)
