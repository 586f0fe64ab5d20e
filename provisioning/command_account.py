"""``banlang account``: the named officers of the point."""

from __future__ import annotations

import click

from kiosk.accounts import accounts, add_account
from kiosk.paths import Layout
from kiosk.types import OfficerRole
from provisioning.options import json_option, layout_option


@click.group()
def account() -> None:
    """Named officers and their PINs (there is no default account)."""


@account.command()
@layout_option
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in OfficerRole]),
    help="What the officer may do; repeat for several.",
)
def add(layout: Layout, name: str, roles: tuple[str, ...]) -> None:
    """Create an officer, or give an existing one a new PIN (asked for, never on the command line)."""
    pin = click.prompt("PIN", hide_input=True, confirmation_prompt=True)
    layout.etc.mkdir(parents=True, exist_ok=True)
    add_account(layout.accounts_file, name, pin, tuple(OfficerRole(role) for role in roles))
    click.echo(f"Đã tạo tài khoản · account created: {name} ({', '.join(roles)})")


@account.command("list")
@layout_option
@json_option
def list_accounts(layout: Layout, as_json: bool) -> None:
    """List the officers (never their PINs)."""
    known = {entry.name: [role.value for role in entry.roles] for entry in accounts(layout.accounts_file)}
    if as_json:
        import json

        click.echo(json.dumps(known, ensure_ascii=False, indent=1))
    else:
        for name, roles in known.items():
            click.echo(f"{name}: {', '.join(roles)}")
