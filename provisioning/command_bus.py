"""``banlang status`` and ``banlang send``: look at the services, or say anything to one."""

from __future__ import annotations

import json
import time
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table

from kiosk.bus import BusConnection
from kiosk.errors import Problem, Who
from kiosk.messages import (
    COMMANDS,
    AudioState,
    ContentState,
    Hello,
    MediaState,
    Refused,
    ShellState,
)
from kiosk.paths import Layout
from provisioning.options import json_option, layout_option

SERVICES = ("audio", "media", "content", "shell")


def first_state(layout: Layout, service: str, *, timeout_s: float = 5.0) -> tuple[Hello, Any]:
    """Return a service's greeting and full state; raises `Problem` when it does not answer."""
    with BusConnection(layout.socket(service), timeout_s=timeout_s) as connection:
        try:
            hello = connection.receive(timeout_s)
            return hello, connection.receive(timeout_s)
        except (TimeoutError, EOFError, OSError, ValueError) as error:
            raise Problem(
                "bus.no-answer",
                who=Who.TECHNICIAN,
                vi=f"Dịch vụ `{service}` không trả lời. Nó sẽ tự khởi động lại; hãy thử lại sau 10 giây.",
                en=f"The `{service}` service does not answer. It restarts by itself; try again in 10 s.",
            ) from error


@click.command()
@layout_option
@json_option
def status(layout: Layout, as_json: bool) -> None:
    """Show what every service of the point is doing. Exit code 1 when one is down."""
    states: dict[str, Any] = {}
    problems: dict[str, Problem] = {}
    for service in SERVICES:
        try:
            states[service] = first_state(layout, service)[1]
        except Problem as problem:
            problems[service] = problem
    if as_json:
        answer: dict[str, Any] = {name: msgspec.to_builtins(state) for name, state in states.items()}
        for name, down in problems.items():
            answer[name] = {"down": msgspec.to_builtins(down.advice)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        table = Table("service", "state", "faults")
        for service in SERVICES:
            if service in states:
                table.add_row(service, in_words(states[service]), _faults(states[service]))
            else:
                table.add_row(service, "[red]down[/red]", str(problems[service].advice.en))
        Console().print(table)
    if problems:
        raise SystemExit(1)


def _faults(state: Any) -> str:
    return "\n".join(fault.advice.en for fault in getattr(state, "faults", ()))


def in_words(state: Any) -> str:
    """Return one line that says what a state means."""
    if isinstance(state, AudioState):
        if state.silenced:
            return "SILENCED (banlang silence --lift)"
        if state.on_air is not None:
            return f"ON AIR: {state.on_air.title} ({state.on_air.rank.name.lower()})"
        return f"{'ready' if state.ready else 'not ready'}, {state.driver}, {state.quantum} frames"
    if isinstance(state, MediaState):
        what = f" {state.item} {state.position_s:.0f}/{state.duration_s:.0f} s" if state.item else ""
        return f"{state.phase.value}{what}"
    if isinstance(state, ContentState):
        problem = f"; {state.problem.en}" if state.problem else ""
        return f"{state.phase.value}, revision {state.revision}, {state.items} items{problem}"
    if isinstance(state, ShellState):
        return f"screen {state.screen}, language {state.language or '-'}, item {state.item or '-'}"
    return type(state).__name__


@click.command()
@layout_option
@click.argument("service", type=click.Choice(sorted(COMMANDS)))
@click.argument("message", metavar="JSON")
@click.option("--for", "seconds", default=1.0, show_default=True, help="Listen this long for answers.")
def send(layout: Layout, service: str, message: str, seconds: float) -> None:
    """Send one MESSAGE (a line of JSON, see kiosk/messages.py) and print the states that follow.

    Exit code 1 when the service refuses. Example: banlang send content '{"type":"SyncNow"}'
    """
    refused = False
    with BusConnection(layout.socket(service)) as connection:
        for _ in range(2):  # the greeting and the state before
            click.echo(json.dumps(msgspec.to_builtins(connection.receive(5.0)), ensure_ascii=False))
        connection.send_line(message.replace("\n", " ").encode())
        started = time.monotonic()
        for answer in connection.messages(seconds):
            stamp = f"+{time.monotonic() - started:.3f}s "
            click.echo(stamp + json.dumps(msgspec.to_builtins(answer), ensure_ascii=False))
            refused = refused or isinstance(answer, Refused)
    if refused:
        raise SystemExit(1)
