"""Start the screen: ``python -m kiosk.shell --root DIR``. Wiring only.

Kivy reads the environment and its settings while it is imported, so both are set first. It never
reads or writes a home folder, takes no command line, plays no sound (its sound can freeze) and
cannot be left by a key.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.clock import SystemClock
from kiosk.config import load_machine, load_site
from kiosk.errors import Problem, Who
from kiosk.paths import Layout
from kiosk.service import setup_logging
from kiosk.shell.fonts import BOLD, REGULAR, face
from kiosk.shell.model import Model
from kiosk.shell.words import load_words

if TYPE_CHECKING:
    from kiosk.shell.app import ShellApp

SETTINGS = (
    ("kivy", "exit_on_escape", "0"),
    ("kivy", "log_level", "warning"),  # not "error": tracebacks would vanish
    ("kivy", "log_enable", "0"),
    ("graphics", "multisamples", "0"),  # 23 → 63 frames a second in software
    ("graphics", "borderless", "1"),
    ("graphics", "fullscreen", "0"),  # SDL's own needs a window manager; the window is made to measure
    ("graphics", "position", "custom"),
    ("graphics", "left", "0"),
    ("graphics", "top", "0"),
    ("graphics", "allow_screensaver", "0"),
    ("input", "mouse", "mouse,disable_multitouch"),
)


def main(arguments: list[str]) -> int:
    """Run until SIGTERM; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m kiosk.shell", description="The screen of a point.")
    parser.add_argument("--root", type=Path, default=Path("/"), help="folder that holds the whole point")
    layout = Layout(parser.parse_args(arguments).root.resolve())
    setup_logging("shell")
    try:
        app = wire(layout)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: app.stop())
    app.run()
    return 0


def wire(layout: Layout) -> ShellApp:
    """Return the application, ready to run; raises `Problem`."""
    site = load_site(layout.site_file)
    clock = SystemClock(layout.clock_file, trust_rtc=load_machine(layout.machine_file).clock.trust_rtc)
    for name in (REGULAR, BOLD):
        face(name)
    model = Model(
        words=load_words(site.point.languages),
        languages=site.point.languages,
        idle_s=site.screen.idle_s,
        point_name=site.point.name,
    )
    prepare_kivy(layout.service_state("shell") / "kivy")
    from kiosk.shell.app import ShellApp

    return ShellApp(layout, model, clock)


def prepare_kivy(home: Path) -> None:
    """Set Kivy up and open the window; raises `Problem` ``shell.no-display`` when there is none."""
    width, height = screen_size()
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KIVY_HOME=str(home),
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_NO_CONSOLELOG="0",
        KIVY_METRICS_DENSITY="1",
        KIVY_AUDIO="dummy",
        KIVY_LOG_MODE="PYTHON",  # Kivy's words go the same way as ours
    )
    from kivy.config import Config  # type: ignore[import-untyped]  # Kivy ships no types

    for section, option, value in SETTINGS:
        Config.set(section, option, value)
    Config.set("graphics", "width", str(width))
    Config.set("graphics", "height", str(height))
    from kivy.core.window import Window  # type: ignore[import-untyped]  # the same

    if Window is None:
        raise _no_display()


def screen_size() -> tuple[int, int]:
    """Return the size of the X screen, pixels; raises `Problem` ``shell.no-display``."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        raise _no_display() from None
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    if not display:
        raise _no_display()
    size = int(x11.XDisplayWidth(display, 0)), int(x11.XDisplayHeight(display, 0))
    x11.XCloseDisplay(display)
    return size


def _no_display() -> Problem:
    return Problem(
        "shell.no-display",
        who=Who.TECHNICIAN,
        vi="Không mở được màn hình (biến DISPLAY). Hãy kiểm tra dây tivi và phiên đồ hoạ, "
        "hoặc chạy `banlang point run`, lệnh này tự mở màn hình ảo.",
        en="No display can be opened (variable DISPLAY). Check the television's cable and the "
        "graphical session, or use `banlang point run`, which opens a virtual screen by itself.",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
