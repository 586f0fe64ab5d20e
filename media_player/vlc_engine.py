"""Play with libVLC. One thread makes every libVLC call; libVLC's own threads only queue notices here.

That thread may hang in libVLC (it has been seen to): the core notices that `Closed` does not come and
ends the process, and the loop, the bus and the watchdog never wait for it.
"""

from __future__ import annotations

import ctypes
import logging
import os
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

import msgspec

from kiosk.frames import FrameWriter
from kiosk.paths import Layout
from kiosk.types import Use
from media_player import libvlc
from media_player.effects import (
    BadBytes,
    Close,
    Closed,
    Ended,
    EngineEvent,
    Go,
    GoTo,
    Heard,
    Hold,
    Open,
    PickTrack,
    Progress,
    Sized,
    Started,
)
from media_player.feed import Feed
from media_player.pictures import Pictures
from media_player.silent_sink import RATE_HZ, SilentSink
from media_player.verified import BytesDamaged, BytesUnreadable, VerifiedFile

log = logging.getLogger(__name__)

REPORTED_WITHIN_S = 1.0
"""libVLC aims at telling the media time every 0.25 s; at the end it falls silent somewhat earlier."""

UNHEARD_BLOCKS = 50
"""So many blocks of sound (about a second) decoded and none put out: there is no output."""


def options(output: str) -> list[str]:
    """Return the options of the instance. `output` is a libVLC sound output ("pulse", "dummy")."""
    return [
        "--quiet",
        "--no-video-title-show",
        "--no-osd",
        "--no-spu",  # the shell draws what is written
        "--no-xlib",  # no display is needed or touched
        "--no-lua",
        "--no-volume-save",
        "--no-sub-autodetect-file",
        "--no-metadata-network-access",
        "--ignore-config",
        # Our reads are hashed memory: reading 16 MiB ahead, libVLC's default, only delays the first frame.
        "--prefetch-buffer-size=4096",
        "--prefetch-read-size=262144",
        # ",none": without it libVLC would quietly use another sound card when this output fails.
        f"--aout={output},none",
    ]


class _Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something libVLC's threads saw."""

    play: int
    event: int = 0  # libVLC's number of it
    value: int = 0
    at_s: float = 0.0  # when it was seen, monotonic
    first_frame: bool = False


class _Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """A callback raised: a bug of ours, survived."""

    error: BaseException


class _Finish(msgspec.Struct, frozen=True):
    """Leave the thread."""


class _Run:
    """One play inside libVLC."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.media = 0
        self.player = 0
        self.started = False
        self.heard: bool | None = None  # not known yet
        self.told_s = 0.0  # the media time reported last
        self.told_at_s = 0.0


class VlcEngine:
    """The real engine (`media_player.ports.Engine`)."""

    def __init__(
        self,
        *,
        layout: Layout,
        frames: FrameWriter,
        output: str,
        sink: str,
        post: Callable[[EngineEvent], None],
    ) -> None:
        """Start libVLC with the sound output `output`, into the sound server's node `sink`."""
        os.environ["PULSE_SINK"] = sink
        # Without these PipeWire plays into the amplifier itself when the sink is missing or goes away:
        # past the engine, its ducking and the silence key. With them there is no sound, and a fault.
        os.environ["PULSE_PROP"] = "node.dont-reconnect=true node.dont-fallback=true"
        self._layout = layout
        self._post = post
        self._orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._run: _Run | None = None
        self._feed = Feed(self._on_bad_bytes)
        self._pictures = Pictures(frames, self._on_size, self._on_first_frame)
        self._lib = libvlc.LibVlc()
        self._instance = self._lib.instance(*options(output))
        self._silent = output == "dummy"
        self._callbacks = libvlc.Callbacks(
            pictures=self._pictures,
            feed=self._feed,
            sink=SilentSink(),
            event=self._on_event,
            complain=self._on_trouble,
        )
        self._troubles = 0
        self._thread = threading.Thread(target=self._work, name="libvlc", daemon=True)
        self._thread.start()

    # ------------------------------------------------------------ orders, from the loop

    def open(self, order: Open) -> None:
        """Verify and play."""
        self._orders.put(order)

    def close(self, order: Close) -> None:
        """Let go of a play."""
        self._orders.put(order)

    def hold(self, order: Hold) -> None:
        """Hold picture and sound."""
        self._orders.put(order)

    def go(self, order: Go) -> None:
        """Go on."""
        self._orders.put(order)

    def go_to(self, order: GoTo) -> None:
        """Go to a media time."""
        self._orders.put(order)

    def pick_track(self, order: PickTrack) -> None:
        """Switch the sound track."""
        self._orders.put(order)

    def shut_down(self, within_s: float) -> None:
        """Stop what plays; after `within_s` the caller goes on without us."""
        self._orders.put(_Finish())
        self._thread.join(within_s)

    # ------------------------------------------------------------ the one thread that calls libVLC

    def _work(self) -> None:
        while not isinstance(order := self._orders.get(), _Finish):
            self._carry_out(order)
        self._let_go()

    def _carry_out(self, order: Any) -> None:
        match order:
            case Open():
                self._open(order)
            case Close(play=play):
                if self._run is not None and self._run.number == play:
                    self._let_go()
                self._post(Closed(play=play))
            case _Trouble(error=error):
                self._trouble(error)
            case _ if self._run is not None and self._run.number == order.play:
                self._steer(self._run, order)

    def _steer(self, run: _Run, order: Any) -> None:
        match order:
            case Hold():
                self._lib.media_player_set_pause(run.player, 1)
            case Go():
                self._lib.media_player_set_pause(run.player, 0)
            case GoTo(position_s=position_s):
                self._lib.media_player_set_time(run.player, round(position_s * 1000))
            case PickTrack(track=track):
                # By order in the file: libVLC knows no code for Tày, Nùng or Dao.
                ids = self._lib.track_ids(run.player)
                if track < len(ids):
                    self._lib.audio_set_track(run.player, ids[track])
            case _Notice():
                self._noticed(run, order)

    def _trouble(self, error: BaseException) -> None:
        self._troubles += 1
        if self._troubles <= 3:  # then known; a bug at 30 frames a second must not fill the disk
            log.error("a libVLC callback failed", exc_info=error)

    def _open(self, order: Open) -> None:
        self._let_go()
        source = order.source
        try:
            path = self._layout.blob(source.blob)
            file = VerifiedFile(path, sha256=source.blob, size=source.size, pieces=source.pieces)
        except (BytesDamaged, FileNotFoundError) as error:
            log.warning("bad bytes play=%d blob=%s: %s", order.play, source.blob, error)
            self._post(BadBytes(play=order.play))
            return
        except (BytesUnreadable, OSError) as error:
            log.warning("unreadable play=%d blob=%s: %s", order.play, source.blob, error)
            self._post(BadBytes(play=order.play, unreadable=True))
            return
        run = self._run = _Run(order.play)
        self._feed.serve(order.play, file)
        rendition = source.rendition
        declared = (rendition.width, rendition.height) if rendition.width and rendition.height else None
        self._pictures.expect(order.play, declared)
        lib, calls = self._lib, self._callbacks
        run.media = lib.media_new_callbacks(self._instance, *calls.media, order.play)
        for option in _media_options(order):
            lib.media_add_option(run.media, option.encode())
        run.player = lib.media_player_new_from_media(run.media)
        lib.video_set_callbacks(run.player, calls.lock, calls.unlock, calls.display, order.play)
        lib.video_set_format_callbacks(run.player, calls.format, calls.cleanup)
        if self._silent:
            lib.audio_set_callbacks(run.player, *calls.sound, order.play)
            lib.audio_set_format(run.player, b"S16N", RATE_HZ, 2)
        events = lib.media_player_event_manager(run.player)
        for event in (libvlc.TIME_CHANGED, libvlc.END_REACHED, libvlc.ENCOUNTERED_ERROR):
            lib.event_attach(events, event, calls.event, order.play)
        lib.media_player_play(run.player)

    def _let_go(self) -> None:
        run, self._pictures.current = self._run, 0
        if run is None:
            return
        self._lib.media_player_stop(run.player)  # waits until libVLC's threads have left our callbacks
        self._lib.media_player_release(run.player)
        self._lib.media_release(run.media)
        self._feed.end()
        self._run = None

    def _noticed(self, run: _Run, notice: _Notice) -> None:
        if notice.first_frame:
            self._start(run)
        elif notice.event == libvlc.TIME_CHANGED:
            self._listen(run)
            if not run.started and self._sounds(run):
                self._start(run)
            if run.started and notice.value / 1000 != run.told_s:  # at the end it repeats itself
                run.told_s, run.told_at_s = notice.value / 1000, notice.at_s
                self._post(Progress(play=run.number, position_s=run.told_s))
        else:
            self._end(run, notice.at_s)

    def _end(self, run: _Run, at_s: float) -> None:
        if not run.started and self._sounds(run):
            self._start(run)  # a sound shorter than libVLC's first report
        if run.told_at_s:
            # The end comes when the last frame or sample is out, somewhat after the last report.
            rest_s = min(at_s - run.told_at_s, REPORTED_WITHIN_S)
            self._post(Progress(play=run.number, position_s=run.told_s + rest_s))
        self._post(Ended(play=run.number))

    def _start(self, run: _Run) -> None:
        if not run.started:
            run.started = True
            length_ms = self._lib.media_player_get_length(run.player)
            self._post(Started(play=run.number, length_s=max(0, length_ms) / 1000))

    def _sounds(self, run: _Run) -> bool:
        """Tell whether a sample has reached the sound output."""
        return bool(self._stats(run).played_abuffers > 0)

    def _listen(self, run: _Run) -> None:
        """Tell, once, whether the sound that is decoded finds its output."""
        if run.heard is not None:
            return
        stats = self._stats(run)
        if stats.played_abuffers > 0:
            run.heard = True
        elif stats.decoded_audio >= UNHEARD_BLOCKS:
            run.heard = False
        else:
            return
        self._post(Heard(play=run.number, heard=run.heard))

    def _stats(self, run: _Run) -> libvlc.Stats:
        stats = libvlc.Stats()
        self._lib.media_get_stats(run.media, ctypes.byref(stats))
        return stats

    # ------------------------------------------------------------ libVLC's threads: only queue

    def _on_event(self, event: Any, play: int) -> None:
        seen = event.contents
        self._orders.put(_Notice(play=play, event=seen.type, value=seen.value, at_s=time.monotonic()))

    def _on_size(self, play: int, width: int, height: int) -> None:
        self._post(Sized(play=play, width=width, height=height))

    def _on_first_frame(self, play: int) -> None:
        self._orders.put(_Notice(play=play, first_frame=True))

    def _on_bad_bytes(self, play: int, unreadable: bool) -> None:
        self._post(BadBytes(play=play, unreadable=unreadable))

    def _on_trouble(self, trouble: BaseException) -> None:
        self._orders.put(_Trouble(error=trouble))


def _media_options(order: Open) -> list[str]:
    # libVLC's own mp4 reader, over a stream of ours, takes 15 s of a track at a gulp and tells no time
    # while they last; and it leaves out every sound track but the first of an ffmpeg-made file, because
    # those are flagged "disabled" (docs/decisions/0011). FFmpeg's reader does neither.
    chosen = [":demux=avformat,any"]
    if order.track is not None:
        # By order in the file: `:audio-language=tyz` is silently ignored.
        chosen.append(f":audio-track={order.track}")
    if order.start_s > 0:
        chosen.append(f":start-time={order.start_s:.3f}")
    if order.source.rendition.use is Use.AUDIO:
        chosen.append(":no-video")  # a cover picture is not a film
    return chosen
