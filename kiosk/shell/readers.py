"""Open what is read page by page: bulletins' texts and handbooks, in a thread and a process of their own."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from kiosk.paths import Layout
from kiosk.shell import theme
from kiosk.shell.blobs import UnreadableBlob, read_blob
from kiosk.shell.events import DocumentReady, Event, TextReady, Unreadable
from kiosk.shell.fonts import measure_regular
from kiosk.shell.pdf import Page, Wish
from kiosk.shell.pictures import Pixels
from kiosk.shell.reading import READING_LINES, READING_TEXT
from kiosk.shell.typeset import paginate
from kiosk.types import Sha256

log = logging.getLogger(__name__)

ANSWER_S = 15.0
"""A page that is not drawn within this is given up, and the process with it."""


class PageKey(NamedTuple):
    """One page of a document at one size."""

    blob: Sha256
    page: int
    width: int
    height: int


class Reader:
    """A thread that does the reading; answers go to `post` and `page_ready` from that thread."""

    def __init__(
        self, layout: Layout, post: Callable[[Event], None], page_ready: Callable[[PageKey, Pixels], None]
    ) -> None:
        self._layout = layout
        self._post = post
        self._page_ready = page_ready
        self._queue: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._document: _Document | None = None
        self._wanted: PageKey | None = None
        threading.Thread(target=self._run, name="reader", daemon=True).start()

    def open_text(self, blob: Sha256) -> None:
        """Read a bulletin; answered by `TextReady` or `Unreadable`."""
        self._queue.put(lambda: self._read_text(blob))

    def open_document(self, blob: Sha256) -> None:
        """Open a handbook in place of the one before; answered by `DocumentReady` or `Unreadable`."""
        self._queue.put(lambda: self._open(blob))

    def close_document(self) -> None:
        """Let go of the handbook and end its process."""
        self._queue.put(self._close)

    def ask_page(self, key: PageKey) -> None:
        """Draw a page, then its neighbours."""
        self._wanted = key
        self._queue.put(lambda: self._draw(key))

    def _run(self) -> None:
        while True:
            self._queue.get()()

    def _read_text(self, blob: Sha256) -> None:
        try:
            text = read_blob(self._layout, blob).decode("utf-8")
        except UnreadableBlob as error:
            self._unreadable(blob, error, damaged=error.damaged)
        except UnicodeDecodeError as error:
            self._unreadable(blob, error, damaged=False)
        else:
            width = READING_TEXT.width * 0.98 / theme.TEXT_READING
            self._post(TextReady(blob, paginate(text, measure_regular, width, READING_LINES)))

    def _open(self, blob: Sha256) -> None:
        self._close()
        try:
            self._document = _Document(blob, read_blob(self._layout, blob))
        except UnreadableBlob as error:
            self._unreadable(blob, error, damaged=error.damaged)
        else:
            self._post(DocumentReady(blob, self._document.pages))

    def _close(self) -> None:
        if self._document is not None:
            self._document.close()
            self._document = None

    def _draw(self, key: PageKey) -> None:
        for page in (key.page, key.page + 1, key.page - 1):
            document = self._document
            if document is None or document.blob != key.blob or not 0 <= page < document.pages:
                continue
            if self._wanted != key:
                return  # the reader has turned on meanwhile
            one = key._replace(page=page)
            try:
                self._page_ready(one, document.draw(one))
            except UnreadableBlob as error:
                self._close()
                self._unreadable(key.blob, error, damaged=False)
                return

    def _unreadable(self, blob: Sha256, error: Exception, *, damaged: bool) -> None:
        log.warning("reader.unreadable blob=%s reason=%s", blob, error)
        self._post(Unreadable(blob, damaged))


class _Document:
    """One open PDF: a process that holds nothing but its bytes."""

    def __init__(self, blob: Sha256, data: bytes) -> None:
        self.blob = blob
        self._drawn: dict[PageKey, Pixels] = {}
        memory = os.memfd_create("banlang-document", os.MFD_CLOEXEC)
        try:
            with os.fdopen(os.dup(memory), "wb") as file:
                file.write(data)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "kiosk.shell.pdf", str(memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pass_fds=(memory,),
                bufsize=0,
            )
        finally:
            os.close(memory)
        try:
            first = self._answer()
        except UnreadableBlob:
            self.close()
            raise
        self.pages = first.pages

    def draw(self, key: PageKey) -> Pixels:
        """Return a page, from memory if it was drawn before; raises `UnreadableBlob`."""
        if key not in self._drawn:
            wish = msgspec.json.encode(Wish(page=key.page, width=key.width, height=key.height))
            assert self._process.stdin is not None
            try:
                self._process.stdin.write(wish + b"\n")
            except OSError as error:
                raise UnreadableBlob(f"the document's process ended: {error}", damaged=False) from None
            answer = self._answer()
            data = self._read(answer.width * answer.height * 3, time.monotonic() + ANSWER_S)
            while len(self._drawn) >= 4:
                self._drawn.pop(next(iter(self._drawn)))
            self._drawn[key] = Pixels(answer.width, answer.height, "rgb", data)
        return self._drawn[key]

    def _answer(self) -> Page:
        deadline = time.monotonic() + ANSWER_S
        line = b""
        while not line.endswith(b"\n"):
            line += self._read(1, deadline)
            if len(line) > 4096:
                raise UnreadableBlob("the document's process talks nonsense", damaged=False)
        try:
            answer = msgspec.json.decode(line, type=Page)
        except msgspec.MsgspecError as error:
            raise UnreadableBlob(f"the document's process talks nonsense: {error}", damaged=False) from None
        if answer.error:
            raise UnreadableBlob(answer.error, damaged=False)
        return answer

    def _read(self, count: int, deadline: float) -> bytes:
        out = self._process.stdout
        assert out is not None
        got = bytearray()
        while len(got) < count:
            ready, _, _ = select.select([out], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(out.fileno(), min(count - len(got), 1 << 20)) if ready else b""
            if not chunk:
                raise UnreadableBlob("the document's process hangs or ended", damaged=False)
            got += chunk
        return bytes(got)

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self._process.kill()
        self._process.wait()
