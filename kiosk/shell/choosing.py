"""Screens where people choose: the attract loop, the languages, the tiles."""

from __future__ import annotations

from kiosk.catalogue import Item
from kiosk.languages import base, own_name
from kiosk.shell import theme
from kiosk.shell.focus import Rect
from kiosk.shell.parts import (
    BODY,
    BOTTOM,
    FULL,
    GAP,
    HEADING,
    LEFT,
    RIGHT,
    back_button,
    bar,
    card_piece,
    grid,
    ground,
    heading,
)
from kiosk.shell.scene import Look, Piece
from kiosk.shell.state import USE_OF, State
from kiosk.shell.words import Phrase, Words
from kiosk.types import ItemKind, LanguageTag

TILES = 8
"""Most tiles on a page, those that turn the page included."""

PICTOGRAM_OF = {
    ItemKind.VIDEO: "video",
    ItemKind.AUDIO_BULLETIN: "sound",
    ItemKind.BULLETIN: "bulletin",
    ItemKind.POSTER: "poster",
    ItemKind.HANDBOOK: "handbook",
}


def attract(state: State, words: Words, now: float) -> list[Piece]:
    """Show one item after another, and the call to press or touch."""
    item = state.shelf.items[state.showing % len(state.shelf.items)] if state.shelf.items else None
    first = state.languages[0] if state.languages else LanguageTag("vi")
    pieces = [ground()]
    if item is not None:
        pieces.append(Piece(name="show", look=Look.PICTURE, rect=FULL, picture=item.picture, cover=True))
        pieces.append(Piece(name="shade", look=Look.SHADE, rect=Rect(0, 480, theme.WIDTH, 600)))
        pieces.append(
            Piece(
                name="title",
                look=Look.HEADING,
                rect=Rect(LEFT, 664, RIGHT - LEFT, 130),
                text=item.title(first),
            )
        )
    else:
        greeting = Rect(LEFT, 330, RIGHT - LEFT, 130)
        pieces.append(
            Piece(
                name="title",
                look=Look.NOTE,
                rect=greeting,
                text=words.say(first, Phrase.WELCOME),
                tone="large",
            )
        )
        name = Rect(LEFT, 470, RIGHT - LEFT, 90)
        pieces.append(Piece(name="point", look=Look.NOTE, rect=name, text=state.point_name))
    pieces.append(
        Piece(
            name="start",
            look=Look.INVITATION,
            rect=Rect(LEFT, 836, RIGHT - LEFT, BOTTOM - 836),
            text=words.say(first, Phrase.INVITATION),
            small=" · ".join(written(state, words, Phrase.INVITATION)[1:]),
            pictogram="touch",
            target=True,
        )
    )
    return pieces


def written(state: State, words: Words, phrase: Phrase) -> list[str]:
    """Return the phrase in each language of the point that has words of its own, the first one first."""
    return list(dict.fromkeys(words.say(tag, phrase) for tag in state.languages)) or [phrase.value]


def language_chooser(state: State, words: Words, now: float) -> list[Piece]:
    """Offer every language of the point by its own name."""
    question = " · ".join(written(state, words, Phrase.CHOOSE_LANGUAGE))
    pieces = [ground(), Piece(name="heading", look=Look.HEADING, rect=HEADING, text=question)]
    count = len(state.languages)
    columns = 2 if count <= 4 else 3
    cells = grid(BODY, columns, max(2, -(-count // columns)), GAP)
    for tag, cell in zip(state.languages, cells, strict=False):
        pieces.append(
            Piece(
                name=f"choose:{tag}",
                look=Look.CHOICE,
                rect=cell,
                text=own_name(tag),
                pictogram="speaking" if tag in state.shelf.voices else "",
                target=True,
            )
        )
    pieces.append(back_button(state, words))
    return pieces


def home(state: State, words: Words, now: float) -> list[Piece]:
    """Offer the items as tiles, or say that there are none yet."""
    pieces = [ground(), heading(words.say(state.reader, Phrase.WHAT_TO_OPEN))]
    items, before, after = home_page(state)
    if not state.shelf.items:
        pieces.append(card_piece("empty", words.say(state.reader, Phrase.NOTHING_YET)))
    entries = len(items) + before + after
    cells = grid(BODY, 3 if entries <= 6 else 4, 2, GAP)
    if before:
        pieces.append(
            _turn("previous-tiles", "previous", words.say(state.reader, Phrase.PREVIOUS), cells.pop(0))
        )
    for item in items:
        pieces.append(_tile(state, words, item, cells.pop(0)))
    if after:
        pieces.append(_turn("more-tiles", "next", words.say(state.reader, Phrase.MORE), cells.pop(0)))
    return [*pieces, *bar(state, words)]


def home_page(state: State) -> tuple[tuple[Item, ...], bool, bool]:
    """Return the items on the page in front, and whether there are pages before and after it."""
    starts = home_pages(len(state.shelf.items))
    page = min(state.here.page, len(starts) - 1)
    start = starts[page]
    end = starts[page + 1] if page + 1 < len(starts) else len(state.shelf.items)
    return state.shelf.items[start:end], page > 0, page + 1 < len(starts)


def home_pages(count: int) -> list[int]:
    """Return the index of the first item of each page: pages hold 8 tiles, turning tiles included."""
    if count <= TILES:
        return [0]
    starts, done = [0], TILES - 1
    while count - done > TILES - 1:  # more than a last page holds beside its turning tile
        starts.append(done)
        done += TILES - 2
    return [*starts, done]


def _tile(state: State, words: Words, item: Item, cell: Rect) -> Piece:
    marks = []
    title_language = next((tag for tag in item.titles if base(tag) == base(state.reader)), None)
    if title_language is None and item.titles:
        shown = item.title(state.reader)
        marks.append(own_name(next(tag for tag, title in item.titles.items() if title == shown)))
    if {state.reader, base(state.reader)} & set(item.to_record):
        marks.append(words.say(state.reader, Phrase.TO_RECORD))
    return Piece(
        name=f"open:{item.id}",
        look=Look.TILE,
        rect=cell,
        text=item.title(state.reader),
        small=" · ".join(marks),
        pictogram=PICTOGRAM_OF[item.kind],
        picture=item.picture,
        dimmed=is_greyed(state, item),
        target=True,
    )


def is_greyed(state: State, item: Item) -> bool:
    """Tell whether the item was found unreadable."""
    rendition = item.rendition(USE_OF[item.kind], state.reader)
    return rendition is not None and rendition.blob in state.unreadable


def _turn(name: str, pictogram: str, text: str, cell: Rect) -> Piece:
    return Piece(name=name, look=Look.CHOICE, rect=cell, text=text, pictogram=pictogram, target=True)
