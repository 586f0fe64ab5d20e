"""Screens where something plays: the video with its controls over it, the audio bulletin."""

from __future__ import annotations

from kiosk.messages import PlayPhase
from kiosk.shell import theme
from kiosk.shell.focus import Rect
from kiosk.shell.parts import (
    BODY,
    FULL,
    LEFT,
    RIGHT,
    again_button,
    bar,
    ground,
    heading,
    picture_of,
    place_card,
)
from kiosk.shell.scene import Look, Piece
from kiosk.shell.state import State
from kiosk.shell.words import Phrase, Words


def video(state: State, words: Words, now: float) -> list[Piece]:
    """Show the film, and for a while after each key its controls."""
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
    pieces.append(heading(item.title(state.reader)))
    return [*pieces, *_play_pieces(state, words, now, Rect(LEFT, 800, RIGHT - LEFT, 76))]


def audio_bulletin(state: State, words: Words, now: float) -> list[Piece]:
    """Show the picture of what is heard, with its controls."""
    item = state.here.item
    assert item is not None
    picture = Rect(LEFT + 264, BODY.y, BODY.width - 528, BODY.height - 110)
    pieces = [ground(), heading(item.title(state.reader))]
    if state.here.card is None:
        shown = picture_of(item, state.reader)
        pieces.append(Piece(name="show", look=Look.PICTURE, rect=picture, picture=shown))
    return [*pieces, *_play_pieces(state, words, now, Rect(LEFT, 800, RIGHT - LEFT, 76))]


def _play_pieces(state: State, words: Words, now: float, progress: Rect) -> list[Piece]:
    place = state.here
    if place.card is not None:
        return [*place_card(state, words), *bar(state, words, *again_button(state, words))]
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
        *bar(
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
