"""The scene as Kivy widgets: the only file that joins them. Looks are in ``looks.kv``."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from kivy.clock import Clock  # type: ignore[import-untyped]  # Kivy ships no types
from kivy.lang import Builder  # type: ignore[import-untyped]  # Kivy ships no types
from kivy.properties import (  # type: ignore[import-untyped]  # the same
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.floatlayout import FloatLayout  # type: ignore[import-untyped]  # the same
from kivy.uix.label import Label  # type: ignore[import-untyped]  # the same
from kivy.uix.widget import Widget  # type: ignore[import-untyped]  # the same

from kiosk.frames import FrameReader
from kiosk.shell import theme
from kiosk.shell.film import Film
from kiosk.shell.fonts import BOLD, REGULAR, face, measure_bold, measure_regular
from kiosk.shell.pictures import PictureKey
from kiosk.shell.readers import PageKey
from kiosk.shell.scene import Look, Piece, Scene
from kiosk.shell.textures import Textures, pictogram
from kiosk.shell.typeset import fit


class Letters(Label):  # type: ignore[misc]  # Kivy ships no types
    """Text that is broken and sized to fit its box before Kivy sees it."""

    content = StringProperty("")
    largest = NumericProperty(theme.TEXT)
    smallest = NumericProperty(theme.TEXT_SMALL)
    u = NumericProperty(1.0)
    heavy = BooleanProperty(False)
    one_line = BooleanProperty(False)  # rather smaller than on two lines

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name in ("content", "largest", "smallest", "u", "heavy", "one_line", "size"):
            self.fbind(name, self._set)
        self._set()

    def _set(self, *_: object) -> None:
        u = self.u or 1.0
        width, height = self.width / u, self.height / u
        steps = [self.largest]
        while steps[-1] * 0.9 > self.smallest:
            steps.append(steps[-1] * 0.9)
        sizes = [*steps[1:], self.smallest] if steps[-1] < self.smallest else [*steps, self.smallest]
        measure = measure_bold if self.heavy else measure_regular
        # SDL rounds each letter's width to whole pixels: leave it a little room.
        fitted = None
        if width > 1:
            fitted = fit(self.content, measure, width * 0.985, height, sizes, one_line=self.one_line)
        self.font_name = str(face(BOLD if self.heavy else REGULAR))
        if fitted is not None:
            self.font_size = fitted.size * u
            self.text = "\n".join(fitted.lines)


class Panelled(FloatLayout):  # type: ignore[misc]  # Kivy ships no types
    """A panel with round corners, and the amber frame of the focus around it."""

    u = NumericProperty(1.0)
    focused = BooleanProperty(False)
    fill = ListProperty(theme.PANEL)
    edge = NumericProperty(10.0)


class Icon(Widget):  # type: ignore[misc]  # Kivy ships no types
    """A tinted pictogram."""

    picture = ObjectProperty(None, allownone=True)
    tint = ListProperty(theme.INK)
    side = NumericProperty(64.0)


class PieceWidget(FloatLayout):  # type: ignore[misc]  # Kivy ships no types
    """A piece of the scene; its rule in ``looks.kv`` is chosen by the class."""

    u = NumericProperty(1.0)  # window pixels for one design pixel
    text = StringProperty("")
    small = StringProperty("")
    lines = StringProperty("")
    tone = StringProperty("")
    fraction = NumericProperty(0.0)
    focused = BooleanProperty(False)
    dimmed = BooleanProperty(False)
    icon = ObjectProperty(None, allownone=True)
    texture = ObjectProperty(None, allownone=True)
    tex_coords = ListProperty([0, 1, 1, 1, 1, 0, 0, 0])
    picture_rect = ListProperty([0, 0, 0, 0])  # where the picture is drawn, window px

    def __init__(self, textures: Textures) -> None:
        self._textures = textures
        self._key: Hashable = None
        self.piece: Piece | None = None
        super().__init__(size_hint=(None, None))

    def take(self, piece: Piece, rect: tuple[float, float, float, float], u: float) -> None:
        """Show `piece` at `rect` (window px, origin below left)."""
        self.piece, self.u = piece, u
        self.pos, self.size = rect[:2], rect[2:]
        self.text, self.small, self.tone = piece.text, piece.small, piece.tone
        self.lines = "\n".join(piece.lines)
        self.fraction, self.focused, self.dimmed = piece.fraction, piece.focused, piece.dimmed
        self.icon = pictogram(piece.pictogram, round(self.icon_side() * u)) if piece.pictogram else None
        self._take_picture(piece)

    def icon_side(self) -> float:
        """Return the side of the pictogram in design pixels."""
        return 64.0

    def picture_key(self, piece: Piece) -> Hashable:
        """Return which picture the piece wants, at the size it is shown."""
        if piece.picture is None:
            return None
        _, _, width, height = self.picture_box()
        return PictureKey(piece.picture, max(1, round(width)), max(1, round(height)), piece.cover)

    def picture_box(self) -> tuple[float, float, float, float]:
        """Return where the picture may be, window px."""
        return (self.x, self.y, self.width, self.height)

    def _take_picture(self, piece: Piece) -> None:
        key = self.picture_key(piece)
        if key != self._key:
            self._key = key
            self.texture = self._textures.get(key, self._arrived(key)) if key is not None else None
        self._place_picture(piece)

    def _arrived(self, key: Hashable) -> Callable[[Any], None]:
        def ready(texture: Any) -> None:
            if self._key == key and self.piece is not None:
                self.texture = texture
                self._place_picture(self.piece)

        return ready

    def _place_picture(self, piece: Piece) -> None:
        """Fit the picture into its box; of a zoomed one show the part around its middle."""
        x, y, width, height = self.picture_box()
        if self.texture is None:
            self.picture_rect = [x, y, width, height]
            return
        picture_width, picture_height = self.texture.size
        scale = min(width / picture_width, height / picture_height) * piece.zoom
        shown_width = min(width, picture_width * scale)
        shown_height = min(height, picture_height * scale)
        part_x = shown_width / (picture_width * scale)
        part_y = shown_height / (picture_height * scale)
        left = max(0.0, min(1 - part_x, piece.x - part_x / 2))
        top = max(0.0, min(1 - part_y, piece.y - part_y / 2))
        self.tex_coords = [
            left, top + part_y, left + part_x, top + part_y, left + part_x, top, left, top,
        ]  # fmt: skip
        self.picture_rect = [
            x + (width - shown_width) / 2,
            y + (height - shown_height) / 2,
            shown_width,
            shown_height,
        ]


class Ground(PieceWidget):
    """The background."""


class Heading(PieceWidget):
    """The title of a screen."""


class Note(PieceWidget):
    """A short text, centred."""


class Reading(PieceWidget):
    """A page of a bulletin."""


class Tile(PieceWidget):
    """An item to open."""

    STRIP = 126.0
    """Height of the text below the picture, design px."""

    mark_height = NumericProperty(0.0)  # of the band that tells the language, design px

    def take(self, piece: Piece, rect: tuple[float, float, float, float], u: float) -> None:
        """Show the item; its mark takes one line of the picture, or two."""
        super().take(piece, rect, u)
        one_line = measure_regular(piece.small) * 26 * u < (self.width - 40 * u) * 0.98
        self.mark_height = 0.0 if not piece.small else 46.0 if one_line else 80.0

    def icon_side(self) -> float:
        """Return the side of the mark that tells what kind of item it is."""
        return 52.0

    def picture_box(self) -> tuple[float, float, float, float]:
        """Return the upper part, inside the frame."""
        edge, strip = 12 * self.u, self.STRIP * self.u
        return (self.x + edge, self.y + strip, self.width - 2 * edge, self.height - strip - edge)

    def picture_key(self, piece: Piece) -> Hashable:
        """Return the picture cut to the tile, with round corners."""
        if piece.picture is None:
            return None
        _, _, width, height = self.picture_box()
        return PictureKey(
            piece.picture, max(1, round(width)), max(1, round(height)), True, round(18 * self.u)
        )


class BarButton(PieceWidget):
    """A pictogram with a short text."""


class Choice(PieceWidget):
    """A language, or a tile that turns the page."""

    def icon_side(self) -> float:
        """Return a pictogram that is seen from afar."""
        return 88.0


class Invitation(PieceWidget):
    """The attract loop's call."""

    def icon_side(self) -> float:
        """Return a pictogram that is seen from afar."""
        return 120.0


class Picture(PieceWidget):
    """A picture."""

    def picture_key(self, piece: Piece) -> Hashable:
        """Return the picture at its size; one that can be enlarged at twice that."""
        key = super().picture_key(piece)
        if isinstance(key, PictureKey) and piece.target:
            return key._replace(width=key.width * 2, height=key.height * 2)
        return key


class Paper(PieceWidget):
    """A page of a document."""

    def picture_key(self, piece: Piece) -> Hashable:
        """Return the page at the size it is shown."""
        if piece.picture is None:
            return None
        _, _, width, height = self.picture_box()
        return PageKey(piece.picture, piece.page, round(width), round(height))

    def picture_box(self) -> tuple[float, float, float, float]:
        """Return the inside of the focus frame."""
        edge = 12 * self.u
        return (self.x + edge, self.y + edge, self.width - 2 * edge, self.height - 2 * edge)


class Progress(PieceWidget):
    """How far something has played."""


class Card(PieceWidget):
    """An apology or a wait."""

    def icon_side(self) -> float:
        """Return a pictogram that carries the message."""
        return 160.0


class Shade(PieceWidget):
    """A dark veil under controls."""


class Strip(PieceWidget):
    """On air, microphone, silence."""

    def icon_side(self) -> float:
        """Return a pictogram that fills the strip."""
        return 72.0


class Alert(PieceWidget):
    """An emergency."""

    def icon_side(self) -> float:
        """Return a pictogram that is seen from afar."""
        return 150.0


class FilmPiece(Widget):  # type: ignore[misc]  # Kivy ships no types
    """The moving picture as a piece."""

    def __init__(self, film: Film) -> None:
        super().__init__(size_hint=(None, None))
        self.film = film
        self.add_widget(film)
        film.run()

    def take(self, piece: Piece, rect: tuple[float, float, float, float], u: float) -> None:
        """Show the play that the piece names."""
        self.pos, self.size = rect[:2], rect[2:]
        self.film.pos, self.film.size = self.pos, self.size
        self.film.follow(piece.page)
        self.film.pull()


CLASSES: dict[Look, type[PieceWidget]] = {
    Look.GROUND: Ground,
    Look.HEADING: Heading,
    Look.NOTE: Note,
    Look.READING: Reading,
    Look.TILE: Tile,
    Look.BUTTON: BarButton,
    Look.CHOICE: Choice,
    Look.INVITATION: Invitation,
    Look.PICTURE: Picture,
    Look.PAPER: Paper,
    Look.PROGRESS: Progress,
    Look.CARD: Card,
    Look.SHADE: Shade,
    Look.STRIP: Strip,
    Look.ALERT: Alert,
}


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
