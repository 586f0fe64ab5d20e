"""How each screen is laid out: a function each, from the model's memory to pieces. The eye's file.

Every inner screen has the same bar in the lower half: Back at the left, the language at the right,
what the screen itself offers between them.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.catalogue import Item
from kiosk.languages import base, own_name
from kiosk.messages import PlayPhase
from kiosk.shell import theme
from kiosk.shell.focus import Rect
from kiosk.shell.overlays import overlays
from kiosk.shell.scene import Look, Piece, Scene, Screen
from kiosk.shell.state import USE_OF, ZOOMS, State, pages_here
from kiosk.shell.words import Phrase, Words
from kiosk.types import ItemKind, LanguageTag, Sha256, Use

LEFT, TOP = theme.MARGIN_X, theme.MARGIN_Y
RIGHT, BOTTOM = theme.WIDTH - LEFT, theme.HEIGHT - TOP
BAR_HEIGHT = 116.0
BAR_TOP = BOTTOM - BAR_HEIGHT
BODY = Rect(LEFT, 164.0, RIGHT - LEFT, BAR_TOP - 28 - 164.0)
HEADING = Rect(LEFT, TOP, RIGHT - LEFT, 96.0)
GAP = 28.0
FULL = Rect(0, 0, theme.WIDTH, theme.HEIGHT)
READING = Rect(LEFT + 700, BODY.y, RIGHT - LEFT - 700, BODY.height)
"""The column of a bulletin's text; its picture stands to the left."""

READING_TEXT = Rect(READING.x + 40, READING.y + 20, READING.width - 80, READING.height - 40)
"""Where the lines themselves stand."""

READING_LINES = int(READING_TEXT.height // theme.LINE_READING)

TILES = 8
"""Most tiles on a page, those that turn the page included."""

PICTOGRAM_OF = {
    ItemKind.VIDEO: "video",
    ItemKind.AUDIO_BULLETIN: "sound",
    ItemKind.BULLETIN: "bulletin",
    ItemKind.POSTER: "poster",
    ItemKind.HANDBOOK: "handbook",
}


def scene(state: State, words: Words, now: float) -> Scene:
    """Return what the screen shows at `now`, without the focus mark."""
    here = state.here
    pieces = BUILDERS[here.screen](state, words, now)
    over = overlays(state, words)
    return Scene(
        screen=here.screen,
        pieces=(*pieces, *over),
        modal=any(piece.look is Look.ALERT for piece in over),
    )


# ---------------------------------------------------------------- attract


def _attract(state: State, words: Words, now: float) -> list[Piece]:
    item = state.shelf.items[state.showing % len(state.shelf.items)] if state.shelf.items else None
    first = state.languages[0] if state.languages else LanguageTag("vi")
    pieces = [_ground()]
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
            small=" · ".join(_written(state, words, Phrase.INVITATION)[1:]),
            pictogram="touch",
            target=True,
        )
    )
    return pieces


def _written(state: State, words: Words, phrase: Phrase) -> list[str]:
    """Return the phrase in each language of the point that has words of its own, the first one first."""
    return list(dict.fromkeys(words.say(tag, phrase) for tag in state.languages)) or [phrase.value]


# ---------------------------------------------------------------- language


def _language(state: State, words: Words, now: float) -> list[Piece]:
    heading = " · ".join(_written(state, words, Phrase.CHOOSE_LANGUAGE))
    pieces = [_ground(), Piece(name="heading", look=Look.HEADING, rect=HEADING, text=heading)]
    count = len(state.languages)
    columns = 2 if count <= 4 else 3
    cells = _grid(BODY, columns, max(2, -(-count // columns)), GAP)
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
    pieces.append(_back(state, words))
    return pieces


# ---------------------------------------------------------------- home


def _home(state: State, words: Words, now: float) -> list[Piece]:
    pieces = [_ground(), _heading(words.say(state.reader, Phrase.WHAT_TO_OPEN))]
    items, before, after = home_page(state)
    if not state.shelf.items:
        pieces.append(_card("empty", words.say(state.reader, Phrase.NOTHING_YET)))
    entries = len(items) + before + after
    cells = _grid(BODY, 3 if entries <= 6 else 4, 2, GAP)
    if before:
        pieces.append(
            _turn("previous-tiles", "previous", words.say(state.reader, Phrase.PREVIOUS), cells.pop(0))
        )
    for item in items:
        pieces.append(_tile(state, words, item, cells.pop(0)))
    if after:
        pieces.append(_turn("more-tiles", "next", words.say(state.reader, Phrase.MORE), cells.pop(0)))
    return [*pieces, *_bar(state, words)]


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


# ---------------------------------------------------------------- what plays


def _video(state: State, words: Words, now: float) -> list[Piece]:
    item = state.here.item
    assert item is not None
    play = state.our_play()
    # No ground: the window is black, and a film has no time to spare for one. No still picture while
    # it opens either: that takes a tenth of a second, and drawing it would delay the first frame.
    pieces = []
    if state.here.card is not None:
        pieces.append(
            Piece(name="show", look=Look.PICTURE, rect=FULL, picture=item.picture, cover=True, dimmed=True)
        )
    number = play.play if play is not None else 0
    pieces.append(Piece(name="film", look=Look.FILM, rect=FULL, page=number))
    if not state.controls_shown(now):
        # Something must hold the focus: the whole picture, which shows the controls when chosen.
        return [*pieces, Piece(name="film-area", look=Look.NOTE, rect=FULL, target=True)]
    pieces.append(
        Piece(name="shade-top", look=Look.SHADE, rect=Rect(0, 0, theme.WIDTH, 236), tone="from-above")
    )
    pieces.append(Piece(name="shade", look=Look.SHADE, rect=Rect(0, 640, theme.WIDTH, 440)))
    pieces.append(_heading(item.title(state.reader)))
    return [*pieces, *_play_pieces(state, words, now, Rect(LEFT, 800, RIGHT - LEFT, 76))]


def _audio_bulletin(state: State, words: Words, now: float) -> list[Piece]:
    item = state.here.item
    assert item is not None
    picture = Rect(LEFT + 264, BODY.y, BODY.width - 528, BODY.height - 110)
    pieces = [_ground(), _heading(item.title(state.reader))]
    if state.here.card is None:
        shown = _picture_of(item, state.reader)
        pieces.append(Piece(name="show", look=Look.PICTURE, rect=picture, picture=shown))
    return [*pieces, *_play_pieces(state, words, now, Rect(LEFT, 800, RIGHT - LEFT, 76))]


def _play_pieces(state: State, words: Words, now: float, progress: Rect) -> list[Piece]:
    place = state.here
    if place.card is not None:
        return [*_place_card(state, words), *_bar(state, words, *_again(state, words))]
    play = state.our_play()
    opening = play is None or play.phase in (PlayPhase.OPENING, PlayPhase.IDLE)
    paused = play is not None and play.phase is PlayPhase.PAUSED
    duration = play.duration_s if play is not None else 0.0
    position = state.position_s(now)
    pieces = [
        Piece(
            name="progress",
            look=Look.PROGRESS,
            rect=progress,
            text=words.say(state.reader, Phrase.OPENING) if opening else clock_face(position),
            small=clock_face(duration) if duration else "",
            fraction=round(min(1.0, position / duration), 3) if duration else 0.0,
        )
    ]
    say = words.say
    return [
        *pieces,
        *_bar(
            state,
            words,
            ("rewind", "rewind", say(state.reader, Phrase.TEN_BACK)),
            ("pause", "play", say(state.reader, Phrase.PLAY))
            if paused
            else ("pause", "pause", say(state.reader, Phrase.PAUSE)),
            ("forward", "forward", say(state.reader, Phrase.TEN_ON)),
        ),
    ]


def clock_face(seconds: float) -> str:
    """Return minutes and seconds as people read them (``1:05``)."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


# ---------------------------------------------------------------- what is read


def _bulletin(state: State, words: Words, now: float) -> list[Piece]:
    item = state.here.item
    assert item is not None
    pieces = [_ground(), _heading(item.title(state.reader))]
    if state.here.card is not None:
        return [*pieces, *_place_card(state, words), *_bar(state, words, *_again(state, words))]
    rendition = item.rendition(Use.TEXT, state.reader)
    pages = state.texts.get(rendition.blob, ()) if rendition is not None else ()
    lines = pages[min(state.here.page, len(pages) - 1)] if pages else ()
    picture = Rect(LEFT, BODY.y, 660, BODY.height)
    pieces += [
        Piece(name="show", look=Look.PICTURE, rect=picture, picture=_picture_of(item, state.reader)),
        Piece(name="page", look=Look.READING, rect=READING, lines=lines, target=True),
    ]
    return [*pieces, *_bar(state, words, *_page_buttons(state, words)), *_page_note(state)]


def _handbook(state: State, words: Words, now: float) -> list[Piece]:
    item = state.here.item
    assert item is not None
    pieces = [_ground()]
    if state.here.card is not None:
        pieces.append(_heading(item.title(state.reader)))
        return [*pieces, *_place_card(state, words), *_bar(state, words, *_again(state, words))]
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
    return [*pieces, *_bar(state, words, *_page_buttons(state, words)), *_page_note(state)]


def _poster(state: State, words: Words, now: float) -> list[Piece]:
    item = state.here.item
    assert item is not None
    pieces = [_ground()]
    if state.here.card is not None:
        pieces.append(_heading(item.title(state.reader)))
        return [*pieces, *_place_card(state, words), *_bar(state, words, *_again(state, words))]
    pieces.append(
        Piece(
            name="picture",
            look=Look.PICTURE,
            rect=Rect(LEFT, TOP, RIGHT - LEFT, BAR_TOP - 24 - TOP),
            picture=_picture_of(item, state.reader),
            zoom=ZOOMS[state.here.zoom],
            x=state.here.x,
            y=state.here.y,
            target=True,
        )
    )
    say = words.say
    return [
        *pieces,
        *_bar(
            state,
            words,
            ("smaller", "smaller", say(state.reader, Phrase.SMALLER)),
            ("larger", "larger", say(state.reader, Phrase.LARGER)),
        ),
    ]


def _picture_of(item: Item, language: LanguageTag) -> Sha256:
    rendition = item.rendition(Use.PICTURE, language)
    return rendition.blob if rendition is not None else item.picture


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


# ---------------------------------------------------------------- what they share


def _ground() -> Piece:
    return Piece(name="ground", look=Look.GROUND, rect=FULL)


def _heading(text: str) -> Piece:
    return Piece(name="heading", look=Look.HEADING, rect=HEADING, text=text)


def _card(pictogram: str, text: str, small: str = "") -> Piece:
    rect = Rect(LEFT + 200, BODY.y + 40, BODY.width - 400, BODY.height - 80)
    return Piece(name="card", look=Look.CARD, rect=rect, text=text, small=small, pictogram=pictogram)


def _place_card(state: State, words: Words) -> list[Piece]:
    card = state.here.card
    assert card is not None
    small = ""
    if card.advice is not None:
        small = card.advice.en if state.reader in ("en", "zh-Hans") else card.advice.vi
    return [_card(card.pictogram, words.say(state.reader, card.phrase), small)]


def _again(state: State, words: Words) -> tuple[tuple[str, str, str], ...]:
    if state.here.card is None or not state.here.card.again:
        return ()
    return (("again", "again", words.say(state.reader, Phrase.AGAIN)),)


def _back(state: State, words: Words) -> Piece:
    return Piece(
        name="back",
        look=Look.BUTTON,
        rect=Rect(LEFT, BAR_TOP, 320, BAR_HEIGHT),
        text=words.say(state.reader, Phrase.BACK),
        pictogram="back",
        target=True,
    )


def _bar(state: State, words: Words, *middle: tuple[str, str, str]) -> list[Piece]:
    """Return Back, the buttons `middle` (name, pictogram, text; an empty name leaves a gap), Language."""
    pieces = [_back(state, words)]
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


def _grid(body: Rect, columns: int, rows: int, gap: float) -> list[Rect]:
    """Cut `body` into equal cells, row by row."""
    width = (body.width - gap * (columns - 1)) / columns
    height = (body.height - gap * (rows - 1)) / rows
    return [
        Rect(body.x + column * (width + gap), body.y + row * (height + gap), width, height)
        for row in range(rows)
        for column in range(columns)
    ]


BUILDERS: dict[Screen, Callable[[State, Words, float], list[Piece]]] = {
    Screen.ATTRACT: _attract,
    Screen.LANGUAGE: _language,
    Screen.HOME: _home,
    Screen.VIDEO: _video,
    Screen.AUDIO_BULLETIN: _audio_bulletin,
    Screen.BULLETIN: _bulletin,
    Screen.POSTER: _poster,
    Screen.HANDBOOK: _handbook,
}
