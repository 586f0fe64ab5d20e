"""The screen's behaviour, pure: `step(event, now)` gives effects; `scene` is what is seen.

Theory of operation. A person is at a *place*; places are stacked, the attract loop at the bottom.
Choosing a target pushes, pops or changes the place in front, as `VERBS` lists. Two rules hold after
every event, whatever it was:

1. Exactly one of the targets in front has the focus; a place that comes to the front again has it
   where it was.
2. Nothing that happens to the player, the loudspeakers or the content moves a person to another
   place, except that what plays ends.

The walk::

    attract ──any key or touch──► language ──a language──► home ──a tile──► video, audio bulletin,
       ▲                             ▲                      ▲               bulletin, poster, handbook
       └── back, or idle after a choice                     └── back, or the end of what plays ──┘
    any inner place ──the language button──► language ──a language──► the same place, in it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.messages import PlayPhase, ShellState, TalkStatus
from kiosk.shell.events import (
    ARROWS,
    AudioNow,
    DocumentReady,
    Dragged,
    Effect,
    Event,
    Key,
    MediaNow,
    MediaRefused,
    Pressed,
    Shelf,
    Speak,
    Tapped,
    TextReady,
    Turned,
    Unreadable,
)
from kiosk.shell.focus import move, nearest
from kiosk.shell.places import Places
from kiosk.shell.player import Player
from kiosk.shell.scene import Scene, Screen
from kiosk.shell.screens import scene
from kiosk.shell.state import ZOOMS, Card, Place, State, pages_here
from kiosk.shell.words import Phrase, Words
from kiosk.types import ItemId, ItemKind, LanguageTag, Rank

ATTRACT_S = 8.0
"""How long the attract loop shows each item."""

CONTROLS_S = 4.0
"""How long a video's controls stay after the last key or touch."""

OVERLAYS = ("alert", "strip")

PLAYS = (Screen.VIDEO, Screen.AUDIO_BULLETIN)
"""Screens where something plays."""


class Model:
    """The screen's truth."""

    def __init__(
        self, *, words: Words, languages: tuple[LanguageTag, ...], idle_s: float, point_name: str = ""
    ) -> None:
        self._words = words
        self._state = State(languages=languages, idle_s=idle_s, point_name=point_name)
        self._places = Places(self._state)
        self._player = Player(self._state, self._places)
        self._drawn_at = 0.0
        self._focus = ""
        self._scene = self._draw(0.0, None)

    # ------------------------------------------------------------ what may be asked

    @property
    def scene(self) -> Scene:
        """What the screen shows after the last step."""
        return self._scene

    @property
    def focus(self) -> str:
        """The target that has the focus."""
        return self._focus

    def state(self, now: float, first_frame_s: float | None = None) -> ShellState:
        """Return the published state."""
        here = self._state.here
        item = here.item or next((place.item for place in self._state.places if place.item), None)
        return ShellState(
            screen=here.screen.value,
            language=self._state.language,
            item=ItemId(item.id) if item is not None else None,
            focus=self._focus,
            first_frame_s=first_frame_s,
            overlay=next(
                (piece.name for piece in self._scene.pieces if piece.name in ("alert", "strip")), ""
            ),
        )

    def deadline(self) -> float | None:
        """Return when the model wants to be `Turned`, or None."""
        state = self._state
        moments = []
        if state.here.screen is Screen.ATTRACT and len(state.shelf.items) > 1:
            moments.append(state.showing_since + ATTRACT_S)
        if state.armed and not self._busy():
            moments.append(state.idle_from + state.idle_s)
        if state.here.screen in PLAYS and self._moving():
            if self._drawn_at < state.controls_until:
                moments.append(min(state.controls_until, self._drawn_at + 1.0))
            elif state.here.screen is Screen.AUDIO_BULLETIN:
                moments.append(self._drawn_at + 1.0)
        return min(moments) if moments else None

    # ------------------------------------------------------------ what happens

    def step(self, event: Event, now: float) -> list[Effect]:
        """Take one event; return what is to be done, in order."""
        was_busy = self._busy()
        effects = _HANDLERS[type(event)](self, event, now)
        if was_busy or self._busy() or isinstance(event, Pressed | Tapped | Dragged):
            self._state.idle_from = now
        effects += self._pass_time(now)
        effects += self._places.wanted()
        self._scene = self._draw(now, self._scene)
        return effects

    def _draw(self, now: float, before: Scene | None) -> Scene:
        self._drawn_at = now
        drawn = scene(self._state, self._words, now)
        targets = drawn.targets()
        here = self._state.here
        if here.focus in targets:
            self._focus = here.focus
        elif "film-area" in targets:
            self._focus = "film-area"  # controls are hidden; the place remembers which one had it
        else:
            same = before is not None and before.screen is here.screen
            old = before.targets().get(here.focus) if before is not None and same else None
            self._focus = nearest(targets, old) if old is not None else _first(here.screen, targets)
            self._places.change(focus=self._focus)
        return drawn.with_focus(self._focus)

    # keys and touches

    def _pressed(self, event: Pressed, now: float) -> list[Effect]:
        key, here = event.key, self._state.here
        if self._scene.modal:
            return []
        if here.screen is Screen.ATTRACT:
            return self._activate("start", now)
        shown = self._focus != "film-area"
        if here.screen is Screen.VIDEO:
            self._state.controls_until = now + CONTROLS_S
        if key is Key.BACK:
            return self._activate("back", now)
        if not shown:
            return []
        if key is Key.OK:
            return self._activate(self._focus, now)
        if key in ARROWS:
            return self._arrow(key)
        if here.screen is Screen.POSTER:
            self._zoom(1 if key is Key.PLUS else -1)
        return []

    def _arrow(self, key: Key) -> list[Effect]:
        if self._focus == "page" and key in (Key.LEFT, Key.RIGHT):
            self._turn_page(1 if key is Key.RIGHT else -1)
            return []
        if self._focus == "picture" and self._pan(*_PAN_STEP[key]):
            return []
        target = move(self._scene.targets(), self._focus, key)
        if target == self._focus:
            return []
        self._places.change(focus=target)
        return self._spoken(target)

    def _tapped(self, event: Tapped, now: float) -> list[Effect]:
        here = self._state.here
        if self._scene.modal:
            return []
        if here.screen is Screen.ATTRACT:
            return self._activate("start", now)
        shown = self._focus != "film-area"
        if here.screen is Screen.VIDEO:
            self._state.controls_until = now + CONTROLS_S if not shown or event.target else now
        if not shown or event.target not in self._scene.targets():
            return []
        first_tap = event.target != self._focus
        self._places.change(focus=event.target)
        if first_tap and (spoken := self._spoken(event.target)):
            return spoken  # the first tap tells what it is, the second opens it
        return self._activate(event.target, now)

    def _dragged(self, event: Dragged, now: float) -> list[Effect]:
        if self._state.here.screen is Screen.POSTER and not self._scene.modal:
            self._pan(-event.x, -event.y)
        return []

    def _spoken(self, target: str) -> list[Effect]:
        """Return the effect that says what a target is, if the catalogue holds a voice for it."""
        verb, _, argument = target.partition(":")
        shelf = self._state.shelf
        if verb == "choose" and (clip := shelf.voices.get(LanguageTag(argument))):
            return [Speak(clip)]
        if verb == "open":
            item = next((item for item in shelf.items if item.id == argument), None)
            label = item.label(self._state.reader) if item is not None else None
            if label is not None:
                return [Speak(label[1])]
        return []

    # verbs

    def _activate(self, target: str, now: float) -> list[Effect]:
        verb, _, argument = target.partition(":")
        return VERBS[verb](self, argument, now)

    def _start(self, _: str, now: float) -> list[Effect]:
        self._state.armed = True
        self._places.push(Place(Screen.LANGUAGE))
        return self._arrived(now)

    def _choose(self, tag: str, now: float) -> list[Effect]:
        self._state.language = LanguageTag(tag)
        if self._state.places[-2].screen is Screen.ATTRACT:
            self._places.push(Place(Screen.HOME))
            return self._arrived(now)
        self._places.pop()
        if self._state.here.card is not None and self._state.here.screen not in PLAYS:
            self._places.try_again()  # the apology was for another language's file
        return self._player.language_chosen()

    def _language(self, _: str, now: float) -> list[Effect]:
        effects = self._player.hold()
        self._places.push(Place(Screen.LANGUAGE, focus=f"choose:{self._state.reader}"))
        return effects

    def _back(self, _: str, now: float) -> list[Effect]:
        effects = self._player.stop() if self._state.here.screen in PLAYS else []
        self._places.pop()
        if self._state.here.screen is Screen.ATTRACT:
            self._forget(now)
        elif self._state.here.screen in PLAYS:
            effects += self._player.language_chosen()
            self._state.controls_until = now + CONTROLS_S
        return effects

    def _open(self, item_id: str, now: float) -> list[Effect]:
        item = next((item for item in self._state.shelf.items if item.id == item_id), None)
        if item is None:
            return []
        self._places.open(item)
        if item.kind in (ItemKind.VIDEO, ItemKind.AUDIO_BULLETIN):
            self._state.controls_until = now + CONTROLS_S
            return self._player.start()
        return []

    def _turn_tiles(self, by: int) -> None:
        self._places.change(page=max(0, self._state.here.page + by), focus="")

    def _previous_tiles(self, _: str, now: float) -> list[Effect]:
        self._turn_tiles(-1)
        return []

    def _more_tiles(self, _: str, now: float) -> list[Effect]:
        self._turn_tiles(1)
        return []

    def _pause(self, _: str, now: float) -> list[Effect]:
        return self._player.pause_or_resume()

    def _rewind(self, _: str, now: float) -> list[Effect]:
        return self._player.seek(-10.0, now)

    def _forward(self, _: str, now: float) -> list[Effect]:
        return self._player.seek(10.0, now)

    def _previous(self, _: str, now: float) -> list[Effect]:
        self._turn_page(-1)
        return []

    def _next(self, _: str, now: float) -> list[Effect]:
        self._turn_page(1)
        return []

    def _turn_page(self, by: int) -> None:
        pages = pages_here(self._state)
        self._places.change(page=max(0, min(pages - 1, self._state.here.page + by)))

    def _larger(self, _: str, now: float) -> list[Effect]:
        self._zoom(1)
        return []

    def _smaller(self, _: str, now: float) -> list[Effect]:
        self._zoom(-1)
        return []

    def _picture(self, _: str, now: float) -> list[Effect]:
        if self._state.here.zoom == len(ZOOMS) - 1:
            self._places.change(zoom=0, x=0.5, y=0.5)
        else:
            self._zoom(1)
        return []

    def _again(self, _: str, now: float) -> list[Effect]:
        self._places.try_again()
        return self._player.start() if self._state.here.screen in PLAYS else []

    def _zoom(self, by: int) -> None:
        self._places.change(zoom=max(0, min(len(ZOOMS) - 1, self._state.here.zoom + by)))
        self._pan(0.0, 0.0)

    def _pan(self, x: float, y: float) -> bool:
        """Move what is shown of a zoomed picture by shares of the view; tell whether it moved."""
        here = self._state.here
        half = 0.5 / ZOOMS[here.zoom]
        new_x = max(half, min(1 - half, here.x + x * 2 * half))
        new_y = max(half, min(1 - half, here.y + y * 2 * half))
        if (new_x, new_y) == (here.x, here.y):
            return False
        self._places.change(x=new_x, y=new_y)
        return True

    def _arrived(self, now: float) -> list[Effect]:
        """Say what has the focus on a screen just reached by going on."""
        self._scene = self._draw(now, self._scene)
        return self._spoken(self._focus)

    # the world

    def _shelf(self, event: Shelf, now: float) -> list[Effect]:
        self._state.shelf = event
        self._state.unreadable.clear()
        self._places.renew_items(event)
        return []

    def _audio_now(self, event: AudioNow, now: float) -> list[Effect]:
        self._state.audio = event.state
        return []

    def _media_now(self, event: MediaNow, now: float) -> list[Effect]:
        moved = self._moving()
        effects = self._player.heard(event.state, now)
        if self._moving() and not moved:
            self._state.controls_until = max(self._state.controls_until, now + CONTROLS_S)
        return effects

    def _media_refused(self, event: MediaRefused, now: float) -> list[Effect]:
        self._player.refused(event.request, event.advice)
        return []

    def _text_ready(self, event: TextReady, now: float) -> list[Effect]:
        self._state.texts = {event.blob: event.pages}
        self._places.keep_page_in_range()
        return []

    def _document_ready(self, event: DocumentReady, now: float) -> list[Effect]:
        self._state.documents = {event.blob: event.pages}
        self._places.keep_page_in_range()
        return []

    def _unreadable(self, event: Unreadable, now: float) -> list[Effect]:
        return self._places.found_unreadable(event.blob, event.damaged, Card(Phrase.NOT_READABLE, again=True))

    def _turned(self, event: Turned, now: float) -> list[Effect]:
        return []

    # time

    def _pass_time(self, now: float) -> list[Effect]:
        state = self._state
        if state.here.screen is Screen.ATTRACT and now >= state.showing_since + ATTRACT_S:
            state.showing, state.showing_since = state.showing + 1, now
        if not state.armed or self._busy() or now < state.idle_from + state.idle_s:
            return []
        effects = self._player.stop() if state.play_place() is not None else []
        self._places.pop_all()
        self._forget(now)
        return effects

    def _forget(self, now: float) -> None:
        """Forget the session: the next person starts anew."""
        self._state.armed = False
        self._state.language = None
        self._state.showing_since = now

    def _moving(self) -> bool:
        play = self._state.our_play()
        return play is not None and play.phase in (PlayPhase.PLAYING, PlayPhase.OPENING)

    def _busy(self) -> bool:
        """Tell whether a programme plays or the loudspeakers speak: then nobody is sent away."""
        return self._moving() or _speaks(self._state)


def _speaks(state: State) -> bool:
    if state.audio is None:
        return False
    talk: TalkStatus | None = state.audio.talk
    return talk is not None or (state.audio.on_air is not None and state.audio.on_air.rank >= Rank.NORMAL)


def _first(screen: Screen, targets: Mapping[str, object]) -> str:
    """Return the target that a screen starts with."""
    for name in _STARTS_WITH.get(screen, ()):
        if name in targets:
            return name
    return next(iter(targets))


_STARTS_WITH = {
    Screen.VIDEO: ("pause", "again"),
    Screen.AUDIO_BULLETIN: ("pause", "again"),
    Screen.BULLETIN: ("page", "again"),
    Screen.POSTER: ("picture", "again"),
    Screen.HANDBOOK: ("page", "again"),
}

_PAN_STEP = {Key.LEFT: (-0.25, 0.0), Key.RIGHT: (0.25, 0.0), Key.UP: (0.0, -0.25), Key.DOWN: (0.0, 0.25)}

VERBS: dict[str, Callable[[Model, str, float], list[Effect]]] = {
    # where          target              what choosing it does
    # attract
    "start": Model._start,  # to the language chooser
    # language
    "choose": Model._choose,  # home, or back to the place that asked, in that language
    # home
    "open": Model._open,  # the item's own screen
    "previous-tiles": Model._previous_tiles,
    "more-tiles": Model._more_tiles,
    # video, audio bulletin
    "pause": Model._pause,
    "rewind": Model._rewind,
    "forward": Model._forward,
    # bulletin, handbook
    "page": Model._next,
    "previous": Model._previous,
    "next": Model._next,
    # poster
    "picture": Model._picture,  # larger, and at the largest the whole again
    "larger": Model._larger,
    "smaller": Model._smaller,
    # every inner screen
    "back": Model._back,
    "language": Model._language,
    "again": Model._again,
}
"""What each target does; a target's name is its verb, with an argument after a colon."""

_HANDLERS: dict[type, Callable[..., list[Effect]]] = {
    Pressed: Model._pressed,
    Tapped: Model._tapped,
    Dragged: Model._dragged,
    Shelf: Model._shelf,
    AudioNow: Model._audio_now,
    MediaNow: Model._media_now,
    MediaRefused: Model._media_refused,
    TextReady: Model._text_ready,
    DocumentReady: Model._document_ready,
    Unreadable: Model._unreadable,
    Turned: Model._turned,
}
