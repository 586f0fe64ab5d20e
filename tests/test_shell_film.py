"""A 1080p30 film from the real player to the glass: what stands on the X server, frame by frame."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pytest

from kiosk.shell.bench_stage import RATE, Eye, Shown, make_film, make_point, process, screen, wait_for

pytestmark = pytest.mark.screen


def test_at_most_3_per_cent_of_a_1080p30_film_never_stand_on_the_screen() -> None:
    """Every frame carries its number as black and white blocks; the X server's pixels are read."""
    with tempfile.TemporaryDirectory(prefix="bl-") as name, screen(Path(name)) as display:
        film = Path(name) / "film.mp4"
        make_film(film)
        layout = make_point(Path(name), film)
        log, root = layout.logs / "film.log", ("--root", str(layout.root))
        with (
            process("media_player", *root, log=log, display=display),
            process("kiosk.shell", *root, log=log, display=display) as child,
        ):
            shown, eye = Shown(layout, child), Eye(display)
            shown.until(lambda state: state.first_frame_s is not None, "no first frame")
            eye.press("Return")
            shown.until(lambda state: state.screen == "language", "no language screen")
            eye.press("Return")
            shown.until(lambda state: state.focus == "open:card", "no tile has the focus")
            wait_for(layout.socket("media").exists, "the player did not start")
            eye.press("Return")
            wait_for(lambda: eye.counter() is not None, "the film was not shown")
            time.sleep(2.0)  # the opening also loads libVLC's plug-ins
            seen: set[int] = set()
            until = time.monotonic() + 6.0
            while time.monotonic() < until:
                number = eye.counter()
                if number is not None:
                    seen.add(number)
                time.sleep(0.006)
            eye.close()
            shown.close()
    expected = max(seen) - min(seen) + 1
    assert expected > 4 * RATE
    assert (expected - len(seen)) / expected <= 0.03
