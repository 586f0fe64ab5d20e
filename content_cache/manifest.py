"""``item.toml`` and ``voices.toml``: what a person writes about an item, read strictly.

Nothing here that can be measured may be typed. Every refusal names the file, the key and the cure.
"""

from __future__ import annotations

import difflib
import enum
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from kiosk.errors import Problem, Who
from kiosk.folding import nfc
from kiosk.types import ItemKind, LanguageTag, Use, is_item_id


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of a manifest."""


class RenditionEntry(Table, frozen=True, kw_only=True):
    """``[[renditions]]``: one file, what it is for, for whom."""

    file: str
    use: Use
    languages: tuple[LanguageTag, ...] = ()  # empty: for everybody
    tracks: tuple[tuple[LanguageTag, ...], ...] = ()  # languages of each sound track, in file order


class ItemManifest(Table, frozen=True, kw_only=True):
    """The whole of ``item.toml``."""

    id: str
    kind: ItemKind
    topic: str
    picture: str
    titles: dict[LanguageTag, str]
    renditions: tuple[RenditionEntry, ...]
    issuer: str = ""
    published: date | None = None
    expires: date | None = None
    to_record: tuple[LanguageTag, ...] = ()
    labels: dict[LanguageTag, str] = {}


class VoicesManifest(Table, frozen=True, kw_only=True):
    """The whole of ``voices.toml``: language → file in which it speaks its own name."""

    voices: dict[LanguageTag, str]


NEEDED_USES: dict[ItemKind, tuple[Use, ...]] = {
    ItemKind.VIDEO: (Use.VIDEO,),
    ItemKind.AUDIO_BULLETIN: (Use.AUDIO,),
    ItemKind.BULLETIN: (Use.TEXT, Use.PICTURE),
    ItemKind.POSTER: (Use.PICTURE,),
    ItemKind.HANDBOOK: (Use.DOCUMENT,),
}
"""An item of a kind needs at least one rendition for one of these uses, or the screen has nothing."""

_T = TypeVar("_T", ItemManifest, VoicesManifest)
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*(-x(-[a-z0-9]{1,16})+)?\Z")
"""BCP 47, with private sub-tags of more than eight letters: ``phanslinh`` has nine."""


def invalid(file: Path, vi: str, en: str) -> Problem:
    """Return the problem of a manifest or a file it names: `vi` and `en` say what to change."""
    return Problem(
        "publish.invalid-item",
        who=Who.PROVINCE,
        vi=f"{file}: {vi}",
        en=f"{file}: {en}",
    )


def read_item(path: Path) -> ItemManifest:
    """Return what ``item.toml`` says, text composed (NFC); raises `Problem` ``publish.invalid-item``."""
    manifest = _read(path, ItemManifest)
    if not is_item_id(manifest.id):
        raise invalid(
            path,
            f"`id` {manifest.id!r:.100} phải gồm a-z, 0-9, dấu gạch nối, tối đa 80 ký tự. Hãy đặt lại.",
            f"`id` {manifest.id!r:.100} must be made of a-z, 0-9 and hyphens, at most 80. Rename it.",
        )
    if not manifest.titles:
        raise invalid(path, "cần ít nhất một tên trong [titles].", "[titles] needs at least one title.")
    tags = [*manifest.titles, *manifest.labels, *manifest.to_record]
    for rendition in manifest.renditions:
        tags += [*rendition.languages, *(tag for track in rendition.tracks for tag in track)]
    _check_tags(path, tags)
    needed = NEEDED_USES[manifest.kind]
    if not any(rendition.use in needed for rendition in manifest.renditions):
        names = " / ".join(use.value for use in needed)
        raise invalid(
            path,
            f'mục loại "{manifest.kind.value}" cần ít nhất một [[renditions]] có use = {names}.',
            f'an item of kind "{manifest.kind.value}" needs at least one [[renditions]] with use = {names}.',
        )
    if manifest.published and manifest.expires and manifest.expires < manifest.published:
        raise invalid(
            path,
            "`expires` sớm hơn `published`. Hãy sửa ngày.",
            "`expires` is before `published`. Correct the dates.",
        )
    return manifest


def read_voices(path: Path) -> VoicesManifest:
    """Return what ``voices.toml`` says; raises `Problem` ``publish.invalid-item``."""
    manifest = _read(path, VoicesManifest)
    _check_tags(path, list(manifest.voices))
    return manifest


def _read(path: Path, shape: type[_T]) -> _T:
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise invalid(
            path,
            "không phải văn bản UTF-8. Hãy lưu lại tệp với mã UTF-8.",
            "is not UTF-8 text. Save the file as UTF-8.",
        ) from None
    except OSError as error:
        raise invalid(
            path, f"không đọc được ({error.strerror}).", f"cannot be read ({error.strerror})."
        ) from None
    try:
        tables = tomllib.loads(nfc(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise invalid(
            path,
            f"không đúng cú pháp TOML ({error}). Hãy sửa dòng đó.",
            f"is not valid TOML ({error}). Correct that line.",
        ) from None
    try:
        return msgspec.convert(tables, type=shape)
    except msgspec.ValidationError as error:
        raise _explained(path, shape, str(error)) from None


def _explained(path: Path, shape: type[Table], what: str) -> Problem:
    """Turn msgspec's words into what to change, with the nearest known name."""
    where = re.search(r"at `\$\.?([^`]*)`", what)
    place = where.group(1) if where else ""
    unknown = re.search(r"unknown field `([^`]*)`", what)
    if unknown:
        known = _keys_at(shape, place)
        hint_vi, hint_en = _nearest(unknown.group(1), known, "khoá hợp lệ", "known keys")
        return invalid(
            path,
            f"không biết khoá `{unknown.group(1)}`. {hint_vi}",
            f"the key `{unknown.group(1)}` is not known. {hint_en}",
        )
    missing = re.search(r"missing required field `([^`]*)`", what)
    if missing:
        return invalid(
            path,
            f"thiếu khoá `{missing.group(1)}`. Hãy thêm vào.",
            f"`{missing.group(1)}` is missing. Add it.",
        )
    value = re.search(r"Invalid enum value '([^']*)'", what)
    if value:
        kinds: type[enum.StrEnum] = Use if place.endswith("use") else ItemKind
        known = [entry.value for entry in kinds]
        hint_vi, hint_en = _nearest(value.group(1), known, "giá trị hợp lệ", "known values")
        return invalid(
            path,
            f'`{place}` = "{value.group(1)}" không hợp lệ. {hint_vi}',
            f'`{place}` = "{value.group(1)}" is not known. {hint_en}',
        )
    return invalid(path, f"sai kiểu dữ liệu: {what}. Hãy sửa.", f"{what}. Correct it.")


def _nearest(wrong: str, known: list[str], vi: str, en: str) -> tuple[str, str]:
    near = difflib.get_close_matches(wrong, known, n=1, cutoff=0.5)
    if near:
        return f"Có phải là `{near[0]}`?", f"Did you mean `{near[0]}`?"
    names = ", ".join(known)
    return f"Các {vi}: {names}.", f"The {en}: {names}."


def _keys_at(shape: Any, place: str) -> list[str]:
    if place.startswith("renditions"):
        shape = RenditionEntry
    return [field.encode_name for field in msgspec.structs.fields(shape)]


def _check_tags(path: Path, tags: list[LanguageTag]) -> None:
    for tag in tags:
        if _TAG.match(tag) is None:
            raise invalid(
                path,
                f"{tag!r:.60} không phải mã ngôn ngữ BCP 47 (ví dụ: vi, tyz, nut-x-phanslinh, zh-Hans).",
                f"{tag!r:.60} is not a BCP 47 language tag (such as vi, tyz, nut-x-phanslinh, zh-Hans).",
            )
