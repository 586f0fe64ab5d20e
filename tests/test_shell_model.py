"""The screen's model: values in, values out."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.catalogue import Item, Rendition, Track
from kiosk.errors import Advice, Who
from kiosk.languages import DEFAULT_LANGUAGES
from kiosk.messages import (
    AudioState,
    ChooseLanguage,
    LastPlay,
    MediaState,
    OnAir,
    Pause,
    Play,
    PlayPhase,
    Resume,
    Seek,
    Stop,
    TalkPhase,
    TalkStatus,
    Verdict,
)
from kiosk.shell import theme
from kiosk.shell.events import (
    Ask,
    AudioNow,
    CloseDocument,
    DocumentReady,
    Doubt,
    Dragged,
    Effect,
    Event,
    Key,
    MediaNow,
    MediaRefused,
    OpenDocument,
    OpenText,
    Pressed,
    Shelf,
    Speak,
    Tapped,
    TextReady,
    Turned,
    Unreadable,
)
from kiosk.shell.focus import Rect
from kiosk.shell.model import VERBS, Model
from kiosk.shell.scene import Look, Screen
from kiosk.shell.words import load_words
from kiosk.types import ALL_ZONES, ItemId, ItemKind, LanguageTag, Rank, Sha256, TalkMode, Use

VI, EN, TYZ = LanguageTag("vi"), LanguageTag("en"), LanguageTag("tyz")
WORDS = load_words(DEFAULT_LANGUAGES)
ADVICE = Advice(code="x.y", who=Who.PROVINCE, vi="Câu tiếng Việt.", en="English sentence.")
USES = {
    ItemKind.VIDEO: Use.VIDEO,
    ItemKind.AUDIO_BULLETIN: Use.AUDIO,
    ItemKind.BULLETIN: Use.TEXT,
    ItemKind.POSTER: Use.PICTURE,
    ItemKind.HANDBOOK: Use.DOCUMENT,
}


def sha(name: str) -> Sha256:
    return Sha256(name.encode().hex().rjust(64, "0")[-64:])


def item(name: str, kind: ItemKind = ItemKind.VIDEO, *, spoken: bool = True) -> Item:
    tracks = (Track(index=0, languages=(VI,)), Track(index=1, languages=(EN,)))
    return Item(
        id=ItemId(name),
        kind=kind,
        topic="t",
        titles={VI: f"Mục {name}"},
        picture=sha(f"{name}-p"),
        renditions=(
            Rendition(blob=sha(name), use=USES[kind], tracks=tracks if kind is ItemKind.VIDEO else ()),
        ),
        labels={VI: sha(f"{name}-l")} if spoken else {},
        to_record=(TYZ,),
    )


SHELF = Shelf(
    1,
    tuple(item(kind.value, kind) for kind in ItemKind),
    {tag: sha(f"voice-{tag}") for tag in DEFAULT_LANGUAGES},
)


def media(
    phase: PlayPhase,
    play: int = 1,
    name: str | None = "video",
    *,
    position: float = 0.0,
    last: LastPlay | None = None,
) -> MediaNow:
    return MediaNow(
        MediaState(
            phase=phase,
            play=play,
            item=ItemId(name) if name else None,
            language=VI,
            position_s=position,
            duration_s=30.0,
            width=1280,
            height=720,
            last=last,
        )
    )


def idle_player(play: int = 0) -> MediaNow:
    return media(PlayPhase.IDLE, play, None)


def ended(verdict: Verdict, play: int = 1) -> MediaNow:
    last = LastPlay(play=play, item=ItemId("video"), verdict=verdict, shown_s=1, expected_s=30, advice=ADVICE)
    return media(PlayPhase.IDLE, play, None, last=last)


def audio(on_air: OnAir | None = None, *, talk: TalkStatus | None = None, silenced: bool = False) -> AudioNow:
    return AudioNow(
        AudioState(
            ready=True,
            driver="simulated",
            rate_hz=48000,
            quantum=256,
            silenced=silenced,
            on_air=on_air,
            talk=talk,
            waiting=(),
            media_gain_db=0.0,
            finished=0,
        )
    )


def on_air(rank: Rank, title: str = "Họp thôn lúc 7 giờ tối") -> OnAir:
    return OnAir(rank=rank, title=title, language=VI, zones=ALL_ZONES, officer="Cán bộ mẫu", age_s=0)


TALK = TalkStatus(phase=TalkPhase.OPEN, mode=TalkMode.LATCH, officer="a", zones=ALL_ZONES, left_s=60)


class Person:
    """Someone in front of the screen, with a watch."""

    def __init__(self, shelf: Shelf = SHELF, languages: tuple[LanguageTag, ...] = DEFAULT_LANGUAGES) -> None:
        self.model = Model(words=WORDS, languages=languages, idle_s=120.0, point_name="Điểm thử")
        self.now = 1000.0
        self.effects: list[Effect] = []
        self.sees(shelf)

    def sees(self, *events: Event) -> list[Effect]:
        self.effects = []
        for event in events:
            self.effects += self.model.step(event, self.now)
            check_focus(self.model)
        return self.effects

    def press(self, *keys: Key) -> list[Effect]:
        return self.sees(*(Pressed(key) for key in keys))

    def waits(self, seconds: float) -> list[Effect]:
        self.now += seconds
        return self.sees(Turned())

    @property
    def at(self) -> tuple[str, str]:
        state = self.model.state(self.now)
        return state.screen, state.focus

    def text(self) -> str:
        return " | ".join(
            part
            for piece in self.model.scene.pieces
            for part in (piece.text, piece.small, *piece.lines)
            if part
        )


def at_home(shelf: Shelf = SHELF) -> Person:
    person = Person(shelf)
    person.press(Key.OK, Key.OK)
    assert person.at[0] == "home"
    return person


def opened(kind: ItemKind) -> Person:
    person = at_home()
    person.sees(idle_player(), Tapped(f"open:{kind.value}"))
    if person.at[0] == "home":
        person.sees(Tapped(f"open:{kind.value}"))
    assert person.at[0] == kind.value
    return person


def check_focus(model: Model) -> None:
    scene = model.scene
    targets = scene.targets()
    assert model.focus in targets
    assert [piece.name for piece in scene.pieces if piece.focused] == [model.focus]
    names = [piece.name for piece in scene.pieces]
    assert len(names) == len(set(names))
    assert all(name.partition(":")[0] in VERBS for name in targets if name != "film-area")


# ---------------------------------------------------------------- the walk


def test_any_key_or_touch_leads_from_the_attract_loop_to_the_languages() -> None:
    for event in (Pressed(Key.LEFT), Pressed(Key.BACK), Tapped("")):
        person = Person()
        person.sees(event)
        assert person.at == ("language", "choose:vi")
        assert person.effects == [Speak(sha("voice-vi"))]


def test_each_language_says_its_own_name_when_the_focus_comes_to_it() -> None:
    person = Person()
    person.press(Key.OK)
    heard = [effect for _ in range(2) for effect in person.press(Key.RIGHT)] + person.press(Key.DOWN)
    assert heard == [Speak(sha(f"voice-{tag}")) for tag in ("tyz", "nut", "zh-Hans")]


def test_the_first_touch_of_a_tile_speaks_and_the_second_opens() -> None:
    person = at_home()
    assert person.sees(Tapped("open:poster")) == [Speak(sha("poster-l"))]
    assert person.at == ("home", "open:poster")
    person.sees(Tapped("open:poster"))
    assert person.at[0] == "poster"


def test_a_tile_without_a_voice_opens_at_the_first_touch() -> None:
    person = at_home(Shelf(1, (item("a"), item("poster", ItemKind.POSTER, spoken=False)), {}))
    person.sees(Tapped("open:poster"))
    assert person.at[0] == "poster"


def test_every_kind_opens_and_back_returns_to_the_tile_it_came_from() -> None:
    for kind in ItemKind:
        person = opened(kind)
        person.press(Key.BACK)
        assert person.at == ("home", f"open:{kind.value}")


def test_back_from_home_leads_to_the_languages_and_on_to_a_forgotten_session() -> None:
    person = at_home()
    person.press(Key.BACK)
    assert person.at == ("language", "choose:vi")
    person.press(Key.BACK)
    state = person.model.state(person.now)
    assert (state.screen, state.language, state.item) == ("attract", None, None)


def test_a_new_language_leaves_the_person_on_the_same_page() -> None:
    person = opened(ItemKind.HANDBOOK)
    person.sees(DocumentReady(sha("handbook"), 5), Pressed(Key.RIGHT), Pressed(Key.RIGHT))
    person.sees(Tapped("language"), Tapped("choose:en"), Tapped("choose:en"))
    state = person.model.state(person.now)
    assert (state.screen, state.language, state.focus) == ("handbook", "en", "language")
    assert "3 / 5" in person.text()


def test_every_target_of_every_screen_can_be_reached_by_arrows() -> None:
    shelves = [Shelf(1, tuple(item(f"i{n}") for n in range(count)), {}) for count in (0, 1, 4, 5, 8, 9, 23)]
    people = [at_home(shelf) for shelf in shelves] + [opened(kind) for kind in ItemKind]
    people[-1].sees(DocumentReady(sha("handbook"), 4))
    people[-3].sees(TextReady(sha("bulletin"), (("a",), ("b",))))
    people.append(Person())
    people[-1].press(Key.OK)
    for count in (1, 2, 3, 7, 8):
        few = Person(languages=tuple(LanguageTag(f"x{n}") for n in range(count)))
        few.press(Key.OK)
        people.append(few)
    for person in people:
        targets = person.model.scene.targets()
        reached, frontier = {person.model.focus}, [person.model.focus]
        from kiosk.shell.focus import move

        while frontier:
            here = frontier.pop()
            for arrow in (Key.LEFT, Key.RIGHT, Key.UP, Key.DOWN):
                if (there := move(targets, here, arrow)) not in reached:
                    reached.add(there)
                    frontier.append(there)
        assert reached == set(targets), person.at


def test_an_arrow_goes_to_the_near_tile_rather_than_to_the_far_bar_in_its_lane() -> None:
    person = at_home()  # three tiles above, two below
    person.press(Key.RIGHT, Key.RIGHT, Key.DOWN)
    assert person.at[1] == "open:handbook"
    person.press(Key.RIGHT)
    assert person.at[1] == "open:handbook"  # the row ends here
    person.press(Key.DOWN)
    assert person.at[1] in ("back", "language")


# ---------------------------------------------------------------- pages of tiles


@given(st.integers(0, 60))
@settings(max_examples=61, deadline=None)
def test_pages_of_tiles_show_each_item_once_and_never_more_than_eight_tiles(count: int) -> None:
    person = at_home(Shelf(1, tuple(item(f"i{n}") for n in range(count)), {}))
    seen: list[str] = []
    while True:
        names = [name for name in person.model.scene.targets() if name not in ("back", "language")]
        assert len(names) <= 8
        seen += [name for name in names if name.startswith("open:")]
        if "more-tiles" not in names:
            break
        person.sees(Tapped("more-tiles"))
    assert seen == [f"open:i{n}" for n in range(count)]


def test_without_content_home_says_so_and_the_language_can_still_be_chosen() -> None:
    person = at_home(Shelf())
    assert "chưa có nội dung" in person.text()
    assert list(person.model.scene.targets()) == ["back", "language"]
    person.sees(Tapped("language"))
    assert person.at[0] == "language"
    person.sees(Tapped("choose:en"))
    assert "nothing here yet" in person.text()


def test_new_content_appears_in_front_of_a_person_without_moving_the_focus() -> None:
    person = at_home()
    person.press(Key.RIGHT)
    person.sees(Shelf(2, (*SHELF.items, item("new")), {}))
    assert person.at == ("home", "open:audio-bulletin")
    assert "open:new" in person.model.scene.targets()


def test_content_that_goes_away_gives_the_focus_to_its_neighbour_and_open_items_stay() -> None:
    person = at_home()
    person.press(Key.RIGHT)
    person.sees(Shelf(2, (SHELF.items[0], SHELF.items[2]), {}))
    assert person.at[0] == "home"
    reading = opened(ItemKind.POSTER)
    reading.sees(Shelf(2, (), {}))
    assert reading.at[0] == "poster"
    reading.press(Key.BACK)
    assert reading.at[0] == "home"


def test_tiles_say_which_language_they_fall_back_to_and_what_a_speaker_must_record() -> None:
    person = Person()
    person.press(Key.OK)
    person.sees(Tapped("choose:tyz"), Tapped("choose:tyz"))
    tile = next(piece for piece in person.model.scene.pieces if piece.name == "open:video")
    assert tile.text == "Mục video"
    assert tile.small == "Tiếng Việt · chờ người nói ghi âm"


# ---------------------------------------------------------------- what plays


def test_a_video_plays_in_the_language_and_its_end_leads_back_to_its_tile() -> None:
    person = opened(ItemKind.VIDEO)
    assert person.effects[-1] == Ask(
        Play(item=ItemId("video"), language=VI, start_s=0.0, request="shell-play")
    )
    person.sees(media(PlayPhase.OPENING), media(PlayPhase.PLAYING))
    film = next(piece for piece in person.model.scene.pieces if piece.look is Look.FILM)
    assert film.page == 1
    person.sees(ended(Verdict.PLAYED))
    assert person.at == ("home", "open:video")


def test_controls_hide_after_four_seconds_and_any_key_brings_them_back_with_the_focus_kept() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.PLAYING), Pressed(Key.RIGHT))
    assert person.at[1] == "forward"
    deadline = person.model.deadline()
    assert deadline is not None
    assert deadline <= person.now + 1.0
    person.waits(4.1)
    assert person.at[1] == "film-area"
    assert person.press(Key.OK) == []
    assert person.at[1] == "forward"
    person.waits(4.1)
    person.sees(Tapped(""))
    assert person.at[1] == "forward"
    person.sees(Tapped(""))
    assert person.at[1] == "film-area"


def test_ten_seconds_on_counts_from_where_the_film_is_now() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.PLAYING, position=5.0))
    person.now += 2.0
    person.press(Key.RIGHT)
    assert person.press(Key.OK) == [Ask(Seek(position_s=17.0))]
    assert person.press(Key.LEFT, Key.LEFT, Key.OK) == [Ask(Seek(position_s=0.0))]


def test_pause_turns_into_play_and_the_controls_stay() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.PLAYING))
    assert person.press(Key.OK) == [Ask(Pause())]
    person.sees(media(PlayPhase.PAUSED))
    person.waits(30)
    assert person.at[1] == "pause"
    assert person.press(Key.OK) == [Ask(Resume())]


def test_a_language_chosen_over_a_film_pauses_it_and_goes_on_in_that_language() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.PLAYING))
    assert person.sees(Tapped("language")) == [Ask(Pause())]
    person.sees(media(PlayPhase.PAUSED), Tapped("choose:en"))
    assert person.sees(Tapped("choose:en")) == [Ask(ChooseLanguage(language=EN)), Ask(Resume())]
    assert person.at == ("video", "language")


def test_leaving_a_film_stops_it() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.PLAYING))
    assert person.press(Key.BACK) == [Ask(Stop())]


def test_a_damaged_film_gets_an_apology_a_grey_tile_and_a_look_by_the_content_service() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.OPENING))
    assert person.sees(ended(Verdict.DAMAGED)) == [Doubt(sha("video"))]
    assert "Xin lỗi" in person.text()
    assert ADVICE.vi in person.text()
    assert person.sees(ended(Verdict.DAMAGED)) == []  # the same news again is no news
    person.press(Key.BACK)
    tile = next(piece for piece in person.model.scene.pieces if piece.name == "open:video")
    assert tile.dimmed


def test_the_end_of_an_earlier_play_is_not_taken_for_the_end_of_this_one() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.PLAYING), Pressed(Key.BACK), ended(Verdict.STOPPED))
    person.sees(Tapped("open:video"), ended(Verdict.STOPPED))
    assert person.at[0] == "video"
    person.sees(media(PlayPhase.PLAYING, 2))
    assert person.at[0] == "video"


def test_a_player_that_dies_is_waited_for_and_the_film_goes_on_where_it_was() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.PLAYING, position=12.0))
    person.sees(MediaNow(None))
    assert "khởi động lại" in person.text()
    again = person.sees(idle_player())
    assert again == [Ask(Play(item=ItemId("video"), language=VI, start_s=12.0, request="shell-play"))]


def test_a_film_that_kills_the_player_again_and_again_is_given_up_with_an_apology() -> None:
    person = opened(ItemKind.VIDEO)
    for _ in range(2):
        person.sees(MediaNow(None))
        assert any(isinstance(effect, Ask) for effect in person.sees(idle_player()))
    person.sees(MediaNow(None))
    assert person.sees(idle_player()) == []
    assert "Xin lỗi" in person.text()
    assert "again" in person.model.scene.targets()


def test_a_refused_play_is_an_apology_with_the_reason() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(MediaRefused("shell-play", ADVICE))
    assert ADVICE.vi in person.text()


# ---------------------------------------------------------------- what is read


def test_a_bulletin_is_read_page_by_page_with_keys_or_buttons() -> None:
    person = at_home()
    person.sees(Tapped("open:bulletin"), Tapped("open:bulletin"))
    assert person.effects[-1] == OpenText(sha("bulletin"))
    person.sees(TextReady(sha("bulletin"), (("một",), ("hai",), ("ba",))))
    assert "một" in person.text()
    person.press(Key.RIGHT)
    assert "hai" in person.text()
    person.sees(Tapped("next"), Tapped("next"))
    assert "ba" in person.text()
    person.sees(Tapped("page"), Pressed(Key.LEFT))
    assert "hai" in person.text()


def test_a_handbook_is_opened_and_let_go_of() -> None:
    person = at_home()
    person.sees(Tapped("open:handbook"), Tapped("open:handbook"))
    assert person.effects[-1] == OpenDocument(sha("handbook"))
    assert person.press(Key.BACK) == [CloseDocument()]


def test_an_unreadable_text_is_an_apology_that_offers_another_try() -> None:
    person = opened(ItemKind.BULLETIN)
    assert person.sees(Unreadable(sha("bulletin"), True)) == [Doubt(sha("bulletin"))]
    assert person.at == ("bulletin", "again")
    assert person.press(Key.OK) == [OpenText(sha("bulletin"))]
    assert person.at == ("bulletin", "page")


def test_a_poster_is_enlarged_moved_by_arrows_and_left_at_its_edge() -> None:
    person = opened(ItemKind.POSTER)

    def seen() -> tuple[float, float, float]:
        piece = next(piece for piece in person.model.scene.pieces if piece.name == "picture")
        return piece.zoom, piece.x, piece.y

    assert seen() == (1.0, 0.5, 0.5)
    person.press(Key.OK, Key.PLUS, Key.RIGHT)
    assert seen()[0] == 2.5
    assert seen()[1] > 0.5
    for _ in range(20):
        person.press(Key.DOWN)
    assert person.at[1] != "picture"
    person.sees(Tapped("picture"))
    person.sees(Dragged(0.3, 0.3))
    person.press(Key.MINUS, Key.MINUS, Key.MINUS)
    assert seen() == (1.0, 0.5, 0.5)


# ---------------------------------------------------------------- idle


def test_nobody_is_sent_away_before_they_chose_something() -> None:
    person = Person()
    for _ in range(50):
        person.waits(100)
    assert person.at[0] == "attract"
    assert person.model.state(person.now).language is None


def test_an_idle_screen_goes_back_to_the_attract_loop_and_forgets_the_session() -> None:
    person = opened(ItemKind.POSTER)
    person.waits(119)
    assert person.at[0] == "poster"
    assert person.model.deadline() == person.now + 1
    person.waits(1)
    assert person.model.state(person.now).screen == "attract"
    assert person.model.state(person.now).language is None


def test_idle_never_cuts_a_film_or_an_announcement_and_counts_from_their_end() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.PLAYING))
    person.waits(1000)
    assert person.at[0] == "video"
    person.sees(audio(on_air(Rank.NORMAL)), media(PlayPhase.PAUSED))
    person.waits(1000)
    person.sees(audio())
    person.waits(119)
    assert person.at[0] == "video"
    assert person.waits(1) == [Ask(Stop())]
    assert person.at[0] == "attract"


def test_a_key_at_the_last_moment_counts_even_when_the_timer_is_late() -> None:
    person = at_home()
    person.now += 500
    person.press(Key.RIGHT)
    assert person.at[0] == "home"


def test_the_attract_loop_shows_one_item_after_another() -> None:
    person = Person()
    shown = []
    for _ in range(3):
        shown.append(person.text().split(" | ")[0])
        deadline = person.model.deadline()
        assert deadline is not None
        person.now = deadline
        person.sees(Turned())
    assert len(set(shown)) == 3


# ---------------------------------------------------------------- over everything


def test_the_open_microphone_an_announcement_and_silence_are_told_on_every_screen() -> None:
    for person in (Person(), at_home(), opened(ItemKind.POSTER), opened(ItemKind.VIDEO)):
        before = person.at
        person.sees(audio(on_air(Rank.TALK), talk=TALK))
        assert "MICRÔ ĐANG MỞ" in person.text()
        assert "Trong nhà · Ngoài trời" in person.text()
        person.sees(audio(on_air(Rank.NORMAL)))
        assert "ĐANG PHÁT THANH: Họp thôn lúc 7 giờ tối" in person.text()
        person.sees(audio(silenced=True))
        assert "tắt tiếng" in person.text()
        person.sees(audio(on_air(Rank.BULLETIN)))
        assert person.model.state(0).overlay == ""
        assert person.at == before


def test_an_emergency_covers_everything_and_afterwards_the_person_is_where_they_were() -> None:
    person = opened(ItemKind.VIDEO)
    person.sees(media(PlayPhase.PLAYING))
    before = person.at
    person.sees(audio(on_air(Rank.EMERGENCY, "Lũ quét! Lên chỗ cao ngay!")))
    scene = person.model.scene
    assert scene.modal
    assert scene.pieces[-1].look is Look.ALERT
    assert scene.pieces[-1].rect == Rect(0, 0, theme.WIDTH, theme.HEIGHT)
    assert "KHẨN CẤP · EMERGENCY · 紧急" in person.text()
    assert scene.hit(960, 540) == ""
    assert person.press(Key.BACK, Key.OK, Key.LEFT) == []
    assert person.sees(Tapped("back")) == []
    person.sees(audio())
    assert person.at == before


# ---------------------------------------------------------------- looks, as far as values go


def test_every_target_is_large_enough_inside_the_safe_margins_and_apart_from_the_others() -> None:
    people = [at_home(Shelf(1, tuple(item(f"i{n}") for n in range(20)), {}))]
    people += [opened(kind) for kind in ItemKind]
    chooser = Person()
    chooser.press(Key.OK)
    for person in [*people, chooser]:
        rects = list(person.model.scene.targets().values())
        for rect in rects:
            assert min(rect.width, rect.height) >= theme.TARGET_MIN
            assert rect.x >= theme.MARGIN_X - 1
            assert rect.right <= theme.WIDTH - theme.MARGIN_X + 1
            assert rect.y >= theme.MARGIN_Y - 1
            assert rect.bottom <= theme.HEIGHT - theme.MARGIN_Y + 1
        for one in rects:
            assert not any(one is not other and other.holds(*one.centre) for other in rects)


def test_back_and_language_are_in_the_lower_half_of_every_inner_screen() -> None:
    for person in [at_home()] + [opened(kind) for kind in ItemKind]:
        targets = person.model.scene.targets()
        assert targets["back"].y > theme.HEIGHT / 2
        assert targets["language"].y > theme.HEIGHT / 2


def test_every_colour_of_letters_has_seven_to_one_on_its_ground() -> None:
    assert min(theme.contrast(*pair) for pair in theme.PAIRS) >= 7.0


# ---------------------------------------------------------------- anything at all


def _events() -> st.SearchStrategy[Event]:
    names = [kind.value for kind in ItemKind]
    taps = ["", "back", "language", "page", "next", "picture", "pause", "again", "more-tiles", "nonsense"]
    taps += [f"open:{name}" for name in names] + [f"choose:{tag}" for tag in DEFAULT_LANGUAGES]
    blobs = [sha(name) for name in names] + [sha("video-p")]
    phases = st.sampled_from(list(PlayPhase))
    return st.one_of(
        st.sampled_from(list(Key)).map(Pressed),
        st.sampled_from(taps).map(Tapped),
        st.builds(Dragged, st.floats(-2, 2), st.floats(-2, 2)),
        st.builds(media, phases, st.integers(0, 9), st.sampled_from([*names, None])),
        st.builds(ended, st.sampled_from(list(Verdict)), st.integers(0, 9)),
        st.just(MediaNow(None)),
        st.builds(MediaRefused, st.sampled_from(["", "shell-play"]), st.just(ADVICE)),
        st.sampled_from(list(Rank)).map(lambda rank: audio(on_air(rank))),
        st.sampled_from([AudioNow(None), audio(), audio(silenced=True), audio(talk=TALK)]),
        st.integers(0, 12).map(lambda count: Shelf(count, (*SHELF.items, *map(_nth, range(count))), {})),
        st.sampled_from([Shelf(), SHELF]),
        st.builds(Unreadable, st.sampled_from(blobs), st.booleans()),
        st.sampled_from(blobs).map(lambda blob: TextReady(blob, (("a",), ("b",)))),
        st.builds(DocumentReady, st.sampled_from(blobs), st.integers(1, 5)),
        st.just(Turned()),
    )


def _nth(number: int) -> Item:
    return item(f"extra-{number}", list(ItemKind)[number % 5])


@given(st.lists(st.tuples(_events(), st.floats(0, 200)), max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_exactly_one_target_has_the_focus(events: list[tuple[Event, float]]) -> None:
    person = Person()
    person.press(Key.OK, Key.OK)
    for event, pause in events:
        person.now += pause if isinstance(event, Turned) else 0.1
        person.sees(event)
        assert Screen(person.model.state(person.now).screen) is person.model.scene.screen
