"""Who may be heard: the pure core, values in and values out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from audio.core import Core
from audio.desk import LEASE_S
from audio.effects import (
    CheckPin,
    ClipEnded,
    CloseMicrophone,
    Go,
    Hold,
    Keep,
    OpenMicrophone,
    PinChecked,
    PlayTone,
    Prepare,
    Prepared,
    Purpose,
    Row,
    SetSilence,
    StopRow,
    ToneEnded,
    WriteLog,
)
from audio.tones import Tone
from kiosk.accounts import Account
from kiosk.bus import ConnectionId, Disconnected, Received
from kiosk.config import MicrophonePath, Sound
from kiosk.messages import (
    Accepted,
    Announce,
    AudioState,
    LoggedIn,
    Login,
    Prompt,
    Refused,
    Silence,
    SilenceLift,
    TalkPhase,
    TalkRenew,
    TalkStart,
    TalkStop,
    Withdraw,
)
from kiosk.service import Reply, Tick
from kiosk.types import LanguageTag, OfficerRole, Priority, Rank, Sha256, TalkMode, Zone

ONE, TWO, STRANGER = ConnectionId(1), ConnectionId(2), ConnectionId(3)
CLIP = Sha256("ab" * 32)


class Room:
    """A core with two logged-in officers; remembers what it ordered."""

    def __init__(self, **options: Any) -> None:
        self.now = 100.0
        self.core = Core(
            sound=Sound(),
            microphone=options.pop("microphone", MicrophonePath.SOFTWARE),
            driver="simulated",
            **options,
        )
        self.last: list[Any] = []
        self.all: list[Any] = []
        for connection, name in ((ONE, "Cán bộ mẫu"), (TWO, "Trưởng thôn mẫu")):
            self.pin(connection, Purpose.LOGIN, name, (OfficerRole.OFFICER,))

    def tell(self, message: Any, after: float = 0.0) -> list[Any]:
        self.now += after
        self.last = self.core.step(message, self.now)
        self.all += self.last
        return self.last

    def say(self, command: Any, connection: ConnectionId = ONE, after: float = 0.0) -> list[Any]:
        return self.tell(Received(connection=connection, message=command), after)

    def pin(
        self, connection: ConnectionId, purpose: Purpose, name: str, roles: tuple[OfficerRole, ...]
    ) -> list[Any]:
        account = Account(name=name, roles=roles, salt=b"", hash=b"")
        checked = PinChecked(connection=connection, request="", purpose=purpose, account=account, advice=None)
        return self.tell(checked)

    def announce(
        self, priority: Priority = Priority.NORMAL, connection: ConnectionId = ONE, **more: Any
    ) -> str:
        title = more.pop("title", priority.value)
        reason = more.pop("reason", "lũ" if priority is Priority.EMERGENCY else "")
        order = Announce(
            clip=CLIP, title=title, language=LanguageTag("vi"), priority=priority, reason=reason, **more
        )
        replies = [e.message for e in self.say(order, connection) if isinstance(e, Reply)]
        assert isinstance(replies[-1], Accepted), replies
        return replies[-1].announcement

    def play_out(self) -> None:
        """Let the tone end, the clip be prepared and heard to its end."""
        self.start_words()
        play = self.sounding()
        self.tell(ClipEnded(play=play), after=3.0)

    def start_words(self) -> None:
        play = self.sounding()
        self.tell(Prepared(play=play, seconds=3.0), after=0.05)
        self.tell(ToneEnded(order=play), after=1.4)
        assert any(isinstance(effect, Go) and effect.play == play for effect in self.all)

    def sounding(self) -> int:
        return next(effect.play for effect in reversed(self.all) if isinstance(effect, Prepare))

    @property
    def state(self) -> AudioState:
        return self.core.state(self.now)

    def on_air(self) -> str:
        return self.state.on_air.title if self.state.on_air else ""

    def refusal(self) -> str:
        (refused,) = [e.message for e in self.last if isinstance(e, Reply) and isinstance(e.message, Refused)]
        assert refused.advice.vi
        assert refused.advice.en
        return str(refused.advice.code)

    def effects(self, kind: type) -> list[Any]:
        return [effect for effect in self.last if isinstance(effect, kind)]

    def logged(self) -> list[tuple[str, str]]:
        rows = [effect for effect in self.all if isinstance(effect, WriteLog)]
        return [(row.facts.get("title", row.kind), row.facts.get("result", "")) for row in rows]


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.mark.parametrize(
    "command",
    [
        TalkStart(mode=TalkMode.HOLD),
        TalkRenew(),
        TalkStop(),
        Announce(clip=CLIP, title="x", language=LanguageTag("vi")),
        Announce(clip=CLIP, title="x", language=LanguageTag("vi"), priority=Priority.EMERGENCY, reason="lũ"),
        Withdraw(announcement="a1"),
    ],
)
def test_whoever_is_not_logged_in_is_refused_and_nothing_sounds(room: Room, command: Any) -> None:
    effects = room.say(command, STRANGER)
    assert room.refusal() == "audio.not-allowed"
    assert all(isinstance(effect, Reply) for effect in effects)
    assert room.state.on_air is None


def test_a_viewer_and_a_technician_may_not_speak(room: Room) -> None:
    for role in (OfficerRole.VIEWER, OfficerRole.TECHNICIAN):
        room.pin(STRANGER, Purpose.LOGIN, "Kỹ thuật viên mẫu", (role,))
        room.say(TalkStart(mode=TalkMode.LATCH), STRANGER)
        assert room.refusal() == "audio.wrong-role"


def test_a_login_is_checked_elsewhere_and_answered_to_that_connection_only(room: Room) -> None:
    (check,) = room.say(Login(name="A", pin="482915", request="r"), STRANGER)
    assert isinstance(check, CheckPin)
    (reply,) = room.pin(STRANGER, Purpose.LOGIN, "A", (OfficerRole.OFFICER,))
    assert reply.connection == STRANGER
    assert reply.message == LoggedIn(name="A", roles=(OfficerRole.OFFICER,))


def test_authority_dies_with_its_connection(room: Room) -> None:
    room.tell(Disconnected(connection=ONE))
    room.say(TalkStart(mode=TalkMode.LATCH), ONE)
    assert room.refusal() == "audio.not-allowed"


def test_talk_opens_after_the_chime_with_the_player_ducked(room: Room) -> None:
    effects = room.say(TalkStart(mode=TalkMode.HOLD))
    (tone,) = [effect for effect in effects if isinstance(effect, PlayTone)]
    assert tone.tone is Tone.CHIME
    assert any(effect.duck for effect in effects if isinstance(effect, Hold))
    assert not room.effects(OpenMicrophone)
    assert room.state.talk is not None
    assert room.state.talk.phase is TalkPhase.CHIME
    effects = room.tell(ToneEnded(order=tone.order), after=1.0)
    assert [type(effect) for effect in effects] == [OpenMicrophone, Hold]
    assert room.state.on_air is not None
    assert room.state.on_air.rank is Rank.TALK


def test_held_talk_dies_with_its_holder_within_the_lease(room: Room) -> None:
    room.say(TalkStart(mode=TalkMode.HOLD, chime=False))
    for _ in range(10):
        room.say(TalkRenew(), after=0.5)
    assert room.state.talk is not None
    deadline = room.core.deadline()
    assert deadline is not None
    room.tell(Tick(), after=1.99)
    assert room.state.talk is not None
    effects = room.tell(Tick(), after=0.02)
    assert room.state.talk is None
    assert any(isinstance(effect, CloseMicrophone) for effect in effects)


def test_held_talk_ends_at_once_when_its_connection_goes_but_latched_talk_lives_to_its_maximum() -> None:
    room = Room()
    room.say(TalkStart(mode=TalkMode.HOLD, chime=False))
    room.tell(Disconnected(connection=ONE))
    assert room.state.talk is None
    room.say(TalkStart(mode=TalkMode.LATCH, chime=False, max_s=60.0), TWO)
    room.tell(Disconnected(connection=TWO))
    assert room.state.talk is not None
    assert room.state.talk.left_s == pytest.approx(60.0)
    room.tell(Tick(), after=60.0)
    assert room.state.talk is None


def test_another_officer_can_close_and_take_over_a_forgotten_microphone(room: Room) -> None:
    room.say(TalkStart(mode=TalkMode.LATCH, chime=False))
    room.say(TalkStart(mode=TalkMode.LATCH, chime=False), TWO)
    assert room.state.talk is not None
    assert room.state.talk.officer == "Trưởng thôn mẫu"
    room.say(TalkStop(), ONE)
    assert room.state.talk is None


def test_a_microphone_in_the_amplifier_is_ducked_for_and_logged_but_not_opened() -> None:
    room = Room(microphone=MicrophonePath.AMPLIFIER)
    effects = room.say(TalkStart(mode=TalkMode.LATCH, chime=False))
    assert not any(isinstance(effect, OpenMicrophone) for effect in effects)
    assert any(effect.duck for effect in effects if isinstance(effect, Hold))
    assert room.state.talk is not None
    assert room.state.talk.phase is TalkPhase.OPEN


def test_an_announcement_has_its_chime_its_words_and_its_row_in_the_log_book(room: Room) -> None:
    name = room.announce(title="Họp thôn")
    assert [effect.tone for effect in room.effects(PlayTone)] == [Tone.CHIME]
    assert [effect.row for effect in room.effects(Prepare)] == [Row.CLIP]
    assert room.state.on_air is not None
    assert room.state.on_air.announcement == name
    assert room.state.media_gain_db == Sound().media_duck_db
    room.play_out()
    assert room.state.on_air is None
    assert room.state.media_gain_db == 0.0
    assert room.state.finished == 1
    assert room.logged() == [("Họp thôn", "played")]
    assert room.effects(Keep)[-1].announcements == ()


def test_it_is_kept_before_it_is_accepted_and_its_tone_waits_for_no_disk(room: Room) -> None:
    room.announce()
    kinds = [type(effect) for effect in room.last]
    assert kinds.index(PlayTone) < kinds.index(Keep) < kinds.index(Reply)


def test_the_words_wait_for_the_tone_and_the_tone_for_no_words(room: Room) -> None:
    room.announce()
    play = room.sounding()
    assert not room.tell(Prepared(play=play, seconds=1.0))
    assert [type(e) for e in room.tell(ToneEnded(order=play))] == [Go]


def test_a_repeated_announcement_sounds_n_times_with_its_gap_and_one_chime(room: Room) -> None:
    room.announce(repeat=3, gap_s=5.0)
    room.play_out()
    for left in (2, 1):
        assert room.state.on_air is not None, left
        room.tell(Tick(), after=4.9)
        assert not room.effects(Prepare)
        room.tell(Tick(), after=0.2)
        play = room.sounding()
        room.tell(Prepared(play=play, seconds=1.0))
        assert room.effects(Go)
        room.tell(ClipEnded(play=play), after=1.0)
    assert room.state.on_air is None
    assert len([e for e in room.all if isinstance(e, PlayTone)]) == 1
    assert room.state.finished == 1


def test_live_talk_preempts_a_routine_clip_and_the_clip_comes_back(room: Room) -> None:
    room.announce(title="Họp thôn")
    room.start_words()
    effects = room.say(TalkStart(mode=TalkMode.LATCH), TWO)
    assert any(isinstance(effect, StopRow) for effect in effects)
    assert room.state.on_air is not None
    assert room.state.on_air.rank is Rank.TALK
    assert [(entry.title, entry.resumes) for entry in room.state.waiting] == [("Họp thôn", True)]
    room.say(TalkStop(), TWO, after=5.0)
    assert room.on_air() == "Họp thôn"
    room.play_out()
    assert room.logged() == [("Họp thôn", "partial"), ("talk", "partial"), ("Họp thôn", "played")]


def test_priority_goes_before_normal_and_equals_wait_for_their_turn(room: Room) -> None:
    room.announce(title="một")
    room.announce(title="hai", connection=TWO)
    assert room.on_air() == "một"  # an equal does not cut a sentence in half
    room.announce(Priority.PRIORITY, title="gấp")
    assert room.on_air() == "gấp"
    order = []
    for _ in range(3):
        order.append(room.on_air())
        room.play_out()
    assert order == ["gấp", "một", "hai"]


def test_an_emergency_takes_over_talk_and_talk_opens_again_after_it(room: Room) -> None:
    room.say(TalkStart(mode=TalkMode.LATCH, chime=False))
    room.announce(Priority.EMERGENCY, connection=TWO)
    assert [effect.tone for effect in room.effects(PlayTone)] == [Tone.ATTENTION]
    assert room.effects(CloseMicrophone)
    assert room.effects(Hold)[0].emergency
    assert not room.effects(Hold)[0].microphone
    assert room.state.talk is not None
    assert room.state.talk.phase is TalkPhase.WAITING
    room.play_out()
    assert room.state.talk is not None
    assert room.state.talk.phase is TalkPhase.OPEN
    assert any(isinstance(effect, OpenMicrophone) for effect in room.last)


def test_of_two_emergencies_the_latest_is_heard_first(room: Room) -> None:
    room.announce(Priority.EMERGENCY, title="đập sắp vỡ")
    room.announce(Priority.EMERGENCY, title="đập đã vỡ")
    assert room.on_air() == "đập đã vỡ"


def test_an_emergency_without_a_reason_is_refused(room: Room) -> None:
    order = Announce(clip=CLIP, title="x", language=LanguageTag("vi"), priority=Priority.EMERGENCY)
    room.say(order)
    assert room.refusal() == "audio.needs-reason"
    assert room.state.on_air is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"clip": Sha256("../../etc/shadow")},
        {"title": " "},
        {"title": "x" * 201},
        {"repeat": 0},
        {"repeat": 100},
        {"gap_s": -1.0},
        {"zones": ()},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(room: Room, wrong: dict[str, Any]) -> None:
    room.say(Announce(**{"clip": CLIP, "title": "x", "language": LanguageTag("vi"), **wrong}))
    assert room.refusal() == "audio.bad-order"
    assert room.state.on_air is None


def test_a_damaged_recording_is_logged_as_failed_with_the_reason_and_the_next_one_sounds(room: Room) -> None:
    from audio.advice import bad_order

    room.announce(title="hỏng")
    room.announce(title="tốt")
    room.tell(ClipEnded(play=room.sounding(), advice=bad_order("hỏng", "damaged")))
    assert room.on_air() == "tốt"
    assert room.logged() == [("hỏng", "failed")]
    assert room.state.finished == 0


def test_a_withdrawn_announcement_is_gone_whether_it_waits_or_sounds(room: Room) -> None:
    first, second = room.announce(title="một"), room.announce(title="hai")
    room.say(Withdraw(announcement=second))
    room.say(Withdraw(announcement=first))
    assert room.state.on_air is None
    assert room.state.waiting == ()
    room.say(Withdraw(announcement=first))
    assert room.refusal() == "audio.unknown-announcement"


def test_silence_stops_everything_without_login_and_only_a_pin_lifts_it(room: Room) -> None:
    room.announce(title="một")
    room.announce(title="hai")
    room.say(TalkStart(mode=TalkMode.LATCH), TWO)
    effects = room.say(Silence(), STRANGER)
    assert isinstance(effects[0], SetSilence)  # before any disk
    assert room.state.silenced
    assert room.state.on_air is None
    assert room.state.talk is None
    assert room.state.waiting == ()
    assert room.effects(Keep)[-1].silenced
    room.say(TalkStart(mode=TalkMode.HOLD))
    assert room.refusal() == "audio.silenced"
    room.say(Announce(clip=CLIP, title="x", language=LanguageTag("vi")))
    assert room.refusal() == "audio.silenced"
    (check,) = room.say(SilenceLift(name="A", pin="482915"), STRANGER)
    assert check.purpose is Purpose.LIFT
    room.pin(STRANGER, Purpose.LIFT, "Người xem", (OfficerRole.VIEWER,))
    assert room.state.silenced
    room.pin(STRANGER, Purpose.LIFT, "Cán bộ mẫu", (OfficerRole.OFFICER,))
    assert not room.state.silenced


def test_a_label_is_spoken_only_while_nobody_speaks_and_the_newest_wins(room: Room) -> None:
    (first,) = room.say(Prompt(clip=CLIP), STRANGER)
    assert isinstance(first, Prepare)
    assert first.row is Row.PROMPT
    (second,) = room.say(Prompt(clip=CLIP), STRANGER)
    assert not room.tell(Prepared(play=first.play, seconds=1.0))
    assert [type(e) for e in room.tell(Prepared(play=second.play, seconds=1.0))] == [Go]
    assert room.state.media_gain_db == 0.0  # a label ducks nothing
    room.announce()
    assert any(isinstance(e, StopRow) and e.row is Row.PROMPT for e in room.last)
    assert room.say(Prompt(clip=CLIP), STRANGER) == []


def test_a_label_that_is_no_label_is_refused(room: Room) -> None:
    from audio.advice import not_spoken

    (order,) = room.say(Prompt(clip=CLIP), STRANGER)
    room.tell(ClipEnded(play=order.play, advice=not_spoken()))
    assert room.refusal() == "audio.not-a-label"


def test_after_a_crash_what_was_waiting_or_sounding_comes_back() -> None:
    before = Room()
    before.announce(title="một")
    before.announce(title="hai")
    kept = [effect for effect in before.all if isinstance(effect, Keep)][-1].announcements
    after = Room(kept=kept)
    after.tell(Tick())
    assert after.on_air() == "một"
    assert [entry.title for entry in after.state.waiting] == ["hai"]
    assert after.announce(title="ba") not in {entry.name for entry in kept}


def test_leases_are_renewed_well_within_their_life_while_somebody_speaks(room: Room) -> None:
    room.say(TalkStart(mode=TalkMode.LATCH, chime=False))
    renewed = room.now
    for _ in range(100):
        room.tell(Tick(), after=0.05)
        if room.effects(Hold):
            renewed = room.now
        assert room.now - renewed < LEASE_S / 3


class Ranks(RuleBasedStateMachine):
    """Random orders against a reference of the ranks in a few lines."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Room()
        self.queue: list[tuple[str, Priority, int]] = []
        self.talk = False
        self.silent = False
        self.count = 0

    @precondition(lambda self: not self.silent)
    @rule(priority=st.sampled_from(list(Priority)), connection=st.sampled_from([ONE, TWO]))
    def announce(self, priority: Priority, connection: ConnectionId) -> None:
        self.count += 1
        name = self.room.announce(priority, connection)
        self.queue.append((name, priority, self.count))

    @precondition(lambda self: not self.silent)
    @rule(connection=st.sampled_from([ONE, TWO]))
    def start_talk(self, connection: ConnectionId) -> None:
        self.room.say(TalkStart(mode=TalkMode.LATCH), connection)
        self.talk = True

    @precondition(lambda self: self.talk)
    @rule()
    def stop_talk(self) -> None:
        self.room.say(TalkStop())
        self.talk = False

    @rule()
    def silence(self) -> None:
        self.room.say(Silence(), STRANGER)
        self.queue, self.talk, self.silent = [], False, True

    @precondition(lambda self: self.silent)
    @rule()
    def lift(self) -> None:
        self.room.pin(STRANGER, Purpose.LIFT, "Cán bộ mẫu", (OfficerRole.OFFICER,))
        self.silent = False

    @precondition(lambda self: self.first() not in (None, "talk"))
    @rule()
    def play_out(self) -> None:
        name = self.first()
        self.room.play_out()
        self.queue = [entry for entry in self.queue if entry[0] != name]

    @precondition(lambda self: self.queue)
    @rule(pick=st.integers(0, 100))
    def withdraw(self, pick: int) -> None:
        name = self.queue.pop(pick % len(self.queue))[0]
        self.room.say(Withdraw(announcement=name))

    @rule(seconds=st.floats(0.01, 0.5))
    def wait(self, seconds: float) -> None:
        self.room.tell(Tick(), after=seconds)

    def first(self) -> str | None:
        emergencies = [entry for entry in self.queue if entry[1] is Priority.EMERGENCY]
        if emergencies:
            return max(emergencies, key=lambda entry: entry[2])[0]
        if self.talk:
            return "talk"
        if self.queue:
            return min(self.queue, key=lambda entry: (entry[1] is not Priority.PRIORITY, entry[2]))[0]
        return None

    @invariant()
    def the_rightful_one_is_on_air(self) -> None:
        on_air = self.room.state.on_air
        if on_air is None:
            assert self.first() is None
        else:
            assert (on_air.announcement or "talk") == self.first()

    @invariant()
    def the_microphone_is_open_only_for_talk_on_air(self) -> None:
        opened = [e for e in self.room.all if isinstance(e, OpenMicrophone | CloseMicrophone)]
        if opened and isinstance(opened[-1], OpenMicrophone):
            assert self.first() == "talk"


Ranks.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestRanks = Ranks.TestCase


def test_zones_follow_the_announcement(room: Room) -> None:
    room.announce(zones=(Zone.OUTDOOR,))
    assert room.effects(PlayTone)[0].zones == (Zone.OUTDOOR,)
    assert room.effects(Prepare)[0].zones == (Zone.OUTDOOR,)
