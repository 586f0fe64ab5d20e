"""Real points in a test's own folder: configuration, running services, a deterministic JACK server."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kiosk.accounts import add_account
from kiosk.bus import BusConnection
from kiosk.errors import Problem
from kiosk.paths import Layout
from kiosk.types import OfficerRole
from provisioning.processes import clean_environment, spawn, stop

SOCKETS = {
    "audio": "audio",
    "media_player": "media",
    "content_cache": "content",
    "kiosk.shell": "shell",
}

_SITE = """
[point]
id = "diem-thu"
name = "Điểm thử"
"""

_MACHINE = """
[audio]
driver = "simulated"
[media]
vlc_output = "dummy"
[clock]
trust_rtc = true
"""


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose name is short enough for unix sockets (pytest's own may not be)."""
    folder = Path(tempfile.mkdtemp(prefix="bl-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_point(root: Path, *, site: str = "", machine: str = "") -> Layout:
    """Write a point's configuration below `root`; `site` and `machine` are TOML merged over it."""
    layout = Layout(root)
    layout.make_folders()
    layout.site_file.write_text(_merged(_SITE, site))
    layout.machine_file.write_text(_merged(_MACHINE, machine))
    return layout


def add_officer(
    layout: Layout,
    name: str = "Cán bộ mẫu",
    roles: tuple[OfficerRole, ...] = (OfficerRole.OFFICER, OfficerRole.APPROVER),
) -> tuple[str, str]:
    """Create an officer with a random PIN; return name and PIN."""
    while True:
        pin = f"{secrets.randbelow(10**8):08d}"
        with contextlib.suppress(Problem):
            add_account(layout.accounts_file, name, pin, roles)
            return name, pin


@contextlib.contextmanager
def running(
    module: str, layout: Layout, env: Mapping[str, str] | None = None, args: Sequence[str] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``python -m module --root …`` until the block ends; shows its log when the block fails."""
    log = layout.logs / f"{module}.log"
    process = spawn(
        [sys.executable, "-m", module, "--root", str(layout.root), *args],
        log=log,
        environment={**clean_environment(), **(env or {})},
    )
    try:
        wait_for(lambda: process.poll() is not None or answers(layout, SOCKETS[module]), 60)
        assert process.poll() is None, f"{module} ended at once"
        yield process
    except BaseException:
        print(f"--- {log.name}\n{log.read_text(errors='replace')[-6000:]}")
        raise
    finally:
        stop(process)


def answers(layout: Layout, service: str) -> bool:
    """Tell whether a service takes connections."""
    try:
        BusConnection(layout.socket(service)).close()
    except Problem:
        return False
    return True


@contextlib.contextmanager
def jackd(*, quantum: int = 256) -> Iterator[dict[str, str]]:
    """Run a JACK server without a card; yields the variables that lead a client to it."""
    name = f"t{os.getpid()}-{secrets.token_hex(3)}"
    variables = {"JACK_DEFAULT_SERVER": name, "JACK_NO_AUDIO_RESERVATION": "1", "JACK_NO_START_SERVER": "1"}
    with tempfile.NamedTemporaryFile(prefix="jackd-") as log:
        command = ["jackd", "-r", "-n", name, "-d", "dummy", "-r", "48000", "-p", str(quantum)]
        process = spawn(
            [*command, "-C", "2", "-P", "2"],
            log=Path(log.name),
            environment={**clean_environment(), **variables},
        )
        probe = {**clean_environment(), **variables}
        try:
            wait_for(lambda: subprocess.run(["jack_lsp"], env=probe, capture_output=True).returncode == 0, 20)
            yield variables
        finally:
            stop(process)


def wait_for(predicate: Callable[[], Any], timeout_s: float = 10.0) -> Any:
    """Return the first true answer of `predicate`; fails after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = predicate()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {timeout_s} s"
        time.sleep(0.02)


def _merged(base: str, over: str) -> str:
    tables: dict[str, Any] = tomllib.loads(base)
    _merge(tables, tomllib.loads(over))
    return "\n".join(_toml(tables))


def _merge(into: dict[str, Any], over: dict[str, Any]) -> None:
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value


def _toml(table: dict[str, Any], name: str = "") -> Iterator[str]:
    import json

    values = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if name:
        yield f"[{name}]"
    for key, value in values.items():
        yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _toml(value, f"{name}.{key}" if name else key)
