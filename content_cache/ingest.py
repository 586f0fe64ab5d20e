"""Take an item's folder in: check it, measure its files, put them into the repository by their hashes.

A folder that does not pass changes nothing but blobs that nobody names. Files are copied through one
pass that hashes them whole and piece by piece, so what is signed is what was copied.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec

from content_cache.draft import Draft
from content_cache.manifest import ItemManifest, RenditionEntry, invalid, read_item, read_voices
from content_cache.measure import (
    Measured,
    measure_document,
    measure_picture,
    measure_sound,
    measure_video,
    read_text,
)
from content_cache.repository import make_public_folder, write_public
from kiosk.catalogue import PIECE_BYTES, Blob, Item, Rendition, Track
from kiosk.files import replacing
from kiosk.types import ItemId, LanguageTag, Sha256, Use

Progress = Callable[[int], None]
"""Told how many more bytes are copied."""

_MEASURES: dict[Use, Callable[[Path], Measured]] = {
    Use.VIDEO: measure_video,
    Use.AUDIO: measure_sound,
    Use.PICTURE: measure_picture,
    Use.DOCUMENT: measure_document,
}
_TEXT_TYPE = "text/plain; charset=utf-8"


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """One folder that was taken in."""

    folder: str
    item: Item | None  # None: a folder of voices
    voices: dict[LanguageTag, Sha256]
    blobs: tuple[Blob, ...]

    def into(self, draft: Draft) -> Draft:
        """Return `draft` with what was taken."""
        if self.item is not None:
            return draft.with_item(self.item, self.blobs)
        return draft.with_voices(self.voices, self.blobs)


class Ingest:
    """The way of files into one repository."""

    def __init__(self, repository: Path, progress: Progress = lambda count: None) -> None:
        self._repository = repository
        self._progress = progress
        self._blobs: dict[Sha256, Blob] = {}

    def take(self, folder: Path) -> Taken:
        """Take one folder; raises `Problem` ``publish.invalid-item`` that says what to change."""
        self._blobs = {}
        item: Item | None = None
        voices: dict[LanguageTag, Sha256] = {}
        if (folder / "item.toml").is_file():
            item = self._item(folder, read_item(folder / "item.toml"))
        elif (folder / "voices.toml").is_file():
            manifest = read_voices(folder / "voices.toml")
            voices = {tag: self._sound(folder, name) for tag, name in manifest.voices.items()}
        else:
            raise invalid(
                folder,
                "không có item.toml hoặc voices.toml. Hãy tạo một trong hai tệp.",
                "has neither item.toml nor voices.toml. Write one of them.",
            )
        return Taken(folder=str(folder), item=item, voices=voices, blobs=tuple(self._blobs.values()))

    def _item(self, folder: Path, manifest: ItemManifest) -> Item:
        picture_file = inside(folder, manifest.picture)
        picture = self._copy(picture_file, measure_picture(picture_file).type)
        labels = {tag: self._sound(folder, name) for tag, name in manifest.labels.items()}
        return Item(
            id=ItemId(manifest.id),
            kind=manifest.kind,
            topic=manifest.topic,
            titles=manifest.titles,
            picture=picture,
            renditions=tuple(self._rendition(folder, entry) for entry in manifest.renditions),
            labels=labels,
            to_record=manifest.to_record,
            issuer=manifest.issuer,
            published=manifest.published,
            expires=manifest.expires,
        )

    def _rendition(self, folder: Path, entry: RenditionEntry) -> Rendition:
        path = inside(folder, entry.file)
        if entry.use is Use.TEXT:
            blob = self._store(read_text(path), _TEXT_TYPE)
            return Rendition(blob=blob, use=entry.use, languages=entry.languages)
        found = _MEASURES[entry.use](path)
        if entry.tracks and entry.use not in (Use.VIDEO, Use.AUDIO):
            raise invalid(
                path,
                "`tracks` chỉ dùng cho video và âm thanh. Hãy dùng `languages`.",
                "`tracks` is for video and audio only. Use `languages`.",
            )
        _check_tracks(path, entry, found)
        tracks = tuple(Track(index=index, languages=tags) for index, tags in enumerate(entry.tracks))
        return Rendition(
            blob=self._copy(path, found.type),
            use=entry.use,
            languages=entry.languages,
            duration_s=found.duration_s,
            width=found.width,
            height=found.height,
            tracks=tracks,
            pages=found.pages,
        )

    def _sound(self, folder: Path, name: str) -> Sha256:
        path = inside(folder, name)
        return self._copy(path, measure_sound(path).type)

    def _store(self, data: bytes, kind: str) -> Sha256:
        name = Sha256(hashlib.sha256(data).hexdigest())
        target = blob_path(self._repository, name)
        if not target.is_file() or target.read_bytes() != data:
            write_public(target, data)
        self._blobs[name] = Blob(sha256=name, size=len(data), type=kind)
        return name

    def _copy(self, path: Path, kind: str) -> Sha256:
        """Put a file into the repository by its hash; what is there already and sound is left alone."""
        size, name, pieces = hashed(path, self._progress)
        target = blob_path(self._repository, name)
        if not target.is_file() or hashed(target)[1] != name:
            make_public_folder(target.parent)
            with replacing(target, mode=0o644) as scratch:
                shutil.copyfile(path, scratch)
                if hashed(scratch)[1] != name:
                    raise invalid(
                        path,
                        "tệp thay đổi trong lúc sao chép. Hãy đợi ghi xong rồi thử lại.",
                        "the file changed while it was copied. Wait until it is complete and try again.",
                    )
        list_name: Sha256 | None = None
        if size > PIECE_BYTES:
            list_name = Sha256(hashlib.sha256(pieces).hexdigest())
            list_path = target.with_name(f"{name}.pieces")
            if not list_path.is_file() or list_path.read_bytes() != pieces:
                write_public(list_path, pieces)
        self._blobs[name] = Blob(sha256=name, size=size, type=kind, pieces=list_name)
        return name


def hashed(path: Path, progress: Progress = lambda count: None) -> tuple[int, Sha256, bytes]:
    """Return a file's size, its SHA-256, and the SHA-256 of each of its pieces in a row (32 bytes each)."""
    whole, pieces, size = hashlib.sha256(), bytearray(), 0
    with path.open("rb") as file:
        while data := file.read(PIECE_BYTES):
            whole.update(data)
            pieces += hashlib.sha256(data).digest()
            size += len(data)
            progress(len(data))
    return size, Sha256(whole.hexdigest()), bytes(pieces)


def blob_path(repository: Path, name: Sha256) -> Path:
    """Return where a blob lies in a repository."""
    return repository / "blobs" / name[:2] / name


def bytes_in(folder: Path) -> int:
    """Return how many bytes the files of an item's folder have together (for a progress bar)."""
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def inside(folder: Path, name: str) -> Path:
    """Return the file that a manifest names; raises `Problem` unless it lies in the item's own folder."""
    home = folder.resolve()
    path = Path("/") if "\0" in name else Path(os.path.realpath(home / name))
    if not path.is_relative_to(home):
        raise invalid(
            folder,
            f"tên tệp {name!r:.100} chỉ ra ngoài thư mục của mục. Hãy chép tệp vào thư mục này.",
            f"the file name {name!r:.100} leads out of the item's folder. Copy the file into the folder.",
        )
    if not path.is_file():
        raise invalid(
            folder,
            f"thiếu tệp {name!r:.100}. Hãy chép tệp vào thư mục hoặc sửa tên.",
            f"the file {name!r:.100} is missing. Copy it into the folder, or correct the name.",
        )
    if path.stat().st_size == 0:
        raise invalid(path, "tệp trống. Hãy chép lại tệp.", "the file is empty. Copy it again.")
    return path


def _check_tracks(path: Path, entry: RenditionEntry, found: Measured) -> None:
    if entry.tracks and len(entry.tracks) != found.sound_tracks:
        raise invalid(
            path,
            f"`tracks` kể {len(entry.tracks)} đường tiếng nhưng tệp có {found.sound_tracks}. "
            "Hãy kể đủ, theo đúng thứ tự trong tệp.",
            f"`tracks` lists {len(entry.tracks)} sound tracks but the file has {found.sound_tracks}. "
            "List every track, in file order.",
        )
    if not entry.tracks and found.sound_tracks > 1:
        raise invalid(
            path,
            f"tệp có {found.sound_tracks} đường tiếng. Hãy thêm `tracks` với ngôn ngữ của từng đường.",
            f"the file has {found.sound_tracks} sound tracks. Add `tracks` with the languages of each.",
        )
