"""One thread per row that sounds from files: verify, decode ahead, let go, tell the end.

The row's ring belongs to this thread, so one sound after another needs no lock: a sound that is
stopped is faded out, forgotten from the ring, and only then the next is prepared.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from audio.block import R_END, R_GO, R_READ, R_SKIP_TO, R_WRITTEN, RATE, RING
from audio.desk import ROW_OF, Desk
from audio.effects import ClipEnded, Prepare, Prepared, Row
from audio.files import Samples, decode, duration_s, open_verified
from kiosk.errors import Problem
from kiosk.types import Sha256

AHEAD = RATE // 2
"""Frames decoded before a sound counts as prepared."""

FADE_S = 0.03
POLL_S = 0.01

Find = Callable[[Sha256], Path]
"""Where a sound lies; raises `Problem` when it may not be played."""


class RowPlayer:
    """Plays sounds of one row, one at a time; reports by `post`."""

    def __init__(self, desk: Desk, row: Row, find: Find, post: Callable[[Any], None]) -> None:
        self._desk = desk
        self._row = ROW_OF[row]
        self._find = find
        self._post = post
        self._words = desk.block.ring_words(self._row)
        self._ring = desk.block.ring(self._row)
        self._jobs: queue.SimpleQueue[Prepare] = queue.SimpleQueue()
        self._wanted = 0  # the play that may sound; another number cancels
        self._gone = threading.Event()
        threading.Thread(target=self._run, name=f"row-{row.value}", daemon=True).start()

    def prepare(self, order: Prepare) -> None:
        """Begin with a sound; whatever the row was doing is given up."""
        self._wanted = order.play
        self._gone.clear()
        self._jobs.put(order)

    def go(self, play: int) -> None:
        """Let the prepared sound be heard."""
        if play == self._wanted:
            self._gone.set()

    def stop(self) -> None:
        """Fade out and forget."""
        self._wanted = 0
        self._desk.fade(self._row, ())

    def _run(self) -> None:
        while True:
            order = self._jobs.get()
            if order.play != self._wanted:
                continue
            try:
                self._play(order)
                advice = None
            except Problem as problem:
                advice = problem.advice
            finished = order.play == self._wanted
            self._empty()
            if finished:
                self._post(ClipEnded(play=order.play, advice=advice))

    def _play(self, order: Prepare) -> None:
        file = open_verified(self._find(order.sha256), order.sha256)
        seconds = duration_s(file, order.sha256)
        self._desk.fade(self._row, order.zones)
        self._words[R_END] = -1
        told = False
        for piece in decode(file, order.sha256):
            self._write(piece, order.play)
            if not told and self._words[R_WRITTEN] - self._words[R_SKIP_TO] >= AHEAD:
                self._tell(order, seconds)
                told = True
            if order.play != self._wanted:
                return
        self._words[R_END] = self._words[R_WRITTEN]
        if not told:
            self._tell(order, seconds)
        while order.play == self._wanted:
            self._let_go()
            if self._words[R_READ] >= self._words[R_END]:
                return
            time.sleep(POLL_S)

    def _tell(self, order: Prepare, seconds: float) -> None:
        self._post(Prepared(play=order.play, seconds=seconds))

    def _let_go(self) -> None:
        if self._gone.is_set():
            self._words[R_GO] = 1

    def _write(self, piece: Samples, play: int) -> None:
        """Put a piece into the ring, waiting for room; gives up when the sound is cancelled."""
        done = 0
        while done < len(piece) and play == self._wanted:
            self._let_go()
            written, read = int(self._words[R_WRITTEN]), int(self._words[R_READ])
            room = RING - (written - max(read, int(self._words[R_SKIP_TO])))
            if room <= 0:
                time.sleep(POLL_S)
                continue
            at = written % RING
            size = min(room, len(piece) - done, RING - at)
            self._ring[at : at + size] = piece[done : done + size]
            self._words[R_WRITTEN] = written + size
            done += size

    def _empty(self) -> None:
        """Fade out what may still sound, then forget it.

        The row is left closed, or the next sound would leak into this one's zones while its gains move.
        """
        self._desk.fade(self._row, ())
        if self._words[R_READ] < self._words[R_WRITTEN] and self._words[R_GO]:
            time.sleep(FADE_S)
        self._words[R_GO] = 0
        self._words[R_SKIP_TO] = np.int64(self._words[R_WRITTEN])
        self._words[R_END] = -1
