"""The scene as Kivy widgets: the only file that joins them. Looks are in ``looks.kv``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kivy.clock import Clock  # type: ignore[import-untyped]  # Kivy ships no types
from kivy.lang import Builder  # type: ignore[import-untyped]  # Kivy ships no types
from kivy.uix.floatlayout import FloatLayout  # type: ignore[import-untyped]  # the same

from kiosk.frames import FrameReader
from kiosk.shell import theme
from kiosk.shell.film import Film
from kiosk.shell.pieces import CLASSES, FilmPiece
from kiosk.shell.scene import Look, Piece, Scene
from kiosk.shell.textures import Textures


class SceneView(FloatLayout):  # type: ignore[misc]  # Kivy ships no types
    """Shows scenes; widgets whose piece stays are kept, so only what changed is drawn anew."""

    def __init__(
        self,
        textures: Textures,
        tapped: Callable[[str], None],
        dragged: Callable[[float, float], None],
    ) -> None:
        Builder.load_file(str(Path(__file__).with_name("looks.kv")))
        super().__init__()
        self._textures = textures
        self._tapped = tapped
        self._dragged = dragged
        self._widgets: dict[tuple[str, Look], Any] = {}
        self._scene: Scene | None = None
        self._film: Film | None = None
        self._film_runs = False
        self._reader: FrameReader | None = None
        self.bind(size=lambda *_: self._scene is not None and self.show(self._scene))

    # ------------------------------------------------------------ out

    def show(self, scene: Scene) -> None:
        """Make the screen show `scene`."""
        self._scene = scene
        keys = [(piece.name, piece.look) for piece in scene.pieces]
        for gone in [key for key in self._widgets if key not in set(keys)]:
            self._remove(gone)
        order_kept = list(self._widgets) == [key for key in keys if key in self._widgets]
        for key, piece in zip(keys, scene.pieces, strict=True):
            if key not in self._widgets:
                self._widgets[key] = self._make(piece)
                order_kept = order_kept and key == keys[len(self._widgets) - 1]
                self.add_widget(self._widgets[key])
            self._widgets[key].take(piece, self._placed(piece), self.unit)
        if not order_kept:
            self.clear_widgets()
            self._widgets = {key: self._widgets[key] for key in keys}
            for key in keys:
                self.add_widget(self._widgets[key])

    def frames_from(self, reader: FrameReader | None) -> None:
        """Take moving pictures from `reader` (None: the player is away)."""
        self._reader = reader
        if self._film is not None:
            self._film.reader = reader

    @property
    def film_runs(self) -> bool:
        """Tell whether a film is on the screen."""
        return self._film_runs

    def warm_up(self) -> None:
        """Make the film and draw it once, unseen below the ground, while nobody waits."""
        film = self._the_film()
        if not self._film_runs:
            film.warm()
            self.add_widget(film, index=len(self.children))
            Clock.schedule_once(lambda _: self._warmed(film), 0.2)

    def _warmed(self, film: Film) -> None:
        if film.parent is self:
            self.remove_widget(film)

    def _the_film(self) -> Film:
        if self._film is None:
            self._film = Film()
            self._film.reader = self._reader
        return self._film

    @property
    def unit(self) -> float:
        """Window pixels for one design pixel."""
        return float(min(self.width / theme.WIDTH, self.height / theme.HEIGHT)) or 1.0

    def _make(self, piece: Piece) -> Any:
        if piece.look is Look.FILM:
            film = self._the_film()
            if film.parent is not None:
                film.parent.remove_widget(film)
            self._film_runs = True
            return FilmPiece(film)
        return CLASSES[piece.look](self._textures)

    def _remove(self, key: tuple[str, Look]) -> None:
        widget = self._widgets.pop(key)
        self.remove_widget(widget)
        if key[1] is Look.FILM and self._film is not None:
            self._film.stop()
            widget.remove_widget(self._film)
            self._film_runs = False

    def _placed(self, piece: Piece) -> tuple[float, float, float, float]:
        u, rect = self.unit, piece.rect
        left = (self.width - theme.WIDTH * u) / 2
        below = (self.height - theme.HEIGHT * u) / 2
        return (
            left + rect.x * u,
            below + (theme.HEIGHT - rect.bottom) * u,
            rect.width * u,
            rect.height * u,
        )

    # ------------------------------------------------------------ in

    def on_touch_down(self, touch: Any) -> bool:
        """Remember where a finger came down."""
        if touch.is_mouse_scrolling:
            return True
        touch.ud["target"] = self._hit(touch)
        touch.ud["moved"] = 0.0
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Move an enlarged picture under the finger."""
        if touch.ud.get("target") == "picture":
            touch.ud["moved"] += abs(touch.dx) + abs(touch.dy)
            self._dragged(touch.dx / self.width, -touch.dy / self.height)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """A finger that leaves the target it came down on has chosen it."""
        target = touch.ud.get("target")
        if target is not None and target == self._hit(touch) and touch.ud["moved"] < 20 * self.unit:
            self._tapped(target)
        return True

    def _hit(self, touch: Any) -> str:
        if self._scene is None:
            return ""
        u = self.unit
        x = (touch.x - (self.width - theme.WIDTH * u) / 2) / u
        y = theme.HEIGHT - (touch.y - (self.height - theme.HEIGHT * u) / 2) / u
        return self._scene.hit(x, y)
