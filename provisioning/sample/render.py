"""Render the whole set, or find that it is there already; a set is seen whole or not at all.

The stamp names the recipe (the sources of this package) and the tools; while both are as they were,
and every file has its size, nothing is done. A new set is rendered beside the old one and takes its
place by rename.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import importlib
import multiprocessing
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Any

import msgspec

from kiosk.errors import Problem
from kiosk.files import disk_full, fsync_folder
from provisioning.sample import fonts, tools

NEEDED_BYTES = 160 * 1024 * 1024
"""Room for the set and its scratch files."""

STAMP = "stamp.json"

Progress = Callable[[float], None]
"""Called now and then with the part done, 0–1."""


class Stamp(msgspec.Struct, frozen=True):
    """What a finished set was made from, and the size of each of its files."""

    recipe: str
    files: dict[str, int]


@dataclass(frozen=True)
class Task:
    """One item: where its recipe lives and about how many seconds it takes."""

    module: str
    item: str
    function: str
    seconds: float
    reports: bool = False  # the recipe takes a second argument and calls it with (done, total)


TASKS = (
    Task("story", "ITEM", "render", 40.0, reports=True),
    Task("bulletins", "WATER_ITEM", "render_water", 4.0),
    Task("bulletins", "BUFFALO_ITEM", "render_buffalo", 2.0),
    Task("bulletins", "FOREST_ITEM", "render_forest", 2.0),
    Task("bulletins", "THEN_ITEM", "render_then", 2.0),
    Task("poster", "SCAM_ITEM", "render_scam", 4.0),
    Task("poster", "FIRE_ITEM", "render_fire", 4.0),
    Task("handbook", "ITEM", "render", 4.0),
)


def ensure(out: Path, *, force: bool = False, progress: Progress = lambda part: None) -> bool:
    """Make sure that `out` holds the set; return whether it had to be rendered.

    Raises `Problem` ``sample.tool-missing``, ``sample.tool-failed``, ``sample.no-font`` or
    ``disk.full``; what was in `out` before is then untouched.
    """
    recipe = recipe_hash()
    if not force and is_current(out, recipe):
        return False
    out.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(out):
        if not force and is_current(out, recipe):
            return False  # another process rendered it while we waited
        if shutil.disk_usage(out.parent).free < NEEDED_BYTES:
            raise disk_full(out)
        _render_into(out, recipe, progress)
    return True


def _render_into(out: Path, recipe: str, progress: Progress) -> None:
    with _scratch_beside(out) as scratch:
        _render_all(scratch, progress)
        files = {str(path.relative_to(scratch)): path.stat().st_size for path in _files(scratch)}
        (scratch / STAMP).write_bytes(msgspec.json.encode(Stamp(recipe, files), order="sorted"))
        _take_place(scratch, out)


def is_current(out: Path, recipe: str) -> bool:
    """Tell whether `out` holds the whole set made by `recipe`."""
    try:
        stamp = msgspec.json.decode((out / STAMP).read_bytes(), type=Stamp)
    except (FileNotFoundError, NotADirectoryError, msgspec.MsgspecError):
        return False
    if stamp.recipe != recipe:
        return False
    return {str(path.relative_to(out)): path.stat().st_size for path in _files(out)} == stamp.files


def recipe_hash() -> str:
    """Return the name of what the set is made from: sources, tools, fonts."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    for program, option in (("ffmpeg", "-version"), ("espeak-ng", "--version")):
        digest.update(tools.version(program, option).encode())
    for package in ("pillow", "fpdf2", "soxr", "numpy"):
        digest.update(f"{package} {package_version(package)}".encode())
    for bold, chinese in ((False, False), (True, False), (False, True), (True, True)):
        font = fonts.font_file(bold=bold, chinese=chinese)
        digest.update(f"{font.name} {font.stat().st_size}".encode())
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != STAMP]


@contextlib.contextmanager
def _one_at_a_time(out: Path) -> Iterator[None]:
    """Wait for other renderers of `out`, and remove what a killed one left behind."""
    with out.with_name(f".{out.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in (*out.parent.glob(f".{out.name}.*.new"), *out.parent.glob(f".{out.name}.*.old")):
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextlib.contextmanager
def _scratch_beside(out: Path) -> Iterator[Path]:
    scratch = out.with_name(f".{out.name}.{secrets.token_hex(4)}.new")
    scratch.mkdir()
    try:
        yield scratch
    except Problem as problem:
        if problem.code == "disk.full":
            raise disk_full(out) from problem  # in words of the set's place, not of the scratch folder
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(out) from error
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _take_place(scratch: Path, out: Path) -> None:
    old = out.with_name(f".{out.name}.{secrets.token_hex(4)}.old")
    if out.exists():
        out.rename(old)
    scratch.rename(out)
    fsync_folder(out.parent)
    shutil.rmtree(old, ignore_errors=True)


def _render_all(folder: Path, progress: Progress) -> None:
    total = sum(task.seconds for task in TASKS) + 2.0
    context = multiprocessing.get_context("spawn")  # a fork beside threads is not safe
    filmed = context.Value("d", 0.0)
    with ProcessPoolExecutor(
        max_workers=max(2, os.cpu_count() or 2), mp_context=context, initializer=_share, initargs=(filmed,)
    ) as pool:
        seconds = {pool.submit(render_item, task, folder): task.seconds for task in TASKS}
        seconds[pool.submit(render_voices, folder)] = 2.0
        film = next(iter(seconds))
        left = set(seconds)
        try:
            while left:
                ended, left = wait(left, timeout=0.3, return_when=FIRST_COMPLETED)
                for job in ended:
                    outcome = job.result()
                    if isinstance(outcome, Problem):
                        raise outcome
                done = sum(part for job, part in seconds.items() if job not in left)
                progress((done + (seconds[film] * filmed.value if film in left else 0.0)) / total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


_filmed: Any = None  # in a worker: how much of the film is done, 0–1, seen by the main process


def _share(filmed: Any) -> None:
    global _filmed
    _filmed = filmed


def _film_progress(done: int, total: int) -> None:
    _filmed.value = done / total


def render_item(task: Task, folder: Path) -> str | Problem:
    """Render one item into its own folder below `folder`; return its id, or the problem met.

    Runs in a worker process; a `Problem` is returned because it does not survive being pickled as
    an exception.
    """
    from provisioning.sample import manifest, voices

    module = importlib.import_module(f"provisioning.sample.{task.module}")
    item: manifest.Item = getattr(module, task.item)
    home = folder / item.id
    home.mkdir()
    try:
        recipe = getattr(module, task.function)
        if task.reports:
            recipe(home, _film_progress)
        else:
            recipe(home)
        for language in manifest.SPOKEN_BY_MACHINE:
            voices.level(voices.speak(item.spoken_title(language), language), home / item.labels[language])
        voices.write_tone(home / manifest.TONE_FILE)
    except Problem as problem:
        return problem
    manifest.write(item, home)
    return item.id


def render_voices(folder: Path) -> str | Problem:
    """Render each language's spoken name into ``voices``: by machine, or the neutral tone."""
    from kiosk.languages import OWN_NAMES
    from provisioning.sample import manifest, voices

    home = folder / "voices"
    home.mkdir()
    names = {**OWN_NAMES, "zh-Hans": "zhong1 wen2"}
    files = {}
    try:
        for tag in OWN_NAMES:
            if tag in manifest.TO_RECORD:
                files[tag] = "to-record.flac"
                voices.write_tone(home / files[tag])
            else:
                files[tag] = f"name.{tag}.flac"
                voices.level(voices.speak(names[tag], tag), home / files[tag])
    except Problem as problem:
        return problem
    (home / "voices.toml").write_text(manifest.voices_toml(files), encoding="utf-8")
    return "voices"
