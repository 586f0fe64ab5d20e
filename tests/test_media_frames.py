"""The picture memory between the player and the screen."""

from __future__ import annotations

import ctypes
import mmap
import os

import numpy as np
import pytest

from kiosk.frames import MAX_HEIGHT, MAX_WIDTH, SLOTS, TOTAL_BYTES, FrameReader, FrameWriter
from media_player.pictures import visible_size


def draw(writer: FrameWriter, value: int, *, width: int = 8, height: int = 4, play: int = 1) -> int:
    writer.begin(play, width, height)
    ctypes.memset(writer.slot_address(writer.take_slot()), value, width * height * 4)
    return writer.publish()


def test_the_reader_sees_the_newest_frame_with_its_play_size_and_moment() -> None:
    writer = FrameWriter()
    reader = FrameReader(writer.fd)
    assert reader.newest().number == 0
    assert reader.pixels(reader.newest()) is None
    draw(writer, 10)
    draw(writer, 20, width=6, height=2, play=2)
    frame = reader.newest()
    assert (frame.number, frame.play, frame.width, frame.height) == (2, 2, 6, 2)
    assert frame.published_ns > 0
    pixels = reader.pixels(frame)
    assert pixels is not None
    assert pixels.shape == (2, 6, 4)
    assert np.all(pixels == 20)


def test_a_frame_that_was_overwritten_is_never_taken_for_whole() -> None:
    writer = FrameWriter()
    reader = FrameReader(writer.fd)
    draw(writer, 1)
    frame = reader.newest()
    for value in range(2, SLOTS + 1):
        draw(writer, value)
        assert reader.still(frame)
    writer.take_slot()  # the next one begins to overwrite it
    assert not reader.still(frame)
    assert reader.pixels(frame) is None


def test_a_reader_can_neither_draw_nor_shrink_the_memory() -> None:
    writer = FrameWriter()
    with pytest.raises(PermissionError):
        os.ftruncate(writer.fd, 0)
    with pytest.raises(PermissionError):
        mmap.mmap(writer.fd, TOTAL_BYTES)
    with pytest.raises(PermissionError):
        os.pwrite(writer.fd, b"x", 0)
    draw(writer, 3)  # the player still can
    pixels = FrameReader(writer.fd).pixels(FrameReader(writer.fd).newest())
    assert pixels is not None
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0, 0] = 1


def test_another_file_is_not_taken_for_a_picture_memory() -> None:
    fd = os.memfd_create("other")
    with pytest.raises(ValueError, match="picture memory"):
        FrameReader(fd)
    os.ftruncate(fd, TOTAL_BYTES)
    with pytest.raises(ValueError, match="picture memory"):
        FrameReader(fd)
    os.close(fd)


@pytest.mark.parametrize(
    ("padded", "declared", "seen", "answered"),
    [
        ((1920, 1090), (1920, 1080), (1920, 1080), (1920, 1080)),  # every H.264 film of 1080 lines
        ((1920, 1152), (1920, 1080), (1920, 1080), (1920, 1080)),
        ((1920, 1090), (1920, 1080), (7, 99999), (1920, 1080)),  # another libVLC: believe the catalogue
        ((1920, 1090), None, (1920, 1080), (1920, 1080)),
        ((1920, 1090), None, None, (1920, 1090 * 1088 // 1090)),  # nobody knows: what fits
        ((1920, 1090), (640, 360), (1920, 1080), (1920, 1080)),  # the catalogue is wrong
        ((384, 256), (321, 241), (321, 241), (321, 241)),
        ((1104, 1922), (1080, 1920), (1080, 1920), (612, 1088)),  # portrait
        ((3840, 2176), (3840, 2160), (3840, 2160), (1920, 1080)),
        ((64, 64), None, (0, 0), (64, 64)),
    ],
)
def test_libvlc_is_answered_the_visible_size_that_fits(
    padded: tuple[int, int],
    declared: tuple[int, int] | None,
    seen: tuple[int, int] | None,
    answered: tuple[int, int],
) -> None:
    width, height = visible_size(padded, declared, seen)
    assert abs(width - answered[0]) <= 4
    assert height == answered[1]
    assert width <= MAX_WIDTH
    assert height <= MAX_HEIGHT
