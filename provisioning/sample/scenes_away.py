"""The flood story's people on their way: up the path, and safe at the culture house."""

from __future__ import annotations

import math

from PIL import Image

from provisioning.sample import buildings, people, scenery
from provisioning.sample import drawing as d
from provisioning.sample.drawing import Canvas
from provisioning.sample.scenes import (
    GRASS,
    HEIGHT,
    MUD_DEEP,
    MUD_TOP,
    WIDTH,
    storm_valley,
)

SLOPE = 0.27
"""Rise of the path for each pixel to the right."""


class UpThePath:
    """The family walks up to high ground, away from the stream."""

    camera = ((0.0, 70.0, 1920.0), (192.0, 70.0, 1920.0))
    rain = 0.7

    def __init__(self) -> None:
        canvas = Canvas(WIDTH, HEIGHT, d.SKY)
        storm_valley(canvas)
        scenery.range_of_hills(canvas, 1000, 330, d.hex_colour("32605e"), 52, steep=0.3, peaks=3, mist=0.25)
        self._band = scenery.water_band(704, 240, MUD_TOP, MUD_DEEP, 11)
        canvas.shaded([(-5, 960), (760, 1000), (760, HEIGHT), (-5, HEIGHT)], MUD_TOP, MUD_DEEP)
        top = self._path(1640)
        hill = [
            (230, 1195),
            (420, self._path(420) - 12),
            (900, self._path(900) - 34),
            (1400, self._path(1400) - 44),
            (1620, top - 24),
            (1800, top - 34),
            (WIDTH + 20, top - 30),
        ]
        canvas.shaded(
            [*d.smooth(hill, closed=False), (WIDTH + 20, HEIGHT), (230, HEIGHT)], GRASS, d.darker(GRASS, 0.4)
        )
        scenery.tree(canvas, 1560, top - 20, 360, d.FOREST, 3)
        buildings.culture_house(canvas, 1830, top, 520)
        canvas.glow(1830, top - 100, 330, d.AMBER, 0.28)
        scenery.pine(canvas, 1400, self._path(1400) - 30, 330, d.FOREST)
        scenery.pine(canvas, 1310, self._path(1310) - 30, 250, d.hex_colour("2c6350"))
        scenery.banana(canvas, 1000, self._path(1000) - 30, 190, d.LEAF)
        lane = [(x, self._path(x) - 16) for x in range(320, 1600, 20)]
        lower = [(x, self._path(x) + 44) for x in range(1600, 300, -20)]
        yard = d.smooth(
            [(1590, top - 6), (1720, top - 16), (1920, top - 6), (1900, top + 36), (1580, top + 58)]
        )
        canvas.polygon(yard, d.hex_colour("c2a679"))
        canvas.polygon([*lane, *lower], d.hex_colour("c2a679"))
        for x in range(380, 1600, 74):
            canvas.line([(x, self._path(x) - 14), (x + 10, self._path(x) + 42)], 5, d.hex_colour("94794f"))
        for x, size in ((560, 30), (780, 24), (1010, 34), (1250, 26), (1430, 30), (1640, 24)):
            y = self._path(x) + 110
            canvas.ellipse(x, y, size * 1.4, size * 0.8, d.hex_colour("7b8a83"))
            canvas.ellipse(x - 5, y - 5, size * 1.1, size * 0.55, d.hex_colour("9aa79f"))
        self._world = canvas.done()
        shore = Canvas(600, HEIGHT - 930, (0, 0, 0))  # where the water shows in front of the hill
        shore.polygon(
            d.smooth([(-20, -10), (330, 30), (400, 90), (300, 160), (330, 278), (-20, 278)]), d.WHITE
        )
        self._shore = shore.done().convert("L")
        self._walk = people.family_sprites(1.12, SLOPE)

    @staticmethod
    def _path(x: float) -> float:
        return 1140 - SLOPE * (x - 320)

    def paint(self, seconds: float, part: float) -> Image.Image:
        """Return the family as far up as it has come."""
        world = self._world.copy()
        band = self._band
        shift = -round(seconds * 210) % band.width
        strip = self._world.crop((0, 930, 600, HEIGHT))
        for start in (-shift, band.width - shift):
            strip.paste(band, (start, 20 + round(4 * math.sin(seconds * 2))), band)
        world.paste(strip, (0, 930), self._shore)
        x = 640 + 620 * part
        sprite = self._walk[int(seconds * 13) % len(self._walk)]
        world.paste(sprite, (round(x - 420 * 1.12), round(self._path(x) + 14 - 330 * 1.12)), sprite)
        return world


class SafeTogether:
    """Evening light, the culture house on its hill, everybody safe and dry."""

    camera = ((140.0, 80.0, 1880.0), (20.0, 20.0, 2060.0))
    rain = 0.0

    def __init__(self) -> None:
        canvas = Canvas(WIDTH, HEIGHT, d.SKY)
        canvas.sky(d.hex_colour("5d86a3"), d.hex_colour("f0c39a"), d.hex_colour("fbe3b5"), bottom=800)
        canvas.glow(500, 300, 560, d.hex_colour("fff1c4"), 0.95)
        canvas.disc(500, 300, 70, d.hex_colour("fff6d8"))
        for range_ in (
            (700, 400, "8fa7ab", 3, 0.85, 7, 0.45),
            (800, 330, "5b8787", 15, 0.75, 5, 0.5),
            (900, 260, "3b7066", 84, 0.35, 4, 0.35),
        ):
            base, tall, colour, seed, steep, peaks, mist = range_
            scenery.range_of_hills(
                canvas, base, tall, d.hex_colour(colour), seed, steep=steep, peaks=peaks, mist=mist
            )
        hill = [(-20, 930), (500, 900), (1100, 868), (1700, 872), (WIDTH + 20, 900)]
        ground = d.hex_colour("5f9a57")
        canvas.shaded(
            [*d.smooth(hill, closed=False), (WIDTH + 20, HEIGHT), (-20, HEIGHT)],
            ground,
            d.darker(ground, 0.4),
        )
        scenery.pine(canvas, 610, 915, 360, d.FOREST)
        scenery.pine(canvas, 700, 912, 270, d.hex_colour("2c6350"))
        scenery.tree(canvas, 1980, 920, 400, d.FOREST, 3)
        scenery.bamboo(canvas, 1860, 910, 330, d.hex_colour("6a9b52"), 6)
        canvas.polygon(
            d.smooth([(1180, 905), (1380, 905), (1480, 1010), (1500, 1200), (960, 1200), (1100, 1010)]),
            d.hex_colour("cdb286"),
        )
        buildings.culture_house(canvas, 1280, 928, 900)
        canvas.glow(1280, 800, 460, d.AMBER, 0.25)
        calm = [
            (860, people.Figure(height=236, coat=d.INDIGO, hood=False), 1),
            (985, people.Figure(height=228, coat=d.hex_colour("b23a48"), hood=False, long_hair=True), -1),
            (1560, people.Figure(height=238, coat=d.hex_colour("2f7f86"), hood=False), 1),
            (1660, people.Figure(height=150, coat=d.AMBER, hood=False), -1),
            (1770, people.Figure(height=212, coat=d.hex_colour("7a5a8c"), hood=False,
                                 hair=d.hex_colour("d8d6d2"), stick=True, stoop=0.07), -1),
        ]  # fmt: skip
        for x, who, facing in calm:
            people.stand(canvas, x, 1060 + (x % 7) * 5, who, facing=facing)
        self._world = canvas.done()
        cloud = Canvas(560, 260)
        scenery.cloud(cloud, 280, 170, 240, d.hex_colour("f7e7d2"), 4)
        self._cloud = cloud.done()

    def paint(self, seconds: float, part: float) -> Image.Image:
        """Return the calm evening, clouds drawing away."""
        world = self._world.copy()
        for x, y, speed in ((760, 110, 22), (1480, 60, 30)):
            world.paste(self._cloud, (round(x + speed * seconds), y), self._cloud)
        return world
