"""A small web server for a repository folder, with the troubles of real lines to order.

For tests, benchmarks and demonstrations (``python -m content_cache.simulated_web FOLDER``); a province
uses nginx or any other. It keeps a timeline of requests.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import msgspec

PAGE = b"<!DOCTYPE html><title>Wi-Fi</title><p>Please log in.</p>"


class Asked(msgspec.Struct, kw_only=True):
    """One request on the timeline."""

    path: str
    first: int  # byte asked for first
    status: int
    sent: int  # bytes of the body that left
    head: int  # bytes of the answer's head


class SimulatedWeb:
    """A server on 127.0.0.1 for `folder`; change its attributes while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.timeline: list[Asked] = []
        self.dead = False  # take connections and hang up
        self.portal = False  # answer everything with a log-in page
        self.ranges = True  # honour Range
        self.bytes_per_s: float | None = None  # of one connection
        self.cut_after: int | None = None  # hang up after so many bytes of a blob
        self.endless = False  # never stop sending metadata
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.web = self
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> SimulatedWeb:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def asked_for(self, pattern: str) -> list[Asked]:
        """Return the requests whose path matches."""
        return [asked for asked in list(self.timeline) if re.search(pattern, asked.path)]

    def run_here(self) -> None:
        """Serve in this thread until the process ends."""
        self._server.serve_forever()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    web: SimulatedWeb


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536
    disable_nagle_algorithm = True  # or each small file waits 40 ms for an acknowledgement

    def log_message(self, format: str, *args: object) -> None:  # the base's name
        pass

    def do_GET(self) -> None:
        """Answer one request."""
        web = cast(_Server, self.server).web
        path = urllib.parse.unquote(self.path).lstrip("/")
        file = (web.folder / path).resolve()
        if web.dead:
            self.close_connection = True
        elif web.portal:
            self._answer(path, 0, 200, PAGE, "text/html; charset=utf-8")
        elif web.endless and path.endswith(".json"):
            self._pour(path)
        elif not file.is_relative_to(web.folder.resolve()) or not file.is_file():
            self._answer(path, 0, 404, b"not found\n", "text/plain")
        else:
            self._send_file(web, path, file)

    def _send_file(self, web: SimulatedWeb, path: str, file: Path) -> None:
        size = file.stat().st_size
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        first = int(wanted.group(1)) if wanted and web.ranges else 0
        if first and first >= size:
            self._answer(path, first, 416, b"", "text/plain")
            return
        self.send_response(206 if first else 200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(size - first))
        if first:
            self.send_header("Content-Range", f"bytes {first}-{size - 1}/{size}")
        head = len(b"".join(self._headers_buffer))  # type: ignore[attr-defined]  # of the base
        asked = Asked(path=path, first=first, status=206 if first else 200, sent=size - first, head=head)
        web.timeline.append(asked)  # before the body: whoever has the body finds it on the timeline
        self.end_headers()
        self.wfile.flush()
        sent = 0
        with contextlib.suppress(OSError), file.open("rb") as opened:
            sent = self._stream(web, opened.fileno(), first, size, asked)
        if sent < size - first:
            self.close_connection = True

    def _stream(self, web: SimulatedWeb, fd: int, first: int, size: int, asked: Asked) -> int:
        at, started = first, time.monotonic()
        stop = size if web.cut_after is None else min(size, first + web.cut_after)
        asked.sent = stop - first
        while at < stop:
            step = stop - at
            if web.bytes_per_s is not None:
                step = min(step, 16384)
                due = started + (at - first) / web.bytes_per_s
                time.sleep(max(0.0, due - time.monotonic()))
            at += os.sendfile(self.connection.fileno(), fd, at, step)
        return at - first

    def _answer(self, path: str, first: int, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        head = len(b"".join(self._headers_buffer))  # type: ignore[attr-defined]  # of the base
        web = cast(_Server, self.server).web
        web.timeline.append(Asked(path=path, first=first, status=status, sent=len(body), head=head))
        self.end_headers()
        self.wfile.write(body)

    def _pour(self, path: str) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        with contextlib.suppress(OSError):
            for _ in range(100_000):
                self.wfile.write(b" " * 65536)


def main() -> None:
    """Serve a folder and say where."""
    web = SimulatedWeb(Path(sys.argv[1]))
    print(web.url, flush=True)
    web.run_here()


if __name__ == "__main__":
    main()
