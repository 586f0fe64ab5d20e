"""The player's core: values in, values out."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.bus import ConnectionId, Received
from kiosk.catalogue import Item, Rendition, Track
from kiosk.messages import (
    ChooseLanguage,
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
from kiosk.types import ItemId, ItemKind, LanguageTag, Sha256, Use
from media_player import advice
from media_player.core import PlayerCore, same_but_position
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

SHELL = ConnectionId(7)
FILM = Sha256("a" * 64)
OTHER = Sha256("b" * 64)


def tags(*names: str) -> tuple[LanguageTag, ...]:
    return tuple(LanguageTag(name) for name in names)


def source(duration_s: float | None = 10.0, *renditions: Rendition) -> Source:
    tracks = (Track(index=0, languages=tags("vi")), Track(index=1, languages=tags("tyz", "nut")))
    first = Rendition(blob=FILM, use=Use.VIDEO, duration_s=duration_s, tracks=tracks)
    renditions = renditions or (first,)
    item = Item(
        id=ItemId("flood"),
        kind=ItemKind.VIDEO,
        topic="safety",
        titles={LanguageTag("vi"): "Lũ quét"},
        picture=Sha256("0" * 64),
        renditions=renditions,
    )
    return Source(item=item, rendition=renditions[0], blob=FILM, size=1000, pieces=None)


class Stage:
    """A core with the world played by the test; collects effects."""

    def __init__(self) -> None:
        self.core = PlayerCore()
        self.now = 100.0

    def tell(self, message: Any, *, after: float = 0.0) -> list[Any]:
        self.now += after
        return self.core.step(message, self.now)

    def command(self, command: Any, *, after: float = 0.0) -> list[Any]:
        return self.tell(Received(connection=SHELL, message=command), after=after)

    def play(self, what: Source | None = None, *, language: str = "vi", start_s: float = 0.0) -> list[Any]:
        wish = Play(item=ItemId("flood"), language=LanguageTag(language), start_s=start_s)
        (asked,) = self.command(wish)
        assert isinstance(asked, LookUp)
        return self.tell(Found(asked=asked, source=what or source()))

    def playing(self, *, seconds: float = 0.0, what: Source | None = None) -> None:
        self.play(what)
        self.tell(Started(play=self.state.play, length_s=0.0), after=0.1)
        self.watch(seconds)

    def watch(self, seconds: float) -> None:
        start = self.state.position_s
        for step in range(1, round(seconds * 4) + 1):
            self.tell(Progress(play=self.state.play, position_s=start + step / 4), after=0.25)

    @property
    def state(self) -> MediaState:
        return self.core.state(self.now)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_play_opens_starts_and_is_played_when_its_duration_was_shown(stage: Stage) -> None:
    assert stage.play() == [Open(play=1, source=source(), start_s=0.0, track=0)]
    assert stage.state.phase is PlayPhase.OPENING
    stage.tell(Sized(play=1, width=640, height=360))
    stage.tell(Started(play=1, length_s=10.0), after=0.2)
    assert (stage.state.phase, stage.state.width, stage.state.duration_s) == (PlayPhase.PLAYING, 640, 10.0)
    stage.watch(10.0)
    assert stage.tell(Ended(play=1)) == [Close(play=1)]
    last = stage.state.last
    assert stage.state.phase is PlayPhase.IDLE
    assert last is not None
    assert (last.verdict, last.shown_s, last.expected_s) == (Verdict.PLAYED, 10.0, 10.0)


@pytest.mark.parametrize("tenth", range(1, 10))
def test_an_end_at_any_tenth_is_cut_short_even_of_a_clip_of_five_seconds(stage: Stage, tenth: int) -> None:
    stage.playing(what=source(5.0), seconds=5.0 * tenth / 10)
    stage.tell(Ended(play=1), after=1.0)
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.CUT_SHORT
    assert stage.state.last.advice is not None
    assert stage.state.last.advice.code == "media.cut-short"


def test_an_end_without_a_frame_is_a_failure_to_start_however_normal_libvlc_calls_it(stage: Stage) -> None:
    stage.play()
    stage.tell(Ended(play=1), after=2.0)
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.FAILED_TO_START


def test_no_frame_within_four_seconds_is_a_failure_to_start(stage: Stage) -> None:
    stage.play()
    assert stage.core.deadline() == pytest.approx(104.0)
    assert stage.tell(Tick(), after=3.9) == []
    assert stage.tell(Tick(), after=0.1) == [Close(play=1)]
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.FAILED_TO_START


def test_ten_seconds_without_progress_end_the_play(stage: Stage) -> None:
    stage.playing(seconds=3.0, what=source(60.0))
    assert stage.tell(Tick(), after=9.9) == []
    assert stage.tell(Tick(), after=0.2) == [Close(play=1)]
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.CUT_SHORT


def test_a_media_time_that_leaps_over_a_hole_does_not_count_as_shown(stage: Stage) -> None:
    stage.playing(seconds=2.0)
    stage.tell(Progress(play=1, position_s=9.75), after=0.25)
    stage.tell(Progress(play=1, position_s=10.0), after=0.25)
    stage.tell(Ended(play=1))
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.CUT_SHORT
    assert stage.state.last.shown_s < 4.0


def test_a_failing_item_is_silent_at_once_but_told_only_after_a_second_so_a_list_cannot_spin(
    stage: Stage,
) -> None:
    stage.play()
    assert stage.tell(Ended(play=1), after=0.01) == [Close(play=1)]
    stage.tell(Closed(play=1), after=0.01)
    assert stage.state.phase is PlayPhase.OPENING
    assert stage.state.last is None
    assert stage.core.deadline() == pytest.approx(101.0)
    assert stage.tell(Tick(), after=1.0) == []
    assert stage.state.phase is PlayPhase.IDLE
    assert stage.state.last is not None


def test_a_person_need_not_wait_for_the_floor_under_a_failing_item(stage: Stage) -> None:
    stage.play()
    stage.tell(Ended(play=1), after=0.01)
    assert stage.play() == [Open(play=2, source=source(), start_s=0.0, track=0)]
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.FAILED_TO_START


def test_bad_bytes_end_the_play_as_damaged_and_the_content_service_is_told(stage: Stage) -> None:
    stage.playing(seconds=3.0)
    assert stage.tell(BadBytes(play=1)) == [Close(play=1), TellContent(blob=FILM)]
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.DAMAGED
    assert stage.state.last.advice == advice.bad_bytes("Lũ quét")


def test_a_disk_that_cannot_read_is_the_technicians_matter(stage: Stage) -> None:
    stage.playing(seconds=3.0)
    stage.tell(BadBytes(play=1, unreadable=True))
    assert stage.state.last is not None
    assert stage.state.last.advice == advice.unreadable("Lũ quét")


def test_a_new_play_stops_the_old_one_and_its_last_words_are_ignored(stage: Stage) -> None:
    stage.playing(seconds=3.0)
    opened = stage.play(source(20.0))
    assert [type(effect) for effect in opened] == [Close, Open]
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.STOPPED
    for late in (
        Ended(play=1),
        Progress(play=1, position_s=9.0),
        BadBytes(play=1),
        Started(play=1, length_s=1),
    ):
        assert stage.tell(late) == []
    assert (stage.state.phase, stage.state.play) == (PlayPhase.OPENING, 2)


def test_an_unknown_item_is_refused_in_words_and_what_plays_goes_on(stage: Stage) -> None:
    stage.playing(seconds=1.0)
    (asked,) = stage.command(Play(item=ItemId("nothing"), language=LanguageTag("vi"), request="r1"))
    words = advice.unknown_item("nothing")
    refused = stage.tell(NotFound(asked=asked, advice=words))
    assert refused == [Reply(connection=SHELL, message=Refused(request="r1", advice=words))]
    assert stage.state.phase is PlayPhase.PLAYING


def test_a_missing_file_is_refused_and_the_content_service_is_told(stage: Stage) -> None:
    (asked,) = stage.command(Play(item=ItemId("flood"), language=LanguageTag("vi")))
    answer = stage.tell(NotFound(asked=asked, advice=advice.missing_file("x"), suspect=FILM))
    assert [type(effect) for effect in answer] == [Reply, TellContent]


def test_pause_holds_the_media_time_and_resume_goes_on(stage: Stage) -> None:
    stage.playing(seconds=2.0)
    assert stage.command(Pause()) == [Hold(play=1)]
    assert stage.state.phase is PlayPhase.PAUSED
    assert stage.core.deadline() is None  # one may look at a held picture for ever
    assert stage.command(Resume(), after=3600.0) == [Go(play=1)]
    stage.watch(8.0)
    stage.tell(Ended(play=1))
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.PLAYED


def test_a_wish_that_changes_nothing_is_still_answered_by_the_state(stage: Stage) -> None:
    stage.playing(seconds=1.0)
    assert stage.command(Resume()) == [Reply(connection=SHELL, message=stage.state)]


def test_what_a_person_skips_is_not_missed_and_what_is_repeated_counts(stage: Stage) -> None:
    stage.playing(seconds=2.0)
    assert GoTo(play=1, position_s=8.0) in stage.command(Seek(position_s=8.0))
    stage.tell(Progress(play=1, position_s=2.1), after=0.05)  # libVLC still tells the old time once
    assert stage.state.position_s == 8.0
    stage.now += 0.3
    stage.watch(2.0)
    stage.tell(Ended(play=1))
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.PLAYED
    assert stage.state.last.expected_s == pytest.approx(4.0)


def test_a_seek_beyond_the_end_goes_to_the_end(stage: Stage) -> None:
    stage.playing(seconds=1.0)
    assert GoTo(play=1, position_s=10.0) in stage.command(Seek(position_s=99.0))


def test_a_play_that_begins_in_the_middle_expects_only_the_rest(stage: Stage) -> None:
    opened = stage.play(start_s=6.0)
    assert opened[0].start_s == 6.0
    stage.tell(Started(play=1, length_s=10.0), after=0.1)
    stage.watch(4.0)
    stage.tell(Ended(play=1))
    assert stage.state.last is not None
    assert (stage.state.last.verdict, stage.state.last.expected_s) == (Verdict.PLAYED, 4.0)


def test_stop_ends_the_play_as_stopped_and_so_does_the_end_of_the_service(stage: Stage) -> None:
    stage.playing(seconds=1.0)
    assert stage.command(Stop()) == [Close(play=1)]
    assert stage.state.last is not None
    assert stage.state.last.verdict is Verdict.STOPPED
    stage.playing(seconds=1.0)
    assert stage.tell(Stopping()) == [Close(play=2)]


@pytest.mark.parametrize("command", [Pause(), Resume(), Stop(), Seek(position_s=1.0)])
def test_what_needs_a_play_is_refused_when_nothing_plays(stage: Stage, command: Any) -> None:
    (answer,) = stage.command(command)
    assert answer.message.advice == advice.nothing_plays()


def test_steering_waits_for_the_first_picture(stage: Stage) -> None:
    stage.play()
    (answer,) = stage.command(Pause())
    assert answer.message.advice == advice.not_yet()


def test_the_sound_track_is_chosen_by_its_place_in_the_file(stage: Stage) -> None:
    opened = stage.play(language="nut-x-phanslinh")
    assert opened[0].track == 1
    assert stage.state.language == "nut"
    stage.tell(Started(play=1, length_s=10.0))
    assert stage.command(ChooseLanguage(language=LanguageTag("vi"))) == [PickTrack(play=1, track=0)]
    assert stage.state.language == "vi"


def test_a_language_nobody_recorded_falls_back_to_vietnamese_and_says_so(stage: Stage) -> None:
    stage.play(language="ium")
    assert stage.state.language == "vi"


def test_a_language_in_another_file_goes_on_there_from_the_same_moment(stage: Stage) -> None:
    vietnamese = Rendition(blob=FILM, use=Use.VIDEO, languages=tags("vi"), duration_s=10.0)
    english = Rendition(blob=OTHER, use=Use.VIDEO, languages=tags("en"), duration_s=10.0)
    stage.playing(seconds=3.0, what=source(10.0, vietnamese, english))
    (asked,) = stage.command(ChooseLanguage(language=LanguageTag("en")))
    assert isinstance(asked, LookUp)
    assert (asked.item, asked.language, asked.start_s) == ("flood", "en", 3.0)


def test_without_a_duration_in_the_catalogue_the_files_own_length_is_expected(stage: Stage) -> None:
    stage.play(source(None))
    stage.tell(Started(play=1, length_s=8.0), after=0.1)
    stage.watch(3.0)
    stage.tell(Ended(play=1))
    assert stage.state.last is not None
    assert (stage.state.last.verdict, stage.state.last.expected_s) == (Verdict.CUT_SHORT, 8.0)


def test_a_sound_that_finds_no_output_is_a_fault_until_one_is_heard(stage: Stage) -> None:
    stage.playing(seconds=1.0)
    stage.tell(Heard(play=1, heard=False))
    before = stage.state
    assert [fault.advice.code for fault in before.faults] == ["media.no-sound"]
    stage.now += 60.0
    assert same_but_position(before, stage.state)  # its age alone is no news
    stage.command(Stop())
    assert stage.state.faults
    stage.playing(seconds=1.0)
    stage.tell(Heard(play=2, heard=True))
    assert stage.state.faults == ()


def test_a_libvlc_that_does_not_let_go_ends_the_process(stage: Stage) -> None:
    stage.playing(seconds=2.0)
    stage.command(Stop())
    assert stage.tell(Tick(), after=4.9) == []
    (effect,) = stage.tell(Tick(), after=0.2)
    assert isinstance(effect, GiveUp)
    stage.tell(Closed(play=1))
    assert stage.core.deadline() is None


def test_whoever_asks_for_the_picture_memory_gets_it_even_when_nothing_plays(stage: Stage) -> None:
    assert stage.command(WatchFrames()) == [HandSurface(connection=SHELL)]


def test_a_running_position_is_published_at_most_twice_a_second(stage: Stage) -> None:
    stage.playing()
    published = [stage.state]
    for step in range(1, 41):
        stage.tell(Progress(play=1, position_s=step / 10), after=0.1)
        if not same_but_position(published[-1], stage.state):
            published.append(stage.state)
    assert 7 <= len(published) <= 9
    stage.command(Pause())
    assert not same_but_position(published[-1], stage.state)
