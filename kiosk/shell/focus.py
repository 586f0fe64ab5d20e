"""Where the focus goes when an arrow is pressed: to what the eye would call next in that direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kiosk.shell.events import Key


class Rect(NamedTuple):
    """A rectangle on the canvas: `x`, `y` of its top left corner (y grows downwards), in design px."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle point."""
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, x: float, y: float) -> bool:
        """Tell whether the point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom


_SIDEWAYS_WEIGHT = 2.0
"""How much worse a step aside is than one ahead."""


def move(targets: Mapping[str, Rect], focus: str, arrow: Key) -> str:
    """Return the target that `arrow` leads to from `focus`; `focus` itself at the edge.

    Left and right stay in the row. Up and down go to the smallest distance, where a step aside
    counts double and what stands straight ahead wins over what stands a little aside.
    """
    here = targets[focus]
    best: float | None = None
    found = focus
    for name, there in targets.items():
        if name == focus:
            continue
        ahead, aside = _distance(here, there, arrow)
        if ahead is None or (aside > 0 and arrow in (Key.LEFT, Key.RIGHT)):
            continue
        badness = ahead + _SIDEWAYS_WEIGHT * aside + 0.01 * _off_centre(here, there, arrow)
        if best is None or badness < best:
            best, found = badness, name
    return found


def nearest(targets: Mapping[str, Rect], place: Rect) -> str:
    """Return the target whose middle is nearest to the middle of `place`."""
    x, y = place.centre

    def distance(name: str) -> float:
        other_x, other_y = targets[name].centre
        return (other_x - x) ** 2 + (other_y - y) ** 2

    return min(targets, key=distance)


def _distance(here: Rect, there: Rect, arrow: Key) -> tuple[float | None, float]:
    """Return how far `there` is ahead (None: it is not) and how far aside of the lane of `here`."""
    if arrow in (Key.LEFT, Key.RIGHT):
        aside = max(0.0, there.y - here.bottom, here.y - there.bottom)
        middle, gap = there.centre[0] - here.centre[0], max(there.x - here.right, here.x - there.right)
        forward = middle if arrow is Key.RIGHT else -middle
    else:
        aside = max(0.0, there.x - here.right, here.x - there.right)
        middle, gap = there.centre[1] - here.centre[1], max(there.y - here.bottom, here.y - there.bottom)
        forward = middle if arrow is Key.DOWN else -middle
    if forward <= 0:
        return None, aside
    return max(0.0, gap), aside


def _off_centre(here: Rect, there: Rect, arrow: Key) -> float:
    axis = 1 if arrow in (Key.LEFT, Key.RIGHT) else 0
    return abs(here.centre[axis] - there.centre[axis])
