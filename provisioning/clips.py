"""Bring an officer's sound file into the audio service's store.

Whatever comes in (MP3, WAV, M4A, OGG …) becomes one form, 48 kHz mono FLAC, named by its SHA-256;
only that name travels on the bus, and the service hashes the file again before it sounds.
"""

from __future__ import annotations

import errno
import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

from kiosk.errors import Problem, Who
from kiosk.files import disk_full, replacing
from kiosk.paths import Layout
from kiosk.types import Sha256
from provisioning.processes import not_installed

LONGEST_S = 3600
"""An announcement longer than an hour is a mistake."""


def import_clip(file: Path, layout: Layout) -> Sha256:
    """Convert `file` into the store and return its name; raises `Problem` for what is not sound."""
    if not file.is_file():
        raise Problem(
            "clip.missing",
            who=Who.OFFICER,
            vi=f"Không có tệp {file}. Hãy kiểm tra lại tên tệp.",
            en=f"There is no file {file}. Check its name.",
        )
    with tempfile.TemporaryDirectory() as folder:
        flac = Path(folder) / "clip.flac"
        _convert(file, flac)
        data = flac.read_bytes()
    name = Sha256(hashlib.sha256(data).hexdigest())
    target = layout.clip(name)
    if not target.is_file():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with replacing(target) as scratch:
                scratch.write_bytes(data)
        except PermissionError:
            raise Problem(
                "clip.not-allowed",
                who=Who.TECHNICIAN,
                vi=f"Tài khoản này không được ghi vào {target.parent.parent}. "
                "Hãy thêm tài khoản vào nhóm `banlang` hoặc chạy bằng quyền quản trị.",
                en=f"This user may not write to {target.parent.parent}. "
                "Add it to the group `banlang`, or run as administrator.",
            ) from None
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise disk_full(target) from error
            raise
    return name


def _convert(file: Path, flac: Path) -> None:
    # -map 0:a:0: only sound is taken; nothing else a hostile file may carry is decoded.
    command = ["ffmpeg", "-v", "error", "-nostdin", "-protocol_whitelist", "file", "-i", os.fspath(file)]
    command += ["-map", "0:a:0", "-t", str(LONGEST_S), "-ac", "1", "-ar", "48000", "-bitexact"]
    command += ["-sample_fmt", "s32", "-map_metadata", "-1", os.fspath(flac)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    except FileNotFoundError:
        raise not_installed("ffmpeg") from None
    if done.returncode != 0 or not flac.is_file():
        said = done.stderr.strip().splitlines()[-1:] or ["?"]
        raise Problem(
            "clip.not-sound",
            who=Who.OFFICER,
            vi=f"Không đọc được âm thanh trong tệp {file.name}: {said[0]}. Hãy chọn tệp MP3, WAV hoặc M4A.",
            en=f"There is no readable sound in {file.name}: {said[0]}. Choose an MP3, WAV or M4A file.",
        )
