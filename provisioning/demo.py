"""The scripted minute: attract loop → language → home → video → announcement over it → back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import soundfile  # type: ignore[import-untyped]  # it ships no types
from rich.console import Console
from rich.table import Table

from kiosk.files import replace_bytes
from kiosk.messages import MediaState, PlayPhase, ShellState
from kiosk.paths import Layout
from kiosk.types import Rank
from provisioning import demo_sound
from provisioning.demo_script import (
    STEP_LIMIT_S,
    Script,
    Step,
    wait_content,
    wait_on_air,
    wait_playing,
    wait_quiet_again,
)
from provisioning.running_point import RunningPoint
from provisioning.setup_point import FIRST_OFFICER, first_pin_file
from provisioning.surroundings import Surroundings

VIDEO = "lu-quet"
WITNESSED = ("amp:monitor_FL", "amp:monitor_FR", "bulletin:monitor_FL", "bulletin:monitor_FR")


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """``report.json``."""

    passed: bool
    seconds: float
    restarts: int
    steps: list[Step]
    sound: demo_sound.SoundProof | None
    sound_failures: list[str]


def run_demo(
    layout: Layout, surroundings: Surroundings, running: RunningPoint, *, seconds: int, out: Path
) -> bool:
    """Play the script for about `seconds` into `out`; return whether every step happened."""
    out.mkdir(parents=True, exist_ok=True)
    clip, witness = out / "announcement.wav", out / "witness.wav"
    demo_sound.say(clip)
    sound = surroundings.sound_server(layout.logs / "witness.log")
    with sound.recording(witness, WITNESSED):
        script = Script(layout, surroundings, out, running.tend)
        try:
            _play(script, layout, clip, seconds)
        finally:
            script.states.close()
        took = script.now_s()
    report = _judge(script, witness, clip, took, running.restarts)
    _keep_amplifier(witness, out / "amplifier.wav")
    replace_bytes(out / "report.json", msgspec.json.format(msgspec.json.encode(report), indent=1), mode=0o644)
    _show(report, out)
    return report.passed


def _play(script: Script, layout: Layout, clip: Path, seconds: int) -> None:
    def attract() -> str:
        words = wait_content(script)
        return f"{script.screen('attract').screen}; {words}"

    def language() -> str:
        script.press("Return")
        return f"focus {script.screen('language').focus}"

    def home() -> str:
        script.walk_to("vi")
        script.press("Return")
        state = script.states.wait(
            ShellState, lambda s: s.screen == "home" and s.language == "vi", STEP_LIMIT_S
        )
        return f"language {state.language}"

    def video() -> str:
        script.walk_to(VIDEO)
        script.press("Return")
        return wait_playing(script, VIDEO, 4.0)

    def announcement() -> str:
        _announce(layout, clip)
        return wait_on_air(script, Rank.NORMAL)

    def after() -> str:
        words = wait_quiet_again(script)
        script.pause(5.0)
        still = wait_playing(script, VIDEO, 0.0)
        return f"{words}; video goes on: {still}"

    def back() -> str:
        script.press("Escape")
        script.screen("home")
        idle = script.states.wait(MediaState, lambda s: s.phase is PlayPhase.IDLE, STEP_LIMIT_S)
        verdict = idle.last.verdict.value if idle.last else "?"
        return f"home; player idle ({verdict})"

    script.step("attract", attract)
    script.step("language", language)
    script.step("home", home)
    script.step("video", video)
    script.step("announcement", announcement, settle_s=2.5)
    script.step("video-after", after)
    script.step("back-home", back)
    script.pause(max(0.0, seconds - script.now_s()))


def _announce(layout: Layout, clip: Path) -> None:
    """Do what an officer in a second terminal does."""
    command = [sys.executable, "-m", "provisioning", "announce", str(clip), "--root", str(layout.root)]
    command += ["--as", FIRST_OFFICER, "--pin-file", str(first_pin_file(layout))]
    command += ["--title", "Mời họp thôn", "--priority", "normal"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise LookupError(done.stderr.strip())


def _judge(script: Script, witness: Path, clip: Path, took: float, restarts: int) -> Report:
    sound: demo_sound.SoundProof | None = None
    failures: list[str] = []
    try:
        sound = demo_sound.prove(witness, clip)
        failures = sound.failures()
    except (OSError, ValueError, soundfile.LibsndfileError, np.linalg.LinAlgError) as error:
        failures = [f"the recording cannot be measured: {error}"]
    passed = all(step.outcome == "ok" for step in script.steps) and not failures and restarts == 0
    return Report(
        passed=passed,
        seconds=round(took, 1),
        restarts=restarts,
        steps=script.steps,
        sound=sound,
        sound_failures=failures,
    )


def _keep_amplifier(witness: Path, amplifier: Path) -> None:
    recorded, rate = soundfile.read(witness, always_2d=True, dtype="float32")
    soundfile.write(amplifier, recorded[:, :2], rate, subtype="PCM_16")
    witness.unlink()


def _show(report: Report, out: Path) -> None:
    table = Table("step", "at", "took", "outcome", "detail")
    for step in report.steps:
        table.add_row(step.name, f"{step.at_s:.1f} s", f"{step.took_s:.1f} s", step.outcome, step.detail)
    for words in report.sound_failures:
        table.add_row("sound", "", "", "failed", words)
    if report.sound is not None and not report.sound_failures:
        heard = report.sound
        table.add_row(
            "sound", "", "", "ok", f"ducked by {heard.ducked_by_db:.0f} dB, peak {heard.peak_dbfs} dBFS"
        )
    console = Console(width=120)
    console.print(table)
    console.print(f"{'ĐẠT · passed' if report.passed else 'KHÔNG ĐẠT · failed'} — {out / 'report.json'}")
