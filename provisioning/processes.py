"""Start a child process with its log in a file, wait until it is there, stop exactly it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kiosk.errors import Problem, Who

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """Run in the child: a killed supervisor must not leave screens and sound servers behind."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def spawn(
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str],
    pass_fds: tuple[int, ...] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` with exactly `environment`, its output appended to `log`.

    The child gets SIGTERM when the thread that started it ends. Raises `Problem` when the program
    is not installed.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        try:
            return subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=dict(environment),
                pass_fds=pass_fds,
                preexec_fn=_die_with_parent,
            )
        except FileNotFoundError:
            raise not_installed(command[0]) from None


def not_installed(program: str) -> Problem:
    """Return the problem to raise when `program` is missing."""
    return Problem(
        "install.missing-program",
        who=Who.TECHNICIAN,
        vi=f"Chưa cài chương trình `{program}`. Hãy chạy `bash provisioning/run.sh` để cài đủ.",
        en=f"The program `{program}` is not installed. Run `bash provisioning/run.sh`, it installs all.",
    )


def stop(process: subprocess.Popen[bytes], *, within_s: float = 5.0) -> None:
    """Ask the process to end, and kill it when it does not within `within_s`."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(within_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(ready: Callable[[], bool], *, within_s: float, what: str, log: Path | None = None) -> None:
    """Wait for `ready`; raises `Problem` ``start.timeout`` with the end of `log` in its words."""
    deadline = time.monotonic() + within_s
    while not ready():
        if time.monotonic() > deadline:
            tail = ""
            if log is not None:
                with contextlib.suppress(OSError):
                    tail = "\n" + log.read_text(errors="replace")[-2000:]
            raise Problem(
                "start.timeout",
                who=Who.TECHNICIAN,
                vi=f"{what}: không khởi động được trong {within_s:.0f} giây. Xem nhật ký {log}.{tail}",
                en=f"{what} did not start within {within_s:.0f} seconds. Look into {log}.",
            )
        time.sleep(0.02)


def clean_environment() -> dict[str, str]:
    """Return this process's environment without variables that lead to another screen or sound."""
    dropped = {
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "PULSE_SERVER",
        "PULSE_SINK",
        "PIPEWIRE_RUNTIME_DIR",
        "PIPEWIRE_REMOTE",
        "JACK_DEFAULT_SERVER",
        "NOTIFY_SOCKET",
        "WATCHDOG_USEC",
    }
    return {name: value for name, value in os.environ.items() if name not in dropped}
