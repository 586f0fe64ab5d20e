"""The letters of the pictures and the handbook: the merged face of six languages, else Debian's fonts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageFont

from kiosk.errors import Problem, Who
from kiosk.folding import is_cjk
from kiosk.paths import share_folder

_NOTO = Path("/usr/share/fonts/truetype/noto")
_WQY = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")


@cache
def font_file(*, bold: bool = False, chinese: bool = False) -> Path:
    """Return a font file with Vietnamese letters, and with Chinese ones if `chinese`.

    Raises `Problem` ``sample.no-font`` when the machine has none.
    """
    weight = "Bold" if bold else "Regular"
    wanted = [share_folder() / f"fonts/BanLang-{weight}.ttf"]
    wanted.append(_WQY if chinese else _NOTO / f"NotoSans-{weight}.ttf")
    for path in wanted:
        if path.is_file():
            return path
    raise Problem(
        "sample.no-font",
        who=Who.TECHNICIAN,
        vi="Không tìm thấy phông chữ để vẽ nội dung mẫu. Hãy cài gói fonts-noto-core và fonts-wqy-microhei.",
        en="No font was found to draw the sample content. Install fonts-noto-core and fonts-wqy-microhei.",
    )


@cache
def face(size: int, *, bold: bool = False, chinese: bool = False) -> ImageFont.FreeTypeFont:
    """Return the face at `size` pixels."""
    path = font_file(bold=bold, chinese=chinese)
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Return `text` cut into lines no wider than `width` pixels; Chinese may break anywhere.

    No line begins with a Chinese stop or comma.
    """
    pieces: list[str] = []
    for char in text:
        joins = pieces and not (is_cjk(char) or is_cjk(pieces[-1][-1]) or pieces[-1].endswith(" "))
        if joins or (pieces and char in "，。！？：；、”》）"):
            pieces[-1] += char
        else:
            pieces.append(char)
    lines = [""]
    for piece in pieces:
        if lines[-1] and font.getlength((lines[-1] + piece).rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]
