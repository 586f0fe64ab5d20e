"""The signed side of a repository: metadata as objects, sealed by keys, written in a safe order.

Time and signers are passed in. Whoever reads while a new release is written sees the old one whole or
the new one whole, because every file but ``timestamp.json`` has a version or a hash in its name and
``timestamp.json`` is written last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import (  # type: ignore[attr-defined]  # re-exports without __all__
    Key,
)
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import (  # type: ignore[attr-defined]  # re-exports without __all__
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from content_cache.keys import THRESHOLDS, Signers, approver_role, author_role, key_identity
from kiosk.errors import Problem, Who
from kiosk.files import fsync_folder, replace_bytes

LIFETIMES = {
    Root.type: timedelta(days=3 * 365),
    Targets.type: timedelta(days=3 * 365),
    Snapshot.type: timedelta(days=45),
    Timestamp.type: timedelta(days=45),
}
"""How long a signature is good for; delegated roles: `DELEGATED_LIFETIME`. A line may be dead for weeks."""

DELEGATED_LIFETIME = timedelta(days=365)

ISSUED_FIELD = "x-issued"
"""Field of timestamp.json: when it was signed. It moves the floor of the points' clocks forward."""

_COMPACT = JSONSerializer(compact=True)


def catalogue_paths(area: str) -> tuple[str, str]:
    """Return the target paths under which author and approver name the catalogue of `area`."""
    return f"author/{area}/catalog.json", f"approve/{area}/catalog.json"


def hashed_path(target: TargetFile) -> str:
    """Return where a target lies below ``targets/``: its hash in front of its name."""
    folder, _, name = target.path.rpartition("/")
    return f"{folder}/{target.hashes['sha256']}.{name}"


class Repository:
    """All metadata of one repository, in memory. Edit `signed` parts, then `seal`, then `write`."""

    def __init__(
        self,
        root: Metadata[Root],
        targets: Metadata[Targets],
        snapshot: Metadata[Snapshot],
        timestamp: Metadata[Timestamp],
        delegated: dict[str, Metadata[Targets]],
    ) -> None:
        self.root, self.targets, self.snapshot, self.timestamp = root, targets, snapshot, timestamp
        self.delegated = delegated
        self.files: dict[str, bytes] = {}  # catalogues to write, by path below targets/
        self._sealed: set[str] = set()  # roles signed here: their files are to be written

    @classmethod
    def new(cls, signers: Signers, area: str, now: datetime) -> Repository:
        """Return an unsigned first release for one area whose keys are in `signers`."""
        now = now.replace(microsecond=0)
        roles = {
            name: Role([signer.public_key.keyid for signer in signers[name]], threshold)
            for name, (_, threshold) in THRESHOLDS.items()
        }
        keys = {signer.public_key.keyid: signer.public_key for name in roles for signer in signers[name]}
        root = Root(expires=now + LIFETIMES[Root.type], keys=keys, roles=roles, consistent_snapshot=True)
        delegations = Delegations({}, {})
        targets = Targets(expires=now + LIFETIMES[Targets.type], delegations=delegations)
        delegated: dict[str, Metadata[Targets]] = {}
        for role, path in zip((author_role(area), approver_role(area)), catalogue_paths(area), strict=True):
            public = [signer.public_key for signer in signers[role]]
            pattern = f"{path.rpartition('/')[0]}/*"
            _delegate(delegations, role, public, pattern)
            delegated[role] = Metadata(Targets(expires=now + DELEGATED_LIFETIME))
        return cls(
            Metadata(root),
            Metadata(targets),
            Metadata(Snapshot(expires=now + LIFETIMES[Snapshot.type])),
            Metadata(Timestamp(expires=now + LIFETIMES[Timestamp.type])),
            delegated,
        )

    def put_catalogue(self, area: str, data: bytes) -> None:
        """Let author and approver of `area` name the same bytes."""
        roles = (author_role(area), approver_role(area))
        for role, path in zip(roles, catalogue_paths(area), strict=True):
            self.put_target(role, path, data)

    def put_target(self, role: str, path: str, data: bytes) -> TargetFile:
        """Let one delegated role name `data` at `path` and nothing else."""
        target = TargetFile(len(data), {"sha256": hashlib.sha256(data).hexdigest()}, path)
        self.delegated[role].signed.targets = {path: target}
        self.files[hashed_path(target)] = data
        return target

    def catalogue_target(self, area: str) -> TargetFile | None:
        """Return what the author of `area` names now; None before the first catalogue."""
        role = self.delegated.get(author_role(area))
        return None if role is None else role.signed.targets.get(catalogue_paths(area)[0])

    def areas(self) -> list[str]:
        """Return the areas that have an author."""
        return [role.removeprefix("author-") for role in self.delegated if role.startswith("author-")]

    def seal(self, signers: Signers, roles: Iterable[str], now: datetime) -> None:
        """Give each of `roles` its next version, then snapshot and timestamp, all signed and dated `now`."""
        now = now.replace(microsecond=0)
        for name in roles:
            metadata = self.metadata(name)
            lifetime = LIFETIMES.get(name, DELEGATED_LIFETIME)
            _next(metadata, now + lifetime)
            sign(metadata, signers, name)
            self._sealed.add(name)
            if name != Root.type:
                self.snapshot.signed.meta[f"{name}.json"] = _meta_file(metadata)
        _next(self.snapshot, now + LIFETIMES[Snapshot.type])
        sign(self.snapshot, signers, Snapshot.type)
        self.timestamp.signed.snapshot_meta = _meta_file(self.snapshot)
        self.timestamp.signed.unrecognized_fields[ISSUED_FIELD] = now.astimezone(UTC).isoformat()
        _next(self.timestamp, now + LIFETIMES[Timestamp.type])
        sign(self.timestamp, signers, Timestamp.type)

    def seal_first(self, signers: Signers, now: datetime) -> None:
        """Sign the first release of every role (all versions 1)."""
        self.seal(signers, (Root.type, Targets.type, *self.delegated), now)

    def metadata(self, role: str) -> Metadata[Any]:
        """Return the metadata of a role by its name."""
        top: dict[str, Metadata[Any]] = {
            Root.type: self.root,
            Targets.type: self.targets,
            Snapshot.type: self.snapshot,
            Timestamp.type: self.timestamp,
        }
        return top[role] if role in top else self.delegated[role]

    def write(self, folder: Path) -> None:
        """Write the release below `folder`, durably, ``timestamp.json`` last."""
        for path, data in self.files.items():
            write_public(folder / "targets" / path, data)
        for name in (*sorted(self._sealed), Snapshot.type):
            metadata = self.metadata(name)
            name = f"{metadata.signed.version}.{name}.json"
            write_public(folder / "metadata" / name, metadata.to_bytes(_COMPACT))
        write_public(folder / "metadata/timestamp.json", self.timestamp.to_bytes(_COMPACT))

    @classmethod
    def load(cls, folder: Path) -> Repository:
        """Read the newest release of `folder` and check every signature.

        Raises `Problem` ``publish.no-repository`` or ``publish.repository-damaged``: nothing that was
        changed behind the keys' back is ever signed anew.
        """
        metadata = folder / "metadata"
        if not (metadata / "timestamp.json").is_file():
            raise Problem(
                "publish.no-repository",
                who=Who.PROVINCE,
                vi=f"{folder} không phải kho nội dung. Hãy tạo kho: banlang publish init.",
                en=f"{folder} is not a repository. Make one: banlang publish init.",
            )
        try:
            return cls._read(metadata)
        except (RepositoryError, OSError, KeyError, ValueError) as error:
            raise Problem(
                "publish.repository-damaged",
                who=Who.PROVINCE,
                vi=f"Siêu dữ liệu trong {metadata} hỏng hoặc bị sửa: {error}. "
                "Hãy khôi phục thư mục từ bản sao lưu.",
                en=f"The metadata in {metadata} is damaged or was changed: {error}. "
                "Restore the folder from a backup.",
            ) from error

    @classmethod
    def _read(cls, folder: Path) -> Repository:
        newest = max(int(path.name.split(".")[0]) for path in folder.glob("*.root.json"))
        root: Metadata[Root] = Metadata.from_file(str(folder / f"{newest}.root.json"))
        root.signed.verify_delegate(Root.type, root.signed_bytes, root.signatures)
        timestamp: Metadata[Timestamp] = Metadata.from_file(str(folder / "timestamp.json"))
        root.signed.verify_delegate(Timestamp.type, timestamp.signed_bytes, timestamp.signatures)

        def versioned(name: str, meta: MetaFile, delegator: Metadata[Any]) -> Metadata[Any]:
            data = (folder / f"{meta.version}.{name}.json").read_bytes()
            meta.verify_length_and_hashes(data)
            found: Metadata[Any] = Metadata.from_bytes(data)
            delegator.signed.verify_delegate(name, found.signed_bytes, found.signatures)
            return found

        snapshot = versioned(Snapshot.type, timestamp.signed.snapshot_meta, root)
        meta = snapshot.signed.meta
        targets = versioned(Targets.type, meta["targets.json"], root)
        delegations = targets.signed.delegations
        names = list(delegations.roles) if delegations is not None and delegations.roles else []
        delegated = {name: versioned(name, meta[f"{name}.json"], targets) for name in names}
        return cls(root, targets, snapshot, timestamp, delegated)


def check_disjoint(targets: Targets, area: str) -> None:
    """Raise `Problem` ``publish.same-key`` when one key could both write and approve for `area`."""
    held = [role_identities(targets, role(area)) for role in (author_role, approver_role)]
    if held[0] & held[1]:
        raise Problem(
            "publish.same-key",
            who=Who.PROVINCE,
            vi=f"Một khoá vừa là của người soạn vừa là của người duyệt khu vực {area}. Hai người phải giữ "
            "hai khoá khác nhau; hãy tạo khoá mới cho một người.",
            en=f"One key is both author's and approver's for the area {area}. Two people must hold two "
            "different keys; make a new key for one of them.",
        )


def role_identities(targets: Targets, role: str) -> set[bytes]:
    """Return the identities of the keys that `targets` delegates `role` to (empty when it does not).

    Raises ValueError for a key that is not well-formed.
    """
    delegations = targets.delegations
    if delegations is None or not delegations.roles or role not in delegations.roles:
        return set()
    return {key_identity(delegations.keys[keyid]) for keyid in delegations.roles[role].keyids}


def sign(metadata: Metadata[Any], signers: Signers, role: str) -> None:
    """Sign with every key of `role`, in place of earlier signatures."""
    metadata.signatures.clear()
    for signer in signers[role]:
        metadata.sign(signer, append=True)


def write_public(path: Path, data: bytes) -> None:
    """Write a file that any web server may read, durably, with the folders above it."""
    make_public_folder(path.parent)
    replace_bytes(path, data, mode=0o644)


def make_public_folder(folder: Path) -> None:
    """Create `folder` and those above it, durably, readable by everybody."""
    if not folder.is_dir():
        make_public_folder(folder.parent)
        folder.mkdir(mode=0o755, exist_ok=True)
        fsync_folder(folder.parent)


def _delegate(delegations: Delegations, role: str, keys: list[Key], pattern: str) -> None:
    assert delegations.roles is not None
    delegations.roles[role] = DelegatedRole(
        role, [key.keyid for key in keys], 1, terminating=True, paths=[pattern]
    )
    delegations.keys.update({key.keyid: key for key in keys})


def _next(metadata: Metadata[Any], expires: datetime) -> None:
    if metadata.signatures:
        metadata.signed.version += 1
    metadata.signed.expires = expires.astimezone(UTC)


def _meta_file(metadata: Metadata[Any]) -> MetaFile:
    data = metadata.to_bytes(_COMPACT)
    return MetaFile(metadata.signed.version, len(data), {"sha256": hashlib.sha256(data).hexdigest()})
