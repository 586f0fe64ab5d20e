"""Carry out what the core orders, and tell it what happens: PINs, tones, rows, device, log book."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from audio import advice as say
from audio.block import MIC, TONE
from audio.desk import Desk
from audio.effects import (
    CheckPin,
    CloseMicrophone,
    DeviceChanged,
    Go,
    Hold,
    Keep,
    OpenMicrophone,
    PinChecked,
    PlayTone,
    Prepare,
    Row,
    SetSilence,
    StopRow,
    StopTone,
    ToneEnded,
    WatchMeters,
    WriteLog,
)
from audio.keeper import Keeper
from audio.ports import Device
from audio.row_player import RowPlayer
from kiosk.accounts import PinCheck
from kiosk.catalogue import CatalogueReader
from kiosk.clock import Clock
from kiosk.errors import Problem
from kiosk.logbook import LogBook
from kiosk.paths import Layout
from kiosk.types import Sha256

log = logging.getLogger(__name__)

WATCH_S = 0.01
TEND_S = 0.5


class Drivers:
    """The driver's side of the audio service."""

    def __init__(
        self,
        *,
        layout: Layout,
        desk: Desk,
        device: Device,
        keeper: Keeper,
        clock: Clock,
        post: Callable[[Any], None],
    ) -> None:
        self._layout = layout
        self._desk = desk
        self._device = device
        self._keeper = keeper
        self._clock = clock
        self._post = post
        self._rows = {
            Row.PROMPT: RowPlayer(desk, Row.PROMPT, self._find_spoken, post),
            Row.CLIP: RowPlayer(desk, Row.CLIP, layout.clip, post),
            Row.EMERGENCY: RowPlayer(desk, Row.EMERGENCY, layout.clip, post),
        }
        self._pins: queue.SimpleQueue[CheckPin] = queue.SimpleQueue()
        self._rows_to_log: queue.SimpleQueue[tuple[WriteLog, Any] | None] = queue.SimpleQueue()
        self._tone: tuple[int, int] | None = None  # the core's order, the desk's number
        self._metering = False
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=run, name=run.__name__, daemon=True)
            for run in (self._check_pins, self._write_log, self._watch)
        ]

    def start(self) -> None:
        """Begin to watch the device."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Let what is logged reach the disk, then let go of the device."""
        self._closing.set()
        self._rows_to_log.put(None)
        for thread in self._threads[1:]:
            thread.join(5.0)
        self._device.close()

    def carriers(self) -> Mapping[type, Callable[[Any], None]]:
        """Return who carries out each type of effect."""
        return {
            CheckPin: self._pins.put,
            PlayTone: self._play_tone,
            StopTone: lambda _: self._desk.fade(TONE, ()),
            Prepare: lambda order: self._rows[order.row].prepare(order),
            Go: lambda order: self._rows[order.row].go(order.play),
            StopRow: lambda order: self._rows[order.row].stop(),
            OpenMicrophone: lambda order: self._desk.fade(MIC, order.zones),
            CloseMicrophone: lambda _: self._desk.fade(MIC, ()),
            Hold: lambda order: self._desk.hold(
                duck=order.duck, microphone=order.microphone, emergency=order.emergency
            ),
            SetSilence: lambda order: self._desk.silence(order.on),
            Keep: lambda order: self._keeper.write(
                silenced=order.silenced, announcements=order.announcements
            ),
            WriteLog: lambda order: self._rows_to_log.put((order, self._clock.utc())),
            WatchMeters: self._watch_meters,
        }

    def _play_tone(self, order: PlayTone) -> None:
        self._tone = (order.order, self._desk.start_tone(order.tone, order.zones))

    def _watch_meters(self, order: WatchMeters) -> None:
        self._metering = order.on

    def _find_spoken(self, sha256: Sha256) -> Path:
        """Return where a spoken label lies; only what the signed catalogue names as one is played."""
        try:
            with CatalogueReader(self._layout.catalogue_file) as catalogue:
                if catalogue.is_spoken(sha256):
                    return self._layout.blob(sha256)
        except FileNotFoundError:
            pass
        advice = say.not_spoken()
        raise Problem(advice.code, who=advice.who, vi=advice.vi, en=advice.en)

    def _check_pins(self) -> None:
        checker = PinCheck(self._layout.accounts_file, self._layout.service_state("audio") / "tries.json")
        began = self._clock.monotonic()
        while not self._closing.is_set():
            order = self._pins.get()
            account, advice = None, None
            try:
                account = checker.check(order.name, order.pin, self._clock.monotonic() - began)
            except Problem as problem:
                advice = problem.advice
            self._post(
                PinChecked(
                    connection=order.connection,
                    request=order.request,
                    purpose=order.purpose,
                    account=account,
                    advice=advice,
                )
            )

    def _write_log(self) -> None:
        """Write rows as they come; an fsync here delays no sound."""
        book = LogBook(self._layout.service_state("audio") / "logbook.db")
        while (entry := self._rows_to_log.get()) is not None:
            order, ended = entry
            started = ended - timedelta(seconds=order.seconds) if ended else None
            facts = {**order.facts, "seconds": round(order.seconds, 3)}
            if started is not None:
                facts["started"] = started.isoformat(timespec="milliseconds")
            book.append(order.kind, facts, utc=ended)
        book.close()

    def _watch(self) -> None:
        """Turn what the compiled side did into events; tend the device twice a second."""
        meters, tended, last = 0, -TEND_S, None
        while not self._closing.wait(WATCH_S):
            tone = self._tone
            if tone is not None and self._desk.tone_over(tone[1]):
                if self._tone is tone:
                    self._tone = None
                    self._desk.fade(TONE, ())  # closed, or the next tone would leak into these zones
                self._post(ToneEnded(order=tone[0]))
            if self._metering:
                number, levels = self._desk.levels()
                if number != meters:
                    meters = number
                    self._post(levels)
            now = time.monotonic()
            if now - tended >= TEND_S:
                tended = now
                last = self._tell_device(last)

    def _tell_device(self, last: DeviceChanged | None) -> DeviceChanged:
        changed = self._device.tend()
        if changed != last:
            log.info("device: ready=%s faults=%s", changed.ready, [f.advice.code for f in changed.faults])
            self._post(changed)
        return changed
