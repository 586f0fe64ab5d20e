"""Wire the player: ``python -m media_player --root DIR``."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Any

from kiosk.bus import BusServer
from kiosk.clock import SystemClock
from kiosk.config import MachineConfig, MediaDriver, load_machine
from kiosk.errors import Problem
from kiosk.frames import SLOT_BYTES, SLOTS, FrameWriter
from kiosk.messages import MediaCommand, Surface
from kiosk.paths import Layout
from kiosk.service import Service, setup_logging
from kiosk.watchdog import Watchdog
from media_player import effects
from media_player.content_desk import ContentLink
from media_player.core import PlayerCore, same_but_position
from media_player.library import CatalogueLibrary
from media_player.ports import Engine
from media_player.simulated import Paced, SimulatedEngine

log = logging.getLogger("media_player")

EXIT_CONFIG = 78  # sysexits.h EX_CONFIG: no use in restarting before somebody acted
EXIT_HUNG = 75  # EX_TEMPFAIL: restart us


def make_engine(machine: MachineConfig, layout: Layout, frames: FrameWriter, post: Any) -> Engine:
    """Return the engine the machine declares."""
    if machine.media.driver is MediaDriver.SIMULATED:
        simulated = SimulatedEngine(frames=frames, post=post)
        Paced(simulated)
        return simulated
    from media_player.vlc_engine import VlcEngine

    return VlcEngine(
        layout=layout, frames=frames, output=machine.media.vlc_output, sink=machine.media.sink, post=post
    )


def serve(layout: Layout) -> None:
    """Run the player until it is told to end; raises `Problem` when it cannot start."""
    machine = load_machine(layout.machine_file)
    layout.make_folders()
    clock = SystemClock(layout.clock_file, trust_rtc=machine.clock.trust_rtc)
    carriers: dict[type, Any] = {}
    service = Service(core=PlayerCore(), carriers=carriers, clock=clock, same=same_but_position)
    bus = BusServer(layout.socket("media"), "media", MediaCommand, service.post)
    frames = FrameWriter()
    engine = make_engine(machine, layout, frames, service.post)
    content = ContentLink(layout.socket("content"))

    def hand_surface(order: effects.HandSurface) -> None:
        bus.send(order.connection, Surface(slots=SLOTS, slot_bytes=SLOT_BYTES), fds=(frames.fd,))

    carriers.update(
        {
            effects.LookUp: CatalogueLibrary(layout, service.post).look_up,
            effects.Open: engine.open,
            effects.Close: engine.close,
            effects.Hold: engine.hold,
            effects.Go: engine.go,
            effects.GoTo: engine.go_to,
            effects.PickTrack: engine.pick_track,
            effects.HandSurface: hand_surface,
            effects.TellContent: content.tell,
            effects.GiveUp: give_up,
        }
    )
    service.run(bus, Watchdog())
    engine.shut_down(within_s=2.0)
    content.close()


def give_up(order: effects.GiveUp) -> None:
    """End at once: a hung libVLC can only be silenced with its process."""
    log.critical("giving up: %s", order.reason)
    _leave(EXIT_HUNG)


def main() -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m media_player", description="The player service.")
    parser.add_argument("--root", type=Path, default=Path("/"), help="where the whole point lives")
    arguments = parser.parse_args()
    setup_logging("media")
    try:
        serve(Layout(arguments.root.resolve()))
    except Problem as problem:
        print(problem.advice, file=sys.stderr)
        return EXIT_CONFIG
    return 0


def _leave(code: int) -> None:
    """End without the interpreter's farewell: libVLC's threads may still be in our callbacks."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _leave(main())
