"""``python -m audio --root DIR``: wire the core to the sound card, the bus and the disk."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from audio.compiled_folder import use_compiled_folder
from kiosk.bus import BusServer
from kiosk.clock import SystemClock
from kiosk.config import AudioDriver, MachineConfig, load_machine, load_site
from kiosk.errors import Problem
from kiosk.messages import COMMANDS
from kiosk.paths import Layout
from kiosk.service import Service, setup_logging
from kiosk.watchdog import Watchdog


def main() -> int:
    """Serve until asked to end."""
    parser = argparse.ArgumentParser(prog="python -m audio", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("/"), help="folder that holds the point")
    layout = Layout(parser.parse_args().root.resolve())
    setup_logging("audio")
    use_compiled_folder(layout.service_state("audio") / "compiled")
    try:
        return serve(layout)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1


def serve(layout: Layout) -> int:
    """Build the service and run it; raises `Problem` for what a technician must cure."""
    from audio.block import Block
    from audio.core import Core
    from audio.desk import Desk
    from audio.drivers import Drivers
    from audio.effects import WriteLog
    from audio.keeper import Keeper
    from audio.published import same

    site, machine = load_site(layout.site_file), load_machine(layout.machine_file)
    layout.make_folders()
    clock = SystemClock(layout.clock_file, trust_rtc=machine.clock.trust_rtc)
    block = Block()
    desk = Desk(block, site.sound, machine.audio.routes)
    keeper = Keeper(layout.service_state("audio") / "programme.json")
    kept, cut_off = keeper.read()
    desk.silence(kept.silenced)
    core = Core(
        sound=site.sound,
        microphone=machine.audio.microphone_path,
        driver=machine.audio.driver.value,
        silenced=kept.silenced,
        kept=kept.announcements,
    )
    service: Service
    drivers = Drivers(
        layout=layout,
        desk=desk,
        device=make_device(machine, block),
        keeper=keeper,
        clock=clock,
        post=lambda message: service.post(message),
    )
    service = Service(core=core, carriers=drivers.carriers(), clock=clock, same=same)
    bus = BusServer(layout.socket("audio"), "audio", COMMANDS["audio"], service.post)
    if cut_off:
        keeper.write(silenced=kept.silenced, announcements=())
    for entry in cut_off:
        facts = {"announcement": entry.name, "title": entry.title, "officer": entry.officer}
        lost = WriteLog(kind="announcement-dropped", seconds=0.0, facts={**facts, "why": "power cut"})
        drivers.carriers()[WriteLog](lost)
    drivers.start()
    try:
        service.run(bus, Watchdog())
    finally:
        drivers.close()
    return 0


def make_device(machine: MachineConfig, block: Any) -> Any:
    """Return the driver that ``machine.toml`` names."""
    match machine.audio.driver:
        case AudioDriver.JACK:
            from audio.jack_device import JackDevice

            return JackDevice(block, machine.audio.ports)
        case AudioDriver.SOUNDDEVICE:
            from audio.portaudio_device import PortAudioDevice

            return PortAudioDevice(block, machine.audio.device, machine.audio.quantum)
        case AudioDriver.SIMULATED:
            from audio.simulated import SimulatedDevice

            return SimulatedDevice(block, machine.audio.quantum)


if __name__ == "__main__":
    sys.exit(main())
