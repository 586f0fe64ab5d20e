"""The line to systemd, spoken by real services."""

from __future__ import annotations

import os
import socket
import time

import pytest
from points import make_point, running, short_folder


@pytest.mark.parametrize("module", ["audio", "content_cache", "media_player"])
def test_a_service_says_ready_pings_from_its_loop_and_says_when_it_stops(module: str) -> None:
    with short_folder() as root, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(os.fspath(root / "notify"))
        systemd.settimeout(20)
        layout = make_point(root / "p")
        environment = {"NOTIFY_SOCKET": os.fspath(root / "notify"), "WATCHDOG_USEC": "1000000"}
        with running(module, layout, env=environment):
            assert systemd.recv(100) == b"READY=1"
            began = time.monotonic()
            pings = [systemd.recv(100) for _ in range(4)]
            assert set(pings) == {b"WATCHDOG=1"}
            assert time.monotonic() - began < 4 * 1.0  # well within the second that systemd allows each
        said = b""
        while said != b"STOPPING=1":
            said = systemd.recv(100)
