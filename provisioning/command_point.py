"""``banlang point``: run a whole support point on this machine, look at it, listen to it."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from kiosk.errors import Problem, Who
from kiosk.paths import Layout
from provisioning.demo import run_demo
from provisioning.options import layout_option
from provisioning.running_point import AskedToStop, RootLock, RunningPoint, stop_on_signals
from provisioning.setup_point import prepare, write_machine
from provisioning.surroundings import Surroundings, found_or_made, load

TEND_S = 0.1
PHOTO_EVERY_S = 10.0


@click.group()
def point() -> None:
    """Run a support point here, look at its screen, listen to its amplifier."""


@point.command()
@layout_option
@click.option("--virtual", is_flag=True, help="Virtual screen and sound even if real ones exist.")
@click.option("--demo", "demo_s", type=click.IntRange(45, 3600), help="Play a scripted demo, then end.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the demo puts screens/, amplifier.wav and report.json [default: demo-out].",
)
def run(layout: Layout, virtual: bool, demo_s: int | None, out: Path | None) -> None:
    """Set the point up if it is new, start its four services, keep them running until Ctrl-C."""
    stop_on_signals()
    try:
        with RootLock(layout):
            prepare(layout, click.echo)
            with found_or_made(layout, force_virtual=virtual or demo_s is not None) as surroundings:
                write_machine(layout, surroundings.machine)
                with RunningPoint(layout, surroundings, click.echo) as running:
                    if demo_s is not None:
                        passed = run_demo(
                            layout, surroundings, running, seconds=demo_s, out=out or Path("demo-out")
                        )
                        raise SystemExit(0 if passed else 1)
                    _serve(layout, surroundings, running)
    except AskedToStop:
        click.echo("Đã dừng · stopped")


def _serve(layout: Layout, surroundings: Surroundings, running: RunningPoint) -> None:
    click.echo(where_to_look(layout, surroundings))
    photo = layout.run / "screen.png"
    next_photo = 0.0
    while True:
        running.tend()
        if surroundings.virtual_screen and time.monotonic() >= next_photo:
            surroundings.screen.screenshot(photo)
            next_photo = time.monotonic() + PHOTO_EVERY_S
        time.sleep(TEND_S)


def where_to_look(layout: Layout, surroundings: Surroundings) -> str:
    """Return the one line that says where the picture and the sound are."""
    if surroundings.virtual_screen:
        look = f"{layout.run / 'screen.png'} (mỗi {PHOTO_EVERY_S:.0f} s · every {PHOTO_EVERY_S:.0f} s)"
    else:
        look = f"màn hình · display {surroundings.display}"
    program = sys.argv[0] if Path(sys.argv[0]).name == "banlang" else "banlang"
    hear = f"{program} point listen FILE.wav" if surroundings.virtual_sound else "loa · loudspeakers"
    return f"Điểm đang chạy · running. Xem · look: {look}   Nghe · hear: {hear}   Dừng · stop: Ctrl-C"


@point.command()
@layout_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def look(layout: Layout, file: Path) -> None:
    """Photograph the running point's screen into FILE (PNG)."""
    load(layout).screen.screenshot(file)
    click.echo(str(file))


@point.command()
@layout_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--for", "seconds", default=10.0, show_default=True, help="How long to listen, seconds.")
def listen(layout: Layout, file: Path, seconds: float) -> None:
    """Record microphone, amplifier left and right of the running point into FILE (3-channel WAV)."""
    surroundings = load(layout)
    if not surroundings.virtual_sound:
        raise Problem(
            "point.real-sound",
            who=Who.TECHNICIAN,
            vi="Điểm này dùng card âm thanh thật: hãy nghe ở loa. Muốn ghi lại, chạy với --virtual.",
            en="This point has a real sound card: listen at the loudspeakers. To record, run it --virtual.",
        )
    with surroundings.sound_server(layout.logs / "listen.log").recording(file):
        time.sleep(seconds)
    click.echo(str(file))


@point.command()
@layout_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def speak(layout: Layout, file: Path) -> None:
    """Play FILE into the virtual microphone of the running point (as a person would speak)."""
    load(layout).sound_server(layout.logs / "speak.log").speak(file)
