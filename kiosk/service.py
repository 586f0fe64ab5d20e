"""The loop every service runs: one inbox, one pure core, effects carried out by drivers.

Reader threads, timers and device callbacks only `post` into the inbox. `Service.run` takes one
message at a time, lets the core decide, carries out the effects in order, and publishes the state
when it changed. The watchdog is pinged from this loop, so a stuck core is restarted.
"""

from __future__ import annotations

import logging
import queue
import signal
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from kiosk.bus import BusServer, Connected, ConnectionId
from kiosk.clock import Clock
from kiosk.messages import Message
from kiosk.watchdog import Watchdog

log = logging.getLogger(__name__)


class Tick(msgspec.Struct, frozen=True):
    """A deadline the core asked for has come (or the loop just turned)."""


class Stopping(msgspec.Struct, frozen=True):
    """The service is asked to end: let go of everything in good order."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """Effect: send `message` to one peer. Carried out by the loop itself."""

    connection: ConnectionId
    message: Message


class Core(Protocol):
    """A service's truth, without I/O, clock, thread or logger."""

    def step(self, message: Any, now: float) -> list[Any]:
        """Take one message at `now` (monotonic seconds) and return effects in order."""
        ...

    def state(self, now: float) -> Message:
        """Return the published state as seen at `now`."""
        ...

    def deadline(self) -> float | None:
        """Return when (monotonic) the core wants a `Tick`, or None."""
        ...


Carrier = Callable[[Any], None]


class Service:
    """Wire a core to its bus, its drivers and the watchdog."""

    def __init__(
        self,
        *,
        core: Core,
        carriers: Mapping[type, Carrier],
        clock: Clock,
        same: Callable[[Any, Any], bool] | None = None,
    ) -> None:
        """`carriers` maps each type of effect to the driver that carries it out.

        `same(old, new)` tells whether two states differ only in running figures (ages, positions)
        and need no publishing; by default they must be equal.
        """
        self._core = core
        self._carriers = carriers
        self._clock = clock
        self._same = same or (lambda old, new: bool(old == new))
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._bus: BusServer | None = None
        self._published: Message | None = None

    def post(self, message: Any) -> None:
        """Put a message into the inbox; safe from any thread, never waits."""
        self._inbox.put(message)

    def run(self, bus: BusServer, watchdog: Watchdog) -> None:
        """Serve until SIGTERM or SIGINT; the core is told `Stopping` before the end."""
        self._bus = bus
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.post(Stopping()))
        bus.start()
        self.turn(Tick())
        watchdog.ready()
        try:
            while True:
                wait = watchdog.interval_s
                deadline = self._core.deadline()
                if deadline is not None:
                    wait = min(wait, max(0.0, deadline - self._clock.monotonic()))
                try:
                    message = self._inbox.get(timeout=wait)
                except queue.Empty:
                    message = Tick()
                self.turn(message)
                watchdog.ping()
                if isinstance(message, Stopping):
                    return
        finally:
            watchdog.stopping()
            bus.close()

    def turn(self, message: Any) -> None:
        """Let the core take one message and carry out what it answers."""
        now = self._clock.monotonic()
        for effect in self._core.step(message, now):
            self._carry_out(effect)
        state = self._core.state(now)
        if self._bus is not None:
            if isinstance(message, Connected):
                self._bus.send(message.connection, state)
            if self._published is None or not self._same(self._published, state):
                self._bus.broadcast(state)
                self._published = state

    def _carry_out(self, effect: Any) -> None:
        if isinstance(effect, Reply):
            if self._bus is not None:
                self._bus.send(effect.connection, effect.message)
            return
        self._carriers[type(effect)](effect)


def setup_logging(service: str) -> None:
    """Log events to standard error (the journal, or the file of ``banlang point run``)."""
    logging.basicConfig(
        level=logging.INFO, format=f"%(asctime)s {service} %(levelname)s %(name)s: %(message)s"
    )
