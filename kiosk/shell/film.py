"""The moving picture: the newest frame of the player's memory as a texture, its shape kept."""

from __future__ import annotations

import numpy as np
from kivy.clock import Clock  # type: ignore[import-untyped]  # Kivy ships no types
from kivy.graphics import Rectangle, RenderContext  # type: ignore[import-untyped]  # the same
from kivy.graphics.texture import Texture  # type: ignore[import-untyped]  # the same
from kivy.uix.widget import Widget  # type: ignore[import-untyped]  # the same

from kiosk.frames import Frame, FrameReader

# The fourth byte of a pixel is undefined (RV32), so the picture's own alpha is not used.
_OPAQUE = """
$HEADER$
void main(void) {
    gl_FragColor = vec4(texture2D(texture0, tex_coord0).rgb, 1.0);
}
"""


class Film(Widget):  # type: ignore[misc]  # Kivy ships no types
    """Shows the frames of one play; nothing before its first one."""

    def __init__(self) -> None:
        super().__init__()
        self.play = 0
        """Which play may be seen (0: none): a frame left over from another never flashes up."""
        self.reader: FrameReader | None = None
        self.shown = 0  # frames drawn, for measurements
        self._last = Frame(0, 0, 0, 0)
        self._texture: Texture | None = None
        self._copy = np.empty(0, dtype=np.uint8)
        self.canvas = RenderContext(use_parent_projection=True, use_parent_modelview=True)
        self.canvas.shader.fs = _OPAQUE
        self._rectangle: Rectangle | None = None
        self._pulling = Clock.schedule_interval(lambda _: self.pull(), 0)
        self.bind(pos=self._place, size=self._place)

    def stop(self) -> None:
        """Draw no more; the widget leaves the screen."""
        self._pulling.cancel()

    def pull(self) -> None:
        """Draw the newest frame if it is new and of the play in front."""
        if self.reader is None or self.play == 0:
            self._blank()
            return
        frame = self.reader.newest()
        if frame.play != self.play or frame == self._last:
            return
        pixels = self.reader.pixels(frame)
        if pixels is None:
            return
        flat = pixels.reshape(-1)
        if self._copy.size != flat.size:
            self._copy = np.empty_like(flat)
        np.copyto(self._copy, flat)
        if not self.reader.still(frame):
            return  # it was overwritten meanwhile; a newer one is there
        self._last = frame
        texture = self._texture_of(frame)
        texture.blit_buffer(self._copy, colorfmt="bgra", bufferfmt="ubyte")
        self.shown += 1
        self.canvas.ask_update()

    def _texture_of(self, frame: Frame) -> Texture:
        size = (frame.width, frame.height)
        if self._texture is None or tuple(self._texture.size) != size or self._rectangle is None:
            self._texture = Texture.create(size=size, colorfmt="bgra")
            self._texture.flip_vertical()
            self.canvas.clear()
            with self.canvas:
                self._rectangle = Rectangle(texture=self._texture)
            self._place()
        return self._texture

    def _place(self, *_: object) -> None:
        """Fit the picture into the widget, its shape kept, black where it does not reach."""
        if self._rectangle is None or self._texture is None:
            return
        width, height = self._texture.size
        scale = min(self.width / width, self.height / height)
        size = (width * scale, height * scale)
        self._rectangle.size = size
        self._rectangle.pos = (self.center_x - size[0] / 2, self.center_y - size[1] / 2)

    def _blank(self) -> None:
        if self._rectangle is not None:
            self.canvas.clear()
            self._rectangle = self._texture = None
            self._last = Frame(0, 0, 0, 0)
