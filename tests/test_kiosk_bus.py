"""The bus: state on connect, changes after, bad lines cost only their sender."""

from __future__ import annotations

import os
import queue
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from points import short_folder, wait_for

from kiosk.bus import LINE_MAX, BusClient, BusConnection, BusServer, Connected, Disconnected, Received
from kiosk.errors import Problem
from kiosk.messages import (
    COMMANDS,
    ContentState,
    Hello,
    Refused,
    ShellState,
    Surface,
    Suspect,
    SyncNow,
    SyncPhase,
)
from kiosk.types import Sha256

STATE = ShellState(screen="home", language=None, item=None, focus="", first_frame_s=None)


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


@pytest.fixture
def server(folder: Path) -> Iterator[tuple[BusServer, queue.SimpleQueue]]:
    inbox: queue.SimpleQueue = queue.SimpleQueue()
    bus = BusServer(folder / "content.sock", "content", COMMANDS["content"], inbox.put)
    bus.start()
    yield bus, inbox
    bus.close()


def test_a_client_is_greeted_and_its_commands_arrive_typed(server, folder: Path) -> None:
    _, inbox = server
    with BusConnection(folder / "content.sock") as client:
        hello = client.receive(5)
        assert isinstance(hello, Hello)
        assert (hello.service, hello.pid) == ("content", os.getpid())
        client.send(Suspect(blob=Sha256("ab" * 32), request="r1"))
        assert isinstance(inbox.get(timeout=5), Connected)
        received = inbox.get(timeout=5)
        assert isinstance(received, Received)
        assert received.message == Suspect(blob=Sha256("ab" * 32), request="r1")
    assert isinstance(inbox.get(timeout=5), Disconnected)


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b'{"type":"NoSuchThing"}',
        b'{"type":"SyncNow","extra":1}',
        b'{"type":"TalkStart","mode":"hold"}',
        b"\xff\xfe\x00",
        b"[" * 20000,
        b'{"type":"Suspect","blob":"' + b"a" * (LINE_MAX + 10) + b'"}',
    ],
)
def test_a_malformed_line_is_answered_with_a_reason_and_a_hang_up_and_others_go_on(
    server, folder: Path, line: bytes
) -> None:
    bus, inbox = server
    with BusConnection(folder / "content.sock") as good, BusConnection(folder / "content.sock") as bad:
        good.receive(5), bad.receive(5)
        bad.send_line(line)
        answer = bad.receive(5)
        assert isinstance(answer, Refused)
        assert answer.advice.code == "bus.bad-line"
        assert answer.advice.vi
        assert answer.advice.en
        with pytest.raises((EOFError, ConnectionError)):
            bad.receive(5)
        good.send(SyncNow())
        wait_for(lambda: isinstance(inbox.get(timeout=5), Received))
        bus.broadcast(STATE)
        assert good.receive(5) == STATE


def test_a_peer_that_never_reads_is_dropped_and_never_stalls_the_others(server, folder: Path) -> None:
    bus, _ = server
    deaf = socket.socket(socket.AF_UNIX)
    deaf.connect(os.fspath(folder / "content.sock"))
    with BusConnection(folder / "content.sock") as good:
        good.receive(5)
        heard = []
        reader = threading.Thread(target=lambda: heard.extend(good.messages(20)), daemon=True)
        reader.start()
        for number in range(6000):
            bus.broadcast(
                ShellState(screen=f"{number}", language=None, item=None, focus="", first_frame_s=None)
            )
            if number % 100 == 0:
                time.sleep(0.005)
        wait_for(lambda: heard and heard[-1].screen == "5999", 20)
        good.interrupt()
        reader.join(5)
    deaf.settimeout(5)
    received = 0
    while data := deaf.recv(1 << 20):
        received += len(data)
    deaf.close()
    assert received < 6000 * 60  # hung up on long before the end


def test_a_descriptor_travels_beside_its_line(server, folder: Path) -> None:
    bus, inbox = server
    read_end, write_end = os.pipe()
    with BusConnection(folder / "content.sock") as client:
        client.receive(5)
        number = inbox.get(timeout=5).connection
        bus.send(number, Surface(slots=4, slot_bytes=1), fds=(read_end,))
        bus.send(number, STATE)
        assert isinstance(client.receive(5), Surface)
        fd = client.take_fd()
        assert client.receive(5) == STATE
        os.write(write_end, b"through")
        assert os.read(fd, 100) == b"through"
        os.close(fd)
    os.close(read_end), os.close(write_end)


def test_a_client_comes_back_by_itself_when_the_service_does(folder: Path) -> None:
    links: list[bool] = []
    messages: list[object] = []
    client = BusClient(folder / "content.sock", lambda message, _: messages.append(message), links.append)
    client.start()
    for _ in range(2):
        bus = BusServer(folder / "content.sock", "content", COMMANDS["content"], lambda event: None)
        bus.start()
        seen = len(messages)
        wait_for(lambda seen=seen: len(messages) > seen, 10)
        assert client.send(SyncNow())
        bus.close()
        wait_for(lambda: not links[-1], 10)
        assert not client.send(SyncNow())
    client.close()
    assert links == [True, False, True, False]


def test_the_socket_of_a_killed_service_is_taken_over_but_a_live_one_is_refused(folder: Path) -> None:
    path = folder / "content.sock"
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(os.fspath(path))
    dead.close()  # as after kill -9: the file stays, nobody listens
    bus = BusServer(path, "content", COMMANDS["content"], lambda event: None)
    bus.start()
    with pytest.raises(Problem) as refused:
        BusServer(path, "content", COMMANDS["content"], lambda event: None)
    assert refused.value.code == "bus.in-use"
    assert path.stat().st_mode & 0o777 == 0o660
    bus.close()


def test_nobody_listening_and_a_path_too_long_are_said_in_words(folder: Path) -> None:
    with pytest.raises(Problem) as absent:
        BusConnection(folder / "audio.sock")
    assert absent.value.code == "bus.not-running"
    with pytest.raises(Problem) as long:
        BusServer(folder / ("x" * 120), "content", COMMANDS["content"], lambda event: None)
    assert long.value.code == "bus.path-too-long"


def test_every_message_survives_the_wire() -> None:
    import msgspec

    from kiosk.messages import AnyState, encode

    state = ContentState(
        phase=SyncPhase.IDLE,
        area="mau",
        revision=3,
        issued=None,
        items=2,
        missing_blobs=0,
        fetched_bytes=0,
        wanted_bytes=0,
        contact_age_s=None,
    )
    assert msgspec.json.decode(encode(state), type=AnyState) == state
