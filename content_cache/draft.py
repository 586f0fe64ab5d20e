"""The draft: what the next catalogue will say, kept beside the repository, outside the web root.

Its blobs already lie in the repository: they are immutable and nothing names them before `sign` does.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from kiosk.catalogue import Blob, Catalogue, Item
from kiosk.errors import Problem, Who
from kiosk.files import replace_bytes
from kiosk.types import LanguageTag, Sha256


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items in the order they are offered, the blobs they need, the languages' voices."""

    area: str
    items: tuple[Item, ...] = ()
    blobs: tuple[Blob, ...] = ()
    voices: dict[LanguageTag, Sha256] = {}

    def with_item(self, item: Item, blobs: tuple[Blob, ...]) -> Draft:
        """Return the draft with `item` at its old place, or at the end when it is new."""
        kept = list(self.items)
        places = [index for index, old in enumerate(kept) if old.id == item.id]
        if places:
            kept[places[0]] = item
        else:
            kept.append(item)
        return self._with(items=tuple(kept), blobs=blobs)

    def with_voices(self, voices: dict[LanguageTag, Sha256], blobs: tuple[Blob, ...]) -> Draft:
        """Return the draft with `voices` added to those it has."""
        return self._with(voices={**self.voices, **voices}, blobs=blobs)

    def without(self, item_id: str) -> Draft:
        """Return the draft without one item; raises `Problem` when it has none of that name."""
        kept = tuple(item for item in self.items if item.id != item_id)
        if len(kept) == len(self.items):
            names = ", ".join(item.id for item in self.items) or "—"
            raise Problem(
                "publish.unknown-item",
                who=Who.PROVINCE,
                vi=f"Bản nháp không có mục {item_id!r}. Các mục hiện có: {names}.",
                en=f"The draft has no item {item_id!r}. It has: {names}.",
            )
        return self._with(items=kept)

    def catalogue(self, revision: int, issued: datetime) -> Catalogue:
        """Return the catalogue this draft makes."""
        return Catalogue(
            area=self.area,
            revision=revision,
            issued=issued,
            items=self.items,
            blobs=self.blobs,
            voices=self.voices,
        )

    def _with(
        self,
        *,
        items: tuple[Item, ...] | None = None,
        voices: dict[LanguageTag, Sha256] | None = None,
        blobs: tuple[Blob, ...] = (),
    ) -> Draft:
        items = self.items if items is None else items
        voices = self.voices if voices is None else voices
        known = {blob.sha256: blob for blob in (*self.blobs, *blobs)}
        needed = dict.fromkeys((*voices.values(), *(name for item in items for name in item.blobs())))
        return Draft(area=self.area, items=items, voices=voices, blobs=tuple(known[name] for name in needed))


def draft_folder(repository: Path) -> Path:
    """Return where a repository's draft lies unless the publisher says otherwise."""
    return repository.with_name(f"{repository.name}.draft")


def read_draft(folder: Path, area: str) -> Draft:
    """Return the draft of `area`, an empty one when there is none; raises `Problem` when it is damaged."""
    try:
        return msgspec.json.decode(_file(folder, area).read_bytes(), type=Draft)
    except FileNotFoundError:
        return Draft(area=area)
    except msgspec.MsgspecError as error:
        raise Problem(
            "publish.draft-damaged",
            who=Who.PROVINCE,
            vi=f"Bản nháp {_file(folder, area)} hỏng: {error}. Hãy xoá tệp này rồi chạy `add` lại.",
            en=f"The draft {_file(folder, area)} is damaged: {error}. Delete it and `add` again.",
        ) from None


def write_draft(folder: Path, draft: Draft) -> None:
    """Keep the draft, durably."""
    folder.mkdir(parents=True, exist_ok=True)
    data = msgspec.json.format(msgspec.json.encode(draft, order="deterministic"), indent=1)
    replace_bytes(_file(folder, draft.area), data)


@contextlib.contextmanager
def publishing(folder: Path) -> Iterator[None]:
    """Hold the draft for one publisher at a time; raises `Problem` ``publish.busy``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Problem(
                "publish.busy",
                who=Who.PROVINCE,
                vi=f"Một người khác đang phát hành từ {folder}. Hãy đợi xong rồi thử lại.",
                en=f"Somebody else is publishing from {folder}. Wait until it is done and try again.",
            ) from None
        yield


def _file(folder: Path, area: str) -> Path:
    return folder / f"{area}.json"
