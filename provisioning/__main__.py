"""The command ``banlang``: everything a technician, an officer or the province does in a terminal."""

from __future__ import annotations

import sys

import click

from kiosk import __version__
from kiosk.errors import Problem
from provisioning.command_account import account
from provisioning.command_bus import send, status
from provisioning.command_point import point
from provisioning.command_services import bench, publish
from provisioning.command_sound import announce, silence, talk


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="banlang")
def banlang() -> None:
    """Bản Làng: the screen and the loudspeakers of a village support point."""


for command in (point, status, send, talk, announce, silence, account, publish, bench):
    banlang.add_command(command)


def main() -> None:
    """Run the command; a `Problem` becomes words on standard error and exit code 1."""
    try:
        banlang()
    except Problem as problem:
        click.echo(f"{click.style('✗', fg='red')} {problem}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
