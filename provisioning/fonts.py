"""Make the two faces of the screen: one font that writes every language of a point.

Kivy has no font fall-back, so Latin with all Vietnamese marks and Chinese must be in one file.
Noto Sans gives the Latin letters and combining marks, WenQuanYi Micro Hei the Chinese characters
(those of GB 2312, 6,763 of them, and Chinese punctuation), scaled to Noto's grid. Licences: SIL OFL
1.1 and Apache-2.0; the merged files carry both notices.

``python -m provisioning.fonts [--out DIR]`` writes ``BanLang-Regular.ttf`` and ``BanLang-Bold.ttf``
and does nothing when they are already made from the same inputs.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.errors import Problem, Who
from kiosk.files import replace_bytes, replacing
from kiosk.paths import share_folder

RECIPE = 1
"""Raised when the same inputs would now give other fonts."""

FACES = ("Regular", "Bold")
LATIN_FOLDER = Path("/usr/share/fonts/truetype/noto")
CHINESE_FILE = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")

VIETNAMESE = (
    "AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY aăâbcdđeêghiklmnoôơpqrstuưvxy"
    "ÀẢÃÁẠẰẲẴẮẶẦẨẪẤẬÈẺẼÉẸỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌỒỔỖỐỘỜỞỠỚỢÙỦŨÚỤỪỬỮỨỰỲỶỸÝỴ"
    "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
)
MARKS = "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323"
TAY_NUNG_WORDS = "bjoóc mjạc slam fạ ja wằn t'ả phja"
"""Words with the letters that the Tày-Nùng orthography of 1961 adds to the Vietnamese ones."""

log = logging.getLogger(__name__)


def chinese_characters() -> set[int]:
    """Return the code points of GB 2312 with Chinese punctuation and full-width forms."""
    wanted = {ord(char) for char in _gb2312()}
    wanted.update(range(0x3000, 0x3020))  # ，。「」《》 and the ideographic space
    wanted.update(range(0xFF01, 0xFF5F))  # full-width letters and marks
    return wanted


def _gb2312() -> Iterator[str]:
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue  # unassigned cells


def required_characters() -> set[int]:
    """Return what a face must hold whatever the languages of the site are."""
    return {ord(char) for char in VIETNAMESE + MARKS + TAY_NUNG_WORDS + "0123456789.,:;?!%/()+-–—“”…·•"}


def make_fonts(out: Path) -> bool:
    """Write both faces into `out`; return False when they were there already, from these inputs.

    Raises `Problem` ``fonts.missing-source`` when a Debian font is not installed and
    ``fonts.missing-glyph`` when a letter that the product needs is in neither.
    """
    sources = [LATIN_FOLDER / f"NotoSans-{face}.ttf" for face in FACES] + [CHINESE_FILE]
    for source in sources:
        if not source.is_file():
            raise _missing_source(source)
    stamp = _stamp(sources)
    stamp_file = out / "fonts.stamp"
    targets = [out / f"BanLang-{face}.ttf" for face in FACES]
    if all(target.is_file() for target in targets) and _read(stamp_file) == stamp:
        return False
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        chinese = Path(scratch) / "chinese.ttf"
        _cut_chinese(chinese, grid_of=sources[0])
        for face, latin, target in zip(FACES, sources, targets, strict=False):
            _merge(latin, chinese, target, face)
    replace_bytes(stamp_file, stamp.encode(), mode=0o644)
    return True


def _stamp(sources: list[Path]) -> str:
    digest = hashlib.sha256(f"recipe {RECIPE}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""


def _cut_chinese(target: Path, *, grid_of: Path) -> None:
    """Write the Chinese glyphs that `grid_of` lacks, scaled to its units per em."""
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]  # fontTools ships no types
    from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]  # fontTools ships no types
    from fontTools.ttLib.scaleUpem import scale_upem  # type: ignore[import-untyped]  # fontTools ships no types

    with TTFont(grid_of) as latin:
        units, known = latin["head"].unitsPerEm, set(latin.getBestCmap())
    font: Any = TTCollection(CHINESE_FILE).fonts[0]
    options = Options(hinting=False, layout_features=[], name_IDs=[0, 13], notdef_outline=True)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "kern", "vhea", "vmtx", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=chinese_characters() - known)
    subsetter.subset(font)
    scale_upem(font, units)
    font.save(target)


def _merge(latin: Path, chinese: Path, target: Path, face: str) -> None:
    """Write `latin` with the glyphs of `chinese` added, under the product's own name."""
    from fontTools.merge import Merger  # type: ignore[import-untyped]  # fontTools ships no types
    from fontTools.merge import Options as MergeOptions

    # The merged font keeps Noto's line height: Chinese characters fit inside it.
    merged: Any = Merger(options=MergeOptions(drop_tables=["fpgm", "prep", "cvt ", "gasp"])).merge(
        [str(latin), str(chinese)]
    )
    from fontTools.ttLib import TTFont

    with TTFont(latin) as model:
        for table, fields in (
            ("hhea", ("ascent", "descent", "lineGap")),
            ("OS/2", ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent")),
        ):
            for field in fields:
                setattr(merged[table], field, getattr(model[table], field))
    missing = required_characters() | {ord(char) for char in "村寨语言"}
    missing -= set(merged.getBestCmap())
    if missing:
        raise _missing_glyph(target, missing)
    for name_id, text in (
        (1, "BanLang"),
        (2, face),
        (3, f"BanLang-{face} {RECIPE}"),
        (4, f"BanLang {face}"),
        (6, f"BanLang-{face}"),
        (
            13,
            "Noto Sans: SIL Open Font License 1.1. WenQuanYi Micro Hei: Apache License 2.0.",
        ),
    ):
        merged["name"].setName(text, name_id, 3, 1, 0x409)
    with replacing(target, mode=0o644) as scratch:
        merged.save(scratch)


def _missing_source(source: Path) -> Problem:
    return Problem(
        "fonts.missing-source",
        who=Who.TECHNICIAN,
        vi=f"Thiếu phông chữ {source}. Hãy cài: apt-get install fonts-noto-core fonts-wqy-microhei.",
        en=f"The font {source} is missing. Install it: apt-get install fonts-noto-core fonts-wqy-microhei.",
    )


def _missing_glyph(target: Path, missing: set[int]) -> Problem:
    letters = " ".join(f"U+{code:04X}" for code in sorted(missing)[:10])
    return Problem(
        "fonts.missing-glyph",
        who=Who.TECHNICIAN,
        vi=f"Không ghép được {target.name}: thiếu chữ {letters}. Hãy cài đúng phông chữ của Debian 12.",
        en=f"{target.name} cannot be made: no glyph for {letters}. Install the fonts of Debian 12.",
    )


def main(arguments: list[str] | None = None) -> int:
    """Make the fonts; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m provisioning.fonts", description=__doc__)
    parser.add_argument("--out", type=Path, default=None, help="folder (default: share folder/fonts)")
    out: Path = parser.parse_args(arguments).out or share_folder() / "fonts"
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        made = make_fonts(out)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{out}: {'made' if made else 'already there'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
