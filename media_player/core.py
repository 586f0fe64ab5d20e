"""Decide what plays, and what is said of it. Pure: values in, effects out.

Two rules of this file:

* Only one play is live. A new `Play` ends the one before it with "stopped", whatever it was doing,
  and what a dead play still reports is ignored.
* A play is what was shown. It is opening until a first frame or sample exists, and its verdict comes
  from `verdict`, never from the decoder.

::

    idle ──Play, found──► opening ──first frame or sample──► playing ◄──Pause/Resume──► paused
      ▲                      │ 4 s, end, bad bytes               │ end, bad bytes, 10 s without progress
      └──────────────────────┴──────── verdict, Close ───────────┴────────── Stop ─────────────┘
"""

from __future__ import annotations

from typing import Any

import msgspec

from kiosk.bus import Connected, ConnectionId, Disconnected, Received
from kiosk.catalogue import Rendition, Track, track_for
from kiosk.errors import Advice
from kiosk.languages import fallbacks
from kiosk.messages import (
    ChooseLanguage,
    Fault,
    LastPlay,
    MediaState,
    Pause,
    Play,
    PlayPhase,
    Refused,
    Resume,
    Seek,
    Stop,
    Verdict,
    WatchFrames,
)
from kiosk.service import Reply, Stopping, Tick
from kiosk.types import Health, LanguageTag, Use
from media_player import advice as say
from media_player.effects import (
    BadBytes,
    Close,
    Closed,
    Ended,
    Found,
    GiveUp,
    Go,
    GoTo,
    HandSurface,
    Heard,
    Hold,
    LookUp,
    NotFound,
    Open,
    PickTrack,
    Progress,
    Sized,
    Source,
    Started,
    TellContent,
)
from media_player.verdict import Shown, judge

START_WITHIN_S = 4.0
"""A play without frame or sample by then has failed to start."""

PROGRESS_WITHIN_S = 10.0
"""A play whose media time stands still that long is given up."""

FAILURE_FLOOR_S = 1.0
"""A play that fails is not reported sooner, so a list of failing items cannot spin."""

CLOSE_WITHIN_S = 5.0
"""libVLC's stop takes about 10 ms; after this it never returns."""

SEEK_SETTLES_S = 0.3
"""For so long after a seek libVLC may still report the old media time."""


class _Live:
    """The one play that is live."""

    def __init__(self, number: int, source: Source, language: str, start_s: float, now: float) -> None:
        self.number = number
        self.source = source
        self.track = track_for(source.rendition, language)
        self.language = chosen_language(source.rendition, self.track, language)
        self.duration_s = source.rendition.duration_s or 0.0
        self.phase = PlayPhase.OPENING
        self.began = now
        self.heard = now  # when progress was last seen
        self.deaf_until = 0.0  # after a seek
        self.shown = Shown(start_s, max(0.0, self.duration_s - start_s), now)
        self.width = self.height = 0
        self.closed = False
        self.failure: LastPlay | None = None  # held back until the floor; the play is closed already


class PlayerCore:
    """The player's truth."""

    def __init__(self) -> None:
        self._plays = 0
        self._live: _Live | None = None
        self._last: LastPlay | None = None
        self._closing: dict[int, float] = {}
        self._unheard_since: float | None = None

    # ------------------------------------------------------------ what the loop asks

    def state(self, now: float) -> MediaState:
        """Return the published state."""
        live = self._live
        if live is None:
            return MediaState(
                phase=PlayPhase.IDLE,
                play=self._plays,
                item=None,
                language=None,
                position_s=0.0,
                duration_s=0.0,
                width=0,
                height=0,
                last=self._last,
                faults=self._faults(now),
            )
        return MediaState(
            phase=live.phase,
            play=live.number,
            item=live.source.item.id,
            language=live.language,
            position_s=round(live.shown.position_s, 3),
            duration_s=live.duration_s,
            width=live.width,
            height=live.height,
            last=self._last,
            faults=self._faults(now),
        )

    def _faults(self, now: float) -> tuple[Fault, ...]:
        if self._unheard_since is None:
            return ()
        age_s = round(now - self._unheard_since, 1)
        return (Fault(advice=say.no_sound(), health=Health.FAULT, age_s=age_s),)

    def deadline(self) -> float | None:
        """Return when something has waited long enough."""
        times = list(self._closing.values())
        live = self._live
        if live is not None:
            if live.failure is not None:
                times.append(live.began + FAILURE_FLOOR_S)
            elif live.phase is PlayPhase.OPENING:
                times.append(live.began + START_WITHIN_S)
            elif live.phase is PlayPhase.PLAYING:
                times.append(live.heard + PROGRESS_WITHIN_S)
        return min(times, default=None)

    def step(self, message: Any, now: float) -> list[Any]:
        """Take one message and return effects in order."""
        match message:
            case Received(connection=connection, message=command):
                return self._command(connection, command, now)
            case Found():
                return self._found(message, now)
            case NotFound(asked=asked, advice=advice, suspect=suspect):
                refused: list[Any] = [_refuse(asked.connection, asked.request, advice)]
                return refused if suspect is None else [*refused, TellContent(blob=suspect)]
            case Closed(play=play):
                self._closing.pop(play, None)
                return []
            case Sized() | Started() | Heard() | Progress() | Ended() | BadBytes():
                return self._engine(message, now)
            case Stopping():
                return self._end(self._stopped(), now)
            case Tick():
                return self._tick(now)
            case Connected() | Disconnected():
                return []  # the loop sends the state; nothing is held on a peer's behalf
        raise TypeError(message)

    # ------------------------------------------------------------ commands

    def _command(self, connection: ConnectionId, command: Any, now: float) -> list[Any]:
        match command:
            case Play(request=request, item=item, language=language, start_s=start_s):
                start = max(0.0, start_s)
                return [_look_up(connection, request, item, language, start)]
            case WatchFrames():
                return [HandSurface(connection=connection)]
        live = self._live
        if live is None:
            return [_refuse(connection, command.request, say.nothing_plays())]
        if isinstance(command, Stop):
            return self._end(self._stopped(), now)
        if live.phase is PlayPhase.OPENING:
            return [_refuse(connection, command.request, say.not_yet())]
        changed = self._steer(live, connection, command, now)
        # A wish that changes nothing publishes nothing: its asker still gets the state as an answer.
        return changed or [Reply(connection=connection, message=self.state(now))]

    def _steer(self, live: _Live, connection: ConnectionId, command: Any, now: float) -> list[Any]:
        match command:
            case Pause() if live.phase is PlayPhase.PLAYING:
                live.phase = PlayPhase.PAUSED
                return [Hold(play=live.number)]
            case Resume() if live.phase is PlayPhase.PAUSED:
                live.phase = PlayPhase.PLAYING
                live.heard = now
                live.shown.rest(now)
                return [Go(play=live.number)]
            case Seek(position_s=position_s):
                target = max(0.0, min(position_s, live.duration_s or position_s))
                live.shown.jump(target, now)
                live.heard, live.deaf_until = now, now + SEEK_SETTLES_S
                return [
                    GoTo(play=live.number, position_s=target),
                    Reply(connection=connection, message=self.state(now)),
                ]
            case ChooseLanguage(request=request, language=language):
                return self._choose_language(live, connection, request, language)
        return []

    def _choose_language(
        self, live: _Live, connection: ConnectionId, request: str, language: LanguageTag
    ) -> list[Any]:
        offered = live.source.item.rendition(live.source.rendition.use, language)
        if offered is None or offered.blob != live.source.blob:
            # This language is another file: go on in it from where we are.
            return [_look_up(connection, request, live.source.item.id, language, live.shown.position_s)]
        track = track_for(offered, language)
        live.language = chosen_language(offered, track, language)
        if track is None or track == live.track:
            return []
        live.track = track
        return [PickTrack(play=live.number, track=track.index)]

    # ------------------------------------------------------------ the life of a play

    def _found(self, found: Found, now: float) -> list[Any]:
        effects = self._end(self._stopped(), now)
        self._plays += 1
        live = _Live(self._plays, found.source, found.asked.language, found.asked.start_s, now)
        self._live = live
        track = None if live.track is None else live.track.index
        start_s = found.asked.start_s
        return [*effects, Open(play=live.number, source=found.source, start_s=start_s, track=track)]

    def _engine(self, event: Sized | Started | Heard | Progress | Ended | BadBytes, now: float) -> list[Any]:
        live = self._live
        if live is None or live.number != event.play or live.failure is not None:
            return []  # a dead play's last words
        match event:
            case Sized(width=width, height=height):
                live.width, live.height = width, height
            case Started(length_s=length_s):
                self._started(live, length_s, now)
            case Heard(heard=heard):
                self._unheard_since = None if heard else self._unheard_since or now
            case Progress(position_s=position_s):
                self._progress(live, position_s, now)
            case Ended():
                return self._ended(live, now)
            case BadBytes(unreadable=unreadable):
                title = live.source.item.title(live.language or "")
                advice = say.unreadable(title) if unreadable else say.bad_bytes(title)
                told = TellContent(blob=live.source.blob)
                return [*self._fail(live, Verdict.DAMAGED, advice, now), told]
        return []

    def _started(self, live: _Live, length_s: float, now: float) -> None:
        if live.phase is not PlayPhase.OPENING:
            return
        live.phase = PlayPhase.PLAYING
        live.heard = now
        live.shown.rest(now)
        if not live.duration_s and length_s:  # the catalogue does not know: the file's word is all there is
            live.duration_s = length_s
            live.shown.expected_s = max(0.0, length_s - live.shown.position_s)

    def _progress(self, live: _Live, position_s: float, now: float) -> None:
        if live.phase is not PlayPhase.PLAYING or now < live.deaf_until:
            return
        if position_s > live.shown.position_s:
            live.heard = now
        live.shown.advance(position_s, now)

    def _ended(self, live: _Live, now: float) -> list[Any]:
        shown = live.shown
        verdict = judge(
            started=live.phase is not PlayPhase.OPENING,
            shown_s=shown.shown_s,
            expected_s=shown.expected_s,
        )
        if verdict is Verdict.PLAYED:
            return self._end(self._verdict(live, verdict, None), now)
        return self._fail(live, verdict, self._why(live, verdict), now)

    def _why(self, live: _Live, verdict: Verdict) -> Advice:
        title = live.source.item.title(live.language or "")
        if verdict is Verdict.FAILED_TO_START:
            if self._unheard_since is not None and live.source.rendition.use is Use.AUDIO:
                return say.no_sound()
            return say.failed_to_start(title)
        return say.cut_short(title, live.shown.shown_s, live.shown.expected_s)

    def _tick(self, now: float) -> list[Any]:
        for play, until in self._closing.items():
            if now >= until:
                return [GiveUp(reason=f"libVLC did not let go of play {play} in {CLOSE_WITHIN_S:.0f} s")]
        live = self._live
        if live is None:
            return []
        if live.failure is not None:
            return self._end(live.failure, now) if now >= live.began + FAILURE_FLOOR_S else []
        if live.phase is PlayPhase.OPENING and now >= live.began + START_WITHIN_S:
            return self._fail(live, Verdict.FAILED_TO_START, self._why(live, Verdict.FAILED_TO_START), now)
        if live.phase is PlayPhase.PLAYING and now >= live.heard + PROGRESS_WITHIN_S:
            return self._fail(live, Verdict.CUT_SHORT, self._why(live, Verdict.CUT_SHORT), now)
        return []

    # ------------------------------------------------------------ endings

    def _fail(self, live: _Live, verdict: Verdict, advice: Advice, now: float) -> list[Any]:
        live.failure = self._verdict(live, verdict, advice)
        if now >= live.began + FAILURE_FLOOR_S:
            return self._end(live.failure, now)
        return self._close(live, now)  # silent at once; the verdict follows

    def _end(self, last: LastPlay | None, now: float) -> list[Any]:
        live = self._live
        if live is None or last is None:
            return []
        self._live, self._last = None, last
        return [] if live.closed else self._close(live, now)

    def _close(self, live: _Live, now: float) -> list[Any]:
        live.closed = True
        self._closing[live.number] = now + CLOSE_WITHIN_S
        return [Close(play=live.number)]

    def _stopped(self) -> LastPlay | None:
        """Return the verdict of the live play if a person ends it now."""
        if self._live is None:
            return None
        return self._live.failure or self._verdict(self._live, Verdict.STOPPED, None)

    def _verdict(self, live: _Live, verdict: Verdict, advice: Advice | None) -> LastPlay:
        return LastPlay(
            play=live.number,
            item=live.source.item.id,
            verdict=verdict,
            shown_s=round(live.shown.shown_s, 3),
            expected_s=round(live.shown.expected_s, 3),
            advice=advice,
        )


def chosen_language(rendition: Rendition, track: Track | None, asked: str) -> LanguageTag | None:
    """Return the language of the sound that `track` gives: the asked one if it serves it."""
    languages = rendition.languages if track is None else track.languages
    for tag in fallbacks(asked):
        if tag in languages:
            return tag
    return languages[0] if languages else None


def same_but_position(old: MediaState, new: MediaState) -> bool:
    """Tell whether `new` need not be published: a running position is told twice a second at most."""
    if abs(new.position_s - old.position_s) >= 0.5:
        return False
    if [fault.advice for fault in old.faults] != [fault.advice for fault in new.faults]:
        return False  # a fault's age alone is no news
    return old == msgspec.structs.replace(new, position_s=old.position_s, faults=old.faults)


def _look_up(
    connection: ConnectionId, request: str, item: Any, language: LanguageTag, start_s: float
) -> LookUp:
    return LookUp(connection=connection, request=request, item=item, language=language, start_s=start_s)


def _refuse(connection: ConnectionId, request: str, advice: Advice) -> Reply:
    return Reply(connection=connection, message=Refused(request=request, advice=advice))
