"""Hand suspicions to the content service; kept until it is there to hear them."""

from __future__ import annotations

import threading
from pathlib import Path

from kiosk.bus import BusClient
from kiosk.messages import Suspect
from kiosk.types import Sha256
from media_player.effects import TellContent


class ContentLink:
    """The line to ``content.sock`` (`media_player.ports.ContentDesk`).

    Connects only once there is something to tell, so a point without a content service is not
    asked for one for ever.
    """

    def __init__(self, socket: Path) -> None:
        self._client = BusClient(socket, lambda message, fd: None, self._on_link)
        self._waiting: list[Sha256] = []
        self._lock = threading.Lock()
        self._started = False

    def tell(self, order: TellContent) -> None:
        """Hand on the suspicion, at once or when the content service is back."""
        with self._lock:
            if order.blob not in self._waiting:
                self._waiting.append(order.blob)
        if not self._started:
            self._started = True
            self._client.start()
        self._hand_over()

    def close(self) -> None:
        """Hang up."""
        if self._started:
            self._client.close()

    def _on_link(self, up: bool) -> None:
        if up:
            self._hand_over()

    def _hand_over(self) -> None:
        with self._lock:
            self._waiting = [blob for blob in self._waiting if not self._client.send(Suspect(blob=blob))]
