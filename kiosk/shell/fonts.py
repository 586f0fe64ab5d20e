"""The two faces of the screen, made at set-up; without them nothing could be written."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import Problem, Who
from kiosk.paths import share_folder

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

REGULAR, BOLD = "BanLang-Regular.ttf", "BanLang-Bold.ttf"
_MEASURED_AT = 100


def face(name: str) -> Path:
    """Return the file of a face; raises `Problem` ``shell.no-fonts`` when set-up has not made it."""
    path = share_folder() / "fonts" / name
    if not path.is_file():
        raise Problem(
            "shell.no-fonts",
            who=Who.TECHNICIAN,
            vi=f"Thiếu phông chữ {path}. Hãy chạy `bash provisioning/run.sh` (hoặc "
            "`python -m provisioning.fonts`) rồi khởi động lại.",
            en=f"The font {path} is missing. Run `bash provisioning/run.sh` (or "
            "`python -m provisioning.fonts`) and start again.",
        )
    return path


@functools.cache
def _opened(name: str) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(face(name)), _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=50_000)
def _width(name: str, text: str) -> float:
    return float(_opened(name).getlength(text)) / _MEASURED_AT


def measure_regular(text: str) -> float:
    """Return the width of `text` in the regular face at size 1."""
    return _width(REGULAR, text)


def measure_bold(text: str) -> float:
    """Return the width of `text` in the bold face at size 1."""
    return _width(BOLD, text)
