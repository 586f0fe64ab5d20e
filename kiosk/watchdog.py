"""Tell systemd that the loop is alive; silently nothing where systemd does not ask.

sd_notify is one datagram; the socket stays open so that a sandbox that closes the path later does
not matter.
"""

from __future__ import annotations

import os
import socket


class Watchdog:
    """The line to systemd named by ``$NOTIFY_SOCKET``, if any."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        address = os.environ.get("NOTIFY_SOCKET", "")
        if address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.connect("\0" + address[1:] if address.startswith("@") else address)

    @property
    def interval_s(self) -> float:
        """How often to ping: half of what systemd allows, 5 s when it does not ask."""
        allowed_us = os.environ.get("WATCHDOG_USEC", "")
        return min(5.0, int(allowed_us) / 2e6) if allowed_us.isdigit() else 5.0

    def ready(self) -> None:
        """Say that start-up is done."""
        self._say(b"READY=1")

    def ping(self) -> None:
        """Say that the loop turned."""
        self._say(b"WATCHDOG=1")

    def stopping(self) -> None:
        """Say that the service ends on purpose."""
        self._say(b"STOPPING=1")

    def _say(self, what: bytes) -> None:
        if self._socket is not None:
            self._socket.send(what)
