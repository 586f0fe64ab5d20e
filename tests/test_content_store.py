"""Blobs on their way: hashed while they stream, resumed on proven ground, whole or not here at all."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from content_cache.fetch import Fetcher
from content_cache.index import needed_blobs, previous_of, read_shown, swap_index
from content_cache.ports import NotThere, Source
from content_cache.simulated import SimulatedProvince
from content_cache.simulated_web import SimulatedWeb
from content_cache.source import FolderSource, TooBig, WebSource, open_source, read_small
from content_cache.store import Store
from kiosk.catalogue import (
    PIECE_BYTES,
    Blob,
    Catalogue,
    CatalogueReader,
    Item,
    Rendition,
    decode_catalogue,
)
from kiosk.errors import Problem
from kiosk.paths import Layout
from kiosk.types import ItemId, ItemKind, LanguageTag, Sha256, Use

VI = LanguageTag("vi")


class Point:
    """A point's store, and a province behind a web server and as a folder."""

    def __init__(self, folder: Path, province: SimulatedProvince, web: SimulatedWeb) -> None:
        self.layout = Layout(folder)
        self.layout.make_folders()
        self.store = Store(self.layout)
        self.fetcher = Fetcher(self.store)
        self.province = province
        self.web = web
        self.source: Source = WebSource(web.url)

    def fetch(self, blob: Blob, *sources: Source) -> int:
        """Fetch and return how many bytes of the blob the server sent for it."""
        before = len(self.web.timeline)
        self.fetcher.fetch(blob, sources or (self.source,), lambda held: None)
        asked = [one for one in self.web.timeline[before:] if one.path.endswith(blob.sha256)]
        return sum(one.sent for one in asked)

    def refused(self, blob: Blob, code: str) -> Problem:
        with pytest.raises(Problem) as caught:
            self.fetch(blob)
        assert caught.value.code == code, caught.value
        assert not self.store.has(blob)
        return caught.value

    def bytes_of(self, blob: Blob) -> bytes:
        return self.layout.blob(blob.sha256).read_bytes()


@pytest.fixture
def point(tmp_path: Path) -> Iterator[Point]:
    province = SimulatedProvince(tmp_path / "repository")
    with SimulatedWeb(province.folder) as web:
        yield Point(tmp_path / "point", province, web)


def noise(size: int, seed: int = 0) -> bytes:
    return hashlib.shake_128(bytes([seed])).digest(size)


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])
@pytest.mark.parametrize("by", ["web", "folder"])
def test_a_blob_of_any_size_arrives_whole_and_verified(point: Point, size: int, by: str) -> None:
    blob = point.province.blob(noise(size))
    assert (blob.pieces is None) == (size <= PIECE_BYTES)
    point.fetch(blob, point.source if by == "web" else FolderSource(point.province.folder))
    assert point.store.has(blob)
    assert point.store.is_sound(blob)
    assert point.bytes_of(blob) == noise(size)
    assert not list((point.layout.content / "incoming").iterdir())


def test_one_flipped_bit_at_the_source_is_found_and_nothing_is_kept_under_its_name(point: Point) -> None:
    blob = point.province.blob(noise(100_000))
    path = point.province.folder / "blobs" / blob.sha256[:2] / blob.sha256
    data = bytearray(path.read_bytes())
    data[50_000] ^= 1
    path.write_bytes(data)
    problem = point.refused(blob, "content.damaged-at-source")
    assert "not what was signed" in problem.advice.en
    assert blob.sha256[:12] in problem.advice.vi
    path.write_bytes(noise(100_000))
    point.fetch(blob)
    assert point.store.is_sound(blob)


def test_a_cut_line_costs_only_the_piece_it_cut(point: Point) -> None:
    blob = point.province.blob(noise(3 * PIECE_BYTES))
    point.web.cut_after = 2 * PIECE_BYTES + 1000
    point.refused(blob, "content.unreachable")
    point.web.cut_after = None
    assert point.fetch(blob) == PIECE_BYTES
    assert point.bytes_of(blob) == noise(3 * PIECE_BYTES)


def test_a_small_blob_without_pieces_resumes_at_the_very_byte(point: Point) -> None:
    blob = point.province.blob(noise(3_000_000))
    point.web.cut_after = 2_097_152
    point.refused(blob, "content.unreachable")
    point.web.cut_after = None
    assert point.fetch(blob) == 3_000_000 - 2_097_152
    assert point.store.is_sound(blob)


def test_zeros_that_a_power_cut_left_at_the_end_cost_only_the_pieces_they_touch(point: Point) -> None:
    blob = point.province.blob(noise(4 * PIECE_BYTES))
    torn = noise(4 * PIECE_BYTES)[: 2 * PIECE_BYTES] + bytes(PIECE_BYTES)
    point.store.partial(blob).write_bytes(torn)
    assert point.fetch(blob) == 2 * PIECE_BYTES
    assert point.store.is_sound(blob)


@pytest.mark.parametrize("left", ["longer", "other", "whole"])
def test_whatever_an_earlier_try_left_the_blob_is_right_in_the_end(point: Point, left: str) -> None:
    data = noise(PIECE_BYTES + 5000)
    blob = point.province.blob(data)
    kept = {"longer": data + b"x" * 70_000, "other": noise(PIECE_BYTES, 9), "whole": data}[left]
    point.store.partial(blob).write_bytes(kept)
    assert point.fetch(blob) == (len(data) if left == "other" else 0)
    assert point.bytes_of(blob) == data


def test_a_small_leftover_that_is_wrong_is_thrown_away_and_the_source_is_not_blamed(point: Point) -> None:
    blob = point.province.blob(noise(5000))
    point.store.partial(blob).write_bytes(noise(5000, 9)[:3000])
    assert point.fetch(blob) == 2000 + 5000
    assert point.store.is_sound(blob)


def test_a_source_that_stays_wrong_is_asked_a_bounded_number_of_times(point: Point) -> None:
    data = noise(3 * PIECE_BYTES)
    blob = point.province.blob(data)
    path = point.province.folder / "blobs" / blob.sha256[:2] / blob.sha256
    path.write_bytes(data[: 2 * PIECE_BYTES] + bytes(PIECE_BYTES))
    point.store.partial(blob).write_bytes(data[:PIECE_BYTES])
    point.refused(blob, "content.damaged-at-source")
    assert len(point.web.asked_for(f"{blob.sha256}$")) == 2
    path.write_bytes(data)
    assert point.fetch(blob) == PIECE_BYTES  # the pieces that were right are kept
    assert point.store.is_sound(blob)


class Shifted:
    """A source that answers every request for a part with a part from somewhere else."""

    url = "http://shifted/"

    def __init__(self, data: bytes, start: int) -> None:
        self.data, self.start, self.total, self.is_page = data, start, len(data), False

    @contextlib.contextmanager
    def open(self, path: str, *, offset: int = 0) -> Iterator[Shifted]:
        yield self

    def chunks(self, size: int) -> Iterator[bytes]:
        yield self.data[self.start :]


def test_a_part_from_a_wrong_place_is_refused_and_what_was_held_stays(point: Point) -> None:
    data = noise(3_000_000)
    blob = point.province.blob(data)
    partial = point.store.partial(blob)
    partial.write_bytes(data[:2_000_000])
    with pytest.raises(Problem) as caught:
        point.fetch(blob, Shifted(data, 1_000_000))
    assert "wrong place" in caught.value.advice.en
    assert partial.read_bytes() == data[:2_000_000]
    point.fetch(blob, Shifted(data, 2_000_000))
    assert point.store.is_sound(blob)


def test_a_server_that_cannot_resume_sends_all_again_and_it_is_right(point: Point) -> None:
    blob = point.province.blob(noise(2 * PIECE_BYTES))
    point.web.ranges = False
    point.store.partial(blob).write_bytes(noise(2 * PIECE_BYTES)[:PIECE_BYTES])
    assert point.fetch(blob) == 2 * PIECE_BYTES
    assert point.store.is_sound(blob)


def test_a_file_of_another_length_is_refused_before_its_bytes_come(point: Point) -> None:
    blob = point.province.blob(noise(5000))
    path = point.province.folder / "blobs" / blob.sha256[:2] / blob.sha256
    path.write_bytes(noise(6000))
    assert "another length" in point.refused(blob, "content.damaged-at-source").advice.en
    path.unlink()
    assert "not there" in point.refused(blob, "content.damaged-at-source").advice.en


def test_a_wrong_list_of_pieces_is_refused(point: Point) -> None:
    blob = point.province.blob(noise(2 * PIECE_BYTES))
    path = point.province.folder / "blobs" / blob.sha256[:2] / f"{blob.sha256}.pieces"
    path.write_bytes(bytes(64))
    assert "list of pieces" in point.refused(blob, "content.damaged-at-source").advice.en
    path.write_bytes(bytes(10_000_000))
    assert "list of pieces" in point.refused(blob, "content.damaged-at-source").advice.en


def test_a_log_in_page_in_place_of_a_blob_is_called_by_its_name(point: Point) -> None:
    blob = point.province.blob(noise(5000))
    point.web.portal = True
    point.refused(blob, "content.portal-page")
    point.web.portal = False
    point.fetch(blob)


def test_the_next_mirror_is_asked_when_the_first_is_dead_or_wrong(point: Point, tmp_path: Path) -> None:
    blob = point.province.blob(noise(5000))
    dead = WebSource("http://127.0.0.1:9/")
    empty = FolderSource(tmp_path)
    assert point.fetch(blob, dead, empty, point.source) == 5000
    assert point.store.is_sound(blob)
    other = point.province.blob(noise(6000))
    with pytest.raises(Problem) as caught:
        point.fetch(other, empty, dead)
    assert caught.value.code == "content.unreachable"  # a line may come back by itself


def test_metadata_without_end_is_cut_off_at_its_limit(point: Point) -> None:
    point.web.endless = True
    with pytest.raises(TooBig):
        read_small(point.source, "metadata/timestamp.json", 16_384, lambda count: None)


def test_nothing_of_a_server_is_kept_between_requests_but_the_connection(point: Point) -> None:
    source = WebSource(point.web.url)
    for _ in range(3):
        with pytest.raises(NotThere):
            read_small(source, "metadata/none.json", 10, lambda count: None)
    assert not source._session.cookies


@pytest.mark.parametrize("known", [True, False])
def test_a_certificate_is_judged_by_its_dates_only_while_the_time_is_known(
    point: Point, tmp_path: Path, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A TLS server whose certificate is not valid yet: as every one is, by a clock that says 1970."""
    from content_tls import TlsFront

    with TlsFront(tmp_path / "tls", point.web.url, begins_in_days=400) as front:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(front.authority))
        source = open_source(front.url, dates_known=known)
        if known:
            with pytest.raises(Problem) as caught:
                read_small(source, "metadata/timestamp.json", 16_384, lambda count: None)
            assert caught.value.code == "content.unreachable"
            assert "TLS" in caught.value.advice.en
        else:
            assert read_small(source, "metadata/timestamp.json", 16_384, lambda count: None)
            other = open_source(front.url.replace("127.0.0.1", "localhost"), dates_known=False)
            with pytest.raises(Problem):  # the name is still checked
                read_small(other, "metadata/timestamp.json", 16_384, lambda count: None)
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(TlsFront.another_authority(tmp_path)))
            with pytest.raises(Problem):  # and the chain
                read_small(
                    open_source(front.url, dates_known=False), "metadata/timestamp.json", 9999, lambda n: None
                )


# ---------------------------------------------------------------- the store


def test_only_what_nobody_needs_is_evicted(point: Point) -> None:
    kept, gone = point.province.blob(noise(PIECE_BYTES + 1)), point.province.blob(noise(PIECE_BYTES + 2))
    for blob in (kept, gone):
        point.fetch(blob)
    point.store.partial(kept).write_bytes(b"x")
    point.store.partial(gone).write_bytes(b"x")
    (point.layout.content / "blobs/aa").mkdir(exist_ok=True)
    (point.layout.content / "blobs/aa/stray file").write_bytes(b"xyz")
    won = point.store.evict([kept])
    assert won == gone.size + 64 + 1 + 3
    assert point.store.is_sound(kept)
    assert not point.store.has(gone)
    assert [path.name for path in (point.layout.content / "incoming").iterdir()] == [f"{kept.sha256}.part"]


def test_a_damaged_blob_or_list_is_found_by_hashing_and_not_by_size(point: Point) -> None:
    blob = point.province.blob(noise(PIECE_BYTES + 1))
    for victim in (point.layout.blob(blob.sha256), point.store.pieces_path(blob)):
        point.fetch(blob)
        with victim.open("r+b") as file:
            file.write(b"?")
        assert point.store.has(blob)
        assert not point.store.is_sound(blob)
        point.store.remove(blob)
        assert not point.store.has(blob)


# ---------------------------------------------------------------- the index


def catalogue(count: int, revision: int = 1) -> Catalogue:
    blobs = [
        Blob(sha256=Sha256(f"{number:064x}"), size=number, type="text/plain") for number in range(count + 2)
    ]
    items = tuple(
        Item(
            id=ItemId(f"item-{number}"),
            kind=ItemKind.VIDEO if number % 2 else ItemKind.POSTER,
            topic="t",
            titles={VI: f"Mục {number}"},
            picture=blobs[0].sha256,
            renditions=(Rendition(blob=blobs[number + 1].sha256, use=Use.PICTURE),),
            labels={VI: blobs[number + 1].sha256} if number < 3 else {},
            expires=date(2026, 12, 1 + number) if number < 5 else None,
        )
        for number in range(count)
    )
    return Catalogue(
        area="thu",
        revision=revision,
        issued=datetime(2026, 11, 2, tzinfo=UTC),
        items=items,
        blobs=tuple(blobs),
        voices={VI: blobs[0].sha256},
    )


def test_the_index_says_what_the_catalogue_says(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    made = catalogue(7)
    shown = swap_index(path, made, "f" * 64)
    assert shown == read_shown(path)
    with CatalogueReader(path) as reader:
        assert (reader.area, reader.revision, reader.issued) == ("thu", 1, made.issued)
        assert reader.items() == list(made.items)
        assert [item.id for item in reader.items(today=date(2026, 12, 4))] == [
            "item-3",
            "item-4",
            "item-5",
            "item-6",
        ]
        assert len(reader.items(kind=ItemKind.POSTER)) == 4
        assert reader.voices == made.voices
        assert reader.blob(made.blobs[3].sha256) == made.blobs[3]
        assert reader.is_spoken(made.blobs[0].sha256)
        assert reader.is_spoken(made.blobs[2].sha256)
        assert not reader.is_spoken(made.blobs[6].sha256)
        assert reader.blob(made.blobs[8].sha256) is None  # listed but needed by nothing
    assert made.blobs[8] not in needed_blobs(made)


def test_a_reader_keeps_its_view_while_the_catalogue_is_swapped_and_the_previous_one_is_kept(
    tmp_path: Path,
) -> None:
    path = tmp_path / "catalogue.db"
    swap_index(path, catalogue(3, 1), "a" * 64)
    with CatalogueReader(path) as old:
        swap_index(path, catalogue(5, 2), "b" * 64)
        assert (old.count(), old.revision) == (3, 1)
        assert old.item("item-2") is not None
        with CatalogueReader(path) as new:
            assert (new.count(), new.revision) == (5, 2)
    previous = read_shown(previous_of(path))
    assert previous is not None
    assert previous.revision == 1
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["catalogue.db", "catalogue.previous.db"]


def test_a_swap_that_fails_leaves_the_old_catalogue_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource
    import signal

    path = tmp_path / "catalogue.db"
    swap_index(path, catalogue(3, 1), "a" * 64)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(Problem) as caught:
            swap_index(path, catalogue(2000, 2), "b" * 64)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.code == "disk.full"
    shown = read_shown(path)
    assert shown is not None
    assert shown.revision == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["catalogue.db"]


def test_a_database_that_is_damaged_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.db"
    assert read_shown(path) is None
    path.write_bytes(b"not a database at all" * 100)
    assert read_shown(path) is None
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").replace(path)
    assert read_shown(path) is None


@pytest.mark.parametrize("data", [b"[" * 100_000, b'{"a":' * 50_000, b"", b"\xff\xfe", b"null", b"[]"])
def test_signed_nonsense_is_no_catalogue(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a catalogue"):
        decode_catalogue(data)
