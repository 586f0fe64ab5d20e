"""Whole files or none: the one way anything that must survive a power cut is written.

The order is: write beside, fsync the file, rename over, fsync the folder. Where that order comes from,
and what leaving out a step costs: docs/decisions/0002.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from kiosk.errors import Problem, Who


def fsync_folder(folder: Path) -> None:
    """Make renames inside `folder` durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def fsync_file(path: Path) -> None:
    """Make the content of `path` durable."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextlib.contextmanager
def replacing(path: Path, *, mode: int = 0o640) -> Iterator[Path]:
    """Give a scratch path beside `path`; on leaving without error it becomes `path`, durably.

    On error the scratch file is removed and `path` is as before. Raises `Problem`
    ``disk.full`` when the disk has no room.
    """
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        yield scratch
        scratch.chmod(mode)
        fsync_file(scratch)
        scratch.replace(path)
        fsync_folder(path.parent)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(path) from error
        raise
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def replace_bytes(path: Path, data: bytes, *, mode: int = 0o640) -> None:
    """Make `data` the whole content of `path`, durably; `path` is never seen half written."""
    with replacing(path, mode=mode) as scratch:
        scratch.write_bytes(data)


def disk_full(path: Path) -> Problem:
    """Return the problem to raise when there is no room to write `path`."""
    return Problem(
        "disk.full",
        who=Who.TECHNICIAN,
        vi=f"Ổ đĩa chứa {path.parent} đã đầy. Hãy giải phóng chỗ trống rồi thử lại; "
        "dữ liệu cũ vẫn còn nguyên.",
        en=f"The disk that holds {path.parent} is full. Free some space and try again; "
        "what was there before is untouched.",
    )
