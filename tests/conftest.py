"""What all tests share: the folder of compiled code, and a count of what was not run."""

from __future__ import annotations

from pathlib import Path

import pytest

from audio.compiled_folder import use_compiled_folder

use_compiled_folder(Path(__file__).resolve().parent.parent / "build/compiled")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped, also when none was."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    terminalreporter.write_line(f"skipped: {skipped} (each is named above with its reason)")
