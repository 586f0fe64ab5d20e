"""What lies over every screen: who is on air, the open microphone, silence, an emergency."""

from __future__ import annotations

from kiosk.messages import TalkPhase
from kiosk.shell import theme
from kiosk.shell.focus import Rect
from kiosk.shell.scene import Look, Piece
from kiosk.shell.state import State
from kiosk.shell.words import Phrase, Words
from kiosk.types import LanguageTag, Rank, Zone

STRIP = Rect(0, 0, theme.WIDTH, 152)
ZONES = {Zone.HALL: Phrase.HALL, Zone.OUTDOOR: Phrase.OUTDOOR}


def overlays(state: State, words: Words) -> list[Piece]:
    """Return the alert, or the one strip that matters most, or nothing."""
    if state.alert():
        return [_alert(state, words)]
    audio = state.audio
    if audio is None:
        return []
    language = state.reader
    if audio.talk is not None:
        if audio.talk.phase is TalkPhase.WAITING:
            return [_strip("microphone", words.say(language, Phrase.MICROPHONE_WAITS), "", "live")]
        zones = _zones(words, language, audio.talk.zones)
        return [_strip("microphone", words.say(language, Phrase.MICROPHONE_LIVE), zones, "live")]
    if audio.silenced:
        return [_strip("silence", words.say(language, Phrase.SILENCED), "", "quiet")]
    if audio.on_air is not None and audio.on_air.rank >= Rank.NORMAL:
        title = f"{words.say(language, Phrase.ON_AIR)}: {audio.on_air.title}"
        return [_strip("on-air", title, _zones(words, language, audio.on_air.zones), "live")]
    return []


def _strip(pictogram: str, text: str, small: str, tone: str) -> Piece:
    return Piece(
        name="strip", look=Look.STRIP, rect=STRIP, text=text, small=small, pictogram=pictogram, tone=tone
    )


def _zones(words: Words, language: LanguageTag, zones: tuple[Zone, ...]) -> str:
    return " · ".join(words.say(language, ZONES[zone]) for zone in zones)


def _alert(state: State, words: Words) -> Piece:
    audio = state.audio
    assert audio is not None
    assert audio.on_air is not None
    called = dict.fromkeys(words.say(tag, Phrase.EMERGENCY) for tag in (state.reader, *state.languages))
    return Piece(
        name="alert",
        look=Look.ALERT,
        rect=Rect(0, 0, theme.WIDTH, theme.HEIGHT),
        text=audio.on_air.title,
        small=" · ".join(called),
        pictogram="sorry",
        tone=_zones(words, state.reader, audio.on_air.zones),
    )
