"""The flood story's first half, in pictures: rain on the village, the stream rises, the loudspeaker warns.

A scene paints a world somewhat larger than the film's picture; its camera moves a window over it.
"""

from __future__ import annotations

import math
from typing import Protocol

from PIL import Image, ImageDraw

from provisioning.sample import buildings, people, scenery, things
from provisioning.sample import drawing as d
from provisioning.sample.drawing import Canvas

WIDTH, HEIGHT = 2112, 1188
"""The world: a tenth larger than the film, so that the camera has room to move."""

STORM = (d.hex_colour("2f4252"), d.hex_colour("5d7885"), d.hex_colour("a9bdc2"))
MUD_TOP, MUD_DEEP = d.hex_colour("a8774a"), d.hex_colour("6b4326")
GRASS = d.hex_colour("4c7f52")


class Scene(Protocol):
    """One scene of the story."""

    camera: tuple[tuple[float, float, float], tuple[float, float, float]]
    """The window at the start and at the end: left, top, width, in world pixels."""

    rain: float
    """0 none … 1 pouring."""

    def paint(self, seconds: float, part: float) -> Image.Image:
        """Return the world at `seconds` into the scene, which is `part` (0–1) of it."""
        ...


def ease(part: float) -> float:
    """Return `part` (0–1) with a soft start and end."""
    part = min(1.0, max(0.0, part))
    return part * part * (3 - 2 * part)


def pop(part: float) -> float:
    """Return the size (0–1.06) of something that springs up while `part` goes from 0 to 1."""
    back = min(1.0, max(0.0, part)) - 1
    return 1 + 2.2 * back**3 + 1.2 * back**2


def paste_scaled(world: Image.Image, picture: Image.Image, x: float, y: float, size: float) -> None:
    """Lay `picture`, scaled to `size`, with its middle at (`x`, `y`)."""
    if size <= 0.02:
        return
    if abs(size - 1) > 1e-3:
        picture = picture.resize((max(1, round(picture.width * size)), max(1, round(picture.height * size))))
    world.paste(picture, (round(x - picture.width / 2), round(y - picture.height / 2)), picture)


def storm_valley(canvas: Canvas) -> None:
    """Paint the sky and the ranges that all rainy scenes share."""
    canvas.sky(*STORM, STORM[-1])
    scenery.range_of_hills(canvas, 690, 430, d.hex_colour("73909a"), 3, steep=0.85, peaks=7)
    scenery.range_of_hills(canvas, 800, 360, d.hex_colour("4a727a"), 15, steep=0.75, peaks=5, mist=0.55)


class VillageInRain:
    """A village at its stream, dark clouds, the first heavy rain."""

    camera = ((0.0, 70.0, 1920.0), (150.0, 70.0, 1920.0))
    rain = 0.6

    def __init__(self) -> None:
        canvas = Canvas(WIDTH, HEIGHT, d.SKY)
        storm_valley(canvas)
        scenery.range_of_hills(canvas, 900, 250, d.hex_colour("32605e"), 21, steep=0.35, peaks=4, mist=0.3)
        scenery.terraces(canvas, 1500, 905, 640, 210, d.LEAF)
        scenery.terraces(canvas, 420, 905, 560, 150, d.LEAF)
        meadow = d.smooth([(0, 880), (500, 850), (1050, 900), (1600, 850), (WIDTH, 890)], closed=False)
        canvas.shaded(
            [(-5, 880), *meadow, (WIDTH + 5, HEIGHT), (-5, HEIGHT)],
            GRASS,
            d.darker(GRASS, 0.35),
        )
        stream = d.smooth(
            [(1015, 862), (1100, 905), (985, 965), (1120, 1040), (900, 1120), (840, 1200)], closed=False
        )
        other = d.smooth(
            [(1032, 862), (1150, 905), (1090, 965), (1330, 1040), (1290, 1120), (1400, 1200)], closed=False
        )
        canvas.shaded([*stream, *reversed(other)], d.hex_colour("a9cdd0"), d.hex_colour("5f98a5"))
        canvas.line(stream, 5, d.hex_colour("dcebe6"))
        canvas.line(other, 5, d.hex_colour("dcebe6"))
        self._banks = (stream, other)
        for x, y, width, lit in ((300, 960, 330, True), (660, 920, 250, True), (1780, 985, 390, True)):
            buildings.stilt_house(canvas, x, y, width, lit=lit)
        buildings.stilt_house(canvas, 1480, 912, 230, lit=False, wall=d.hex_colour("7a5138"))
        scenery.bamboo(canvas, 90, 980, 380, d.hex_colour("5c8f4f"), 3)
        scenery.tree(canvas, 1985, 1010, 330, d.FOREST, 5)
        scenery.banana(canvas, 500, 980, 150, d.LEAF)
        scenery.banana(canvas, 1580, 1000, 170, d.LEAF)
        scenery.tree(canvas, 830, 925, 170, d.hex_colour("2c6350"), 8)
        scenery.tree(canvas, 1290, 912, 190, d.hex_colour("2c6350"), 9)
        self._world = canvas.done()
        self._clouds = []
        for size, tone, seed in ((300, "46596a", 2), (380, "3a4b5a", 5), (260, "566a78", 9)):
            sprite = Canvas(round(size * 2.2), round(size * 1.0))
            scenery.cloud(sprite, size * 1.1, size * 0.66, size, d.hex_colour(tone), seed)
            self._clouds.append(sprite.done())

    def paint(self, seconds: float, part: float) -> Image.Image:
        """Return the valley with clouds moving in and the stream running."""
        world = self._world.copy()
        for (x, y, speed), cloud in zip(
            ((150, 60, 30), (1000, 10, 42), (1650, 120, 24)), self._clouds, strict=True
        ):
            world.paste(cloud, (round(x - speed * seconds), y), cloud)
        running_water(world, self._banks, seconds, d.hex_colour("f2f8f4"))
        return world


def running_water(
    world: Image.Image, banks: tuple[list[d.Point], list[d.Point]], seconds: float, colour: d.Colour
) -> None:
    """Draw short glints that run down between two banks, in place."""
    pen = ImageDraw.Draw(world, "RGBA")
    left, right = banks
    last = len(left) - 1
    for index in range(26):
        part = (index * 0.381966 + seconds * 0.16) % 1.0
        place = part * (last - 2)
        across = 0.15 + 0.7 * ((index * 0.6180339) % 1.0)
        points = []
        for shift in (0.0, 1.2):
            position = min(last, place + shift)
            first = int(position)
            second = min(last, first + 1)
            t = position - first
            lx = left[first][0] + (left[second][0] - left[first][0]) * t
            rx = right[first][0] + (right[second][0] - right[first][0]) * t
            ly = left[first][1] + (left[second][1] - left[first][1]) * t
            points.append((lx + (rx - lx) * across, ly))
        pen.line(points, fill=(*colour[:3], 110), width=round(2 + 4 * part))


class WaterRises:
    """The stream in front of the houses turns brown and climbs up the gauge."""

    camera = ((180.0, 90.0, 1920.0), (40.0, 90.0, 1920.0))
    rain = 1.0

    def __init__(self) -> None:
        canvas = Canvas(WIDTH, HEIGHT, d.SKY)
        storm_valley(canvas)
        scenery.range_of_hills(canvas, 900, 230, d.hex_colour("32605e"), 31, steep=0.35, peaks=4, mist=0.3)
        bank = [(-5, 815), (300, 800), (760, 850), (1100, 868), (1420, 800), (WIDTH + 5, 770)]
        canvas.shaded(
            [*d.smooth(bank, closed=False), (WIDTH + 5, HEIGHT), (-5, HEIGHT)], GRASS, d.darker(GRASS, 0.4)
        )
        scenery.bamboo(canvas, 560, 850, 420, d.hex_colour("5c8f4f"), 4)
        buildings.stilt_house(canvas, 280, 880, 430)
        buildings.stilt_house(canvas, 1690, 860, 560)
        scenery.banana(canvas, 1340, 860, 230, d.LEAF)
        scenery.tree(canvas, 2030, 870, 360, d.FOREST, 6)
        canvas.box(1004, 640, 1044, 1188, d.WHITE)  # the gauge
        for step in range(14):
            if step % 2 == 0:
                canvas.box(1004, 640 + step * 40, 1044, 680 + step * 40, d.RED)
        canvas.box(1038, 640, 1044, 1188, (0, 0, 0, 50))
        self._world = canvas.done()
        self._far = scenery.water_band(1056, 420, d.lighter(MUD_TOP, 0.12), MUD_DEEP, 4)
        self._near = scenery.water_band(1056, 330, MUD_TOP, d.darker(MUD_DEEP, 0.2), 7)
        trunk = Canvas(420, 150)
        things.log(trunk, 210, 90, 330, 40, 4)
        self._trunk = trunk.done()
        bush = Canvas(300, 170)
        things.log(bush, 150, 120, 200, 22, -7)
        for x, y, r in ((80, 90, 42), (130, 70, 48), (180, 92, 38)):
            bush.disc(x, y, r, d.hex_colour("41633f"))
        self._bush = bush.done()

    def paint(self, seconds: float, part: float) -> Image.Image:
        """Return the stream as it has risen by now."""
        world = self._world.copy()
        level = 985 - 175 * ease(part * 1.05)
        tile(world, self._far, seconds * 170, level + 5 * math.sin(seconds * 2.1))
        sway = 7 * math.sin(seconds * 2.6)
        world.paste(self._trunk, (round(-300 + seconds * 330), round(level + 10 + sway)), self._trunk)
        world.paste(self._bush, (round(900 + seconds * 260), round(level - 40 - sway)), self._bush)
        tile(world, self._near, seconds * 300, level + 130 + 6 * math.sin(seconds * 1.7 + 1))
        return world


def tile(world: Image.Image, band: Image.Image, shift: float, y: float) -> None:
    """Lay a repeating band across the world, moved right by `shift`, its top at `y`."""
    start = round(shift) % band.width - band.width
    for x in range(start, world.width, band.width):
        world.paste(band, (x, round(y)), band)


class LoudspeakerCalls:
    """The pole in the middle of the village calls; people come out and listen."""

    camera = ((20.0, 96.0, 1920.0), (120.0, 96.0, 1920.0))
    rain = 0.6

    def __init__(self) -> None:
        canvas = Canvas(WIDTH, HEIGHT, d.SKY)
        storm_valley(canvas)
        scenery.range_of_hills(canvas, 930, 280, d.hex_colour("32605e"), 41, steep=0.35, peaks=4, mist=0.3)
        ground = [(-5, 900), (500, 880), (1200, 915), (WIDTH + 5, 880)]
        canvas.shaded(
            [*d.smooth(ground, closed=False), (WIDTH + 5, HEIGHT), (-5, HEIGHT)], GRASS, d.darker(GRASS, 0.35)
        )
        canvas.polygon(
            d.smooth(
                [(780, 1188), (900, 1040), (1180, 960), (1360, 930), (1440, 945), (1330, 1030), (1380, 1188)]
            ),
            d.hex_colour("b59a72"),
        )
        scenery.bamboo(canvas, 2040, 960, 430, d.hex_colour("5c8f4f"), 12)
        buildings.stilt_house(canvas, 1610, 985, 680)
        scenery.banana(canvas, 1160, 960, 220, d.LEAF)
        scenery.tree(canvas, 90, 940, 330, d.FOREST, 2)
        self._mouths = buildings.horn_pole(canvas, 560, 1110, 960)
        tall = people.Figure(height=250, coat=d.INDIGO)
        people.stand(canvas, 1190, 1110, people.scaled(people.FATHER, 1.02), facing=-1, reach=(1120, 985))
        people.stand(canvas, 1310, 1118, people.CHILD, facing=-1)
        people.stand(canvas, 1440, 1112, people.MOTHER, facing=-1)
        people.stand(canvas, 1560, 1122, people.ELDER, facing=-1)
        people.stand(canvas, 900, 1135, tall, facing=-1)
        self._world = canvas.done()

    def paint(self, seconds: float, part: float) -> Image.Image:
        """Return the yard with rings of sound leaving the horns."""
        world = self._world.copy()
        pen = ImageDraw.Draw(world, "RGBA")
        for side, (x, y) in zip((-1, 1), self._mouths, strict=True):
            for ring in range(4):
                u = (seconds * 0.75 + ring / 4) % 1.0
                radius = 60 + 300 * u
                middle = 180 if side < 0 else 0
                opacity = round(230 * (1 - u) ** 1.3)
                pen.arc(
                    (x - radius, y - radius, x + radius, y + radius),
                    middle - 34,
                    middle + 34,
                    fill=(*d.AMBER, opacity),
                    width=11,
                )
        return world
