"""The publisher's keys: who may sign what, one PEM file a key, readable by its owner only.

Root and targets are three keys each of which two must sign; they belong offline. Author and approver
are two people: their keys may lie in two folders, and one key can never be both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import (  # type: ignore[attr-defined]  # re-exports without __all__
    CryptoSigner,
    Key,
    Signer,
)
from tuf.api.metadata import Root, Snapshot, Targets, Timestamp  # type: ignore[attr-defined]  # no __all__

from kiosk.errors import Problem, Who
from kiosk.files import disk_full, fsync_folder

THRESHOLDS: dict[str, tuple[int, int]] = {
    Root.type: (3, 2),
    Targets.type: (3, 2),
    Snapshot.type: (1, 1),
    Timestamp.type: (1, 1),
}
"""Top-level role → how many keys it has, and how many of them must sign."""

Signers = Mapping[str, Sequence[Signer]]
"""Role → those who can sign for it here."""

Passphrase = Callable[[Path], bytes]
"""Gives the passphrase of an encrypted key file."""

_AREA = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?\Z")


def author_role(area: str) -> str:
    """Return the name of the role that writes an area's catalogue."""
    return f"author-{area}"


def approver_role(area: str) -> str:
    """Return the name of the role that must name the same bytes."""
    return f"approve-{area}"


def check_area(area: str) -> str:
    """Return `area`; raises `Problem` ``publish.bad-area`` unless it is ``a-z0-9-``, at most 64 long."""
    if _AREA.match(area) is None:
        raise Problem(
            "publish.bad-area",
            who=Who.PROVINCE,
            vi=f"Tên khu vực {area!r} không hợp lệ. Chỉ dùng a-z, 0-9 và dấu gạch nối, tối đa 64 ký tự.",
            en=f"{area!r} is not a name for an area. Use only a-z, 0-9 and hyphens, at most 64 characters.",
        )
    return area


def key_names(role: str) -> list[str]:
    """Return the file names of a role's keys."""
    count, _ = THRESHOLDS.get(role, (1, 1))
    return [f"{role}.pem"] if count == 1 else [f"{role}-{number}.pem" for number in range(1, count + 1)]


def make_signers(area: str) -> dict[str, list[CryptoSigner]]:
    """Return freshly drawn Ed25519 keys for every role of a repository with one area."""
    roles = (*THRESHOLDS, author_role(area), approver_role(area))
    return {role: [CryptoSigner.generate_ed25519() for _ in key_names(role)] for role in roles}


def save_signers(folder: Path, signers: Mapping[str, Sequence[CryptoSigner]], passphrase: bytes) -> None:
    """Write every key into `folder` (PKCS8 PEM, mode 0600), encrypted unless `passphrase` is empty.

    Raises `Problem` ``publish.keys-exist`` before anything is written when a file is there already.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = [
        (folder / name, signer)
        for role, keys in signers.items()
        for name, signer in zip(key_names(role), keys, strict=True)
    ]
    for path, _ in files:
        if path.exists():
            raise Problem(
                "publish.keys-exist",
                who=Who.PROVINCE,
                vi=f"Đã có khoá {path}; khoá không bao giờ bị ghi đè. Hãy chọn thư mục --keys khác.",
                en=f"The key {path} exists; keys are never overwritten. Choose another --keys folder.",
            )
    for path, signer in files:
        _write_new(path, _pem(signer.private_bytes, passphrase))
    fsync_folder(folder)


def load_signer(folders: Iterable[Path], name: str, passphrase: Passphrase) -> CryptoSigner | None:
    """Return the key called `name` from the first folder that has it; None when none has.

    Raises `Problem` ``publish.bad-key`` or ``publish.wrong-passphrase``.
    """
    for folder in folders:
        path = folder / name
        if path.is_file():
            return _load(path, passphrase)
    return None


def load_role(folders: Sequence[Path], role: str, passphrase: Passphrase) -> list[CryptoSigner]:
    """Return the role's keys found in `folders`; raises `Problem` ``publish.no-key`` when there is none."""
    found = [load_signer(folders, name, passphrase) for name in key_names(role)]
    signers = [signer for signer in found if signer is not None]
    if not signers:
        places = ", ".join(str(folder) for folder in folders) or "—"
        raise Problem(
            "publish.no-key",
            who=Who.PROVINCE,
            vi=f"Không có khoá `{role}` trong: {places}. Hãy chỉ đúng thư mục khoá (--keys, --author-keys, "
            "--approver-keys).",
            en=f"There is no key for `{role}` in: {places}. Name the right folder (--keys, --author-keys, "
            "--approver-keys).",
        )
    return signers


def key_identity(key: Key) -> bytes:
    """Return what makes a key the same key, whatever its id or spelling: its raw public value.

    Raises ValueError for a public value that is not well-formed.
    """
    public = str(key.keyval.get("public", ""))
    if key.keytype == "ed25519":
        return b"ed25519:" + bytes.fromhex(public)
    loaded = serialization.load_pem_public_key(public.encode())
    return loaded.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _pem(plain: bytes, passphrase: bytes) -> bytes:
    if not passphrase:
        return plain
    private = serialization.load_pem_private_key(plain, None)
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )


def _load(path: Path, passphrase: Passphrase) -> CryptoSigner:
    data = path.read_bytes()
    try:
        secret = passphrase(path) if b"ENCRYPTED" in data else None
        private = serialization.load_pem_private_key(data, secret or None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError("not Ed25519")
        return CryptoSigner(private)
    except (TypeError, ValueError) as error:
        if b"ENCRYPTED" in data:
            raise Problem(
                "publish.wrong-passphrase",
                who=Who.PROVINCE,
                vi=f"Mật khẩu của khoá {path} không đúng. Hãy kiểm tra --passphrase-file rồi thử lại.",
                en=f"The passphrase of {path} is wrong. Check --passphrase-file and try again.",
            ) from error
        raise Problem(
            "publish.bad-key",
            who=Who.PROVINCE,
            vi=f"Tệp {path} không phải khoá Ed25519 (PEM). Hãy lấy lại khoá từ bản sao lưu.",
            en=f"{path} is not an Ed25519 key (PEM). Restore the key from its backup.",
        ) from error


def _write_new(path: Path, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise disk_full(path) from error
