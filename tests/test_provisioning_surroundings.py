"""A machine with a display opens there; one without gets a virtual one."""

from __future__ import annotations

from pathlib import Path

import pytest
from points import make_point, short_folder

from kiosk.errors import Problem
from provisioning.surroundings import found_or_made, load
from provisioning.virtual import VirtualScreen


def test_a_display_that_is_there_is_used_and_can_be_photographed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with VirtualScreen(640, 480) as real, short_folder() as root:
        monkeypatch.setenv("DISPLAY", real.display)
        layout = make_point(root)
        with found_or_made(layout, force_virtual=False) as found:
            assert found.display == real.display
            assert not found.virtual_screen
            assert found.virtual_sound
            assert found.environment()["DISPLAY"] == real.display
            assert load(layout) == found
            found.screen.screenshot(tmp_path / "a.png")
            assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
        with pytest.raises(Problem) as gone:
            load(layout)
        assert gone.value.code == "point.not-running"


def test_without_a_display_one_is_made_and_stopped_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    with short_folder() as root:
        layout = make_point(root)
        with found_or_made(layout, force_virtual=False) as found:
            assert found.virtual_screen
            ports = found.sound_server(root / "log").ports()
            assert {"amp:playback_FL", "amp:playback_FR", "mic:capture_MONO", "bulletin:monitor_FL"} <= set(
                ports
            )
            display = found.display
        socket = Path("/tmp/.X11-unix") / f"X{display.removeprefix(':')}"
        assert not socket.exists()
