"""The recipes: the same twice, whole or not at all, clear about what is missing, true to the language."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from fontTools.ttLib import TTFont
from PIL import ImageFont

from kiosk.errors import Problem
from kiosk.folding import is_cjk
from kiosk.languages import SPOKEN_BY_PEOPLE_ONLY
from kiosk.paths import share_folder
from provisioning.sample import (
    bulletins,
    fonts,
    handbook,
    manifest,
    poster,
    render,
    story,
    texts,
    tools,
    voices,
)

ITEMS = (
    story.ITEM,
    bulletins.WATER_ITEM,
    bulletins.BUFFALO_ITEM,
    bulletins.FOREST_ITEM,
    bulletins.THEN_ITEM,
    poster.SCAM_ITEM,
    poster.FIRE_ITEM,
    handbook.ITEM,
)
SYLLABLE = re.compile(r"[a-z:]+[1-5]")


@pytest.mark.parametrize("tag", [*sorted(SPOKEN_BY_PEOPLE_ONLY), "nut-x-phanslinh"])
def test_no_machine_voice_reads_a_language_of_the_villages(tag: str) -> None:
    with pytest.raises(ValueError, match="a speaker must record it"):
        voices.speak("Bản Làng", tag)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_a_chinese_title_is_spoken_syllable_by_syllable_as_it_is_written(item: manifest.Item) -> None:
    assert len(SYLLABLE.findall(item.spoken_zh)) == sum(map(is_cjk, item.titles["zh-Hans"]))


def test_the_chinese_telling_has_a_syllable_for_each_character_of_its_text() -> None:
    for written, spoken in zip(texts.WATER["zh-Hans"], texts.WATER_SPOKEN_ZH, strict=True):
        assert len(SYLLABLE.findall(spoken)) == sum(map(is_cjk, written))


def test_no_voice_falls_into_another_language_half_way() -> None:
    spoken = {"vi": [], "cmn-latn-pinyin": []}  # type: dict[str, list[str]]
    spoken["vi"] = [item.spoken_title("vi") for item in ITEMS]
    spoken["vi"] += [telling.vi for telling in story.TELLINGS] + list(texts.WATER["vi"])
    spoken["cmn-latn-pinyin"] = [item.spoken_zh for item in ITEMS]
    spoken["cmn-latn-pinyin"] += [telling.zh for telling in story.TELLINGS] + list(texts.WATER_SPOKEN_ZH)
    for voice, lines in spoken.items():
        done = subprocess.run(
            ["espeak-ng", "-v", voice, "-q", "-x", "\n".join(lines)],
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.stdout.strip()
        assert "(en)" not in done.stdout


def test_speech_and_silence_are_trimmed_and_levelled(tmp_path: Path) -> None:
    sound = voices.speak("Nước dâng nhanh.", "vi")
    assert abs(sound[0]) < 0.01 and abs(sound[-1]) < 0.01
    long = tmp_path / "voice.flac"
    voices.level(voices.speak(texts.WATER["vi"][0], "vi"), long)
    assert voices.loudness(long) == pytest.approx(voices.LOUDNESS, abs=1.0)


def test_the_fonts_have_every_letter_of_the_posters_and_the_handbook() -> None:
    for chinese in (False, True):
        font = TTFont(fonts.font_file(bold=True, chinese=chinese), fontNumber=0)
        known = set(font.getBestCmap())
        used = set()
        for words in (poster.SCAM, poster.FIRE):
            for tag, said in words.items():
                if tag.startswith("zh") == chinese:
                    used |= set("".join((said.title, *said.rules, said.foot)))
        if not chinese:
            for page in handbook.PAGES:
                for tag in handbook.LANGUAGES:
                    used |= set("".join((page.heading[tag], *page.lines[tag], manifest.ISSUER)))
        assert {char for char in used if ord(char) not in known} == set()


def test_chinese_wraps_anywhere_but_no_line_begins_with_a_stop() -> None:
    font = fonts.face(40, chinese=True)
    text = "".join(texts.BUFFALO["zh-Hans"])
    for width in (230, 310, 555):
        lines = fonts.wrapped(text, font, width)
        assert "".join(lines) == text
        assert all(font.getlength(line.rstrip("，。；、")) <= width + font.size for line in lines)
        assert not any(line[0] in "，。！？：；、" for line in lines)


def test_vietnamese_wraps_between_words_and_loses_none() -> None:
    font = fonts.face(40)
    text = poster.SCAM["vi"].rules[0]
    lines = fonts.wrapped(text, font, 300)
    assert len(lines) > 1
    assert " ".join(lines) == text
    assert isinstance(font, ImageFont.FreeTypeFont)


def test_the_same_recipe_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        bulletins.render_then(tmp_path / name)
        handbook.render(tmp_path / name)
        voices.level(voices.speak("Flash flood", "en"), tmp_path / name / "voice.flac")
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two


def test_a_second_run_renders_nothing() -> None:
    folder = share_folder() / "sample"
    render.ensure(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    done = subprocess.run(
        [sys.executable, "-m", "provisioning.sample", "--out", str(folder)],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert "up to date" in done.stdout
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_set_is_current_only_with_its_recipe_and_all_its_files(tmp_path: Path) -> None:
    (tmp_path / "item").mkdir()
    (tmp_path / "item/file").write_bytes(b"12345")
    assert not render.is_current(tmp_path, "recipe")  # no stamp: a set cut short is no set
    (tmp_path / render.STAMP).write_bytes(msgspec.json.encode(render.Stamp("recipe", {"item/file": 5})))
    assert render.is_current(tmp_path, "recipe")
    assert not render.is_current(tmp_path, "another recipe")
    (tmp_path / "item/file").write_bytes(b"1234")
    assert not render.is_current(tmp_path, "recipe")
    (tmp_path / "item/file").unlink()
    assert not render.is_current(tmp_path, "recipe")
    (tmp_path / render.STAMP).write_bytes(b"{")
    assert not render.is_current(tmp_path, "recipe")


def test_a_missing_program_is_named_with_its_package_and_the_old_set_stays(tmp_path: Path) -> None:
    old = tmp_path / "sample"
    old.mkdir()
    (old / "kept").write_text("as before")
    done = subprocess.run(
        [sys.executable, "-m", "provisioning.sample", "--out", str(old)],
        cwd=Path(__file__).parent.parent,
        env={"PATH": str(tmp_path), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "apt-get install ffmpeg" in done.stderr
    assert "sample.tool-missing" in done.stderr
    assert "Traceback" not in done.stderr
    assert (old / "kept").read_text() == "as before"


def test_too_little_room_is_said_before_anything_is_rendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "NEEDED_BYTES", 1 << 62)
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample/kept").write_text("as before")
    with pytest.raises(Problem) as caught:
        render.ensure(tmp_path / "sample")
    assert caught.value.code == "disk.full"
    assert (tmp_path / "sample/kept").read_text() == "as before"
    assert not list(tmp_path.glob(".sample.*.new"))


def test_a_disk_that_fills_while_a_tool_writes_is_called_full() -> None:
    with pytest.raises(Problem) as caught:
        tools.run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", "sine=d=1", "-f", "wav", "/dev/full"])
    assert caught.value.code == "disk.full"


def test_a_tool_that_fails_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        tools.run(
            "ffmpeg", ["-nostdin", "-v", "error", "-i", tmp_path / "no-such-file", tmp_path / "out.wav"]
        )
    assert caught.value.code == "sample.tool-failed"
    assert "No such file" in caught.value.advice.en


def test_a_recipe_that_fails_leaves_the_old_set_and_no_scratch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample/kept").write_text("as before")
    monkeypatch.setattr(render, "TASKS", (render.Task("story", "ITEM", "no_such_recipe", 1.0),))
    with pytest.raises(AttributeError):
        render.ensure(tmp_path / "sample")
    assert [path.name for path in (tmp_path / "sample").iterdir()] == ["kept"]
    assert not list(tmp_path.glob(".sample.*.new"))


def test_a_killed_renderer_s_scratch_is_removed_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".sample.0badcafe.new").mkdir()
    (tmp_path / ".sample.0badcafe.new/half").write_bytes(b"x")
    monkeypatch.setattr(render, "TASKS", (render.Task("bulletins", "THEN_ITEM", "render_then", 1.0),))
    assert render.ensure(tmp_path / "sample", force=True)
    assert not (tmp_path / ".sample.0badcafe.new").exists()
    assert {path.name for path in (tmp_path / "sample").iterdir()} == {"hat-then", "voices", render.STAMP}
