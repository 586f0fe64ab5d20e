"""Run a whole point: four services, started in order, each restarted when it dies.

On an installed machine systemd does this; here it is one readable page. Nothing a service does
depends on it: a service that is killed comes back with its state, the others do not notice.
"""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import TracebackType

from kiosk.bus import BusConnection
from kiosk.errors import Problem, Who
from kiosk.paths import Layout
from provisioning.processes import spawn, stop, wait_until
from provisioning.surroundings import Surroundings

SERVICES = (
    ("content", "content_cache"),
    ("audio", "audio"),
    ("media", "media_player"),
    ("shell", "kiosk.shell"),
)
"""Socket name and module, in starting order: content first, the screen last, for it shows the rest."""

RESTART_FIRST_S, RESTART_MOST_S = 0.2, 5.0
STEADY_S = 20.0
"""A service that ran this long starts afresh with the shortest wait."""

Say = Callable[[str], None]


class RootLock:
    """One point per folder: held by the kernel, so a killed point leaves nothing locked."""

    def __init__(self, layout: Layout) -> None:
        layout.run.mkdir(parents=True, exist_ok=True)
        self._file = (layout.run / "point.lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Problem(
                "point.root-in-use",
                who=Who.TECHNICIAN,
                vi=f"Một điểm hỗ trợ khác đang chạy ở {layout.root}. Hãy dừng nó, hoặc chọn --root khác.",
                en=f"Another point is already running in {layout.root}. Stop it, or choose another --root.",
            ) from None

    def __enter__(self) -> RootLock:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class RunningPoint:
    """The four services of a point on its surroundings."""

    def __init__(self, layout: Layout, surroundings: Surroundings, say: Say) -> None:
        self._layout = layout
        self._surroundings = surroundings
        self._say = say
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._wait: dict[str, float] = {}
        self._due: dict[str, float] = {}
        self.restarts = 0

    def __enter__(self) -> RunningPoint:
        """Start every service; raises `Problem` when one does not answer within a minute."""
        try:
            for socket, module in SERVICES:
                self._start(socket, module)
            for socket, _ in SERVICES:
                wait_until(
                    lambda socket=socket: self._answers(socket),  # type: ignore[misc]  # bound now
                    within_s=60,
                    what=f"`{socket}`",
                    log=self._layout.logs / f"{socket}.log",
                )
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for socket, _ in reversed(SERVICES):
            if socket in self._processes:
                stop(self._processes[socket])

    def tend(self) -> None:
        """Restart what has died, with back-off; call this a few times a second."""
        now = time.monotonic()
        for socket, module in SERVICES:
            process = self._processes[socket]
            if process.poll() is None:
                if now - self._started[socket] > STEADY_S:
                    self._wait[socket] = RESTART_FIRST_S
                continue
            if socket not in self._due:
                self._due[socket] = now + self._wait[socket]
                self._wait[socket] = min(RESTART_MOST_S, 2 * self._wait[socket])
                self._say(f"`{socket}` dừng (mã {process.returncode}), khởi động lại · stopped, restarting")
            if now >= self._due[socket]:
                del self._due[socket]
                self.restarts += 1
                self._start(socket, module)

    def _start(self, socket: str, module: str) -> None:
        self._processes[socket] = spawn(
            [sys.executable, "-m", module, "--root", str(self._layout.root)],
            log=self._layout.logs / f"{socket}.log",
            environment=self._surroundings.environment(),
        )
        self._started[socket] = time.monotonic()
        self._wait.setdefault(socket, RESTART_FIRST_S)

    def _answers(self, socket: str) -> bool:
        process = self._processes[socket]
        if process.poll() is not None:
            log = self._layout.logs / f"{socket}.log"
            tail = log.read_text(errors="replace")[-1500:]
            raise Problem(
                "start.service-ended",
                who=Who.TECHNICIAN,
                vi=f"Dịch vụ `{socket}` không khởi động được (nhật ký {log}):\n{tail}",
                en=f"The service `{socket}` did not start; the end of {log} is above.",
            )
        try:
            BusConnection(self._layout.socket(socket)).close()
        except Problem:
            return False
        return True


class AskedToStop(Exception):  # not an error: the person pressed Ctrl-C
    """SIGTERM or SIGINT came."""


def stop_on_signals() -> None:
    """Turn SIGTERM and SIGINT into `AskedToStop`, so that every context manager lets go in order."""

    def asked(*_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        raise AskedToStop

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
