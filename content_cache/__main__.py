"""Wire the content service: ``python -m content_cache --root DIR``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from content_cache import advice as say
from content_cache.core import ContentCore, same_but_figures
from content_cache.disk import ContentDisk
from content_cache.effects import Examine, Fetch, GiveUp, Look, Recall, Show, TakeStock
from content_cache.index import read_shown
from content_cache.network import RepositoryNetwork
from kiosk.bus import BusServer
from kiosk.clock import SystemClock
from kiosk.config import Repository, load_machine, load_site
from kiosk.errors import Advice, Problem
from kiosk.messages import COMMANDS
from kiosk.paths import Layout
from kiosk.service import Carrier, Service, setup_logging
from kiosk.watchdog import Watchdog


@click.command()
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/"),
    help="Folder that holds the whole point [default: /].",
)
def content(root: Path) -> None:
    """Keep the point's content: look at the repository, prove, fetch, swap."""
    setup_logging("content")
    layout = Layout(root.resolve())
    site = load_site(layout.site_file).repository
    machine = load_machine(layout.machine_file)
    layout.make_folders()
    clock = SystemClock(layout.clock_file, trust_rtc=machine.clock.trust_rtc)
    core = ContentCore(
        area=site.area,
        check_every_s=site.check_every_s,
        obstacle=obstacle(site),
        shown=read_shown(layout.catalogue_file),
        seed=int.from_bytes(os.urandom(8)),
    )
    carriers: dict[type, Carrier] = {}
    service = Service(core=core, carriers=carriers, clock=clock, same=same_but_figures)
    network = RepositoryNetwork(layout, site, clock, service.post)
    disk = ContentDisk(layout, service.post, network.knows)
    carriers.update(
        {
            Look: network.look,
            Fetch: network.fetch,
            GiveUp: network.give_up,
            Recall: disk.recall,
            TakeStock: disk.take_stock,
            Show: disk.show,
            Examine: disk.examine,
        }
    )
    bus = BusServer(layout.socket("content"), "content", COMMANDS["content"], service.post)
    service.run(bus, Watchdog())


def obstacle(site: Repository) -> Advice | None:
    """Return why no repository can be asked, or None."""
    if not site.urls:
        return say.no_repository()
    return None if site.area else say.no_area()


def main() -> None:
    """Run the service; a `Problem` at start becomes words and exit code 1."""
    try:
        content()
    except Problem as problem:
        click.echo(f"✗ {problem}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
