"""What screens are put together from: the safe area, the bar with Back and Language, headings, cards."""

from __future__ import annotations

from kiosk.catalogue import Item
from kiosk.languages import own_name
from kiosk.shell import theme
from kiosk.shell.focus import Rect
from kiosk.shell.scene import Look, Piece
from kiosk.shell.state import State
from kiosk.shell.words import Phrase, Words
from kiosk.types import LanguageTag, Sha256, Use

LEFT, TOP = theme.MARGIN_X, theme.MARGIN_Y
RIGHT, BOTTOM = theme.WIDTH - LEFT, theme.HEIGHT - TOP
BAR_HEIGHT = 116.0
BAR_TOP = BOTTOM - BAR_HEIGHT
BODY = Rect(LEFT, 164.0, RIGHT - LEFT, BAR_TOP - 28 - 164.0)
HEADING = Rect(LEFT, TOP, RIGHT - LEFT, 96.0)
GAP = 28.0
FULL = Rect(0, 0, theme.WIDTH, theme.HEIGHT)


def ground() -> Piece:
    """Return the background."""
    return Piece(name="ground", look=Look.GROUND, rect=FULL)


def heading(text: str) -> Piece:
    """Return a screen's title."""
    return Piece(name="heading", look=Look.HEADING, rect=HEADING, text=text)


def card_piece(pictogram: str, text: str, small: str = "") -> Piece:
    """Return a card in the middle of the screen."""
    rect = Rect(LEFT + 200, BODY.y + 40, BODY.width - 400, BODY.height - 80)
    return Piece(name="card", look=Look.CARD, rect=rect, text=text, small=small, pictogram=pictogram)


def place_card(state: State, words: Words) -> list[Piece]:
    """Return the card that the place in front shows."""
    card = state.here.card
    assert card is not None
    small = ""
    if card.advice is not None:
        small = card.advice.en if state.reader in ("en", "zh-Hans") else card.advice.vi
    return [card_piece(card.pictogram, words.say(state.reader, card.phrase), small)]


def again_button(state: State, words: Words) -> tuple[tuple[str, str, str], ...]:
    """Return the button that tries again, if the card offers it."""
    if state.here.card is None or not state.here.card.again:
        return ()
    return (("again", "again", words.say(state.reader, Phrase.AGAIN)),)


def back_button(state: State, words: Words) -> Piece:
    """Return Back, always at the same place."""
    return Piece(
        name="back",
        look=Look.BUTTON,
        rect=Rect(LEFT, BAR_TOP, 320, BAR_HEIGHT),
        text=words.say(state.reader, Phrase.BACK),
        pictogram="back",
        target=True,
    )


def bar(state: State, words: Words, *middle: tuple[str, str, str]) -> list[Piece]:
    """Return Back, the buttons `middle` (name, pictogram, text; an empty name leaves a gap), Language."""
    pieces = [back_button(state, words)]
    room = Rect(LEFT + 348, BAR_TOP, RIGHT - LEFT - 2 * 348 - 32, BAR_HEIGHT)
    if middle:
        width = min(330.0, (room.width - GAP * (len(middle) - 1)) / len(middle))
        start = theme.WIDTH / 2 - (width * len(middle) + GAP * (len(middle) - 1)) / 2
        for index, (name, pictogram, text) in enumerate(middle):
            rect = Rect(start + index * (width + GAP), BAR_TOP, width, BAR_HEIGHT)
            if name:
                pieces.append(
                    Piece(name=name, look=Look.BUTTON, rect=rect, text=text, pictogram=pictogram, target=True)
                )
    pieces.append(
        Piece(
            name="language",
            look=Look.BUTTON,
            rect=Rect(RIGHT - 320, BAR_TOP, 320, BAR_HEIGHT),
            text=own_name(state.reader),
            pictogram="language",
            target=True,
        )
    )
    return pieces


def grid(body: Rect, columns: int, rows: int, gap: float) -> list[Rect]:
    """Cut `body` into equal cells, row by row."""
    width = (body.width - gap * (columns - 1)) / columns
    height = (body.height - gap * (rows - 1)) / rows
    return [
        Rect(body.x + column * (width + gap), body.y + row * (height + gap), width, height)
        for row in range(rows)
        for column in range(columns)
    ]


def picture_of(item: Item, language: LanguageTag) -> Sha256:
    """Return the item's picture for `language`; its tile's when it has no other."""
    rendition = item.rendition(Use.PICTURE, language)
    return rendition.blob if rendition is not None else item.picture
