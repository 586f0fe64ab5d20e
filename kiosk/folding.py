"""Folding for search: one function for what is indexed and for what is asked.

Vietnamese readers type without marks ("duong" must find "Đường"), SQLite's own folding leaves đ
alone, and Chinese has no spaces; folding both sides here makes the plain unicode61 tokenizer serve
all six languages.
"""

from __future__ import annotations

import unicodedata


def is_cjk(char: str) -> bool:
    """Tell whether `char` is a Chinese character (unified ideographs and extension A)."""
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"


def fold(text: str) -> str:
    """Return `text` without marks or case, đ as d, and each Chinese character a word of its own.

    Two spellings of one Vietnamese word (``hòa``, ``hoà``) fold alike. Never shown to people.
    """
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    kept: list[str] = []
    for char in plain:
        if unicodedata.category(char) == "Mn":
            continue
        kept.append(f" {char} " if is_cjk(char) else char)
    return " ".join("".join(kept).casefold().split())


def nfc(text: str) -> str:
    """Return `text` composed (NFC): the only form that is stored, shown and compared."""
    return unicodedata.normalize("NFC", text)
