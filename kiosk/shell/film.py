"""The moving picture: the newest frame of the player's memory as a texture, its shape kept.

There is one film for the life of the process. A new shader and a new texture cost a tenth of a second
where pixels are drawn in software, and the first frame of a play must not wait for them.
"""

from __future__ import annotations

import numpy as np
from kivy.clock import Clock  # type: ignore[import-untyped]  # Kivy ships no types
from kivy.graphics import Rectangle, RenderContext  # type: ignore[import-untyped]  # the same
from kivy.graphics.texture import Texture  # type: ignore[import-untyped]  # the same
from kivy.uix.widget import Widget  # type: ignore[import-untyped]  # the same

from kiosk.frames import MAX_WIDTH, SLOT_BYTES, Frame, FrameReader

# The fourth byte of a pixel is undefined (RV32), so the picture's own alpha is not used.
_OPAQUE = """
$HEADER$
void main(void) {
    gl_FragColor = vec4(texture2D(texture0, tex_coord0).rgb, 1.0);
}
"""
USUAL_SIZE = (MAX_WIDTH, 1080)


class Film(Widget):  # type: ignore[misc]  # Kivy ships no types
    """Shows the frames of one play at a time; nothing before its first one."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))
        self.reader: FrameReader | None = None
        self._play = 0
        self._last = Frame(0, 0, 0, 0)
        self._copy = np.full(SLOT_BYTES, 0, dtype=np.uint8)  # written once: its pages are there
        self.canvas = RenderContext(use_parent_projection=True, use_parent_modelview=True)
        self.canvas.shader.fs = _OPAQUE
        self._make_texture(USUAL_SIZE)
        self._texture.blit_buffer(
            self._copy[: USUAL_SIZE[0] * USUAL_SIZE[1] * 4], colorfmt="bgra", bufferfmt="ubyte"
        )
        self._pulling = Clock.create_trigger(lambda _: self.pull(), 0, interval=True)
        self.bind(pos=self._place, size=self._place)

    def warm(self) -> None:
        """Have the graphics compile what a film needs: draw it once where a picture will cover it."""
        self.pos, self.size = (0.0, 0.0), (2.0, 2.0)
        self._show()
        self._texture.mag_filter = self._texture.min_filter = "nearest"  # as full-screen film is drawn

    def run(self) -> None:
        """Begin to look for frames: the film is on the screen."""
        self._blank()
        self._pulling()

    def stop(self) -> None:
        """Look no more: the film has left the screen."""
        self._pulling.cancel()
        self.follow(0)

    def follow(self, play: int) -> None:
        """Show only frames of `play` (0: none): one left over from another play never flashes up."""
        if play != self._play:
            self._play = play
            self._blank()

    def pull(self) -> None:
        """Draw the newest frame if it is new and of the play in front."""
        if self.reader is None or self._play == 0:
            return
        frame = self.reader.newest()
        if frame.play != self._play or frame == self._last:
            return
        pixels = self.reader.pixels(frame)
        if pixels is None:
            return
        copy = self._copy[: frame.width * frame.height * 4]
        np.copyto(copy, pixels.reshape(-1))
        if not self.reader.still(frame):
            return  # it was overwritten meanwhile; a newer one is there
        self._last = frame
        if tuple(self._texture.size) != (frame.width, frame.height):
            self._make_texture((frame.width, frame.height))
            self._blank()
        self._texture.blit_buffer(copy, colorfmt="bgra", bufferfmt="ubyte")
        if self._rectangle is None:
            self._show()
        self.canvas.ask_update()

    def _make_texture(self, size: tuple[int, int]) -> None:
        self._texture = Texture.create(size=size, colorfmt="bgra")
        self._texture.flip_vertical()
        self._rectangle: Rectangle | None = None

    def _show(self) -> None:
        self.canvas.clear()
        with self.canvas:
            self._rectangle = Rectangle(texture=self._texture)
        self._place()

    def _place(self, *_: object) -> None:
        """Fit the picture into the widget, its shape kept, black where it does not reach."""
        if self._rectangle is None:
            return
        width, height = self._texture.size
        scale = min(self.width / width, self.height / height)
        size = (width * scale, height * scale)
        self._rectangle.size = size
        self._rectangle.pos = (self.center_x - size[0] / 2, self.center_y - size[1] / 2)
        # Pixel for pixel there is nothing to smooth, and in software smoothing is dear.
        self._texture.mag_filter = self._texture.min_filter = "nearest" if scale == 1.0 else "linear"

    def _blank(self) -> None:
        self.canvas.clear()
        self._rectangle = None
        self._last = Frame(0, 0, 0, 0)
