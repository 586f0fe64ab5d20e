"""The play that the open item asked for: started, followed, and begun again when the player died."""

from __future__ import annotations

from kiosk.errors import Advice
from kiosk.messages import (
    ChooseLanguage,
    LastPlay,
    MediaState,
    Pause,
    Play,
    PlayPhase,
    Resume,
    Seek,
    Stop,
    Verdict,
)
from kiosk.shell.events import Ask, Doubt, Effect
from kiosk.shell.places import Places
from kiosk.shell.scene import Screen
from kiosk.shell.state import USE_OF, Card, Place, Playing, State
from kiosk.shell.words import Phrase

PLAYS = (Screen.VIDEO, Screen.AUDIO_BULLETIN)
TRIES = 3
"""How often one item is begun while the player dies under it; then the screen apologises."""

REQUEST = "shell-play"


class Player:
    """What the screen does with the player, and the player with the screen."""

    def __init__(self, state: State, places: Places) -> None:
        self._state = state
        self._places = places

    def start(self) -> list[Effect]:
        """Play the open item from its beginning."""
        self._state.playing = Playing()
        return self._ask_to_play()

    def stop(self) -> list[Effect]:
        """End it: the person leaves."""
        asked = self._state.playing.asked
        self._state.playing = Playing(after=self._state.media.play if self._state.media is not None else -1)
        return [Ask(Stop())] if asked else []

    def hold(self) -> list[Effect]:
        """Pause while a language is chosen."""
        play = self._state.our_play()
        moving = play is not None and play.phase in (PlayPhase.PLAYING, PlayPhase.OPENING)
        return [Ask(Pause())] if moving else []

    def language_chosen(self) -> list[Effect]:
        """Go on in the language chosen."""
        play = self._state.our_play()
        if play is None or play.phase is PlayPhase.IDLE:
            return []
        return [Ask(ChooseLanguage(language=self._state.reader)), Ask(Resume())]

    def pause_or_resume(self) -> list[Effect]:
        """Hold the picture, or go on."""
        play = self._state.our_play()
        if play is None or play.phase is PlayPhase.IDLE:
            return []
        return [Ask(Resume() if play.phase is PlayPhase.PAUSED else Pause())]

    def seek(self, by_s: float, now: float) -> list[Effect]:
        """Go back or on by some seconds."""
        play = self._state.our_play()
        if play is None or play.phase not in (PlayPhase.PLAYING, PlayPhase.PAUSED):
            return []
        target = max(0.0, self._state.position_s(now) + by_s)
        if play.duration_s > 0:
            target = min(target, max(0.0, play.duration_s - 1.0))
        return [Ask(Seek(position_s=target))]

    def refused(self, request: str, advice: Advice) -> None:
        """Apologise when the item itself was refused."""
        if request == REQUEST:
            self._apologise(advice)

    def heard(self, media: MediaState | None, now: float) -> list[Effect]:
        """Take the player's new state (None: it is gone)."""
        playing, place = self._state.playing, self._state.play_place()
        if self._state.our_play() is not None:
            playing.position_s = self._state.position_s(now)
        self._state.media, self._state.media_at = media, now
        if media is None:
            playing.after, playing.asked = -1, False
            if place is not None and place.card is None:
                self._places.put_card(PLAYS, Card(Phrase.PLAYER_AWAY, "wait"))
            return []
        if place is None or place.item is None:
            return []
        if not playing.asked:
            return self._begin_again(place)
        ended = media.last
        if media.phase is PlayPhase.IDLE and ended is not None and ended.play > playing.after:
            return self._ended(ended, place) if ended.item == place.item.id else self._leave(place)
        if media.play > playing.after and media.item not in (None, place.item.id):
            return self._leave(place)  # somebody else took the player
        return []

    def _ask_to_play(self) -> list[Effect]:
        place, playing, media = self._state.play_place(), self._state.playing, self._state.media
        if place is None or place.item is None:
            return []
        if media is None:
            self._places.put_card(PLAYS, Card(Phrase.PLAYER_AWAY, "wait"))
            return []
        playing.after, playing.asked = media.play, True
        playing.tries += 1
        self._places.put_card(PLAYS, None)
        return [
            Ask(
                Play(
                    item=place.item.id,
                    language=self._state.reader,
                    start_s=playing.position_s,
                    request=REQUEST,
                )
            )
        ]

    def _begin_again(self, place: Place) -> list[Effect]:
        """The player is back: go on where it was, unless it keeps dying or an apology stands."""
        if place.card is not None and place.card.phrase is not Phrase.PLAYER_AWAY:
            return []
        if self._state.playing.tries >= TRIES:
            self._apologise(None)
            return []
        return self._ask_to_play()

    def _ended(self, last: LastPlay, place: Place) -> list[Effect]:
        if last.verdict in (Verdict.PLAYED, Verdict.STOPPED):
            return self._leave(place)
        self._apologise(last.advice)
        rendition = place.item.rendition(USE_OF[place.item.kind], self._state.reader) if place.item else None
        if last.verdict is not Verdict.DAMAGED or rendition is None:
            return []
        fresh = rendition.blob not in self._state.unreadable
        self._state.unreadable.add(rendition.blob)
        return [Doubt(rendition.blob)] if fresh else []

    def _leave(self, place: Place) -> list[Effect]:
        self._state.playing = Playing(after=self._state.media.play if self._state.media is not None else -1)
        self._places.remove(place)
        return []

    def _apologise(self, advice: Advice | None) -> None:
        self._places.put_card(PLAYS, Card(Phrase.NOT_PLAYABLE, "sorry", advice, again=True))
