"""Where facts live. Everything moves under one root, so a whole point runs in a folder."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from kiosk.types import Sha256, is_sha256

SUN_PATH_MAX = 107
"""Longest unix socket path Linux takes (``sun_path`` is 108 bytes with its end)."""


class Layout(msgspec.Struct, frozen=True):
    """Every folder and file of a point, derived from `root` (``/`` on an installed machine)."""

    root: Path

    @property
    def etc(self) -> Path:
        """Configuration: ``site.toml``, ``machine.toml``, ``accounts.json``, trusted root."""
        return self.root / "etc/banlang"

    @property
    def state(self) -> Path:
        """What must outlive a crash; one folder a service."""
        return self.root / "var/lib/banlang"

    @property
    def run(self) -> Path:
        """Sockets; gone after a reboot."""
        return self.root / "run/banlang"

    @property
    def logs(self) -> Path:
        """What the services print when no journal takes it (``banlang point run``)."""
        return self.root / "var/log/banlang"

    @property
    def site_file(self) -> Path:
        """Who and where the point is, its languages, hours, gains, repository."""
        return self.etc / "site.toml"

    @property
    def machine_file(self) -> Path:
        """Declared equipment and the device names by role."""
        return self.etc / "machine.toml"

    @property
    def accounts_file(self) -> Path:
        """Named officers with hashed PINs."""
        return self.etc / "accounts.json"

    @property
    def trusted_root(self) -> Path:
        """The root of trust that was shipped with the point (TUF ``root.json``)."""
        return self.etc / "root.json"

    @property
    def content(self) -> Path:
        """The content cache: written only by ``content_cache``."""
        return self.state / "content"

    @property
    def catalogue_file(self) -> Path:
        """The current catalogue: immutable SQLite, swapped by rename."""
        return self.content / "catalogue.db"

    @property
    def clock_file(self) -> Path:
        """What is known about the time: written only by ``content_cache``."""
        return self.content / "clock.json"

    def blob(self, sha256: Sha256) -> Path:
        """Return where the verified blob of that name lies; raises ValueError for a bad name."""
        return _by_hash(self.content / "blobs", sha256)

    def clip(self, sha256: Sha256) -> Path:
        """Return where the audio service keeps an officer's own clip of that name."""
        return _by_hash(self.state / "audio/clips", sha256)

    def service_state(self, service: str) -> Path:
        """Return the folder that only `service` writes (``content_cache`` writes `content`)."""
        return self.state / service

    def socket(self, service: str) -> Path:
        """Return the path of a service's unix socket: ``audio``, ``media``, ``content``, ``shell``."""
        return self.run / f"{service}.sock"

    def make_folders(self) -> None:
        """Create every folder that is missing; state and run folders closed to others."""
        for folder in (self.etc, self.state, self.run, self.logs, self.content):
            folder.mkdir(parents=True, exist_ok=True)
        for service in ("audio", "media", "shell"):
            self.service_state(service).mkdir(exist_ok=True)
        for folder in (self.state, self.run):
            folder.chmod(0o750)


def _by_hash(folder: Path, sha256: Sha256) -> Path:
    if not is_sha256(sha256):
        raise ValueError(f"not a SHA-256 name: {sha256!r}")
    return folder / sha256[:2] / sha256


def share_folder() -> Path:
    """Return the folder of what set-up renders: fonts and the sample set.

    ``$BANLANG_SHARE``, else ``build/share`` in a source tree, else ``/usr/share/banlang``.
    """
    named = os.environ.get("BANLANG_SHARE")
    if named:
        return Path(named)
    tree = Path(__file__).resolve().parent.parent
    if (tree / "pyproject.toml").is_file():
        return tree / "build/share"
    return Path("/usr/share/banlang")
