"""What the two scripts and the command say when something is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from points import add_officer, make_point, short_folder

from kiosk.errors import Problem
from kiosk.paths import Layout
from provisioning import setup_point
from provisioning.clips import import_clip
from provisioning.running_point import RootLock

TREE = Path(__file__).resolve().parent.parent
PROGRAMS = ("bash", "dirname", "df", "awk", "cat", "id", "sha256sum", "mktemp", "tail", "rm", "grep")


@pytest.fixture
def root() -> Iterator[Path]:
    with short_folder() as folder:
        yield folder


def banlang(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "provisioning", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**os.environ, **(env or {})}, cwd="/"
    )


def path_of(folder: Path, *without: str) -> str:
    """Make a PATH that holds the everyday programs except `without`."""
    for name in PROGRAMS:
        for place in ("/usr/bin", "/bin"):
            target = Path(place, name)
            if name not in without and target.exists() and not (folder / name).exists():
                (folder / name).symlink_to(target)
    return str(folder)


@pytest.mark.parametrize("script", ["run.sh", "test.sh"])
def test_a_machine_without_apt_is_told_so(tmp_path: Path, script: str) -> None:
    done = subprocess.run(
        ["/bin/bash", str(TREE / "provisioning" / script)],
        capture_output=True,
        text=True,
        env={"PATH": path_of(tmp_path)},
        timeout=60,
    )
    assert done.returncode == 1
    assert "không có apt" in done.stderr
    assert "no apt" in done.stderr
    assert "Debian 12" in done.stderr


def test_a_wrong_python_is_named_with_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/bash\n[ "$1" = "--version" ] && echo "Python 3.9.2"\nexit 1\n')
    old.chmod(0o755)
    ask = f'. "{TREE}/provisioning/setup.sh"; find_python; echo "$PYTHON"'
    done = subprocess.run(
        ["bash", "-c", ask],
        capture_output=True,
        text=True,
        env={**os.environ, "BANLANG_PYTHON": str(old)},
        timeout=60,
    )
    assert done.returncode == 1
    assert "Python 3.9.2" in done.stderr
    assert "BANLANG_PYTHON" in done.stderr
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_full_disk_is_said_before_anything_is_set_up() -> None:
    ask = f'. "{TREE}/provisioning/setup.sh"; check_room 999999999'
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Free some space" in done.stderr


def test_a_point_on_a_full_disk_says_how_much_is_needed(root: Path) -> None:
    """A real small file system: 8 MiB of memory."""
    small = root / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(small)], check=True)
    try:
        done = banlang("point", "run", "--root", str(small / "point"))
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert done.returncode == 1
    assert "[disk.full]" in done.stderr
    assert str(setup_point.NEEDED_BYTES // 2**20) in done.stderr


def test_a_second_point_in_the_same_folder_is_refused_and_a_killed_one_leaves_no_lock(root: Path) -> None:
    layout = Layout(root)
    with RootLock(layout):
        done = banlang("point", "run", "--root", str(root))
        assert done.returncode == 1
        assert "[point.root-in-use]" in done.stderr
    with RootLock(layout):  # let go at the end, and again takeable
        pass


def test_a_root_too_deep_for_sockets_is_said_in_words(root: Path) -> None:
    from provisioning.surroundings import found_or_made

    deep = Layout(root / ("d" * 60) / ("e" * 60))
    deep.make_folders()
    with pytest.raises(Problem) as refused, found_or_made(deep, force_virtual=True):
        pass
    assert refused.value.code == "bus.path-too-long"


def test_commands_without_a_running_point_say_how_to_start_one(root: Path) -> None:
    for command in (
        ("silence",),
        ("send", "audio", '{"type":"Silence"}'),
        ("talk", "--as", "A"),
        ("point", "look", "x.png"),
    ):
        done = banlang(*command, "--root", str(root), env={"BANLANG_PIN": "482915"})
        assert done.returncode == 1, command
        assert "not-running" in done.stderr
        assert "Start" in done.stderr
        assert "Traceback" not in done.stderr
    done = banlang("status", "--root", str(root), "--json")
    assert done.returncode == 1
    assert '"down"' in done.stdout


def test_a_file_without_sound_is_refused_and_nothing_is_stored(root: Path) -> None:
    layout = make_point(root)
    text = root / "notes.mp3"
    text.write_text("<html>not a sound</html>")
    for file, code in ((text, "clip.not-sound"), (root / "none.wav", "clip.missing")):
        with pytest.raises(Problem) as refused:
            import_clip(file, layout)
        assert refused.value.code == code
    assert not (layout.state / "audio/clips").exists()


def test_a_sound_file_is_stored_once_under_its_hash(root: Path) -> None:
    layout = make_point(root)
    tone = root / "ton.wav"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=440:d=0.5", str(tone)], check=True, timeout=60
    )
    first, second = import_clip(tone, layout), import_clip(tone, layout)
    assert first == second
    assert layout.clip(first).read_bytes()[:4] == b"fLaC"


def test_accounts_are_listed_without_pins(root: Path) -> None:
    layout = make_point(root)
    name, pin = add_officer(layout)
    done = banlang("account", "list", "--root", str(root), "--json")
    assert done.returncode == 0
    assert name in done.stdout
    assert pin not in done.stdout


def test_a_changed_machine_file_is_kept(root: Path) -> None:
    layout = make_point(root)
    own = layout.machine_file.read_text()
    setup_point.write_machine(layout, "[audio]\ndriver = 'jack'\n")
    assert layout.machine_file.read_text() == own
    layout.machine_file.unlink()
    setup_point.write_machine(layout, "[audio]\nquantum = 512\n")
    setup_point.write_machine(layout, "[audio]\nquantum = 128\n")
    assert "128" in layout.machine_file.read_text()
