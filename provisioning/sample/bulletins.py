"""Bulletins to read (with a picture) and one to hear: clean water, buffaloes in frost, forest fire, Then.

In the files paragraphs are separated by an empty line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from kiosk.folding import nfc
from provisioning.sample import texts, tiles, voices
from provisioning.sample.drawing import Canvas
from provisioning.sample.manifest import SPOKEN_BY_MACHINE, Item, Rendition

_TEXTS = tuple(Rendition(f"text.{tag}.txt", "text", (tag,)) for tag in SPOKEN_BY_MACHINE)
_PICTURE = Rendition("illustration.png", "picture")

BUFFALO_ITEM = Item(
    id="giu-am-trau-bo",
    kind="bulletin",
    topic="production",
    titles={
        "vi": "Giữ ấm cho trâu, bò mùa rét",
        "en": "Keep buffaloes and cattle warm in the cold",
        "zh-Hans": "冬季给牛保暖",
    },
    spoken_zh="dong1 ji4 gei3 niu2 bao3 nuan3",
    renditions=(*_TEXTS, _PICTURE),
    published="2026-11-04",
)
FOREST_ITEM = Item(
    id="phong-chay-rung",
    kind="bulletin",
    topic="safety",
    titles={
        "vi": "Phòng cháy rừng mùa hanh khô",
        "en": "Prevent forest fires in the dry season",
        "zh-Hans": "干燥季节防止森林火灾",
    },
    spoken_zh="gan1 zao4 ji4 jie2 fang2 zhi3 sen1 lin2 huo3 zai1",
    renditions=(*_TEXTS, _PICTURE),
    published="2026-11-05",
)
THEN_ITEM = Item(
    id="hat-then",
    kind="bulletin",
    topic="heritage",
    titles={
        "vi": "Hát Then, đàn tính",
        "en": "Then singing and the đàn tính lute",
        "zh-Hans": "天曲与天琴",
    },
    spoken_zh="tian1 qu3 yu3 tian1 qin2",
    renditions=(*_TEXTS, _PICTURE),
    published="2026-11-06",
)
WATER_ITEM = Item(
    id="nuoc-sach",
    kind="audio-bulletin",
    topic="health",
    titles={
        "vi": "Nước sạch sau mưa lũ",
        "en": "Clean water after a flood",
        "zh-Hans": "洪水后的饮用水",
    },
    spoken_zh="hong2 shui3 hou4 de5 yin3 yong4 shui3",
    renditions=(
        *(Rendition(f"audio.{tag}.flac", "audio", (tag,)) for tag in SPOKEN_BY_MACHINE),
        *_TEXTS,
        _PICTURE,
    ),
    published="2026-11-07",
)


def render_buffalo(folder: Path) -> None:
    """Render the bulletin on keeping animals warm."""
    _reading(folder, texts.BUFFALO, tiles.warm_buffaloes)


def render_forest(folder: Path) -> None:
    """Render the bulletin on forest fires."""
    _reading(folder, texts.FOREST, tiles.forest_fire)


def render_then(folder: Path) -> None:
    """Render the bulletin on Then singing."""
    _reading(folder, texts.THEN, tiles.then_singing)


def render_water(folder: Path) -> None:
    """Render the bulletin to hear: three tellings, their words, and a picture."""
    _reading(folder, texts.WATER, tiles.clean_water)
    for language, paragraphs in texts.WATER.items():
        spoken = texts.WATER_SPOKEN_ZH if language == "zh-Hans" else paragraphs
        parts: list[voices.Sound] = [voices.pause(0.3)]
        for paragraph in spoken:
            parts += [voices.speak(paragraph, language), voices.pause(0.7)]
        voices.level(np.concatenate(parts), folder / f"audio.{language}.flac")


def _reading(folder: Path, words: texts.Texts, paint: Callable[[], Canvas]) -> None:
    for language, paragraphs in words.items():
        text = nfc("\n\n".join(paragraphs)) + "\n"
        (folder / f"text.{language}.txt").write_text(text, encoding="utf-8")
    tiles.write(paint, folder)
