"""The house rules are tests: lint, types, import direction, names, lock file, documented commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import click
import pytest

TREE = Path(__file__).resolve().parent.parent
PACKAGES = ("kiosk", "media_player", "audio", "content_cache", "provisioning")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, cwd=TREE, capture_output=True, text=True, timeout=300, env=environment)


def tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def test_lint_finds_nothing() -> None:
    done = run(tool("ruff"), "check", "--output-format", "concise", ".")
    assert done.returncode == 0, done.stdout


def test_formatting_is_uniform() -> None:
    done = run(tool("ruff"), "format", "--check", ".")
    assert done.returncode == 0, done.stdout


def test_types_hold_under_strict_checking() -> None:
    done = run(tool("mypy"))
    assert done.returncode == 0, done.stdout[-4000:]


def test_services_import_only_the_shared_language() -> None:
    done = run(tool("lint-imports"))
    assert done.returncode == 0, done.stdout[-4000:]


ONLY_IN = {
    r"import vlc|from vlc": r"media_player/\w+\.py",
    r"import sounddevice|from sounddevice": r"audio/\w+\.py",
    r"import kivy|from kivy": r"kiosk/shell/\w+\.py",
    r"import tuf|from tuf|import requests|from requests": r"content_cache/\w+\.py",
}


@pytest.mark.parametrize(("pattern", "place"), ONLY_IN.items())
def test_a_fragile_library_is_imported_in_its_own_room_only(pattern: str, place: str) -> None:
    users = [
        str(file.relative_to(TREE))
        for package in PACKAGES
        for file in (TREE / package).rglob("*.py")
        if re.search(rf"^\s*({pattern})\b", file.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert users, f"nobody imports {pattern}"
    assert all(re.fullmatch(place, user) for user in users), users
    if pattern.startswith(("import vlc", "import sounddevice")):
        assert len(users) == 1, users


@pytest.mark.parametrize("room", ["core", "model", "ranks", "queue", "talk"])
def test_pure_rooms_read_no_clock_file_socket_or_thread(room: str) -> None:
    forbidden = r"^\s*(import|from) (time|socket|threading|logging|os|pathlib|subprocess|sqlite3|kivy)\b"
    for package in ("audio", "media_player", "content_cache", "kiosk/shell"):
        file = TREE / package / f"{room}.py"
        if file.exists():
            found = re.search(forbidden, file.read_text(encoding="utf-8"), re.MULTILINE)
            assert found is None, f"{file}: {found}"


@pytest.mark.parametrize("package", PACKAGES)
def test_each_import_name_belongs_to_this_distribution_alone(package: str) -> None:
    """`audio` and `kiosk` are generic names: another distribution that ships one would shadow ours."""
    owners = set(metadata.packages_distributions().get(package, []))
    assert owners <= {"banlang"}, owners
    module = __import__(package)
    assert Path(module.__file__).is_relative_to(TREE)
    declared = tomllib.loads((TREE / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert package in declared


def test_every_folder_with_code_is_packaged() -> None:
    declared = set(tomllib.loads((TREE / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    present = {
        ".".join(file.parent.relative_to(TREE).parts)
        for package in PACKAGES
        for file in (TREE / package).rglob("__init__.py")
    }
    assert present == declared


def test_the_lock_pins_everything_by_hash_and_names_no_host() -> None:
    lock = (TREE / "requirements.lock").read_text()
    assert "://" not in lock
    assert "index-url" not in lock
    pinned = re.findall(r"^([a-z0-9.-]+)==", lock, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"==", lock)) - len(re.findall(r";[^\n]*==", lock))
    project = tomllib.loads((TREE / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9-]+", requirement).group().lower()
        assert name in pinned, name


def test_ci_calls_exactly_the_test_command_of_the_readme() -> None:
    readme = (TREE / "README.md").read_text(encoding="utf-8")
    assert "bash provisioning/test.sh\n" in readme
    assert "bash provisioning/run.sh\n" in readme
    assert "exec bash provisioning/test.sh\n" in (TREE / ".ci/run").read_text()


def test_every_command_is_documented_and_the_readme_names_it() -> None:
    from provisioning.__main__ import banlang

    readme = (TREE / "README.md").read_text(encoding="utf-8")

    def walk(command: click.Command, path: str) -> None:
        assert command.help, path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{path} {parameter.name}"
        if isinstance(command, click.Group):
            for name, child in command.commands.items():
                walk(child, f"{path} {name}")

    walk(banlang, "banlang")
    for name in banlang.commands:
        assert f"banlang {name}" in readme, name


def test_nothing_of_the_workplace_is_in_the_tree() -> None:
    tracked = run("git", "ls-files", "-z").stdout.split("\0")
    for name in filter(None, tracked):
        file = TREE / name
        if file.suffix in {".png", ".lock"} or not file.is_file() or file == Path(__file__):
            continue
        text = file.read_text(encoding="utf-8")
        assert "../sha" + "red" not in text, name
        assert "/ro" + "ot/" not in text, name
        assert "/wo" + "rk/" not in text, name


def test_minority_languages_hold_no_invented_text() -> None:
    """Own names only: what speakers must supply is listed in docs/languages-to-record.md."""
    from babel.messages.pofile import read_po

    for tag in ("tyz", "nut", "ium", "mji"):
        with (TREE / f"kiosk/shell/locale/{tag}.po").open("rb") as file:
            assert [entry.string for entry in read_po(file) if entry.id and entry.string] == []
    assert (TREE / "docs/languages-to-record.md").is_file()


def test_every_file_that_the_documents_link_to_is_there() -> None:
    for page in (TREE / "README.md", *(TREE / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("call", ["tracks_get(", "set_xwindow("])
def test_what_is_known_to_crash_or_to_misplace_touches_is_never_called(call: str) -> None:
    """`tracks_get` segfaults in python-vlc; an embedded window gets taps in the wrong place."""
    users = [
        file.name
        for package in ("media_player", "kiosk")
        for file in (TREE / package).rglob("*.py")
        if re.search(rf"\.(libvlc_media_player_|libvlc_media_)?{re.escape(call)}", file.read_text("utf-8"))
    ]
    assert users == []
