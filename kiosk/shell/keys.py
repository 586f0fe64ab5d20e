"""Keys of keyboards and remote controls, as Kivy numbers them."""

from __future__ import annotations

from kiosk.shell.events import Key

KEYS: dict[int, Key] = {
    273: Key.UP,
    274: Key.DOWN,
    276: Key.LEFT,
    275: Key.RIGHT,
    13: Key.OK,
    271: Key.OK,  # of the number pad
    32: Key.OK,  # the space bar
    27: Key.BACK,  # Escape
    8: Key.BACK,  # Backspace
    1073742094: Key.BACK,  # a remote control's own
    280: Key.LEFT,  # page up
    281: Key.RIGHT,  # page down
    43: Key.PLUS,
    61: Key.PLUS,  # the same key without shift
    270: Key.PLUS,  # of the number pad
    45: Key.MINUS,
    269: Key.MINUS,
}

REPEATING = frozenset({Key.LEFT, Key.RIGHT, Key.UP, Key.DOWN, Key.PLUS, Key.MINUS})
"""Keys that go on when held; OK and Back count once a press, or a slow finger would fall through."""


def key_of(number: int) -> Key | None:
    """Return what a key means, or None."""
    return KEYS.get(number)
