"""The programs that render: ffmpeg and espeak-ng, run with a time limit and with advice when they fail."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from kiosk.errors import Problem, Who
from kiosk.files import disk_full

PACKAGES = {"ffmpeg": "ffmpeg", "ffprobe": "ffmpeg", "espeak-ng": "espeak-ng"}
"""Program → Debian package."""

NO_SPACE = "No space left on device"
"""ffmpeg 5.1 ends with code 0 when the disk fills while it writes the last bytes: only its words tell."""


def find(program: str) -> str:
    """Return the path of `program`; raises `Problem` ``sample.tool-missing`` with the package to install."""
    path = shutil.which(program)
    if path is None:
        package = PACKAGES.get(program, program)
        raise Problem(
            "sample.tool-missing",
            who=Who.TECHNICIAN,
            vi=f"Thiếu chương trình {program} để tạo nội dung mẫu. Hãy chạy: apt-get install {package}",
            en=f"The program {program} is missing, which renders the sample content. "
            f"Run: apt-get install {package}",
        )
    return path


def run(program: str, arguments: Sequence[str | Path], *, timeout_s: float = 120.0) -> str:
    """Run `program` to its end and return what it said on standard error.

    Raises `Problem` ``sample.tool-missing``, ``disk.full`` or ``sample.tool-failed``.
    """
    command = [find(program), *map(str, arguments)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired:
        raise failed(program, f"no end after {timeout_s:.0f} s") from None
    if done.returncode != 0 or NO_SPACE in done.stderr:
        raise failed(program, done.stderr, Path(str(arguments[-1])))
    return done.stderr


def failed(program: str, said: str, target: Path | None = None) -> Problem:
    """Return the problem for a program that ended badly after it `said` something."""
    if target is not None and NO_SPACE in said:
        return disk_full(target)
    last = said.strip().splitlines()[-1] if said.strip() else "?"
    return Problem(
        "sample.tool-failed",
        who=Who.TECHNICIAN,
        vi=f"Chương trình {program} báo lỗi khi tạo nội dung mẫu: {last}. "
        "Hãy thử lại; nếu vẫn lỗi, hãy cài lại gói này.",
        en=f"{program} failed while it rendered the sample content: {last}. "
        "Try again; if it fails again, reinstall its package.",
    )


def version(program: str, option: str) -> str:
    """Return the first line that `program` says of itself; raises `Problem` when it is missing."""
    done = subprocess.run(
        [find(program), option], capture_output=True, text=True, errors="replace", timeout=20
    )
    return (done.stdout or done.stderr).split("\n", 1)[0]
