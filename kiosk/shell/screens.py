"""Which function lays out which screen. Layouts go from the model's memory to pieces; the eye's files."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.shell.choosing import attract, home, language_chooser
from kiosk.shell.overlays import overlays
from kiosk.shell.playing import audio_bulletin, video
from kiosk.shell.reading import bulletin, handbook, poster
from kiosk.shell.scene import Look, Piece, Scene, Screen
from kiosk.shell.state import State
from kiosk.shell.words import Words


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


BUILDERS: dict[Screen, Callable[[State, Words, float], list[Piece]]] = {
    Screen.ATTRACT: attract,
    Screen.LANGUAGE: language_chooser,
    Screen.HOME: home,
    Screen.VIDEO: video,
    Screen.AUDIO_BULLETIN: audio_bulletin,
    Screen.BULLETIN: bulletin,
    Screen.POSTER: poster,
    Screen.HANDBOOK: handbook,
}
