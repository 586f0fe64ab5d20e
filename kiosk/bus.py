"""How services talk: JSON lines on unix sockets. A slow or broken peer costs only itself.

A server sends `Hello` and the full state to whoever connects, then every change. A line that is
not a known message, or is longer than `LINE_MAX`, is answered by `Refused` and a hang-up, so one
bad client can neither stall nor confuse a service. File descriptors ride beside the line of the
message they belong to (`Surface`).
"""

from __future__ import annotations

import contextlib
import os
import queue
import random
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NewType

import msgspec

from kiosk import __version__
from kiosk.errors import Advice, Problem, Who
from kiosk.messages import AnyState, Hello, Message, Refused, Surface, encode
from kiosk.paths import SUN_PATH_MAX

LINE_MAX = 64 * 1024
"""Longest line taken, bytes."""

OUTBOX_MAX = 256
"""Lines a peer may leave unread before it is dropped."""

ConnectionId = NewType("ConnectionId", int)


class Connected(msgspec.Struct, frozen=True, kw_only=True):
    """A peer arrived; it waits for the state."""

    connection: ConnectionId


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A peer said something well-formed."""

    connection: ConnectionId
    message: Any  # one of the service's commands


class Disconnected(msgspec.Struct, frozen=True, kw_only=True):
    """A peer is gone, with whatever it held."""

    connection: ConnectionId


BusEvent = Connected | Received | Disconnected


def bad_line(reason: str) -> Refused:
    """Return the last line a peer gets before it is hung up on."""
    return Refused(
        request="",
        advice=Advice(
            code="bus.bad-line",
            who=Who.TECHNICIAN,
            vi=f"Dòng lệnh không hợp lệ, kết nối bị đóng: {reason}. "
            "Xem các thông điệp hợp lệ trong kiosk/messages.py.",
            en=f"This line is not a valid message, so the connection is closed: {reason}. "
            "See kiosk/messages.py for what may be sent.",
        ),
    )


class _Lines:
    """Cut a byte stream into lines, with a limit."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            if len(line) > LINE_MAX:
                raise ValueError(f"longer than {LINE_MAX} bytes")
            if line.strip():
                yield line
        if len(self._buffer) > LINE_MAX:
            raise ValueError(f"longer than {LINE_MAX} bytes")


class _Peer:
    """One accepted connection: a reader thread, a writer thread, a bounded outbox."""

    def __init__(self, sock: socket.socket, number: ConnectionId) -> None:
        self.socket = sock
        self.number = number
        self.outbox: queue.Queue[tuple[bytes, tuple[int, ...], bool] | None] = queue.Queue(OUTBOX_MAX)

    def offer(self, line: bytes, fds: tuple[int, ...] = (), *, last: bool = False) -> None:
        try:
            self.outbox.put_nowait((line, fds, last))
        except queue.Full:
            self.hang_up()  # it does not read; it will reconnect and get the full state

    def write_all(self) -> None:
        while (entry := self.outbox.get()) is not None:
            line, fds, last = entry
            try:
                if fds:
                    sent = socket.send_fds(self.socket, [line], list(fds))
                    line = line[sent:]
                self.socket.sendall(line)
            except OSError:
                break
            if last:
                break
        self.hang_up()

    def hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


class BusServer:
    """A service's socket: puts `BusEvent`s into `inbox`, sends messages to peers."""

    def __init__(self, path: Path, service: str, commands: Any, inbox: Callable[[BusEvent], None]) -> None:
        """Listen on `path`; raises `Problem` when another live service holds it.

        `commands` is the union of messages this service understands.
        """
        self._path = path
        self._service = service
        self._decoder = msgspec.json.Decoder(commands)
        self._inbox = inbox
        self._peers: dict[ConnectionId, _Peer] = {}
        self._lock = threading.Lock()
        self._next = 0
        self._socket = _listen(path)

    def start(self) -> None:
        """Begin to accept peers."""
        threading.Thread(target=self._accept, name=f"bus-{self._service}", daemon=True).start()

    def close(self) -> None:
        """Stop listening, hang up on everybody and remove the socket."""
        self._path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        with self._lock:
            peers = list(self._peers.values())
        for peer in peers:
            peer.hang_up()

    def send(self, connection: ConnectionId, message: Message, fds: tuple[int, ...] = ()) -> None:
        """Send to one peer (nothing happens when it is gone). `fds` stay the caller's."""
        with self._lock:
            peer = self._peers.get(connection)
        if peer is not None:
            peer.offer(encode(message), fds)

    def broadcast(self, message: Message) -> None:
        """Send to everybody."""
        line = encode(message)
        with self._lock:
            peers = list(self._peers.values())
        for peer in peers:
            peer.offer(line)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._socket.accept()
            except OSError:
                return
            self._next += 1
            peer = _Peer(sock, ConnectionId(self._next))
            peer.offer(encode(Hello(service=self._service, version=__version__, pid=os.getpid())))
            with self._lock:
                self._peers[peer.number] = peer
            threading.Thread(target=peer.write_all, daemon=True).start()
            threading.Thread(target=self._read, args=(peer,), daemon=True).start()

    def _read(self, peer: _Peer) -> None:
        self._inbox(Connected(connection=peer.number))
        lines = _Lines()
        refused: str | None = None
        try:
            while refused is None and (data := peer.socket.recv(65536)):
                try:
                    for line in lines.feed(data):
                        message = self._decoder.decode(line)
                        self._inbox(Received(connection=peer.number, message=message))
                except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
                    refused = str(error) or type(error).__name__
        except OSError:
            pass
        with self._lock:
            self._peers.pop(peer.number, None)
        if refused is not None:
            peer.offer(encode(bad_line(refused)), last=True)
            # Read on until the peer hangs up, or the kernel would drop the answer with the socket.
            with contextlib.suppress(OSError):
                peer.socket.settimeout(1.0)
                while peer.socket.recv(65536):
                    pass
        with contextlib.suppress(queue.Full):
            peer.outbox.put_nowait(None)
        peer.hang_up()
        self._inbox(Disconnected(connection=peer.number))
        peer.socket.close()


def _listen(path: Path) -> socket.socket:
    if len(os.fsencode(path)) > SUN_PATH_MAX:
        raise Problem(
            "bus.path-too-long",
            who=Who.TECHNICIAN,
            vi=f"Đường dẫn {path} quá dài cho socket. Hãy dùng --root ngắn hơn.",
            en=f"The path {path} is too long for a socket. Use a shorter --root.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    if path.exists():
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(os.fspath(path))
            except OSError:
                path.unlink(missing_ok=True)  # left over from a killed process
            else:
                sock.close()
                raise Problem(
                    "bus.in-use",
                    who=Who.TECHNICIAN,
                    vi=f"Một dịch vụ khác đang dùng {path}. Hãy dừng nó, hoặc chọn --root khác.",
                    en=f"Another service is already using {path}. Stop it, or choose another --root.",
                )
    before = os.umask(0o117)
    try:
        sock.bind(os.fspath(path))
    finally:
        os.umask(before)
    sock.listen(64)
    return sock


class BusConnection:
    """One connection to a service, read by the caller: for the command line and for tests."""

    def __init__(self, path: Path, *, timeout_s: float = 5.0) -> None:
        """Connect; raises `Problem` ``bus.not-running`` when nobody listens."""
        self.path = path
        self._decoder = msgspec.json.Decoder(AnyState)
        self._lines = _Lines()
        self._ready: deque[Any] = deque()
        self._fds: deque[int] = deque()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        self._socket.settimeout(timeout_s)
        try:
            self._socket.connect(os.fspath(path))
        except OSError as error:
            self._socket.close()
            raise Problem(
                "bus.not-running",
                who=Who.TECHNICIAN,
                vi=f"Dịch vụ `{path.stem}` không chạy ({path}). Hãy khởi động điểm hỗ trợ rồi thử lại.",
                en=f"The `{path.stem}` service is not running ({path}). Start the point and try again.",
            ) from error

    def send(self, message: Message) -> None:
        """Send one message; raises OSError when the peer hung up."""
        self._socket.sendall(encode(message))

    def send_now(self, message: Message, lock: threading.Lock) -> bool:
        """Send without waiting; on failure hang up and return False."""
        line = encode(message)
        try:
            with lock:
                if self._socket.send(line, socket.MSG_DONTWAIT) == len(line):
                    return True
        except OSError:
            pass
        self.interrupt()
        return False

    def send_line(self, line: bytes) -> None:
        """Send raw bytes as one line (``banlang send``, tests of bad input)."""
        self._socket.sendall(line.rstrip(b"\n") + b"\n")

    def receive(self, timeout_s: float | None) -> Any:
        """Return the next message; raises TimeoutError, or EOFError when the peer hung up.

        A `Surface` is returned with its descriptor obtainable once by `take_fd`.
        """
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._ready:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            data, fds, _, _ = socket.recv_fds(self._socket, 65536, 4, socket.MSG_CMSG_CLOEXEC)
            self._fds.extend(fds)
            if not data:
                raise EOFError
            for line in self._lines.feed(data):
                self._ready.append(self._decoder.decode(line))
        return self._ready.popleft()

    def take_fd(self) -> int:
        """Return the descriptor that came with the `Surface` just received; the caller closes it."""
        return self._fds.popleft()

    def messages(self, timeout_s: float) -> Iterator[Any]:
        """Yield what arrives until `timeout_s` has passed or the peer hangs up."""
        deadline = time.monotonic() + timeout_s
        with contextlib.suppress(TimeoutError, EOFError, ConnectionError):
            while (left := deadline - time.monotonic()) > 0:
                yield self.receive(left)

    def interrupt(self) -> None:
        """Make a `receive` that waits in another thread end with EOFError."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        for fd in self._fds:
            os.close(fd)
        self._fds.clear()
        self._socket.close()

    def __enter__(self) -> BusConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class BusClient:
    """A lasting connection that heals itself: for the shell and other long-lived askers.

    `on_message(message, fd)` is called in the client's own thread for every message (`fd` is the
    descriptor of a `Surface`, else None; the callee closes it); `on_link(up)` when the service
    comes and goes. Reconnects with back-off from 0.1 s to 2 s, jittered.
    """

    def __init__(
        self,
        path: Path,
        on_message: Callable[[Any, int | None], None],
        on_link: Callable[[bool], None] = lambda up: None,
    ) -> None:
        self._path = path
        self._on_message = on_message
        self._on_link = on_link
        self._connection: BusConnection | None = None
        self._sending = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"client-{path.stem}", daemon=True)

    def start(self) -> None:
        """Begin connecting."""
        self._thread.start()

    def send(self, message: Message) -> bool:
        """Send if connected; return whether it was handed to the kernel.

        Never waits: a service that hangs with a full socket is hung up on, so the screen stays alive.
        """
        connection = self._connection
        return connection is not None and connection.send_now(message, self._sending)

    def close(self) -> None:
        """Hang up for good."""
        self._closing.set()
        connection = self._connection
        if connection is not None:
            connection.interrupt()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(2.0)

    def _run(self) -> None:
        wait = 0.1
        while not self._closing.is_set():
            try:
                connection = BusConnection(self._path)
            except Problem:
                self._closing.wait(wait * random.uniform(0.5, 1.0))
                wait = min(2.0, wait * 2)
                continue
            wait = 0.1
            self._connection = connection
            self._on_link(True)
            try:
                while not self._closing.is_set():
                    message = connection.receive(None)
                    fd = connection.take_fd() if isinstance(message, Surface) else None
                    self._on_message(message, fd)
            except (EOFError, OSError, ValueError):
                pass  # the service went away or speaks another protocol: try again
            finally:
                self._connection = None
                connection.close()
                self._on_link(False)
