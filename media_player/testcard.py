"""Make films whose every frame says its own number, and read that number back from pixels.

For tests and benches only: nothing of it is played at a point. ``ffmpeg`` draws them. A card has a
square of its own colour in each corner, tight to the edge (so padding or cropping by one block is seen),
and beside the upper left one the frame's number in binary, with its complement below, so a frame
mixed of two is told from a whole one.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kiosk.errors import Problem, Who

BITS = 14
"""Enough for nine minutes at 30 frames a second."""

CORNERS = {"top-left": "red", "top-right": "lime", "bottom-left": "blue", "bottom-right": "white"}
"""ffmpeg's colour names; see `corner_rgb`."""

_RGB = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}

Picture = npt.NDArray[np.uint8]


def block_of(width: int) -> int:
    """Return the side of one square in pixels for a picture of that width."""
    return max(4, width // 32 // 4 * 4)


def corner_rgb(corner: str) -> tuple[int, int, int]:
    """Return the colour of a corner's square."""
    return _RGB[CORNERS[corner]]


def corner_pixel(picture: Picture, corner: str, *, inset: int = 0) -> tuple[int, int, int]:
    """Return the mean colour (R, G, B) of a BGR(X) picture's 2 × 2 pixels `inset` from the corner.

    At an odd width libVLC's converter gets the colour of the last columns wrong: `inset` 2 there.
    """
    height, width = picture.shape[:2]
    top = inset if corner.startswith("top") else height - 2 - inset
    left = inset if corner.endswith("left") else width - 2 - inset
    blue, green, red = picture[top : top + 2, left : left + 2, :3].reshape(-1, 3).mean(axis=0)
    return int(red), int(green), int(blue)


def read_counter(picture: Picture) -> int | None:
    """Return the frame number drawn in `picture`, or None when none is to be read.

    `picture` is (height, width, 3 or more) and shows the whole card, scaled or not.
    """
    height, width = picture.shape[:2]
    block = block_of(width)
    if height < 3 * block or width < (BITS + 4) * block:
        return None
    numbers = []
    for row in (0, 1):
        y = block * row + block // 2
        xs = 2 * block + np.arange(BITS + 1) * block + block // 2
        bright = picture[y - 1 : y + 2, :, 1].mean(axis=0)
        lit = [bool(bright[x - 1 : x + 2].mean() > 127) for x in xs]
        numbers.append(lit)
    upper, lower = numbers
    if not upper[0] or any(up == low for up, low in zip(upper, lower, strict=True)):
        return None
    return sum(1 << bit for bit, lit in enumerate(upper[1:]) if lit)


def _boxes(width: int, height: int) -> str:
    block = block_of(width)
    places = {
        "top-left": (0, 0),
        "top-right": (width - block, 0),
        "bottom-left": (0, height - block),
        "bottom-right": (width - block, height - block),
    }
    drawn = [_box(*places[corner], block, block, colour) for corner, colour in CORNERS.items()]
    for row in (0, 1):
        y = row * block
        drawn.append(_box(2 * block, y, (BITS + 1) * block, block, "black"))
        if row == 0:
            drawn.append(_box(2 * block, y, block, block, "white"))  # always lit: here is a counter
        for bit in range(BITS):
            test = "lt" if row else "gte"
            when = f":enable='{test}(mod(n,{2 << bit}),{1 << bit})'"
            drawn.append(_box((3 + bit) * block, y, block, block, "white", when))
    return ",".join(drawn)


def _box(x: int, y: int, width: int, height: int, colour: str, when: str = "") -> str:
    return f"drawbox=x={x}:y={y}:w={width}:h={height}:color={colour}:t=fill{when}"


def make_film(
    path: Path,
    *,
    width: int = 320,
    height: int = 180,
    rate: int = 30,
    seconds: float = 2.0,
    tones_hz: Sequence[int] = (440,),
    codec: str = "libx264",
    extra: Sequence[str] = (),
) -> None:
    """Draw a card film with one sound track for each of `tones_hz`; raises `Problem` if ffmpeg cannot.

    `extra` are options of the output, such as ``-movflags +faststart``.
    """
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    # Drawn in RGB at even size and cropped: in 4:2:0 ffmpeg rounds odd sizes down and boxes lose a column.
    even = f"{width + width % 2}x{height + height % 2}"
    command += ["-f", "lavfi", "-i", f"testsrc2=size={even}:rate={rate}:duration={seconds}"]
    for tone in tones_hz:
        command += ["-f", "lavfi", "-i", f"sine=frequency={tone}:sample_rate=48000:duration={seconds}"]
    for index in range(len(tones_hz) + 1):
        command += ["-map", str(index)]
    command += ["-vf", f"format=rgb24,crop={width}:{height}:0:0,{_boxes(width, height)},format=yuv420p"]
    command += ["-c:v", codec]
    command += ["-preset", "ultrafast", "-g", str(rate)] if codec == "libx264" else ["-q:v", "3"]
    if tones_hz:
        command += ["-c:a", "aac", "-b:a", "96k"]
    run_ffmpeg([*command, *extra, os.fspath(path)])


def make_sound(path: Path, *, seconds: float = 2.0, tone_hz: int = 440) -> None:
    """Make a mono AAC sound file without a picture."""
    source = f"sine=frequency={tone_hz}:sample_rate=48000:duration={seconds}"
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i", source]
    run_ffmpeg([*command, "-c:a", "aac", os.fspath(path)])


def run_ffmpeg(command: Sequence[str]) -> None:
    """Run ffmpeg; raises `Problem` with its own words."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    except FileNotFoundError:
        words = "ffmpeg is not installed"
    else:
        if done.returncode == 0:
            return
        words = done.stderr.strip()[-500:]
    raise Problem(
        "testcard.ffmpeg",
        who=Who.TECHNICIAN,
        vi=f"Không tạo được phim thử: {words}. Hãy chạy `bash provisioning/run.sh` để cài đủ.",
        en=f"The test film could not be made: {words}. Run `bash provisioning/run.sh`, it installs all.",
    )
