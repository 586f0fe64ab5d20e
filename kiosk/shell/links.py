"""The lines to the other services: what they say becomes events, what the model wants is sent."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from typing import Any

from kiosk.bus import BusClient
from kiosk.frames import FrameReader
from kiosk.messages import (
    AudioState,
    ContentState,
    MediaState,
    Message,
    Prompt,
    Refused,
    Suspect,
    WatchFrames,
)
from kiosk.paths import Layout
from kiosk.shell.events import Ask, AudioNow, Doubt, Event, MediaNow, MediaRefused, Speak

log = logging.getLogger(__name__)


class Links:
    """Lasting connections to audio, player and content; each may come and go."""

    def __init__(
        self,
        layout: Layout,
        post: Callable[[Event], None],
        content_changed: Callable[[], None],
        frames_changed: Callable[[FrameReader | None], None],
    ) -> None:
        """All callbacks are called in the connections' threads."""
        self._post = post
        self._content_changed = content_changed
        self._frames_changed = frames_changed
        self._revision = -1
        self._audio = BusClient(layout.socket("audio"), self._audio_said, self._audio_link)
        self._media = BusClient(layout.socket("media"), self._media_said, self._media_link)
        self._content = BusClient(layout.socket("content"), self._content_said, _content_link)

    def start(self) -> None:
        """Begin connecting."""
        for client in (self._audio, self._media, self._content):
            client.start()

    def close(self) -> None:
        """Hang up."""
        for client in (self._audio, self._media, self._content):
            client.close()

    def speak(self, effect: Speak) -> None:
        """Carry out `Speak`; nothing happens while the audio service is away."""
        self._audio.send(Prompt(clip=effect.clip))

    def ask(self, effect: Ask) -> None:
        """Carry out `Ask`; a lost wish shows as the player's absence."""
        self._media.send(effect.wish)

    def doubt(self, effect: Doubt) -> None:
        """Carry out `Doubt`."""
        self._content.send(Suspect(blob=effect.blob))

    def _audio_said(self, message: Message, fd: int | None) -> None:
        if isinstance(message, AudioState):
            self._post(AudioNow(message))

    def _audio_link(self, up: bool) -> None:
        log.info("link.audio up=%s", up)
        if not up:
            self._post(AudioNow(None))

    def _media_said(self, message: Any, fd: int | None) -> None:
        if fd is not None:
            try:
                self._frames_changed(FrameReader(fd))
            except (ValueError, OSError) as error:
                log.error("link.media bad picture memory: %s", error)
            finally:
                with contextlib.suppress(OSError):
                    os.close(fd)
        elif isinstance(message, MediaState):
            self._post(MediaNow(message))
        elif isinstance(message, Refused):
            log.warning("link.media refused request=%s %s", message.request, message.advice.code)
            self._post(MediaRefused(message.request, message.advice))

    def _media_link(self, up: bool) -> None:
        log.info("link.media up=%s", up)
        if up:
            self._media.send(WatchFrames())
        else:
            self._frames_changed(None)
            self._post(MediaNow(None))

    def _content_said(self, message: Message, fd: int | None) -> None:
        if isinstance(message, ContentState) and message.revision != self._revision:
            self._revision = message.revision
            self._content_changed()


def _content_link(up: bool) -> None:
    log.info("link.content up=%s", up)
