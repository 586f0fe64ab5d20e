"""A stand-alone libVLC drawing into an X window: what the benches hold the player against.

Run as ``python -m media_player.bench_peer FILM SECONDS`` with ``DISPLAY`` set. It prints ``play NS`` just
before libVLC is started and ``from NS UTIME`` / ``to NS UTIME FRAMES`` round the steady part (monotonic
nanoseconds, seconds of processor time, frames displayed). The process is kept as small as can be: its
start-up and Python's own imports are not counted.
"""

from __future__ import annotations

import ctypes
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    """Play the film for so many seconds and report."""
    film, seconds = Path(sys.argv[1]), float(sys.argv[2])
    from media_player import libvlc

    vlc = libvlc.LibVlc()
    print("play", time.monotonic_ns(), flush=True)
    instance = vlc.instance("--quiet", "--no-video-title-show", "--no-spu", "--vout=xcb_x11", "--aout=dummy")
    media = vlc.media_new_path(instance, bytes(film))
    player = vlc.media_player_new_from_media(media)
    vlc.media_player_play(player)
    if seconds > 0:
        time.sleep(2.0)
        before = _displayed(vlc, media)
        print("from", time.monotonic_ns(), _processor_s(), flush=True)
        time.sleep(seconds)
        print("to", time.monotonic_ns(), _processor_s(), _displayed(vlc, media) - before, flush=True)
    else:
        time.sleep(30)
    ctypes.CDLL(None)._exit(0)


def _displayed(vlc: object, media: int) -> int:
    from media_player.libvlc import Stats

    stats = Stats()
    vlc.media_get_stats(media, ctypes.byref(stats))  # type: ignore[attr-defined]  # bound at start
    return int(stats.displayed_pictures)


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
