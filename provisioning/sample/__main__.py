"""``python -m provisioning.sample``: render the sample content set, once."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from kiosk.errors import Problem
from kiosk.paths import share_folder
from provisioning.sample.render import ensure


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=None, help="Folder of the set."
)
@click.option("--force", is_flag=True, help="Render even if the set is there and current.")
def main(out: Path | None, force: bool) -> None:
    """Render the sample content: a film, bulletins, posters, a handbook, in Vietnamese, English, Chinese."""
    folder = out or share_folder() / "sample"
    console = Console(stderr=True)
    start = time.monotonic()
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
    )
    try:
        with bar:
            task = bar.add_task("Nội dung mẫu / sample content", total=1.0)
            rendered = ensure(folder, force=force, progress=lambda part: bar.update(task, completed=part))
    except Problem as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
    took = time.monotonic() - start
    click.echo(f"{folder}: " + (f"đã tạo / rendered ({took:.0f} s)" if rendered else "đã có / up to date"))


if __name__ == "__main__":
    main()
