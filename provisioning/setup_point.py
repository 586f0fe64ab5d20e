"""Make a folder into a point: configuration, sample content signed on the spot, a first officer.

Everything is made once and kept; running it again changes nothing that is there.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from kiosk.accounts import accounts, add_account
from kiosk.errors import Problem, Who
from kiosk.files import replace_bytes
from kiosk.paths import Layout, share_folder
from kiosk.types import OfficerRole

FIRST_OFFICER = "Cán bộ mẫu"
"""The sample officer of a point made by ``banlang point run``; its PIN is drawn at random."""

SAMPLE_AREA = "mau"
FIRST_ITEM = "lu-quet"
"""The film opens the home screen; the others follow by name."""

NEEDED_BYTES = 400 * 1024 * 1024
"""Room a new point with the rendered sample set needs, with some to spare."""

Say = Callable[[str], None]

_SITE = """\
# Điểm hỗ trợ · the support point. Every key is explained in kiosk/config.py.
[point]
id = "diem-mau"
name = "Điểm hỗ trợ mẫu"

[repository]
area = "{area}"
urls = ["{url}"]
check_every_s = 60
"""

MACHINE_HEADER = "# Written by `banlang point run`; remove this line to keep your own changes.\n"


def prepare(layout: Layout, say: Say) -> None:
    """Make `layout` a complete point; raises `Problem` when the disk or a tool does not allow it."""
    check_room(layout.root)
    layout.make_folders()
    render_share(say)
    if not layout.site_file.exists():
        repository = layout.root / "repository"
        replace_bytes(
            layout.site_file, _SITE.format(area=SAMPLE_AREA, url=repository.as_uri()).encode(), mode=0o644
        )
        if not layout.trusted_root.exists():
            publish_sample(repository, layout, say)
    if not accounts(layout.accounts_file):
        make_first_officer(layout, say)


def check_room(root: Path) -> None:
    """Raise `Problem` when the disk below `root` has no room for a point."""
    existing = root
    while not existing.exists():
        existing = existing.parent
    free = shutil.disk_usage(existing).free
    if free < NEEDED_BYTES:
        raise Problem(
            "disk.full",
            who=Who.TECHNICIAN,
            vi=f"Ổ đĩa của {root} chỉ còn {free // 2**20} MiB, cần {NEEDED_BYTES // 2**20} MiB. "
            "Hãy giải phóng chỗ trống hoặc chọn --root ở ổ khác.",
            en=f"The disk of {root} has only {free // 2**20} MiB left, {NEEDED_BYTES // 2**20} MiB are "
            "needed. Free some space, or choose --root on another disk.",
        )


def render_share(say: Say) -> None:
    """Render fonts and the sample set into the share folder unless they are there."""
    share = share_folder()
    for module, folder, words in (
        ("provisioning.fonts", share / "fonts", "phông chữ · fonts"),
        ("provisioning.sample", share / "sample", "nội dung mẫu · sample content"),
    ):
        if not folder.is_dir():
            say(f"Đang tạo {words} …")
        _run_module(module, [], words)


def publish_sample(repository: Path, layout: Layout, say: Say) -> None:
    """Publish the sample set into `repository`, signed with keys made now, and trust its root."""
    say("Đang ký và phát hành nội dung mẫu · publishing the signed sample set …")
    keys = layout.root / "keys"
    # A half-made repository from an interrupted start is worth nothing: its keys may be missing.
    for folder in (repository, repository.with_name("repository.draft"), keys):
        shutil.rmtree(folder, ignore_errors=True)
    sample = share_folder() / "sample"
    manifests = sorted(sample.glob("*/*.toml"), key=lambda path: (path.parent.name != FIRST_ITEM, path))
    folders = [str(path.parent) for path in manifests]
    words = "phát hành · publishing"
    for arguments in (
        ["init", str(repository), "--keys", str(keys), "--area", SAMPLE_AREA],
        ["add", str(repository), *folders],
        ["sign", str(repository), "--keys", str(keys)],
    ):
        _run_module("content_cache.publish", arguments, words)
    root = repository / "metadata/1.root.json"
    replace_bytes(layout.trusted_root, root.read_bytes(), mode=0o644)


def make_first_officer(layout: Layout, say: Say) -> None:
    """Create the sample officer with a random PIN, kept in a file only its owner can read."""
    while True:
        pin = f"{secrets.randbelow(10**8):08d}"
        try:
            add_account(
                layout.accounts_file,
                FIRST_OFFICER,
                pin,
                (OfficerRole.OFFICER, OfficerRole.APPROVER, OfficerRole.TECHNICIAN),
            )
        except Problem as problem:
            if problem.code == "account.weak-pin":
                continue
            raise
        break
    replace_bytes(first_pin_file(layout), f"{pin}\n".encode(), mode=0o600)
    say(f'Tài khoản mẫu · sample officer: "{FIRST_OFFICER}", PIN: {first_pin_file(layout)}')


def first_pin_file(layout: Layout) -> Path:
    """Return where the sample officer's PIN is kept (mode 0600)."""
    return layout.etc / "first-officer.pin"


def write_machine(layout: Layout, text: str) -> None:
    """Write ``machine.toml`` unless somebody has made it their own."""
    if layout.machine_file.exists():
        kept = layout.machine_file.read_text(encoding="utf-8")
        if not kept.startswith(MACHINE_HEADER) or kept == MACHINE_HEADER + text:
            return
    replace_bytes(layout.machine_file, (MACHINE_HEADER + text).encode(), mode=0o644)


def _run_module(module: str, arguments: list[str], words: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise Problem(
            "setup.step-failed",
            who=Who.TECHNICIAN,
            vi=f"Bước {words} không xong:\n{said}\nHãy khắc phục rồi chạy lại; phần đã làm được giữ nguyên.",
            en=f"The step {words} failed (see above). Cure it and run again; what was done is kept.",
        )
