"""A thread that does one job after another, so the service's loop never waits.

A job that hangs (a wedged name server, a server that drips bytes) is abandoned with its thread: the lane
goes on in a new one, and the old job learns of it at its next step.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Abandoned(Exception):
    """This job was given up; whoever ordered it no longer listens."""


class Turn:
    """A job's own view of whether it is still wanted."""

    def __init__(self) -> None:
        self._wanted = True

    def abandon(self) -> None:
        """Let the job end at its next `check`."""
        self._wanted = False

    def check(self) -> None:
        """Raise `Abandoned` when the job is no longer wanted."""
        if not self._wanted:
            raise Abandoned


Job = Callable[[Turn], None]


class Lane:
    """One thread and its queue; `put` never waits."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._renew()

    def put(self, job: Job) -> None:
        """Queue a job."""
        self._jobs.put((job, self._turn))

    def abandon(self) -> None:
        """Give up whatever runs and waits; go on with a new thread."""
        self._turn.abandon()
        self._jobs.put(None)
        self._renew()

    def _renew(self) -> None:
        self._turn = Turn()
        self._jobs: queue.SimpleQueue[tuple[Job, Turn] | None] = queue.SimpleQueue()
        threading.Thread(target=_run, args=(self._jobs,), name=self._name, daemon=True).start()


def _run(jobs: queue.SimpleQueue[tuple[Job, Turn] | None]) -> None:
    while (entry := jobs.get()) is not None:
        job, turn = entry
        try:
            job(turn)
        except Abandoned:
            continue
        except Exception:
            # A bug: the process dies and is restarted; all that was held is whole on the disk.
            log.critical("job failed, the service ends", exc_info=True)
            os._exit(70)
