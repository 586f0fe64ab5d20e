"""Pictures on the graphics card: loaded once, kept while there is room, the least used let go."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from kivy.graphics.texture import Texture  # type: ignore[import-untyped]  # Kivy ships no types
from PIL.Image import Image

from kiosk.shell.fonts import REGULAR, face
from kiosk.shell.pictograms import draw, hills, rounded_mask
from kiosk.shell.pictures import Pixels

ROOM_BYTES = 192 * 1024 * 1024
CORNER = 28
"""Radius of panel corners in the texture they are stretched from, px."""

FADE = 0.35
"""Share of a veil's height over which it begins."""


def upload(pixels: Pixels) -> Texture:
    """Return a texture of `pixels` (drawing thread only)."""
    texture = Texture.create(size=(pixels.width, pixels.height), colorfmt=pixels.mode)
    texture.blit_buffer(bytearray(pixels.data), colorfmt=pixels.mode, bufferfmt="ubyte")
    texture.flip_vertical()
    return texture


def upload_image(image: Image) -> Texture:
    """Return a texture of a PIL picture."""
    return upload(Pixels(image.width, image.height, image.mode.lower(), image.tobytes()))


class Textures:
    """What is on the graphics card, by key (drawing thread only)."""

    def __init__(self, ask: Callable[[Hashable], None]) -> None:
        """`ask(key)` has a missing one decoded; the answer comes to `arrived` later."""
        self._ask = ask
        self._held: OrderedDict[Hashable, Texture] = OrderedDict()
        self._waiting: dict[Hashable, list[Callable[[Texture], None]]] = {}
        self._bytes = 0

    def get(self, key: Hashable, ready: Callable[[Texture], None]) -> Texture | None:
        """Return the texture of `key`, or None now and call `ready` once when it has arrived."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        waiting = self._waiting.setdefault(key, [])
        waiting.append(ready)
        if len(waiting) == 1:
            self._ask(key)
        return None

    def arrived(self, key: Hashable, pixels: Pixels) -> None:
        """Keep a decoded picture and tell whoever waits."""
        texture = upload(pixels)
        self._held[key] = texture
        self._bytes += texture.width * texture.height * 4
        while self._bytes > ROOM_BYTES and len(self._held) > 1:
            _, old = self._held.popitem(last=False)
            self._bytes -= old.width * old.height * 4
        for ready in self._waiting.pop(key, []):
            ready(texture)

    def forget_waiting(self, blob: str) -> None:
        """Let a blob that could not be decoded be asked for again later."""
        for key in [key for key in self._waiting if isinstance(key, tuple) and key[0] == blob]:
            del self._waiting[key]


_own: dict[Hashable, Texture] = {}


def pictogram(name: str, side: int) -> Texture:
    """Return a pictogram's texture (white: tint it)."""
    key = (name, side)
    if key not in _own:
        _own[key] = upload_image(draw(name, side))
    return _own[key]


def panel() -> Texture:
    """Return a white square with round corners, to be stretched with a border of `CORNER` pixels."""
    if "panel" not in _own:
        from PIL import Image

        side = 2 * CORNER + 8
        image = Image.new("RGBA", (side, side), (255, 255, 255, 255))
        image.putalpha(rounded_mask(side, side, CORNER))
        _own["panel"] = upload_image(image)
    return _own["panel"]


def ground() -> Texture:
    """Return the background: half size, it is soft anyway."""
    if "ground" not in _own:
        _own["ground"] = upload_image(hills(960, 540))
    return _own["ground"]


def veil() -> Texture:
    """Return a white veil that begins softly at the top and is full from a third on."""
    if "veil" not in _own:
        alpha = bytes(min(255, round(255 * row / (64 * FADE))) for row in range(64))
        _own["veil"] = upload(
            Pixels(1, 64, "rgba", b"".join(b"\xff\xff\xff" + alpha[n : n + 1] for n in range(64)))
        )
        _own["veil"].wrap = "clamp_to_edge"
    return _own["veil"]


def reading_face() -> str:
    """Return the file of the face that running text is set in."""
    return str(face(REGULAR))
