"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kiosk.errors import Problem, Who
from kiosk.paths import Layout
from kiosk.types import ALL_ZONES, Zone


def default_root() -> Path:
    """Return where the point lies: ``$BANLANG_ROOT``, ``build/point`` in a source tree, else ``/``."""
    named = os.environ.get("BANLANG_ROOT")
    if named:
        return Path(named)
    tree = Path(__file__).resolve().parent.parent
    return tree / "build/point" if (tree / "pyproject.toml").is_file() else Path("/")


def _layout(_: click.Context, __: click.Parameter, value: Path | None) -> Layout:
    return Layout((value or default_root()).resolve())


layout_option = click.option(
    "--root",
    "layout",
    type=click.Path(path_type=Path, file_okay=False),
    callback=_layout,
    help="Folder that holds the whole point [default: $BANLANG_ROOT, build/point, or /].",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")


def _zones(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[Zone, ...]:
    return tuple(Zone(zone) for zone in value) or ALL_ZONES


zones_option = click.option(
    "--zone",
    "zones",
    multiple=True,
    type=click.Choice([zone.value for zone in Zone]),
    callback=_zones,
    help="Loudspeakers to use; repeat for several [default: all].",
)


def officer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--as NAME`` and ``--pin-file``; the PIN is otherwise asked for, or in ``$BANLANG_PIN``."""
    command = click.option(
        "--pin-file",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="File whose first line is the PIN [default: $BANLANG_PIN, or ask].",
    )(command)
    return click.option("--as", "officer", required=True, metavar="NAME", help="Your account.")(command)


def read_pin(pin_file: Path | None) -> str:
    """Return the PIN from the file, the environment, or the person; never from the command line."""
    if pin_file is not None:
        lines = pin_file.read_text().splitlines()
        if not lines or not lines[0].strip():
            raise Problem(
                "account.empty-pin-file",
                who=Who.OFFICER,
                vi=f"Tệp {pin_file} trống. Hãy ghi mã PIN vào dòng đầu.",
                en=f"The file {pin_file} is empty. Put the PIN into its first line.",
            )
        return lines[0].strip()
    return os.environ.get("BANLANG_PIN") or str(click.prompt("PIN", hide_input=True))
