"""A whole point, started by the one command: every service killed in turn, and the scripted demo."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from points import short_folder, wait_for

from kiosk.bus import BusConnection
from kiosk.logbook import read_rows, verify
from kiosk.messages import Hello, Play, PlayPhase
from kiosk.paths import Layout
from kiosk.types import ItemId, LanguageTag
from provisioning.processes import clean_environment, spawn, stop
from provisioning.setup_point import FIRST_OFFICER, first_pin_file

pytestmark = pytest.mark.point

VIDEO = ItemId("lu-quet")


def look(layout: Layout, service: str) -> tuple[Hello, Any]:
    with BusConnection(layout.socket(service)) as connection:
        return connection.receive(10), connection.receive(10)


def state(layout: Layout, service: str) -> Any:
    return look(layout, service)[1]


def pid(layout: Layout, service: str) -> int:
    return look(layout, service)[0].pid


def answers_again(layout: Layout, service: str, old_pid: int) -> bool:
    try:
        return pid(layout, service) != old_pid
    except Exception:
        return False


def banlang(layout: Layout, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "provisioning", *arguments, "--root", str(layout.root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def point() -> Iterator[Layout]:
    with short_folder() as root:
        log = root / "point.log"
        process = spawn(
            [sys.executable, "-m", "provisioning", "point", "run", "--virtual", "--root", str(root)],
            log=log,
            environment=clean_environment(),
        )
        layout = Layout(root)
        try:
            wait_for(lambda: "running" in log.read_text() or process.poll() is not None, 240)
            assert process.poll() is None, log.read_text()
            wait_for(lambda: state(layout, "content").items > 0, 60)
            wait_for(lambda: state(layout, "audio").ready, 60)
            yield layout
            assert process.poll() is None, log.read_text()
        finally:
            stop(process, within_s=20)
            for file in sorted(layout.logs.glob("*.log")):
                text = file.read_text(errors="replace")
                if "Traceback" in text:
                    print(f"--- {file.name}\n{text[-3000:]}")


def play_video(layout: Layout) -> None:
    with BusConnection(layout.socket("media")) as connection:
        connection.send(Play(item=VIDEO, language=LanguageTag("vi")))
        wait_for(lambda: state(layout, "media").position_s > 0.5, 20)


def test_every_service_is_up_and_says_what_it_does(point: Layout) -> None:
    done = banlang(point, "status", "--json")
    assert done.returncode == 0, done.stdout
    states = json.loads(done.stdout)
    assert set(states) == {"audio", "media", "content", "shell"}
    assert states["audio"]["faults"] == []
    assert states["content"]["revision"] >= 1
    assert states["shell"]["screen"] == "attract"
    assert banlang(point, "status").returncode == 0


def test_send_prints_the_states_that_follow_and_a_bad_message_gets_its_reason(point: Layout) -> None:
    good = banlang(point, "send", "media", '{"type":"Play","item":"lu-quet","language":"vi"}', "--for", "3")
    assert good.returncode == 0
    assert '"phase": "playing"' in good.stdout
    stopped = banlang(point, "send", "media", '{"type":"Stop"}')
    assert '"verdict": "stopped"' in stopped.stdout
    bad = banlang(point, "send", "media", '{"type":"Plai"}')
    assert bad.returncode == 1
    assert "bus.bad-line" in bad.stdout
    unknown = banlang(point, "send", "media", '{"type":"Play","item":"no-such-item","language":"vi"}')
    assert unknown.returncode == 1


@pytest.mark.parametrize("victim", ["shell", "media", "content", "audio"])
def test_a_killed_service_comes_back_with_its_state_and_the_others_do_not_notice(
    point: Layout, victim: str
) -> None:
    others = {name: pid(point, name) for name in ("audio", "media", "content", "shell") if name != victim}
    before = {name: state(point, name) for name in (*others, victim)}
    if victim != "media":
        play_video(point)
    old = pid(point, victim)
    os.kill(old, signal.SIGKILL)
    if victim != "media":  # what plays plays on
        at = state(point, "media").position_s
        wait_for(lambda: state(point, "media").position_s > at + 1.0, 15)
    wait_for(lambda: answers_again(point, victim, old), 60)
    for name, number in others.items():
        assert pid(point, name) == number
    if victim == "content":
        wait_for(lambda: state(point, "content").revision == before["content"].revision, 30)
        assert state(point, "content").items == before["content"].items
    if victim == "audio":
        wait_for(lambda: state(point, "audio").ready, 30)
        wait_for(lambda: state(point, "audio").faults == (), 30)
    if victim == "media":
        assert state(point, "media").phase is PlayPhase.IDLE
    if victim == "shell":
        assert state(point, "shell").screen == "attract"
    play_video(point)  # and everything still works
    banlang(point, "send", "media", '{"type":"Stop"}')


def test_silence_outlives_kill_and_only_a_pin_lifts_it(point: Layout) -> None:
    assert banlang(point, "silence").returncode == 0
    old = pid(point, "audio")
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: answers_again(point, "audio", old), 60)
    assert state(point, "audio").silenced
    pin = str(first_pin_file(point))
    clip = point.root / "tone.wav"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=440:d=2", str(clip)], check=True, timeout=60
    )
    refused = banlang(point, "announce", str(clip), "--as", FIRST_OFFICER, "--pin-file", pin)
    assert refused.returncode == 1, refused.stdout
    wrong = point.root / "wrong.pin"
    wrong.write_text("00000000\n")
    lifted = banlang(point, "silence", "--lift", "--as", FIRST_OFFICER, "--pin-file", str(wrong))
    assert lifted.returncode == 1
    assert "account.wrong-pin" in lifted.stderr
    assert state(point, "audio").silenced
    lifted = banlang(point, "silence", "--lift", "--as", FIRST_OFFICER, "--pin-file", pin)
    assert lifted.returncode == 0, lifted.stderr
    assert not state(point, "audio").silenced


def test_an_officer_talks_and_announces_and_both_are_in_the_log_book(point: Layout) -> None:
    wait_for(lambda: state(point, "audio").ready, 30)
    pin = str(first_pin_file(point))
    who = ("--as", FIRST_OFFICER, "--pin-file", pin)
    talked = banlang(point, "talk", *who, "--for", "4")
    assert talked.returncode == 0, talked.stderr
    assert "open" in talked.stdout
    clip = point.root / "notice.wav"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=440:d=2", str(clip)], check=True, timeout=60
    )
    announced = banlang(point, "announce", str(clip), *who, "--title", "Thử loa", "--wait")
    assert announced.returncode == 0, announced.stderr
    stranger = banlang(point, "talk", "--as", "Người lạ", "--pin-file", pin, "--for", "1")
    assert stranger.returncode == 1
    book = point.service_state("audio") / "logbook.db"
    wait_for(lambda: any("Thử loa" in str(row.facts) for row in read_rows(book)), 10)
    rows = list(read_rows(book))
    assert [row.facts["open_s"] > 2.0 for row in rows if row.kind == "talk"] == [True]
    assert {row.facts["officer"] for row in rows if row.kind in ("talk", "announcement")} == {FIRST_OFFICER}
    assert verify(book) is None


def test_the_demo_walks_the_whole_point_and_proves_its_sound(tmp_path: Path) -> None:
    with short_folder() as root:
        out = tmp_path / "out"
        started = time.monotonic()
        done = subprocess.run(
            ["bash", "provisioning/run.sh", "--demo", "45", "--out", str(out), "--root", str(root)],
            cwd=Path(__file__).resolve().parent.parent,
            capture_output=True,
            text=True,
            timeout=400,
        )
        report = json.loads((out / "report.json").read_text()) if (out / "report.json").exists() else {}
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{report}"
        assert report["passed"]
        names = [step["name"] for step in report["steps"]]
        assert names == [
            "attract",
            "language",
            "home",
            "video",
            "announcement",
            "video-after",
            "back-home",
        ]
        for step in report["steps"]:
            picture = out / "screens" / step["screenshot"]
            assert picture.stat().st_size > 20_000, picture  # not an empty screen
        assert report["sound"]["ducked_by_db"] >= 20
        assert (out / "amplifier.wav").stat().st_size > 30 * 48000 * 4
        assert time.monotonic() - started < 300
