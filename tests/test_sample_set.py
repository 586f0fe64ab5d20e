"""The rendered sample set: whole, honest about languages, and fit for the player and the screen."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
import soundfile  # type: ignore[import-untyped]
from PIL import Image

from kiosk.languages import OWN_NAMES, SPOKEN_BY_PEOPLE_ONLY, base
from kiosk.paths import share_folder
from kiosk.types import ItemKind, Use, is_item_id
from provisioning.sample import voices
from provisioning.sample.manifest import TONE_FILE
from provisioning.sample.render import STAMP, ensure

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def sample() -> Path:
    folder = share_folder() / "sample"
    ensure(folder)  # renders it when it is missing or the recipe changed
    return folder


@pytest.fixture(scope="module")
def items(sample: Path) -> dict[str, dict[str, Any]]:
    return {path.parent.name: tomllib.loads(path.read_text("utf-8")) for path in sample.glob("*/item.toml")}


def named_files(item: dict[str, Any]) -> set[str]:
    renditions = {rendition["file"] for rendition in item["renditions"]}
    return renditions | set(item["labels"].values()) | {item["picture"]}


def test_there_are_enough_items_for_a_home_screen_and_every_kind_is_among_them(
    items: dict[str, dict[str, Any]],
) -> None:
    assert 6 <= len(items) <= 8
    assert {item["kind"] for item in items.values()} == {kind.value for kind in ItemKind}


def test_every_file_that_a_manifest_names_is_there_and_no_file_is_unnamed(
    sample: Path, items: dict[str, dict[str, Any]]
) -> None:
    for name, item in items.items():
        assert item["id"] == name and is_item_id(name)
        present = {path.name for path in (sample / name).iterdir()} - {"item.toml"}
        assert present == named_files(item)
        assert {rendition["use"] for rendition in item["renditions"]} <= {use.value for use in Use}
    for path in sample.rglob("*"):
        assert path.is_dir() or path.stat().st_size > 0
    folders = {path.name for path in sample.iterdir()}
    assert folders == {*items, "voices", STAMP}


def test_the_whole_set_is_small(sample: Path) -> None:
    assert sum(path.stat().st_size for path in sample.rglob("*") if path.is_file()) <= 25 * MIB


def test_no_text_is_in_a_language_that_only_people_can_speak(
    sample: Path, items: dict[str, dict[str, Any]]
) -> None:
    for item in items.values():
        assert set(item["titles"]) == {"vi", "en", "zh-Hans"}
        assert set(item["to_record"]) == SPOKEN_BY_PEOPLE_ONLY
        for rendition in item["renditions"]:
            tags = {*rendition["languages"], *(tag for track in rendition.get("tracks", []) for tag in track)}
            assert not {base(tag) for tag in tags} & SPOKEN_BY_PEOPLE_ONLY


def test_where_a_speaker_must_record_there_is_the_same_neutral_tone_and_no_voice(
    sample: Path, items: dict[str, dict[str, Any]]
) -> None:
    tone, rate = soundfile.read(sample / "voices/to-record.flac")
    assert rate == 48_000 and len(tone) / rate <= 1.2
    told = tomllib.loads((sample / "voices/voices.toml").read_text("utf-8"))["voices"]
    assert set(told) == set(OWN_NAMES)
    for tag in SPOKEN_BY_PEOPLE_ONLY:
        assert told[tag] == "to-record.flac"
        for name, item in items.items():
            assert item["labels"][tag] == TONE_FILE
            label, _ = soundfile.read(sample / name / TONE_FILE)
            assert (label == tone).all()


def test_every_title_has_a_spoken_label_of_the_common_loudness_in_its_language(
    sample: Path, items: dict[str, dict[str, Any]]
) -> None:
    for name, item in items.items():
        spoken = [item["labels"][tag] for tag in item["titles"]]
        assert len(set(spoken)) == len(spoken)
        for file in spoken:
            info = soundfile.info(sample / name / file)
            assert (info.samplerate, info.channels, info.format) == (48_000, 1, "FLAC")
            assert 0.5 < info.duration < 6
    for file in ("lu-quet/label.vi.flac", "hat-then/label.en.flac", "voices/name.zh-Hans.flac"):
        sound, _ = soundfile.read(sample / file, dtype="float32")
        looped = sample.parent / ".loudness.wav"  # one word is shorter than the meter's first window
        soundfile.write(looped, list(sound) * 6, 48_000, subtype="FLOAT")
        assert voices.loudness(looped) == pytest.approx(voices.LOUDNESS, abs=1.0)
        looped.unlink()


def test_the_audio_bulletin_is_told_in_three_languages_at_the_common_loudness(
    sample: Path, items: dict[str, dict[str, Any]]
) -> None:
    tellings = [r for r in items["nuoc-sach"]["renditions"] if r["use"] == "audio"]
    assert [r["languages"] for r in tellings] == [["vi"], ["en"], ["zh-Hans"]]
    for telling in tellings:
        path = sample / "nuoc-sach" / telling["file"]
        assert 15 < soundfile.info(path).duration < 90
        assert voices.loudness(path) == pytest.approx(voices.LOUDNESS, abs=1.0)


def test_all_text_is_composed_and_has_several_paragraphs(
    sample: Path, items: dict[str, dict[str, Any]]
) -> None:
    for path in sample.rglob("*.toml"):
        assert unicodedata.is_normalized("NFC", path.read_text("utf-8"))
    texts = list(sample.rglob("text.*.txt"))
    assert len(texts) == 3 * 4
    for path in texts:
        text = path.read_text("utf-8")
        assert unicodedata.is_normalized("NFC", text)
        assert len(text.strip().split("\n\n")) >= 4


def test_every_tile_has_its_own_picture_of_the_right_size(
    sample: Path, items: dict[str, dict[str, Any]]
) -> None:
    seen = set()
    for name, item in items.items():
        picture = Image.open(sample / name / item["picture"])
        assert picture.size == (640, 400)
        seen.add(picture.convert("RGB").resize((16, 10)).tobytes())
    assert len(seen) == len(items)


def test_posters_are_large_and_their_letters_stand_out_from_the_ground(sample: Path) -> None:
    scam = Image.open(sample / "lua-dao-qua-mang/poster.vi.png").convert("RGB")
    fire = Image.open(sample / "phong-chay-nha/poster.vi.png").convert("RGB")
    assert scam.size == (2400, 3200) and fire.size == (3200, 2000)
    for poster, box in (
        (scam, (300, 150, 2100, 500)),  # title
        (scam, (540, 1620, 2200, 1850)),  # first rule
        (scam, (200, 2930, 2200, 3170)),  # foot
        (fire, (500, 60, 2600, 290)),
        (fire, (2170, 440, 3050, 660)),
        (fire, (200, 1580, 1700, 1880)),
    ):
        assert contrast(poster.crop(box)) >= 7


def contrast(picture: Image.Image) -> float:
    """WCAG contrast of the two most common colours: the ground and the letters."""
    colours = picture.getcolors(picture.width * picture.height) or []
    ground, *others = [colour for _, colour in sorted(colours, reverse=True)]
    letters = next(
        colour for colour in others if sum(abs(a - b) for a, b in zip(colour, ground, strict=True)) > 90
    )
    light, dark = sorted((luminance(ground), luminance(letters)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: tuple[int, ...]) -> float:
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("tag", "word"), [("vi", "Đăng nhập"), ("en", "Log in")])
def test_the_handbook_has_pages_with_text_that_can_be_found(sample: Path, tag: str, word: str) -> None:
    document = pypdfium2.PdfDocument(sample / f"so-tay-dich-vu-cong/handbook.{tag}.pdf")
    assert len(document) >= 5
    pages = [page.get_textpage().get_text_bounded() for page in document]
    assert any(word in unicodedata.normalize("NFC", page) for page in pages)
    assert all(page.strip() for page in pages)


def test_the_list_for_speakers_names_every_item_and_language(items: dict[str, dict[str, Any]]) -> None:
    document = Path(__file__).parent.parent / "docs/languages-to-record.md"
    text = document.read_text("utf-8")
    for name, item in items.items():
        assert f"| `{name}` | {item['titles']['vi']} |" in text
    for tag in SPOKEN_BY_PEOPLE_ONLY:
        assert f"| `{tag}` | {OWN_NAMES[tag]} |" in text
