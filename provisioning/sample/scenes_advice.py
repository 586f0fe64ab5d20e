"""The flood story's advice in signs: what not to do, and whom to call."""

from __future__ import annotations

import math

from PIL import Image

from provisioning.sample import drawing as d
from provisioning.sample import people, scenery, things
from provisioning.sample.drawing import Canvas
from provisioning.sample.fonts import face
from provisioning.sample.scenes import (
    GRASS,
    HEIGHT,
    MUD_DEEP,
    MUD_TOP,
    WIDTH,
    paste_scaled,
    pop,
    storm_valley,
    tile,
)

NUMBERS = ("112", "113", "114", "115")
"""Search and rescue, police, fire, ambulance: Vietnam's public numbers."""


class DoNotCross:
    """Two plain signs over the brown water: do not wade, do not fish for driftwood."""

    camera = ((70.0, 70.0, 1920.0), (110.0, 70.0, 1920.0))
    rain = 0.5

    def __init__(self) -> None:
        canvas = Canvas(WIDTH, HEIGHT, d.SKY)
        storm_valley(canvas)
        scenery.range_of_hills(canvas, 860, 220, d.hex_colour("32605e"), 63, steep=0.4, peaks=4, mist=0.3)
        scenery.tree(canvas, 130, 830, 300, d.FOREST, 2)
        scenery.tree(canvas, 1990, 830, 330, d.FOREST, 4)
        canvas.box(-5, 820, WIDTH + 5, 900, GRASS)
        self._world = canvas.done()
        self._far = scenery.water_band(1056, 420, d.lighter(MUD_TOP, 0.12), MUD_DEEP, 4)
        self._near = scenery.water_band(1056, 330, MUD_TOP, d.darker(MUD_DEEP, 0.2), 7)
        trunk = Canvas(420, 150)
        things.log(trunk, 210, 90, 330, 40, 4)
        self._trunk = trunk.done()
        self._signs = (self._wading(), self._driftwood())

    @staticmethod
    def _plate() -> Canvas:
        canvas = Canvas(760, 760)
        canvas.disc(388, 392, 356, d.hex_colour("1a2a34"))
        canvas.disc(380, 380, 356, d.PAPER)
        return canvas

    def _wading(self) -> Image.Image:
        canvas = self._plate()
        wave_top = 450
        people.walk(canvas, 390, 590, people.scaled(people.FATHER, 1.7), phase=0.2, facing=1)
        for row, colour in ((0, MUD_TOP), (60, d.darker(MUD_TOP, 0.2)), (120, MUD_DEEP)):
            crest = [(x, wave_top + row + 14 * math.sin(x / 38 + row)) for x in range(70, 700, 8)]
            inside = [
                point
                for point in [*crest, *[(x, 700.0) for x in range(700, 60, -8)]]
                if math.hypot(point[0] - 380, point[1] - 380) < 330
            ]
            circle = [
                (380 + 330 * math.cos(math.radians(a)), 380 + 330 * math.sin(math.radians(a)))
                for a in range(0, 181, 4)
                if 380 + 330 * math.sin(math.radians(a)) > wave_top + row
            ]
            line = [point for point in inside if point[1] < wave_top + row + 15]
            canvas.polygon([*line, *circle], colour)
        things.forbidden(canvas, 380, 380, 356)
        return canvas.done()

    def _driftwood(self) -> Image.Image:
        canvas = self._plate()
        canvas.polygon([(90, 560), (330, 560), (345, 700), (250, 690), (130, 620)], d.darker(GRASS, 0.1))
        circle = [
            (380 + 330 * math.cos(math.radians(a)), 380 + 330 * math.sin(math.radians(a)))
            for a in range(0, 128, 4)
            if 380 + 330 * math.sin(math.radians(a)) > 530
        ]
        canvas.polygon([(336, 540), (440, 528), (560, 540), *circle, (340, 706)], MUD_TOP)
        things.log(canvas, 540, 560, 210, 46, 8)
        people.stand(
            canvas, 240, 566, people.scaled(people.Figure(height=250, coat=d.INDIGO), 1.35), reach=(330, 400)
        )
        canvas.line([(300, 380), (505, 535)], 9, d.WOOD_DARK)
        canvas.line([(505, 535), (520, 560), (500, 566)], 8, d.hex_colour("69757c"))
        things.forbidden(canvas, 380, 380, 356)
        return canvas.done()

    def paint(self, seconds: float, part: float) -> Image.Image:
        """Return the river with the signs that have sprung up by now."""
        world = self._world.copy()
        tile(world, self._far, seconds * 190, 850 + 5 * math.sin(seconds * 2))
        world.paste(
            self._trunk, (round(-500 + seconds * 420), round(900 + 6 * math.sin(seconds * 3))), self._trunk
        )
        tile(world, self._near, seconds * 320, 1000 + 6 * math.sin(seconds * 1.6))
        for sign, x, start in zip(self._signs, (600, 1490), (0.06, 0.45), strict=True):
            paste_scaled(world, sign, x, 560, pop((part - start) * seconds_to_pop(seconds, part)))
        return world


def seconds_to_pop(seconds: float, part: float) -> float:
    """Return by what `part` must be multiplied so that a sign springs up within 0.35 s."""
    return (seconds / part if part > 1e-6 else 5.0) / 0.35


class WhomToCall:
    """The four numbers, one card each, and a ringing telephone."""

    camera = ((96.0, 54.0, 1920.0), (96.0, 54.0, 1920.0))
    rain = 0.0

    def __init__(self) -> None:
        canvas = Canvas(WIDTH, HEIGHT, d.TEAL)
        canvas.sky(d.hex_colour("123c4c"), d.hex_colour("1d6370"), d.hex_colour("2c7f84"))
        scenery.range_of_hills(
            canvas, HEIGHT + 10, 420, d.hex_colour("185562"), 71, steep=0.7, peaks=6, mist=0.0
        )
        scenery.range_of_hills(
            canvas, HEIGHT + 10, 240, d.hex_colour("134854"), 75, steep=0.5, peaks=4, mist=0.0
        )
        self._world = canvas.done()
        phone = Canvas(420, 760)
        left, top, right, bottom = things.telephone(phone, 210, 380, 720, d.hex_colour("dff0ea"))
        middle = (left + right) / 2
        phone.disc(middle, top + 220, 96, d.LEAF)
        _receiver(phone, middle, top + 220, 118)
        for row in range(3):
            for column in range(3):
                phone.disc(middle + (column - 1) * 88, top + 430 + row * 78, 26, d.hex_colour("a9c7bf"))
        phone.box(middle - 60, bottom - 26, middle + 60, bottom - 16, d.INK, 5)
        self._phone = phone.done()
        self._cards = [self._card(number) for number in NUMBERS]

    @staticmethod
    def _card(number: str) -> Image.Image:
        canvas = Canvas(560, 400)
        canvas.box(12, 16, 556, 396, d.hex_colour("0d2f3c"), 44)
        canvas.box(4, 4, 548, 384, d.PAPER, 44)
        if number == "112":
            canvas.disc(142, 194, 118, d.SKY)
            things.lifebuoy(canvas, 142, 194, 92)
        elif number == "113":
            things.public_order(canvas, 142, 194, 210)
        elif number == "114":
            things.flame(canvas, 142, 292, 200)
        else:
            things.heart_beat(canvas, 142, 200, 190)
        canvas.words(392, 196, number, face(150, bold=True), d.INK, "mm")
        return canvas.done()

    def paint(self, seconds: float, part: float) -> Image.Image:
        """Return the cards shown so far."""
        world = self._world.copy()
        ring = math.sin(seconds * 40) * 2.4 if (seconds % 1.6) < 0.8 else 0.0
        phone = self._phone.rotate(ring, Image.Resampling.BILINEAR) if ring else self._phone
        paste_scaled(world, phone, 470, 600, 1.0)
        for index, card in enumerate(self._cards):
            x, y = 1060 + (index % 2) * 600, 400 + (index // 2) * 420
            paste_scaled(world, card, x, y, pop((part - 0.05 - index * 0.2) * seconds_to_pop(seconds, part)))
        return world


def _receiver(canvas: Canvas, x: float, y: float, size: float) -> None:
    s = size
    canvas.arc(x + 0.12 * s, y - 0.12 * s, 0.42 * s, 85, 185, 0.13 * s, d.WHITE)
    for dx, dy in ((-0.27, -0.22), (0.22, 0.27)):
        canvas.disc(x + dx * s, y + dy * s, 0.12 * s, d.WHITE)
