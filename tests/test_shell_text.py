"""Letters: phrases in every language, glyphs for all of them, lines and pages that readers expect."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.languages import OWN_NAMES, SPOKEN_BY_PEOPLE_ONLY
from kiosk.paths import share_folder
from kiosk.shell.fonts import measure_regular
from kiosk.shell.typeset import LINE_PITCH, fit, paginate, wrap
from kiosk.shell.words import FOLDER, Phrase, file_name, load_words, read_table
from provisioning.fonts import MARKS, TAY_NUNG_WORDS, VIETNAMESE, make_fonts

FACES = ("BanLang-Regular.ttf", "BanLang-Bold.ttf")


@pytest.fixture(scope="module")
def fonts() -> Path:
    folder = share_folder() / "fonts"
    make_fonts(folder)
    return folder


def test_both_faces_write_every_phrase_every_language_name_and_the_words_of_tay_and_nung(fonts: Path) -> None:
    tables = [read_table(path) for path in FOLDER.glob("*.po")]
    wanted = set(TAY_NUNG_WORDS + VIETNAMESE + MARKS) | set("".join(OWN_NAMES.values()))
    wanted |= {char for table in tables for text in table.values() for char in text}
    wanted |= set("一二三人民政府山洪灾害防治，。；：？！“”（）《》、")
    for face in FACES:
        known = TTFont(fonts / face).getBestCmap()
        missing = {char for char in wanted if ord(char) not in known}
        assert not missing, face


def test_a_face_is_small_and_is_not_made_twice(fonts: Path) -> None:
    before = {face: (fonts / face).stat() for face in FACES}
    assert make_fonts(fonts) is False
    for face in FACES:
        assert (fonts / face).stat().st_mtime_ns == before[face].st_mtime_ns
        assert before[face].st_size < 3_000_000


def test_fonts_are_made_anew_from_nothing_and_each_names_its_licences(tmp_path: Path) -> None:
    started = time.monotonic()
    assert make_fonts(tmp_path) is True
    assert time.monotonic() - started < 30
    font = TTFont(tmp_path / FACES[0])
    assert "SIL Open Font License" in font["name"].getDebugName(13)
    assert "Apache" in font["name"].getDebugName(13)


def test_vietnamese_english_and_chinese_have_every_phrase() -> None:
    for tag in ("vi", "en", "zh-Hans"):
        table = read_table(FOLDER / file_name(tag))
        assert set(table) == {phrase.value for phrase in Phrase}, tag
        assert all(unicodedata.is_normalized("NFC", text) for text in table.values())


def test_nothing_is_invented_in_tay_nung_and_dao() -> None:
    for tag in SPOKEN_BY_PEOPLE_ONLY:
        path = FOLDER / file_name(tag)
        with path.open("rb") as file:
            messages = [message for message in read_po(file) if message.id]
        assert {message.id for message in messages} == {phrase.value for phrase in Phrase}
        assert all(message.string == "" for message in messages), tag


def test_a_language_without_words_is_shown_vietnamese_and_a_variety_its_language() -> None:
    words = load_words(("tyz", "nut-x-phanslinh", "en", "zh-Hans"))
    assert words.say("tyz", Phrase.BACK) == "Quay lại"
    assert words.say("nut-x-phanslinh", Phrase.BACK) == "Quay lại"
    assert words.say("en", Phrase.BACK) == "Back"
    assert words.say("zh-Hans", Phrase.BACK) == "返回"


# ---------------------------------------------------------------- lines and pages


def even(text: str) -> float:
    """Every Latin letter half as wide as a Chinese one."""
    return sum(1.0 if char >= "\u2e80" or char in "“”‘’…—" else 0.5 for char in text)


def test_vietnamese_breaks_between_words_and_chinese_between_characters() -> None:
    assert wrap("nước suối dâng nhanh", even, 5.0) == ["nước suối", "dâng nhanh"]
    assert wrap("溪水迅速上涨变浑", even, 3.0) == ["溪水迅", "速上涨", "变浑"]


def test_no_line_starts_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    assert wrap("到高处去，不要停", even, 4.0) == ["到高处", "去，不要", "停"]
    assert wrap("请说“不要”过桥", even, 3.0) == ["请说", "“不", "要”过", "桥"]


@given(
    st.text(alphabet="aă đ\n村寨，。“”！（）x.!", max_size=120),
    st.floats(3.0, 20.0),
)
@settings(max_examples=300, deadline=None)
def test_breaking_loses_no_letter_and_keeps_to_the_width(text: str, width: float) -> None:
    lines = wrap(text, even, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert even(line) <= width


def test_a_long_address_is_cut_rather_than_lost() -> None:
    lines = wrap("Xem https://dichvucong.example/thu-tuc/rat-dai-khong-co-cho-ngat nhé", even, 8.0)
    assert all(even(line) <= 8.0 for line in lines)
    assert "".join(lines).replace(" ", "").endswith("ngatnhé")


def test_seven_thousand_chinese_characters_become_pages_quickly(fonts: Path) -> None:
    text = "连续大雨时，溪水迅速上涨、变浑，就是山洪的征兆。请离开河边，到高处去。" * 200
    started = time.monotonic()
    pages = paginate(text, measure_regular, 20.0, 10)
    assert time.monotonic() - started < 5
    assert all(0 < len(page) <= 10 for page in pages)
    assert "".join(line for page in pages for line in page) == text
    assert not any(line[0] in "，。、”" for page in pages for line in page)


def test_pages_neither_start_nor_end_with_an_empty_line() -> None:
    pages = paginate("\n\nmột\n\n\n\nhai\n\nba\n", even, 10.0, 2)
    assert pages == (("một",), ("hai",), ("ba",))


def test_a_button_rather_writes_smaller_than_on_two_lines() -> None:
    assert fit("Lùi 10 giây", even, 200.0, 110.0, (40.0, 36.0, 28.0), one_line=True) == (
        36.0,
        ("Lùi 10 giây",),
    )
    assert len(fit("Lùi 10 giây", even, 200.0, 110.0, (40.0, 36.0, 28.0)).lines) == 2
    assert len(fit("10 seconds back", even, 200.0, 110.0, (40.0, 36.0, 28.0), one_line=True).lines) == 2


@given(st.text(alphabet="aăơ ệ村。 ", max_size=80), st.floats(20, 900), st.floats(30, 400))
@settings(max_examples=200, deadline=None)
def test_fitted_text_stays_inside_its_box(text: str, width: float, height: float) -> None:
    size, lines = fit(text, even, width, height, (60.0, 50.0, 40.0, 20.0))
    assert all(even(line) * size <= width + 1e-6 for line in lines)
    assert len(lines) * LINE_PITCH * size <= height or len(lines) == 1
