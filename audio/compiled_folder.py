"""Where the machine code of the callback is kept: a folder named after the sources it came from.

numba looks only at the file that holds a function. The callback's offsets stand in another file, so
old machine code could run on a new memory layout; a folder per version of both rules that out.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_SOURCES = ("block.py", "engine.py")


def use_compiled_folder(base: Path) -> Path:
    """Make numba keep the callback's code below `base`; call it before `audio.engine` is imported."""
    here = Path(__file__).resolve().parent
    digest = hashlib.sha256(b"".join((here / name).read_bytes() for name in _SOURCES)).hexdigest()
    folder = base / digest[:16]
    os.environ["NUMBA_CACHE_DIR"] = os.fspath(folder)
    return folder
