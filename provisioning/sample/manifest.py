"""What an item is made of, and its ``item.toml``, the form that ``banlang publish add`` takes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.folding import nfc
from kiosk.languages import OWN_NAMES, SPOKEN_BY_PEOPLE_ONLY

ISSUER = "Bộ nội dung mẫu Bản Làng"
SPOKEN_BY_MACHINE = ("vi", "en", "zh-Hans")
TO_RECORD = tuple(tag for tag in OWN_NAMES if tag in SPOKEN_BY_PEOPLE_ONLY)
"""Languages whose spoken parts a native speaker must still record."""

TONE_FILE = "label.to-record.flac"


@dataclass(frozen=True)
class Rendition:
    """One file of an item. `languages` empty: for everybody. `tracks`: languages of each sound track."""

    file: str
    use: str
    languages: tuple[str, ...] = ()
    tracks: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of the sample set; `spoken_zh` is the Chinese title in pinyin, for the voice."""

    id: str
    kind: str
    topic: str
    titles: dict[str, str]
    spoken_zh: str
    renditions: tuple[Rendition, ...]
    published: str
    picture: str = "picture.png"
    spoken_vi: str = ""  # when the title is not meant to be read letter by letter
    labels: dict[str, str] = field(
        default_factory=lambda: {
            **{tag: f"label.{tag}.flac" for tag in SPOKEN_BY_MACHINE},
            **dict.fromkeys(TO_RECORD, TONE_FILE),
        }
    )

    def spoken_title(self, language: str) -> str:
        """Return the title as the machine voice must be given it."""
        if language == "zh-Hans":
            return self.spoken_zh
        if language == "vi" and self.spoken_vi:
            return self.spoken_vi
        return self.titles[language]


def toml(item: Item) -> str:
    """Return the ``item.toml`` of `item`, all text NFC."""
    lines = [
        f"id = {_text(item.id)}",
        f"kind = {_text(item.kind)}",
        f"topic = {_text(item.topic)}",
        f"picture = {_text(item.picture)}",
        f"issuer = {_text(ISSUER)}",
        f"published = {item.published}",
        f"to_record = {_list(TO_RECORD)}",
        "",
        "[titles]",
        *(f"{tag} = {_text(title)}" for tag, title in item.titles.items()),
        "",
        "[labels]",
        *(f"{tag} = {_text(file)}" for tag, file in item.labels.items()),
    ]
    for rendition in item.renditions:
        lines += [
            "",
            "[[renditions]]",
            f"file = {_text(rendition.file)}",
            f"use = {_text(rendition.use)}",
            f"languages = {_list(rendition.languages)}",
        ]
        if rendition.tracks:
            lines.append(f"tracks = [{', '.join(_list(track) for track in rendition.tracks)}]")
    return "\n".join(lines) + "\n"


def voices_toml(files: dict[str, str]) -> str:
    """Return ``voices.toml``: language → file of its spoken name."""
    return "\n".join(["[voices]", *(f"{tag} = {_text(file)}" for tag, file in files.items())]) + "\n"


def write(item: Item, folder: Path) -> None:
    """Write ``item.toml`` into `folder`."""
    (folder / "item.toml").write_text(toml(item), encoding="utf-8")


def _text(text: str) -> str:
    return json.dumps(nfc(text), ensure_ascii=False)  # the same escapes as TOML's basic strings


def _list(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_text, texts)) + "]"
