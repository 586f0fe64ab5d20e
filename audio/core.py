"""Decide who may be heard. Pure: values in, effects out.

Two rules of this file:

* One voice at a time. `_arrange` looks at everything that wants to speak, picks the one with the
  right to (`_rightful`), and turns what sounds into that; it is called after every message and does
  nothing when nothing changed. There is no other place where a voice starts or is cut off.
* Right to sound is proven on the way in (`_command`, `audio.permission`): a logged-in officer, no
  silence, sane values.

::

    announcement:  waiting ─► tone + preparing ─► sounding ─► (gap ─► again) ─► finished
                      ▲            │ pre-empted: from its beginning, when its turn comes back
                      └────────────┘
    talk:          chime ─► open ─► closed          an emergency: waiting ─► open
    prompt:        only while nobody speaks; the newest wins

The player's sound is not a voice here: it is ducked by a lease while anyone of rank normal or above
speaks.
"""

from __future__ import annotations

from typing import Any

import msgspec

from audio import advice as say
from audio.effects import (
    CheckPin,
    ClipEnded,
    CloseMicrophone,
    DeviceChanged,
    Go,
    Hold,
    Keep,
    LevelsRead,
    OpenMicrophone,
    PinChecked,
    PlayTone,
    Prepare,
    Prepared,
    Purpose,
    Row,
    SetSilence,
    StopRow,
    StopTone,
    ToneEnded,
    WatchMeters,
    WriteLog,
)
from audio.permission import MAY_LIFT, refusal_of
from audio.programme import Announcement, in_turn, ordered
from audio.published import decibels
from audio.tones import Tone
from audio.voices import Phase, Sounding, Talk
from kiosk.bus import Connected, ConnectionId, Disconnected, Received
from kiosk.config import MicrophonePath, Sound
from kiosk.errors import Advice
from kiosk.messages import (
    Accepted,
    Announce,
    AudioState,
    Levels,
    LoggedIn,
    Login,
    Prompt,
    Refused,
    Silence,
    SilenceLift,
    TalkRenew,
    TalkStart,
    TalkStop,
    WatchLevels,
    Withdraw,
)
from kiosk.service import Reply, Stopping
from kiosk.types import OfficerRole, Priority, TalkMode, Zone, is_sha256

HOLD_EVERY_S = 0.5
"""The engine's leases (2 s) are renewed this often."""


class Core:
    """The truth about the loudspeakers."""

    def __init__(
        self,
        *,
        sound: Sound,
        microphone: MicrophonePath,
        driver: str,
        silenced: bool = False,
        kept: tuple[Announcement, ...] = (),
    ) -> None:
        """`kept` are the announcements that a crash in this boot cut off or left waiting."""
        self._sound = sound
        self._microphone = microphone
        self._driver = driver
        self._silenced = silenced
        self._entries = [msgspec.structs.replace(entry, resumes=True) for entry in kept]
        self._sounding: Sounding | None = None
        self._talk: Talk | None = None
        self._prompt: tuple[int, ConnectionId, str] | None = None
        self._officers: dict[ConnectionId, tuple[str, tuple[OfficerRole, ...]]] = {}
        self._watchers: set[ConnectionId] = set()
        self._device = DeviceChanged(ready=False, rate_hz=0, quantum=0, faults=())
        self._numbers = max((entry.order for entry in kept), default=0)
        self._plays = 0
        self._finished = 0
        self._held = (False, False, False)
        self._hold_due = 0.0
        self._microphone_open: tuple[Zone, ...] = ()
        self._effects: list[Any] = []

    # ------------------------------------------------------------ the loop's three questions

    def step(self, message: Any, now: float) -> list[Any]:
        """Take one message at `now` and return effects in order."""
        self._effects = []
        match message:
            case Received(connection=connection, message=command):
                self._command(connection, command, now)
            case Connected():
                pass
            case Disconnected(connection=connection):
                self._hung_up(connection, now)
            case PinChecked():
                self._pin_checked(message, now)
            case ToneEnded(order=order):
                self._tone_ended(order)
            case Prepared(play=play):
                self._prepared(play)
            case ClipEnded(play=play, advice=advice):
                self._clip_ended(play, advice, now)
            case DeviceChanged():
                self._device = message
            case LevelsRead():
                self._levels(message)
            case Stopping():
                self._stopping(now)
                return self._effects
        self._expire(now)
        self._arrange(now)
        self._renew(now)
        return self._effects

    def deadline(self) -> float | None:
        """Return when the next lease, gap or maximum runs out."""
        times = []
        if any(self._held):
            times.append(self._hold_due)
        if self._talk is not None:
            times.append(self._talk.closes_at)
            if self._talk.mode is TalkMode.HOLD:
                times.append(self._talk.lease_until)
        if self._sounding is not None and self._sounding.phase is Phase.GAP:
            times.append(self._sounding.gap_until)
        return min(times, default=None)

    def state(self, now: float) -> AudioState:
        """Return what others see."""
        sounding = self._sounding.entry.name if self._sounding else ""
        speaker = self._sounding or self._talk
        return AudioState(
            ready=self._device.ready,
            driver=self._driver,
            rate_hz=self._device.rate_hz,
            quantum=self._device.quantum,
            silenced=self._silenced,
            on_air=speaker.on_air(now) if speaker else None,
            talk=self._talk.status(now) if self._talk else None,
            waiting=tuple(entry.waiting() for entry in in_turn(self._entries) if entry.name != sounding),
            media_gain_db=self._sound.media_duck_db if self._held[0] else 0.0,
            finished=self._finished,
            faults=self._device.faults,
        )

    # ------------------------------------------------------------ commands

    def _command(self, connection: ConnectionId, command: Any, now: float) -> None:
        match command:
            case Login(request=request, name=name, pin=pin):
                self._check(connection, request, Purpose.LOGIN, name, pin)
            case SilenceLift(request=request, name=name, pin=pin):
                self._check(connection, request, Purpose.LIFT, name, pin)
            case Silence():
                self._silence(now)
            case Prompt():
                self._start_prompt(connection, command)
            case WatchLevels(on=on):
                self._watch(connection, on)
            case _:
                refusal = refusal_of(command, self._officers.get(connection), silenced=self._silenced)
                if refusal is not None:
                    self._refuse(connection, command.request, refusal)
                else:
                    self._officer_command(connection, command, now)

    def _officer_command(self, connection: ConnectionId, command: Any, now: float) -> None:
        officer = self._officers[connection][0]
        match command:
            case TalkStart():
                self._start_talk(connection, officer, command, now)
            case TalkRenew(request=request):
                if self._talk is None or self._talk.connection != connection:
                    self._refuse(connection, request, say.no_talk())
                else:
                    self._talk.lease_until = now + self._sound.hold_lease_s
            case TalkStop(request=request):
                if self._talk is None:
                    self._refuse(connection, request, say.no_talk())
                else:
                    self._end_talk("stopped", now)
            case Announce():
                self._numbers += 1
                entry = ordered(command, officer, self._numbers)
                self._entries.append(entry)
                # The emergency's tone must not wait for a disk: it is arranged before it is kept.
                self._arrange(now)
                self._keep()
                accepted = Accepted(request=command.request, announcement=entry.name)
                self._effects.append(Reply(connection=connection, message=accepted))
            case Withdraw(request=request, announcement=name):
                self._withdraw(connection, request, name, now)

    def _check(self, connection: ConnectionId, request: str, why: Purpose, name: str, pin: str) -> None:
        check = CheckPin(connection=connection, request=request, purpose=why, name=name, pin=pin)
        self._effects.append(check)

    def _pin_checked(self, checked: PinChecked, now: float) -> None:
        account = checked.account
        if account is None:
            self._refuse(checked.connection, checked.request, checked.advice or say.not_logged_in())
        elif checked.purpose is Purpose.LOGIN:
            self._officers[checked.connection] = (account.name, account.roles)
            logged_in = LoggedIn(name=account.name, roles=account.roles)
            self._effects.append(Reply(connection=checked.connection, message=logged_in))
        elif not any(role in MAY_LIFT for role in account.roles):
            self._refuse(checked.connection, checked.request, say.wrong_role())
        elif self._silenced:
            self._silenced = False
            self._effects.append(SetSilence(on=False))
            self._keep()
            self._log("silence-lifted", 0.0, {"officer": account.name})

    def _silence(self, now: float) -> None:
        if self._silenced:
            return
        self._silenced = True
        self._effects.append(SetSilence(on=True))
        self._cut_off("silenced", now)
        if self._talk is not None:
            self._end_talk("silenced", now)
        self._stop_prompt()
        for entry in self._entries:  # dropped, for nobody expects them when the silence is lifted
            facts = {"announcement": entry.name, "title": entry.title, "officer": entry.officer}
            self._log("announcement-dropped", 0.0, {**facts, "why": "silenced"})
        self._entries.clear()
        self._keep()
        self._log("silence", 0.0, {})

    def _withdraw(self, connection: ConnectionId, request: str, name: str, now: float) -> None:
        if not any(entry.name == name for entry in self._entries):
            self._refuse(connection, request, say.unknown_announcement())
            return
        if self._sounding is not None and self._sounding.entry.name == name:
            self._cut_off("withdrawn", now)
        self._entries = [entry for entry in self._entries if entry.name != name]
        self._keep()

    def _watch(self, connection: ConnectionId, on: bool) -> None:
        before = bool(self._watchers)
        (self._watchers.add if on else self._watchers.discard)(connection)
        if bool(self._watchers) != before:
            self._effects.append(WatchMeters(on=bool(self._watchers)))

    def _levels(self, read: LevelsRead) -> None:
        levels = Levels(
            microphone_db=decibels(read.microphone),
            media_db=decibels(read.media),
            hall_db=decibels(read.hall),
            outdoor_db=decibels(read.outdoor),
            limiter_db=decibels(read.limiter),
        )
        self._effects += [Reply(connection=watcher, message=levels) for watcher in sorted(self._watchers)]

    def _hung_up(self, connection: ConnectionId, now: float) -> None:
        self._officers.pop(connection, None)
        self._watch(connection, False)
        talk = self._talk
        if talk is not None and talk.connection == connection and talk.mode is TalkMode.HOLD:
            self._end_talk("the holder is gone", now)

    # ------------------------------------------------------------ who has the loudspeakers

    def _rightful(self) -> Announcement | Talk | None:
        """Return whose turn it is among everything that wants to speak."""
        first = next(iter(in_turn(self._entries)), None)
        if self._talk is None or (first is not None and first.priority is Priority.EMERGENCY):
            return first
        return self._talk

    def _arrange(self, now: float) -> None:
        """Turn what sounds into what has the right to."""
        rightful = None if self._silenced else self._rightful()
        wanted = rightful.name if isinstance(rightful, Announcement) else ""
        if self._sounding is not None and self._sounding.entry.name != wanted:
            self._pre_empt(now)
        if not isinstance(rightful, Talk):
            self._close_microphone(now)
        if rightful is None:
            return
        self._stop_prompt()
        if isinstance(rightful, Talk):
            self._let_talk(rightful, now)
        elif self._sounding is None:
            self._begin(rightful, now)

    def _begin(self, entry: Announcement, now: float) -> None:
        emergency = entry.priority is Priority.EMERGENCY
        self._plays += 1
        self._sounding = Sounding(entry=entry, play=self._plays, phase=Phase.TONE, since=now)
        tone = Tone.ATTENTION if emergency else Tone.CHIME
        self._renew(now, at_once=True)
        self._effects.append(PlayTone(order=self._plays, tone=tone, zones=entry.zones))
        self._prepare(self._sounding)

    def _prepare(self, sounding: Sounding) -> None:
        entry = sounding.entry
        order = Prepare(play=sounding.play, row=sounding.row, sha256=entry.clip, zones=entry.zones)
        self._effects.append(order)

    def _tone_ended(self, order: int) -> None:
        if self._sounding is not None and self._sounding.play == order:
            self._sounding.tone_over = True
        if self._talk is not None and self._talk.chime_order == order:
            self._talk.chime_order = 0

    def _prepared(self, play: int) -> None:
        if self._sounding is not None and self._sounding.play == play:
            self._sounding.prepared = True
        elif self._prompt is not None and self._prompt[0] == play:
            self._effects.append(Go(play=play, row=Row.PROMPT))

    def _clip_ended(self, play: int, advice: Advice | None, now: float) -> None:
        if self._prompt is not None and self._prompt[0] == play:
            _, connection, request = self._prompt
            self._prompt = None
            if advice is not None:
                self._refuse(connection, request, advice)
        sounding = self._sounding
        if sounding is None or sounding.play != play:
            return
        entry = sounding.entry
        self._log_sounding(sounding, "failed" if advice else "played", advice.en if advice else "", now)
        left = entry.times_left - 1
        self._entries = [other for other in self._entries if other.name != entry.name]
        if left > 0 and advice is None:
            again = msgspec.structs.replace(entry, times_left=left, resumes=False)
            self._entries.append(again)
            self._plays += 1
            self._sounding = Sounding(
                entry=again,
                play=self._plays,
                phase=Phase.GAP,
                since=sounding.since,
                gap_until=now + entry.gap_s,
                tone_over=True,
            )
        else:
            self._sounding = None
            self._finished += advice is None
            if advice is not None:
                self._effects.append(StopTone())
        self._keep()

    def _pre_empt(self, now: float) -> None:
        """Take the loudspeakers from the announcement that has them; it comes back from its start."""
        sounding = self._sounding
        if sounding is None:
            return
        entry = msgspec.structs.replace(sounding.entry, resumes=True)
        self._entries = [entry if other.name == entry.name else other for other in self._entries]
        self._cut_off("pre-empted by a higher rank", now)

    def _cut_off(self, why: str, now: float) -> None:
        sounding = self._sounding
        if sounding is None:
            return
        self._sounding = None
        self._effects += [StopTone(), StopRow(row=sounding.row)]
        self._log_sounding(sounding, "partial", why, now)

    def _expire(self, now: float) -> None:
        """Let happen what time alone brings."""
        talk = self._talk
        if talk is not None and now >= talk.closes_at:
            self._end_talk("its maximum is over", now)
        elif talk is not None and talk.mode is TalkMode.HOLD and now >= talk.lease_until:
            self._end_talk("the holder is gone", now)
        sounding = self._sounding
        if sounding is None:
            return
        if sounding.phase is Phase.GAP and now >= sounding.gap_until:
            sounding.phase = Phase.TONE
            if sounding.entry.priority is Priority.EMERGENCY:
                sounding.tone_over = False
                zones = sounding.entry.zones
                self._effects.append(PlayTone(order=sounding.play, tone=Tone.ATTENTION, zones=zones))
            self._prepare(sounding)
        elif sounding.phase is Phase.TONE and sounding.prepared and sounding.tone_over:
            sounding.phase, sounding.heard_from = Phase.CLIP, now
            self._effects.append(Go(play=sounding.play, row=sounding.row))

    # ------------------------------------------------------------ talk

    def _start_talk(self, connection: ConnectionId, officer: str, start: TalkStart, now: float) -> None:
        if self._talk is not None:  # the latest wins, so a forgotten microphone cannot block
            self._end_talk("another officer took over", now)
        self._plays += 1
        longest = min(start.max_s or self._sound.talk_max_s, self._sound.talk_max_s)
        self._talk = Talk(
            officer=officer,
            mode=start.mode,
            zones=start.zones,
            connection=connection,
            began=now,
            closes_at=now + longest,
            lease_until=now + self._sound.hold_lease_s,
            chime_order=self._plays if start.chime else 0,
        )
        self._arrange(now)
        if start.chime and self._rightful() is self._talk:
            self._renew(now, at_once=True)
            self._effects.append(PlayTone(order=self._plays, tone=Tone.CHIME, zones=start.zones))
        else:
            self._talk.chime_order = 0

    def _let_talk(self, talk: Talk, now: float) -> None:
        if talk.chime_order == 0 and talk.open_since is None:
            talk.open_since = now
            if self._microphone is MicrophonePath.SOFTWARE:
                self._microphone_open = talk.zones
                self._effects.append(OpenMicrophone(zones=talk.zones))

    def _close_microphone(self, now: float) -> None:
        """Close it for whoever has the right before talk; the talk itself waits."""
        talk = self._talk
        if talk is not None and talk.open_since is not None:
            self._log_talk(talk, "partial", "an emergency took over", now)
            talk.open_since = None
        if talk is not None:
            talk.chime_order = 0
        if self._microphone_open:
            self._microphone_open = ()
            self._effects.append(CloseMicrophone())

    def _end_talk(self, why: str, now: float) -> None:
        talk = self._talk
        if talk is None:
            return
        if talk.chime_order:
            self._effects.append(StopTone())
        self._talk = None
        if self._microphone_open:
            self._microphone_open = ()
            self._effects.append(CloseMicrophone())
        self._log_talk(talk, "played" if talk.open_since is not None else "partial", why, now)

    # ------------------------------------------------------------ spoken labels

    def _start_prompt(self, connection: ConnectionId, prompt: Prompt) -> None:
        if not is_sha256(prompt.clip):
            self._refuse(connection, prompt.request, say.not_spoken())
            return
        if self._silenced or self._rightful() is not None:
            return  # a label never speaks into anybody's words; it is not worth a refusal
        self._plays += 1
        self._prompt = (self._plays, connection, prompt.request)
        zones = (Zone.HALL,)
        self._effects.append(Prepare(play=self._plays, row=Row.PROMPT, sha256=prompt.clip, zones=zones))

    def _stop_prompt(self) -> None:
        if self._prompt is not None:
            self._prompt = None
            self._effects.append(StopRow(row=Row.PROMPT))

    # ------------------------------------------------------------ leases, log, words

    def _renew(self, now: float, *, at_once: bool = False) -> None:
        """Keep the engine's leases alive while they are wanted."""
        speaking = self._sounding is not None or self._talk is not None
        emergency = self._sounding is not None and self._sounding.entry.priority is Priority.EMERGENCY
        wanted = (speaking, bool(self._microphone_open), emergency)
        if wanted != self._held or at_once or (any(wanted) and now >= self._hold_due):
            self._held = wanted
            self._hold_due = now + HOLD_EVERY_S
            self._effects.append(Hold(duck=wanted[0], microphone=wanted[1], emergency=wanted[2]))

    def _keep(self) -> None:
        self._effects.append(Keep(silenced=self._silenced, announcements=tuple(self._entries)))

    def _refuse(self, connection: ConnectionId, request: str, advice: Advice) -> None:
        self._effects.append(Reply(connection=connection, message=Refused(request=request, advice=advice)))

    def _log(self, kind: str, seconds: float, facts: dict[str, Any]) -> None:
        self._effects.append(WriteLog(kind=kind, seconds=seconds, facts=facts))

    def _log_sounding(self, sounding: Sounding, result: str, why: str, now: float) -> None:
        facts = sounding.facts(now) | {"result": result, "why": why, "gain_db": self._sound.speech_gain_db}
        self._log("announcement", now - sounding.since, facts)

    def _log_talk(self, talk: Talk, result: str, why: str, now: float) -> None:
        facts = talk.facts(now) | {"result": result, "why": why, "gain_db": self._sound.speech_gain_db}
        self._log("talk", now - talk.began, facts | {"microphone": self._microphone.value})

    def _stopping(self, now: float) -> None:
        """Let go in good order: what sounds is logged, and kept to come back."""
        self._cut_off("the service was stopped", now)
        if self._talk is not None:
            self._end_talk("the service was stopped", now)
        self._stop_prompt()
        self._renew(now)
