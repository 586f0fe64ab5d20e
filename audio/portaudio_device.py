"""The second road: PortAudio, for plain ALSA machines and for the deterministic tests of a card.

sounddevice hands PortAudio the compiled callback itself. Channels: input 1 is the microphone, inputs
2 and 3 the player where the card has them; output 1 is the hall, output 2 outdoor.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import sounddevice  # type: ignore[import-untyped]  # it ships no types
from numba import types

from audio import advice as say
from audio.block import RATE, TOTAL_BYTES, Block
from audio.effects import DeviceChanged
from audio.engine import render


def _compile_callback(inputs: int) -> Any:
    """Compile the bridge between PortAudio's call and `render` for a number of input channels."""
    signature = types.int32(
        types.CPointer(types.float32),
        types.CPointer(types.float32),
        types.uint64,
        types.voidptr,
        types.uint64,
        types.CPointer(types.uint8),
    )

    carray = numba.carray

    @numba.cfunc(signature)
    def process(source, sink, frames, time, flags, memory):
        block = carray(memory, TOTAL_BYTES)
        heard = np.zeros((3, frames), np.float32)
        if inputs > 0:
            taken = carray(source, (frames, inputs))
            for channel in range(min(inputs, 3)):
                for n in range(frames):
                    heard[channel, n] = taken[n, channel]
        out = np.zeros((2, frames), np.float32)
        render(block, heard[0], heard[1], heard[2], out[0], out[1])
        given = carray(sink, (frames, 2))
        for n in range(frames):
            given[n, 0] = out[0, n]
            given[n, 1] = out[1, n]
        return 0

    return process


class PortAudioDevice:
    """A duplex stream on one named PortAudio device."""

    def __init__(self, block: Block, device: str, quantum: int) -> None:
        self._block = block
        self._device = device
        self._quantum = quantum
        self._stream: Any = None
        self._callback: Any = None

    def tend(self) -> DeviceChanged:
        """Open the stream if it does not run; return how it is now."""
        if self._stream is not None and not self._stream.active:
            self.close()
        if self._stream is None:
            try:
                self._open()
            except (sounddevice.PortAudioError, ValueError) as error:
                self.close()
                fault = say.fault(say.no_device(self._device, str(error).splitlines()[0]))
                return DeviceChanged(ready=False, rate_hz=0, quantum=0, faults=(fault,))
        return DeviceChanged(ready=True, rate_hz=RATE, quantum=self._quantum, faults=())

    def close(self) -> None:
        """Stop the stream."""
        if self._stream is not None:
            self._stream.close(ignore_errors=True)
            self._stream = None

    def _open(self) -> None:
        name = self._device or None
        inputs = min(3, int(sounddevice.query_devices(name, "input")["max_input_channels"]))
        self._callback = _compile_callback(inputs)
        ffi = sounddevice._ffi
        # _StreamBase is the one place where sounddevice takes a C function pointer (its docstring).
        self._stream = sounddevice._StreamBase(
            kind="duplex",
            samplerate=RATE,
            blocksize=self._quantum,
            device=name,
            channels=(inputs, 2),
            dtype="float32",
            latency="low",
            callback=ffi.cast("PaStreamCallback*", self._callback.address),
            userdata=ffi.cast("void*", self._block.address),
            wrap_callback=None,
        )
        self._stream.start()
