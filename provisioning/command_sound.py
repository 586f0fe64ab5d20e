"""``banlang talk``, ``announce``, ``silence``: the loudspeakers from a terminal.

Everything goes through the bus; the audio service decides, this only asks and reports.
"""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kiosk.bus import BusConnection
from kiosk.errors import Problem, Who
from kiosk.folding import nfc
from kiosk.languages import VIETNAMESE
from kiosk.messages import (
    Accepted,
    Announce,
    AudioState,
    LoggedIn,
    Login,
    Message,
    Refused,
    Silence,
    SilenceLift,
    TalkPhase,
    TalkRenew,
    TalkStart,
    TalkStop,
)
from kiosk.paths import Layout
from kiosk.types import LanguageTag, Priority, TalkMode, Zone
from provisioning.clips import import_clip
from provisioning.options import layout_option, officer_options, read_pin, zones_option

RENEW_S = 0.5


def ask(connection: BusConnection, message: Message, done: Callable[[Any], bool], within_s: float) -> Any:
    """Send `message` and return the first answer that `done` accepts; raises the refusal as `Problem`."""
    connection.send(message)
    deadline = time.monotonic() + within_s
    while (left := deadline - time.monotonic()) > 0:
        try:
            answer = connection.receive(left)
        except TimeoutError:
            break
        except (EOFError, OSError):
            raise _lost() from None
        if isinstance(answer, Refused):
            raise refused(answer)
        if done(answer):
            return answer
    raise Problem(
        "audio.no-answer",
        who=Who.TECHNICIAN,
        vi="Dịch vụ âm thanh chưa thực hiện lệnh. Hãy xem `banlang status` rồi thử lại.",
        en="The audio service has not carried out the order. Look at `banlang status` and try again.",
    )


def refused(answer: Refused) -> Problem:
    """Return the refusal as a problem to raise."""
    advice = answer.advice
    return Problem(advice.code, who=advice.who, vi=advice.vi, en=advice.en)


def _lost() -> Problem:
    return Problem(
        "audio.gone",
        who=Who.NOBODY,
        vi="Dịch vụ âm thanh vừa dừng; nó sẽ tự khởi động lại. Hãy thử lại sau vài giây.",
        en="The audio service just stopped; it restarts by itself. Try again in a few seconds.",
    )


def log_in(connection: BusConnection, officer: str, pin: str) -> None:
    """Bind the connection to an officer; raises `Problem` when the name or PIN is wrong."""
    login = Login(name=nfc(officer), pin=pin)
    ask(connection, login, lambda answer: isinstance(answer, LoggedIn), 10.0)


@click.command()
@layout_option
@officer_options
@zones_option
@click.option("--latch", is_flag=True, help="Stay open after this command ends, until --stop or the maximum.")
@click.option("--stop", "stop_talk", is_flag=True, help="Close a latched microphone.")
@click.option("--for", "seconds", type=float, help="Close after this many seconds [default: until Enter].")
@click.option("--max", "max_s", type=float, help="Longest time the microphone may stay open, seconds.")
@click.option("--no-chime", is_flag=True, help="Open without the chime.")
def talk(
    layout: Layout,
    officer: str,
    pin_file: Path | None,
    zones: tuple[Zone, ...],
    latch: bool,
    stop_talk: bool,
    seconds: float | None,
    max_s: float | None,
    no_chime: bool,
) -> None:
    """Open the microphone to the loudspeakers while this command runs (hold), or --latch it."""
    pin = read_pin(pin_file)
    with BusConnection(layout.socket("audio")) as connection:
        log_in(connection, officer, pin)
        if stop_talk:
            ask(connection, TalkStop(), lambda a: isinstance(a, AudioState) and a.talk is None, 5.0)
            click.echo("Đã tắt micro · microphone closed")
            return
        mode = TalkMode.LATCH if latch else TalkMode.HOLD
        start = TalkStart(mode=mode, zones=zones, chime=not no_chime, max_s=max_s)
        ask(connection, start, lambda a: isinstance(a, AudioState) and a.talk is not None, 5.0)
        if latch:
            click.echo("Micro đang mở (chốt) · microphone latched open; close: banlang talk --stop")
            return
        click.echo("Chuông rồi nói; nhấn Enter để tắt · after the chime, speak; Enter closes")
        _hold(connection, seconds)
        click.echo("Đã tắt micro · microphone closed")


def _hold(connection: BusConnection, seconds: float | None) -> None:
    """Renew the lease until Enter, `seconds`, or the service ends the talk."""
    deadline = None if seconds is None else time.monotonic() + seconds
    phase: TalkPhase | None = None
    while deadline is None or time.monotonic() < deadline:
        connection.send(TalkRenew())
        until = time.monotonic() + RENEW_S
        while (left := until - time.monotonic()) > 0:
            try:
                answer = connection.receive(left)
            except TimeoutError:
                break
            except (EOFError, OSError):
                raise _lost() from None
            if isinstance(answer, Refused):
                raise refused(answer)
            if isinstance(answer, AudioState):
                if answer.talk is None:
                    raise _ended(answer)
                if answer.talk.phase is not phase:
                    phase = answer.talk.phase
                    click.echo(f"  {phase.value}")
        if deadline is None and select.select([sys.stdin], [], [], 0)[0]:
            sys.stdin.readline()
            break
    ask(connection, TalkStop(), lambda a: isinstance(a, AudioState) and a.talk is None, 5.0)


def _ended(state: AudioState) -> Problem:
    if state.silenced:
        vi, en = "có người đã bấm phím im lặng", "somebody pressed the silence key"
    else:
        vi, en = "đã hết thời gian tối đa hoặc bị dừng", "its maximum is over, or it was stopped"
    return Problem(
        "audio.talk-ended",
        who=Who.OFFICER,
        vi=f"Micro đã đóng: {vi}. Mở lại nếu cần.",
        en=f"The microphone was closed: {en}. Open it again if needed.",
    )


@click.command()
@layout_option
@officer_options
@zones_option
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--priority",
    type=click.Choice([entry.value for entry in Priority]),
    default="normal",
    show_default=True,
    help="Rank by Circular 39/2020: an emergency sounds at once and needs --reason.",
)
@click.option("--title", help="What the log book says [default: the file's name].")
@click.option("--language", default=VIETNAMESE, show_default=True, help="BCP 47 tag of what is spoken.")
@click.option(
    "--repeat", default=1, show_default=True, type=click.IntRange(1, 99), help="How often it sounds."
)
@click.option("--gap", "gap_s", default=2.0, show_default=True, help="Seconds between repeats.")
@click.option("--reason", default="", help="Why it is an emergency.")
@click.option("--wait", is_flag=True, help="Return when it has sounded.")
def announce(
    layout: Layout,
    officer: str,
    pin_file: Path | None,
    zones: tuple[Zone, ...],
    file: Path,
    priority: str,
    title: str | None,
    language: str,
    repeat: int,
    gap_s: float,
    reason: str,
    wait: bool,
) -> None:
    """Sound FILE (any common sound file) over the loudspeakers."""
    clip = import_clip(file, layout)
    pin = read_pin(pin_file)
    order = Announce(
        clip=clip,
        title=nfc(title or file.stem),
        language=LanguageTag(language),
        priority=Priority(priority),
        zones=zones,
        repeat=repeat,
        gap_s=gap_s,
        reason=nfc(reason),
    )
    with BusConnection(layout.socket("audio")) as connection:
        log_in(connection, officer, pin)
        accepted = ask(connection, order, lambda answer: isinstance(answer, Accepted), 10.0)
        click.echo(f"Đã nhận · accepted: {accepted.announcement}")
        if wait:
            _wait_finished(connection, accepted.announcement)
            click.echo("Đã phát xong · finished")


def _wait_finished(connection: BusConnection, announcement: str) -> None:
    """Follow the states until the announcement neither sounds nor waits."""
    seen = False
    while True:
        try:
            answer = connection.receive(30.0)
        except TimeoutError:
            continue
        except (EOFError, OSError):
            raise _lost() from None
        if isinstance(answer, AudioState):
            here = announcement in known_in(answer)
            if seen and not here:
                return
            seen = seen or here


def known_in(state: AudioState) -> set[str]:
    """Return the announcements that sound or wait."""
    names = {entry.announcement for entry in state.waiting}
    if state.on_air is not None and state.on_air.announcement:
        names.add(state.on_air.announcement)
    return names


@click.command()
@layout_option
@click.option("--lift", is_flag=True, help="Allow sound again (needs --as and your PIN).")
@click.option("--as", "officer", metavar="NAME", help="Your account, for --lift.")
@click.option(
    "--pin-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="File whose first line is the PIN [default: $BANLANG_PIN, or ask].",
)
def silence(layout: Layout, lift: bool, officer: str | None, pin_file: Path | None) -> None:
    """Stop everything that sounds, now. It stays silent, across restarts too, until --lift."""
    with BusConnection(layout.socket("audio")) as connection:
        if not lift:
            ask(connection, Silence(), lambda a: isinstance(a, AudioState) and a.silenced, 5.0)
            click.echo("Đã im lặng · silent")
            return
        if officer is None:
            raise click.UsageError("--lift needs --as NAME")
        order = SilenceLift(name=nfc(officer), pin=read_pin(pin_file))
        ask(connection, order, lambda a: isinstance(a, AudioState) and not a.silenced, 10.0)
        click.echo("Đã cho phép phát tiếng · sound is allowed again")
