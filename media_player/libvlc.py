"""The only file that knows python-vlc: libVLC's functions with our own prototypes, and its callbacks.

Found by experiment, and the reason why python-vlc's classes are not used:

* python-vlc's ``tracks_get()`` and callbacks that Python collects or that raise end in a segfault.
  Here each callback exists once for the life of the process, takes the play's number as its opaque
  value, and catches everything.
* A libVLC function called inside libVLC's own callback deadlocks. Here that is an error that is seen
  at once (`CalledInsideCallback`), not a hang seen months later.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_int,
    c_int64,
    c_size_t,
    c_ssize_t,
    c_uint,
    c_uint64,
    c_void_p,
)
from typing import Any

import vlc  # type: ignore[import-untyped]  # ships no types; only its loader and event numbers are used

END_REACHED = int(vlc.EventType.MediaPlayerEndReached.value)
ENCOUNTERED_ERROR = int(vlc.EventType.MediaPlayerEncounteredError.value)
TIME_CHANGED = int(vlc.EventType.MediaPlayerTimeChanged.value)


class Event(Structure):
    """The head of ``libvlc_event_t`` with its 64-bit value (the new media time in ms)."""

    _fields_ = (("type", c_int), ("object", c_void_p), ("value", c_int64))


class Stats(Structure):
    """``libvlc_media_stats_t``."""

    _fields_ = (
        ("read_bytes", c_int),
        ("input_bitrate", ctypes.c_float),
        ("demux_read_bytes", c_int),
        ("demux_bitrate", ctypes.c_float),
        ("demux_corrupted", c_int),
        ("demux_discontinuity", c_int),
        ("decoded_video", c_int),
        ("decoded_audio", c_int),
        ("displayed_pictures", c_int),
        ("lost_pictures", c_int),
        ("played_abuffers", c_int),
        ("lost_abuffers", c_int),
        ("sent_packets", c_int),
        ("sent_bytes", c_int),
        ("send_bitrate", ctypes.c_float),
    )


class _Track(Structure):
    """``libvlc_track_description_t``: a linked list."""


_Track._fields_ = (("id", c_int), ("name", c_char_p), ("next", POINTER(_Track)))

Lock = CFUNCTYPE(c_void_p, c_void_p, POINTER(c_void_p))
Unlock = CFUNCTYPE(None, c_void_p, c_void_p, POINTER(c_void_p))
Display = CFUNCTYPE(None, c_void_p, c_void_p)
Format = CFUNCTYPE(
    c_uint, POINTER(c_void_p), c_void_p, POINTER(c_uint), POINTER(c_uint), POINTER(c_uint), POINTER(c_uint)
)
Cleanup = CFUNCTYPE(None, c_void_p)
MediaOpen = CFUNCTYPE(c_int, c_void_p, POINTER(c_void_p), POINTER(c_uint64))
MediaRead = CFUNCTYPE(c_ssize_t, c_void_p, c_void_p, c_size_t)
MediaSeek = CFUNCTYPE(c_int, c_void_p, c_uint64)
MediaClose = CFUNCTYPE(None, c_void_p)
SoundPlay = CFUNCTYPE(None, c_void_p, c_void_p, c_uint, c_int64)
SoundTime = CFUNCTYPE(None, c_void_p, c_int64)
SoundDrain = CFUNCTYPE(None, c_void_p)
EventHandler = CFUNCTYPE(None, POINTER(Event), c_void_p)

_PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "new": (c_void_p, (c_int, POINTER(c_char_p))),
    "release": (None, (c_void_p,)),
    "media_new_callbacks": (c_void_p, (c_void_p, MediaOpen, MediaRead, MediaSeek, MediaClose, c_void_p)),
    "media_new_path": (c_void_p, (c_void_p, c_char_p)),
    "media_add_option": (None, (c_void_p, c_char_p)),
    "media_get_stats": (c_int, (c_void_p, POINTER(Stats))),
    "media_release": (None, (c_void_p,)),
    "media_player_new_from_media": (c_void_p, (c_void_p,)),
    "media_player_event_manager": (c_void_p, (c_void_p,)),
    "event_attach": (c_int, (c_void_p, c_int, EventHandler, c_void_p)),
    "video_set_callbacks": (None, (c_void_p, Lock, Unlock, Display, c_void_p)),
    "video_set_format_callbacks": (None, (c_void_p, Format, Cleanup)),
    "media_player_play": (c_int, (c_void_p,)),
    "media_player_set_pause": (None, (c_void_p, c_int)),
    "media_player_set_time": (None, (c_void_p, c_int64)),
    "media_player_get_length": (c_int64, (c_void_p,)),
    "media_player_stop": (None, (c_void_p,)),
    "media_player_release": (None, (c_void_p,)),
    "audio_set_callbacks": (
        None,
        (c_void_p, SoundPlay, SoundTime, SoundTime, SoundTime, SoundDrain, c_void_p),
    ),
    "audio_set_format": (None, (c_void_p, c_char_p, c_uint, c_uint)),
    "audio_get_track_description": (POINTER(_Track), (c_void_p,)),
    "audio_set_track": (c_int, (c_void_p, c_int)),
    "track_description_list_release": (None, (POINTER(_Track),)),
}

_inside = threading.local()


class CalledInsideCallback(RuntimeError):
    """Somebody called libVLC from one of its own threads: it would have deadlocked."""


class LibVlc:
    """The functions of libVLC that are used; each raises `CalledInsideCallback` rather than hang."""

    def __init__(self) -> None:
        for name, (result, arguments) in _PROTOTYPES.items():
            function = vlc.dll[f"libvlc_{name}"]  # a fresh object: python-vlc's own prototypes stay
            function.restype, function.argtypes = result, arguments
            setattr(self, name, _refusing_inside(name, function))

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(f"libvlc_{name} has no prototype here")

    def instance(self, *options: str) -> int:
        """Return a new instance; raises RuntimeError when libVLC cannot start (plug-ins missing)."""
        given = (c_char_p * len(options))(*(option.encode() for option in options))
        made: int | None = self.new(len(options), given)
        if not made:
            raise RuntimeError("libVLC cannot start: are its plug-ins installed?")
        return made

    def track_ids(self, player: int) -> list[int]:
        """Return the ids of the sound tracks in file order ("off" left out)."""
        first = self.audio_get_track_description(player)
        ids: list[int] = []
        entry = first
        while entry:
            if entry.contents.id >= 0:
                ids.append(entry.contents.id)
            entry = entry.contents.next
        if first:
            self.track_description_list_release(first)
        return ids


def _refusing_inside(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        if getattr(_inside, "callback", None):
            raise CalledInsideCallback(f"libvlc_{name} inside {_inside.callback}")
        return function(*arguments)

    return call


def safe(
    shape: Any, body: Callable[..., Any], *, failed: Any, complain: Callable[[BaseException], None]
) -> Any:
    """Return `body` as a C callback of `shape` that never lets an exception out.

    On an exception it returns `failed` and hands the exception to `complain` (which must only queue).
    The caller keeps the returned object alive for as long as libVLC may call it.
    """

    def call(*arguments: Any) -> Any:
        _inside.callback = body.__name__
        try:
            return body(*arguments)
        except BaseException as error:  # an exception that reaches C kills the process
            complain(error)
            return failed
        finally:
            _inside.callback = None

    return shape(call)


class Callbacks:
    """Every callback libVLC is given, as C functions; must live as long as libVLC does."""

    def __init__(
        self,
        *,
        pictures: Any,
        feed: Any,
        sink: Any,
        event: Any,
        complain: Callable[[BaseException], None],
    ) -> None:
        """Wrap the bodies: of `pictures`, `feed` and `silent_sink`, and the handler of events."""
        self.format = safe(Format, pictures.format, failed=0, complain=complain)
        self.cleanup = safe(Cleanup, pictures.cleanup, failed=None, complain=complain)
        self.lock = safe(Lock, pictures.lock, failed=None, complain=complain)
        self.unlock = safe(Unlock, pictures.unlock, failed=None, complain=complain)
        self.display = safe(Display, pictures.display, failed=None, complain=complain)
        self.media = (
            safe(MediaOpen, feed.open, failed=-1, complain=complain),
            safe(MediaRead, feed.read, failed=-1, complain=complain),
            safe(MediaSeek, feed.seek, failed=-1, complain=complain),
            safe(MediaClose, feed.close, failed=None, complain=complain),
        )
        self.sound = (
            safe(SoundPlay, sink.play, failed=None, complain=complain),
            safe(SoundTime, sink.pause, failed=None, complain=complain),
            safe(SoundTime, sink.resume, failed=None, complain=complain),
            safe(SoundTime, sink.flush, failed=None, complain=complain),
            safe(SoundDrain, sink.drain, failed=None, complain=complain),
        )
        self.event = safe(EventHandler, event, failed=None, complain=complain)
