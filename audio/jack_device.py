"""The normal road to the loudspeakers: a JACK client, on PipeWire or on JACK itself.

libjack is called by ctypes, and the process callback it gets is compiled, so no interpreter lock can
hold up live speech. Ports are wired by the names of ``machine.toml``; a port that is not there is a
fault, and no other port is ever used in its place.
"""

from __future__ import annotations

import ctypes
import logging
import threading
from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

from audio import advice as say
from audio.block import I_PORTS, RATE, TOTAL_BYTES, Block
from audio.effects import DeviceChanged
from audio.engine import render
from kiosk.config import Ports
from kiosk.messages import Fault

log = logging.getLogger(__name__)

ROLES = ("microphone", "media_left", "media_right", "hall", "outdoor")
OUTPUTS = ("hall", "outdoor")
_AUDIO_TYPE = b"32 bit float mono audio"
_IS_INPUT, _IS_OUTPUT = 0x1, 0x2
_NO_START_SERVER = 0x01

# The plain name first: the loader's path decides between PipeWire's libjack and JACK's own.
try:
    _jack: Any = ctypes.CDLL("libjack.so.0")
except OSError:
    _jack = None

if _jack is not None:
    _pointer, _text = ctypes.c_void_p, ctypes.c_char_p
    _prototypes: dict[str, tuple[Any, list[Any]]] = {
        "jack_set_error_function": (None, [_pointer]),
        "jack_set_info_function": (None, [_pointer]),
        "jack_client_open": (_pointer, [_text, ctypes.c_int, ctypes.POINTER(ctypes.c_int)]),
        "jack_client_close": (ctypes.c_int, [_pointer]),
        "jack_activate": (ctypes.c_int, [_pointer]),
        "jack_get_sample_rate": (ctypes.c_uint32, [_pointer]),
        "jack_get_buffer_size": (ctypes.c_uint32, [_pointer]),
        "jack_set_process_callback": (ctypes.c_int, [_pointer, _pointer, _pointer]),
        "jack_on_shutdown": (None, [_pointer, _pointer, _pointer]),
        "jack_port_register": (_pointer, [_pointer, _text, _text, ctypes.c_ulong, ctypes.c_ulong]),
        "jack_port_by_name": (_pointer, [_pointer, _text]),
        "jack_port_name": (_text, [_pointer]),
        "jack_port_connected_to": (ctypes.c_int, [_pointer, _text]),
        "jack_connect": (ctypes.c_int, [_pointer, _text, _text]),
    }
    for _function, (_result, _arguments) in _prototypes.items():
        getattr(_jack, _function).restype = _result
        getattr(_jack, _function).argtypes = _arguments
    _get_buffer = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint32)(
        ("jack_port_get_buffer", _jack)
    )


def _to_samples(context, address):
    """Take the address that JACK returns for a pointer to its samples."""

    def generate(target, builder, signature, arguments):
        return builder.inttoptr(arguments[0], target.get_value_type(signature.return_type))

    return types.CPointer(types.float32)(types.uint64), generate


_samples: Any = intrinsic(_to_samples)


def _compile_callback() -> Any:
    """Compile the small bridge between JACK's call and `render` (which is cached on disk)."""
    get_buffer, carray = _get_buffer, numba.carray

    @numba.cfunc(types.int32(types.uint32, types.CPointer(types.uint8)))
    def process(frames, memory):
        block = carray(memory, TOTAL_BYTES)
        ports = block[I_PORTS * 8 : I_PORTS * 8 + 40].view(np.uint64)
        render(
            block,
            carray(_samples(get_buffer(ports[0], frames)), frames),
            carray(_samples(get_buffer(ports[1], frames)), frames),
            carray(_samples(get_buffer(ports[2], frames)), frames),
            carray(_samples(get_buffer(ports[3], frames)), frames),
            carray(_samples(get_buffer(ports[4], frames)), frames),
        )
        return 0

    return process


def _compile_silence() -> Any:
    """Compile what libjack tells its troubles to.

    It repeats them at every try for as long as a server is away; this file logs the edges instead.
    Compiled, because libjack may complain from the thread that sounds.
    """

    @numba.cfunc(types.void(types.voidptr))
    def ignore(words):
        pass

    return ignore


class JackDevice:
    """A JACK client with three inputs and two outputs."""

    def __init__(self, block: Block, ports: Ports, name: str = "banlang") -> None:
        self._block = block
        self._wanted = {role: getattr(ports, role) for role in ROLES}
        self._name = name
        self._client: int | None = None
        self._own: dict[str, int] = {}
        self._lost = threading.Event()
        self._callback: Any = _compile_callback() if _jack is not None else None
        self._silence = _compile_silence()
        if _jack is not None:
            silence = ctypes.cast(self._silence.address, ctypes.c_void_p)
            _jack.jack_set_error_function(silence)
            _jack.jack_set_info_function(silence)
        # Kept for as long as the client lives: libjack calls it from its own thread.
        self._on_shutdown = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda _: self._lost.set())

    def tend(self) -> DeviceChanged:
        """Open the client if it is not, wire what is not wired; return how it is now."""
        if self._lost.is_set():
            self.close()
        if self._client is None and not self._open():
            return _absent(say.no_server())
        client = self._client
        rate = int(_jack.jack_get_sample_rate(client))
        if rate != RATE:
            return _absent(say.wrong_rate(rate))
        missing = [role for role in ROLES if self._wanted[role] and not self._wire(role)]
        return DeviceChanged(
            ready=not any(role in OUTPUTS for role in missing),
            rate_hz=rate,
            quantum=int(_jack.jack_get_buffer_size(client)),
            faults=tuple(say.fault(say.port_missing(role, self._wanted[role])) for role in missing),
        )

    def close(self) -> None:
        """Leave the server."""
        if self._client is not None:
            _jack.jack_client_close(self._client)
            self._client = None
        self._lost.clear()

    def _open(self) -> bool:
        if _jack is None:
            return False
        status = ctypes.c_int(0)
        client = _jack.jack_client_open(self._name.encode(), _NO_START_SERVER, ctypes.byref(status))
        if not client:
            return False
        self._client = client
        for index, role in enumerate(ROLES):
            flags = _IS_OUTPUT if role in OUTPUTS else _IS_INPUT
            port = _jack.jack_port_register(client, role.encode(), _AUDIO_TYPE, flags, 0)
            self._own[role] = port
            self._block.i[I_PORTS + index] = port
        callback = ctypes.cast(self._callback.address, ctypes.c_void_p)
        _jack.jack_set_process_callback(client, callback, ctypes.c_void_p(self._block.address))
        _jack.jack_on_shutdown(client, ctypes.cast(self._on_shutdown, ctypes.c_void_p), None)
        if _jack.jack_activate(client) != 0:
            self.close()
            return False
        log.info("jack client open")
        return True

    def _wire(self, role: str) -> bool:
        """Connect a role's own port to its device; return whether it is connected."""
        target, own = self._wanted[role].encode(), self._own[role]
        if not _jack.jack_port_by_name(self._client, target):
            return False
        if _jack.jack_port_connected_to(own, target):
            return True
        name = _jack.jack_port_name(own)
        source, sink = (name, target) if role in OUTPUTS else (target, name)
        connected = int(_jack.jack_connect(self._client, source, sink)) == 0
        log.info("wire %s %s: %s", role, self._wanted[role], "done" if connected else "refused")
        return connected


def _absent(advice: Any) -> DeviceChanged:
    faults: tuple[Fault, ...] = (say.fault(advice),)
    return DeviceChanged(ready=False, rate_hz=0, quantum=0, faults=faults)
