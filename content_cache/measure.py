"""Measure files: what the catalogue says of a file comes from the file, never from a person's typing.

The files come from many hands, so each tool gets limits: time, formats, pixels, pages.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2  # type: ignore[import-untyped]  # the package ships no types
import soundfile  # type: ignore[import-untyped]  # the package ships no types
from PIL import Image, UnidentifiedImageError

from content_cache.manifest import invalid
from kiosk.errors import Problem, Who
from kiosk.folding import nfc

MAX_PIXELS = 60_000_000
"""Largest picture taken: an A2 poster at 200 dpi has 15 million; a small file may claim billions."""

MAX_PAGES = 1000
MAX_TEXT_BYTES = 1_000_000
PROBE_WITHIN_S = 60

PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
SOUNDS = {"FLAC": "audio/flac", "WAV": "audio/wav", "OGG": "audio/ogg", "MP3": "audio/mpeg"}
FILMS = {
    "mov,mp4,m4a,3gp,3g2,mj2": "video/mp4",
    "matroska,webm": "video/x-matroska",
    "mpegts": "video/mp2t",
}


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a file."""

    type: str  # media type
    duration_s: float | None = None
    width: int | None = None
    height: int | None = None
    sound_tracks: int = 0
    pages: int | None = None


def measure_video(path: Path) -> Measured:
    """Measure a film with ffprobe; raises `Problem` for anything that has no picture and length."""
    found = _probe(path)
    form = found.get("format", {})
    kind = FILMS.get(str(form.get("format_name", "")))
    streams = found.get("streams", [])
    pictures = [
        stream
        for stream in streams
        if stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")
    ]
    duration_s = _seconds(form)
    if kind is None or not pictures or not duration_s:
        raise invalid(
            path,
            "không phải video xem được. Hãy xuất lại thành MP4 (H.264, AAC).",
            "is not a video. Export it again as MP4 (H.264, AAC).",
        )
    return Measured(
        type=kind,
        duration_s=duration_s,
        width=int(pictures[0].get("width", 0)),
        height=int(pictures[0].get("height", 0)),
        sound_tracks=sum(stream.get("codec_type") == "audio" for stream in streams),
    )


def measure_sound(path: Path) -> Measured:
    """Measure a sound file; raises `Problem` unless it is FLAC, WAV, Ogg, MP3 or MP4/AAC with a length."""
    with contextlib.suppress(soundfile.LibsndfileError):
        info = soundfile.info(str(path))
        if info.format in SOUNDS and info.frames > 0:
            return Measured(
                type=SOUNDS[info.format], duration_s=round(info.frames / info.samplerate, 3), sound_tracks=1
            )
    with contextlib.suppress(Problem):
        found = _probe(path)
        form = found.get("format", {})
        sounds = [stream for stream in found.get("streams", []) if stream.get("codec_type") == "audio"]
        duration_s = _seconds(form)
        if sounds and duration_s and "mp4" in str(form.get("format_name", "")):
            return Measured(type="audio/mp4", duration_s=duration_s, sound_tracks=len(sounds))
    raise invalid(
        path,
        "không phải tệp âm thanh nghe được. Hãy xuất lại thành FLAC, WAV, MP3 hoặc M4A.",
        "is not a sound file. Export it again as FLAC, WAV, MP3 or M4A.",
    )


def measure_picture(path: Path) -> Measured:
    """Decode a picture wholly; raises `Problem` unless it is a sound PNG, JPEG or WebP of sane size."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(path, formats=list(PICTURES)) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS:
                    raise invalid(
                        path,
                        f"ảnh quá lớn ({width}×{height}). Hãy thu nhỏ dưới "
                        f"{MAX_PIXELS // 10**6} triệu điểm ảnh.",
                        f"the picture is too large ({width}×{height}). Reduce it below "
                        f"{MAX_PIXELS // 10**6} million pixels.",
                    )
                kind = PICTURES[str(picture.format)]
                picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise invalid(
            path,
            "không đọc được ảnh. Hãy xuất lại thành PNG hoặc JPEG.",
            "the picture cannot be read. Export it again as PNG or JPEG.",
        ) from None
    return Measured(type=kind, width=width, height=height)


def measure_document(path: Path) -> Measured:
    """Open every page of a PDF; raises `Problem` when it cannot be read, is locked or is endless."""
    try:
        document = pypdfium2.PdfDocument(path)
    except (pypdfium2.PdfiumError, OSError):
        raise invalid(
            path,
            "không phải PDF đọc được (hoặc có mật khẩu). Hãy xuất lại thành PDF không mật khẩu.",
            "is not a readable PDF (or needs a password). Export it again as PDF without one.",
        ) from None
    try:
        pages = len(document)
        if not 1 <= pages <= MAX_PAGES:
            raise invalid(
                path,
                f"PDF có {pages} trang; cần từ 1 đến {MAX_PAGES}.",
                f"the PDF has {pages} pages; 1 to {MAX_PAGES} are taken.",
            )
        sizes = [document.get_page_size(index) for index in range(pages)]
    except pypdfium2.PdfiumError as error:
        raise invalid(
            path,
            f"PDF có trang hỏng ({error}). Hãy xuất lại.",
            f"a page of the PDF is broken ({error}). Export again.",
        ) from None
    finally:
        document.close()
    return Measured(type="application/pdf", pages=pages, width=round(sizes[0][0]), height=round(sizes[0][1]))


def read_text(path: Path) -> bytes:
    """Return a text file composed (NFC), with plain line feeds, as UTF-8; raises `Problem`."""
    data = path.read_bytes() if path.stat().st_size <= MAX_TEXT_BYTES else b"\xff"
    try:
        text = nfc(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise invalid(
            path,
            "không phải văn bản UTF-8 (dưới 1 MB). Hãy lưu lại tệp với mã UTF-8.",
            "is not UTF-8 text (below 1 MB). Save the file as UTF-8.",
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"
    strange = next((char for char in text if ord(char) < 32 and char not in "\n\t"), None)
    if strange is not None or not text.strip():
        raise invalid(
            path,
            "văn bản trống hoặc có ký tự điều khiển. Hãy sửa lại.",
            "the text is empty or holds control characters. Correct it.",
        )
    return text.encode()


def _probe(path: Path) -> dict[str, Any]:
    """Return ffprobe's findings; only local files, so a playlist cannot make it fetch anything."""
    program = shutil.which("ffprobe")
    if program is None:
        raise Problem(
            "publish.no-ffprobe",
            who=Who.TECHNICIAN,
            vi="Chưa cài ffprobe (gói ffmpeg). Hãy chạy `apt-get install ffmpeg`.",
            en="ffprobe (package ffmpeg) is not installed. Run `apt-get install ffmpeg`.",
        )
    command = [program, "-v", "error", "-protocol_whitelist", "file", "-print_format", "json"]
    try:
        done = subprocess.run(
            [*command, "-show_format", "-show_streams", f"file:{path}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PROBE_WITHIN_S,
        )
        found = msgspec.json.decode(done.stdout or b"{}", type=dict[str, Any])
    except (subprocess.TimeoutExpired, msgspec.MsgspecError):
        return {}
    return found if done.returncode == 0 else {}


def _seconds(form: dict[str, Any]) -> float | None:
    try:
        duration_s = round(float(form["duration"]), 3)
    except (KeyError, ValueError):
        return None
    return duration_s if 0 < duration_s < 86_400 else None
