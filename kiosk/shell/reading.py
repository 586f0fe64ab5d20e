"""Screens that are read: the bulletin, the handbook, the poster."""

from __future__ import annotations

from kiosk.shell import theme
from kiosk.shell.focus import Rect
from kiosk.shell.parts import (
    BAR_HEIGHT,
    BAR_TOP,
    BODY,
    LEFT,
    RIGHT,
    TOP,
    again_button,
    bar,
    ground,
    heading,
    picture_of,
    place_card,
)
from kiosk.shell.scene import Look, Piece
from kiosk.shell.state import ZOOMS, State, pages_here
from kiosk.shell.words import Phrase, Words
from kiosk.types import Use

READING = Rect(LEFT + 700, BODY.y, RIGHT - LEFT - 700, BODY.height)
"""The column of a bulletin's text; its picture stands to the left."""

READING_TEXT = Rect(READING.x + 40, READING.y + 20, READING.width - 80, READING.height - 40)
"""Where the lines themselves stand."""

READING_LINES = int(READING_TEXT.height // theme.LINE_READING)


def bulletin(state: State, words: Words, now: float) -> list[Piece]:
    """Show the picture, and the text page by page."""
    item = state.here.item
    assert item is not None
    pieces = [ground(), heading(item.title(state.reader))]
    if state.here.card is not None:
        return [*pieces, *place_card(state, words), *bar(state, words, *again_button(state, words))]
    rendition = item.rendition(Use.TEXT, state.reader)
    pages = state.texts.get(rendition.blob, ()) if rendition is not None else ()
    lines = pages[min(state.here.page, len(pages) - 1)] if pages else ()
    picture = Rect(LEFT, BODY.y, 660, BODY.height)
    pieces += [
        Piece(name="show", look=Look.PICTURE, rect=picture, picture=picture_of(item, state.reader)),
        Piece(name="page", look=Look.READING, rect=READING, lines=lines, target=True),
    ]
    return [*pieces, *bar(state, words, *_page_buttons(state, words)), *_page_note(state)]


def handbook(state: State, words: Words, now: float) -> list[Piece]:
    """Show one page of the document."""
    item = state.here.item
    assert item is not None
    pieces = [ground()]
    if state.here.card is not None:
        pieces.append(heading(item.title(state.reader)))
        return [*pieces, *place_card(state, words), *bar(state, words, *again_button(state, words))]
    rendition = item.rendition(Use.DOCUMENT, state.reader)
    page = Rect(LEFT, TOP, RIGHT - LEFT, BAR_TOP - 24 - TOP)
    pieces.append(
        Piece(
            name="page",
            look=Look.PAPER,
            rect=page,
            picture=rendition.blob if rendition is not None and pages_here(state) else None,
            page=state.here.page,
            text=words.say(state.reader, Phrase.OPENING),
            target=True,
        )
    )
    return [*pieces, *bar(state, words, *_page_buttons(state, words)), *_page_note(state)]


def poster(state: State, words: Words, now: float) -> list[Piece]:
    """Show the picture, whole or enlarged."""
    item = state.here.item
    assert item is not None
    pieces = [ground()]
    if state.here.card is not None:
        pieces.append(heading(item.title(state.reader)))
        return [*pieces, *place_card(state, words), *bar(state, words, *again_button(state, words))]
    pieces.append(
        Piece(
            name="picture",
            look=Look.PICTURE,
            rect=Rect(LEFT, TOP, RIGHT - LEFT, BAR_TOP - 24 - TOP),
            picture=picture_of(item, state.reader),
            zoom=ZOOMS[state.here.zoom],
            x=state.here.x,
            y=state.here.y,
            target=True,
        )
    )
    say = words.say
    return [
        *pieces,
        *bar(
            state,
            words,
            ("smaller", "smaller", say(state.reader, Phrase.SMALLER)),
            ("larger", "larger", say(state.reader, Phrase.LARGER)),
        ),
    ]


def _page_buttons(state: State, words: Words) -> tuple[tuple[str, str, str], ...]:
    if pages_here(state) < 2:
        return ()
    say = words.say
    return (
        ("previous", "previous", say(state.reader, Phrase.PREVIOUS)),
        ("", "", ""),
        ("next", "next", say(state.reader, Phrase.NEXT)),
    )


def _page_note(state: State) -> list[Piece]:
    pages = pages_here(state)
    if pages < 2:
        return []
    middle = Rect(theme.WIDTH / 2 - 90, BAR_TOP, 180, BAR_HEIGHT)
    return [Piece(name="pages", look=Look.NOTE, rect=middle, text=f"{state.here.page + 1} / {pages}")]
