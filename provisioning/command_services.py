"""``banlang publish`` and ``banlang bench``: commands that live with the service they belong to.

Services do not import one another, so these are handed to the service's own module as they are.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

from kiosk.bench import Figure, show_figures, write_figures
from kiosk.errors import Problem, Who

BENCHES = {
    "shell": "kiosk.shell.bench",
    "media": "media_player.bench",
    "audio": "audio.bench",
    "content": "content_cache.bench",
}

_AS_IS = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


@click.command(context_settings=_AS_IS)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def publish(arguments: tuple[str, ...]) -> None:
    """Make, fill and sign a repository of content (province or commune side)."""
    command = [sys.executable, "-m", "content_cache.publish", *arguments]
    sys.stdout.flush()
    os.execv(sys.executable, command)


@click.command()
@click.argument("name", type=click.Choice(["all", *BENCHES]))
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the figures here as a list of {name, value, unit, peer, peer_value, ratio, runs}.",
)
def bench(name: str, json_file: Path | None) -> None:
    """Measure a service beside its peers, in one run, as medians."""
    import tempfile

    import msgspec

    figures: list[Figure] = []
    for chosen in BENCHES if name == "all" else (name,):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "figures.json"
            done = subprocess.run([sys.executable, "-m", BENCHES[chosen], "--json", os.fspath(file)])
            if done.returncode != 0 or not file.is_file():
                raise Problem(
                    "bench.failed",
                    who=Who.TECHNICIAN,
                    vi=f"Phép đo `{chosen}` không chạy xong (mã {done.returncode}). Xem thông báo ở trên.",
                    en=f"The benchmark `{chosen}` failed (code {done.returncode}). See what it says above.",
                )
            figures += msgspec.json.decode(file.read_bytes(), type=list[Figure])
    if name == "all":
        show_figures(figures)
    if json_file is not None:
        write_figures(json_file, figures)
