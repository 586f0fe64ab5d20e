"""The constants of the looks: for people of all ages who watch from 3 to 6 metres.

Lengths are in design pixels of a 1920 by 1080 canvas. At 65 inches one is 0.75 mm, so 40 px of
text is 30 mm. Every pair in `PAIRS` has a contrast of at least 7:1 (WCAG 2 AAA); a test measures it.
"""

from __future__ import annotations

from typing import Final

WIDTH: Final = 1920.0
HEIGHT: Final = 1080.0

MARGIN_X: Final = WIDTH * 0.05
"""Safe margin: television sets cut edges off."""

MARGIN_Y: Final = HEIGHT * 0.05

TARGET_MIN: Final = 96.0
"""Smallest side of anything that can be chosen."""

TEXT_SMALL: Final = 32.0
TEXT: Final = 40.0
TEXT_READING: Final = 46.0
TEXT_LARGE: Final = 60.0
TEXT_ALERT: Final = HEIGHT / 10
"""An alert is read from the back of the hall: a tenth of the height."""

LINE_READING: Final = 66.0
"""Line pitch of bulletin text."""

Colour = tuple[float, float, float, float]


def rgb(code: str, alpha: float = 1.0) -> Colour:
    """Return ``#rrggbb`` as four numbers from 0 to 1."""
    red, green, blue = (int(code[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return (red, green, blue, alpha)


# Dusk over hills: deep indigo ground, warm white letters, amber for what is chosen.
NIGHT: Final = rgb("#15122b")
DUSK: Final = rgb("#2a2354")
HILL_FAR: Final = rgb("#231d47")
HILL_NEAR: Final = rgb("#1a1638")
PANEL: Final = rgb("#322a60")
PANEL_DARK: Final = rgb("#1d1838")
INK: Final = rgb("#fff8ea")
INK_SOFT: Final = rgb("#d9d2ee")
AMBER: Final = rgb("#ffc857")
AMBER_INK: Final = rgb("#241a00")
LIVE: Final = rgb("#9c0f1a")
QUIET: Final = rgb("#3d4152")
ALERT: Final = rgb("#86000f")
PAPER: Final = rgb("#fffdf7")
SHADE: Final = rgb("#0b0918", 0.82)
CLEAR: Final = rgb("#000000", 0.0)

PAIRS: Final = (
    (INK, NIGHT),
    (INK, DUSK),
    (INK, PANEL),
    (INK, PANEL_DARK),
    (INK_SOFT, NIGHT),
    (INK_SOFT, DUSK),
    (INK_SOFT, PANEL),
    (INK_SOFT, PANEL_DARK),
    (AMBER, PANEL_DARK),
    (AMBER, NIGHT),
    (AMBER_INK, AMBER),
    (INK, LIVE),
    (INK, QUIET),
    (INK, ALERT),
)
"""Every letter colour with every ground it stands on."""


def contrast(letters: Colour, ground: Colour) -> float:
    """Return the contrast ratio of WCAG 2, 1 to 21."""
    lighter, darker = sorted((_luminance(letters), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
