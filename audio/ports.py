"""What the audio service needs from outside, as small interfaces."""

from __future__ import annotations

from typing import Protocol

from audio.effects import DeviceChanged


class Device(Protocol):
    """A sound card that runs the compiled callback: JACK/PipeWire, PortAudio, or simulated."""

    def tend(self) -> DeviceChanged:
        """Keep the device open and its ports wired; return how it is now. Called twice a second.

        Never raises for a device that is absent: that is a fault in the answer, and it is tried
        again at the next call. Never falls back to another device.
        """
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...
