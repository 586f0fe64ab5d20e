"""A widget class for each look of a piece; how it is drawn stands in ``looks.kv``."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

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

from kiosk.shell import theme
from kiosk.shell.film import Film
from kiosk.shell.fonts import BOLD, REGULAR, face, measure_bold, measure_regular
from kiosk.shell.pictures import PictureKey
from kiosk.shell.readers import PageKey
from kiosk.shell.scene import Look, Piece
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
