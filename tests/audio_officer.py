"""An officer at the audio service's socket, and recordings for him to announce."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import soundfile
from audio_world import Signal

from kiosk.bus import BusConnection
from kiosk.messages import AudioState, LoggedIn, Login, Message, Refused
from kiosk.paths import Layout
from kiosk.types import Sha256

RATE = 48000


class Officer:
    """A logged-in officer's connection."""

    def __init__(self, layout: Layout, name: str, pin: str) -> None:
        self.connection = BusConnection(layout.socket("audio"))
        self.latest: AudioState | None = None
        self.connection.send(Login(name=name, pin=pin))
        self.until(LoggedIn)

    def until(self, kind: type, wanted: Any = lambda message: True, limit_s: float = 20.0) -> Any:
        deadline = time.monotonic() + limit_s
        while True:
            message = self.connection.receive(max(0.01, deadline - time.monotonic()))
            assert not isinstance(message, Refused) or kind is Refused, message
            if isinstance(message, AudioState):
                self.latest = message
            if isinstance(message, kind) and wanted(message):
                return message

    def state(self, wanted: Any) -> AudioState:
        """Return the newest state known if it is wanted, else the first to come that is."""
        if self.latest is not None and wanted(self.latest):
            return self.latest
        return self.until(AudioState, wanted)

    def send(self, message: Message) -> None:
        self.connection.send(message)


def store(layout: Layout, samples: Signal) -> Sha256:
    scratch = layout.root / "new.flac"
    soundfile.write(scratch, samples, RATE, subtype="PCM_24")
    name = Sha256(hashlib.sha256(scratch.read_bytes()).hexdigest())
    target = layout.clip(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch.rename(target)
    return name
