"""Nothing unverified leaves the player's file reader."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from kiosk.catalogue import PIECE_BYTES
from media_player.verified import BytesDamaged, VerifiedFile


class Stored:
    """A blob on disk with its list of pieces."""

    def __init__(self, folder: Path, size: int) -> None:
        data = os.urandom(size)
        self.data = data
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.path = folder / self.sha256
        self.path.write_bytes(data)
        starts = range(0, size, PIECE_BYTES)
        listed = b"".join(hashlib.sha256(data[at : at + PIECE_BYTES]).digest() for at in starts)
        self.list_path = folder / f"{self.sha256}.pieces"
        self.list_path.write_bytes(listed)
        self.pieces = hashlib.sha256(listed).hexdigest() if len(listed) > 32 else None

    def open(self) -> VerifiedFile:
        return VerifiedFile(self.path, sha256=self.sha256, size=len(self.data), pieces=self.pieces)

    def flip(self, offset: int) -> None:
        with self.path.open("r+b") as file:
            file.seek(offset)
            file.write(bytes([self.data[offset] ^ 1]))

    def read_all(self) -> bytes:
        file = self.open()
        out = bytearray()
        while part := file.at(len(out), 100_000):
            out += part
        file.close()
        return bytes(out)


@pytest.mark.parametrize("size", [1, 1000, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES - 5])
def test_a_whole_blob_is_read_back_bit_for_bit(tmp_path: Path, size: int) -> None:
    stored = Stored(tmp_path, size)
    assert stored.read_all() == stored.data


def test_a_flipped_bit_in_a_small_blob_is_found_before_anything_is_read(tmp_path: Path) -> None:
    stored = Stored(tmp_path, 50_000)
    stored.flip(49_999)
    with pytest.raises(BytesDamaged):
        stored.open()


def test_a_flipped_bit_at_either_end_of_a_large_blob_is_found_before_anything_is_read(tmp_path: Path) -> None:
    for offset in (5, 3 * PIECE_BYTES - 6):
        stored = Stored(tmp_path, 3 * PIECE_BYTES - 5)
        stored.flip(offset)
        with pytest.raises(BytesDamaged):
            stored.open()


def test_a_flipped_bit_in_the_middle_is_found_when_it_is_reached_and_not_one_byte_of_it_is_given(
    tmp_path: Path,
) -> None:
    stored = Stored(tmp_path, 3 * PIECE_BYTES)
    stored.flip(PIECE_BYTES + 77)
    file = stored.open()
    assert bytes(file.at(PIECE_BYTES - 10, 1000)) == stored.data[PIECE_BYTES - 10 : PIECE_BYTES]
    with pytest.raises(BytesDamaged):
        file.at(PIECE_BYTES, 1)
    assert bytes(file.at(2 * PIECE_BYTES, 8)) == stored.data[2 * PIECE_BYTES :][:8]


def test_bytes_changed_after_their_check_are_not_given(tmp_path: Path) -> None:
    stored = Stored(tmp_path, 50_000)
    file = stored.open()
    stored.flip(10)
    assert bytes(file.at(0, 100)) == stored.data[:100]


def test_a_shorter_or_longer_file_is_damaged(tmp_path: Path) -> None:
    stored = Stored(tmp_path, 50_000)
    for data in (stored.data[:-1], stored.data + b"x"):
        stored.path.write_bytes(data)
        with pytest.raises(BytesDamaged):
            stored.open()


def test_a_lost_or_forged_list_of_pieces_only_costs_time(tmp_path: Path) -> None:
    stored = Stored(tmp_path, PIECE_BYTES + 500)
    stored.list_path.write_bytes(os.urandom(64))
    assert stored.read_all() == stored.data
    stored.list_path.unlink()
    assert stored.read_all() == stored.data
    stored.flip(PIECE_BYTES + 1)
    with pytest.raises(BytesDamaged):
        stored.open()
