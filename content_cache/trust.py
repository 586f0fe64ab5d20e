"""Why a catalogue is believed: metadata in, a verdict out, and nothing changes unless all of it holds.

The order of proof: the shipped root leads to the repository's roles (python-tuf's own client does this
part); then two roles with *different keys*, author and approver, must name the *same bytes*; then
nothing may be older than what was ever seen here. The work is done in a copy of the metadata folder,
which replaces the old one only after the last proof. Whatever fails, the last good state stays.

Time is passed in: `reference_time` is the one place that says against what "expired" is judged.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from tuf.api import exceptions as tuf_errors
from tuf.api.metadata import (  # type: ignore[attr-defined]  # re-exports without __all__
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization import DeserializationError
from tuf.ngclient import (  # type: ignore[attr-defined]  # re-exports without __all__
    FetcherInterface,
    Updater,
    UpdaterConfig,
)

from content_cache import advice as say
from content_cache.keys import approver_role, author_role, key_identity
from content_cache.ports import NotThere, Source
from content_cache.repository import ISSUED_FIELD, catalogue_paths, role_identities
from content_cache.source import TooBig, read_small
from kiosk.clock import ClockFile
from kiosk.files import fsync_file, fsync_folder, replace_bytes

Moved = Callable[[int], None]
"""Told that bytes came; may raise to abandon the look (nothing is kept of it then)."""

MAX_CATALOGUE_BYTES = 32 * 1024 * 1024
"""Longest catalogue taken: 10,000 items need about 12 MB."""

_CONFIG = UpdaterConfig(
    max_root_rotations=64,
    max_delegations=32,
    root_max_length=256_000,
    timestamp_max_length=16_384,
    snapshot_max_length=1_000_000,
    targets_max_length=1_000_000,
)


def reference_time(kept: ClockFile, wall: datetime | None) -> datetime:
    """Return the moment against which new metadata is judged expired.

    It is never before the floor (build, last saved, highest signed), so a clock that says 1970 revives
    nothing; and never after the floor while the wall time is unknown, so it expires nothing either.
    """
    return kept.floor if wall is None else max(kept.floor, wall)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The highest version of one role ever proven here, under one set of keys."""

    version: int
    keys: str  # fingerprint of the key set: new keys start a new count (recovery from fast-forward)


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict: these bytes are the catalogue, and this is when the province signed."""

    path: str  # below targets/
    sha256: str
    length: int
    issued: datetime | None  # None: a repository that does not say
    fresh: bool  # False: the very metadata that was proven before


class Trust:
    """The proven metadata of one repository, kept in `folder` (used by one thread at a time)."""

    def __init__(self, folder: Path, trusted_root: Path, area: str) -> None:
        """Keep state in `folder`/tuf and `folder`/seen.json; nothing is opened yet."""
        self._tuf = folder / "tuf"
        self._seen_file = folder / "seen.json"
        self._trusted_root = trusted_root
        self._area = area
        self._last: tuple[bytes, bytes, Proven, datetime] | None = None

    def look(self, source: Source, reference: datetime, moved: Moved = lambda count: None) -> Proven:
        """Prove what `source` offers now; raises `Problem` with the reason in words.

        When the timestamp is the one that was proven before, one small request is all.
        """
        bootstrap = self._bootstrap()
        fetcher = _SourceFetcher(source, moved)
        if (known := self._unchanged(bootstrap, fetcher, reference)) is not None:
            return known
        with self._copy() as scratch:
            updater = None
            try:
                with _in_words(source.url):
                    updater = _updater(scratch, fetcher, bootstrap, reference)
                    updater.refresh()
                    proven = self._approved(updater, source.url)
            finally:
                if updater is not None:
                    self._remember(updater, source.url)
            moved(0)  # the last moment to abandon the look
            self._keep(scratch)
        stamp = fetcher.timestamp or b""
        valid_until = min(part.expires for part in _chain(updater))
        self._last = (stamp, bootstrap, msgspec.structs.replace(proven, fresh=False), valid_until)
        return proven

    def read_catalogue(self, source: Source, proven: Proven, moved: Moved = lambda count: None) -> bytes:
        """Fetch the proven catalogue; raises `Problem` unless the bytes are exactly the ones named."""
        try:
            data = read_small(source, f"targets/{proven.path}", proven.length, moved)
        except TooBig:
            raise say.mixed(source.url, "catalog.json: length") from None
        except NotThere:
            raise say.mixed(source.url, "catalog.json: 404") from None
        if len(data) != proven.length or hashlib.sha256(data).hexdigest() != proven.sha256:
            raise say.mixed(source.url, "catalog.json: SHA-256")
        return data

    def _bootstrap(self) -> bytes:
        try:
            return self._trusted_root.read_bytes()
        except OSError:
            raise say.no_trusted_root(self._trusted_root) from None

    def _unchanged(self, bootstrap: bytes, fetcher: _SourceFetcher, reference: datetime) -> Proven | None:
        """Return the last verdict if its timestamp still stands at the source and has not expired."""
        if self._last is None or self._last[1] != bootstrap:
            return None
        stamp, _, proven, valid_until = self._last
        with _in_words(fetcher.url):
            data = fetcher.download_bytes("timestamp.json", _CONFIG.timestamp_max_length)
        return proven if data == stamp and reference < valid_until else None

    def _approved(self, updater: _TimedUpdater, url: str) -> Proven:
        """Return the catalogue that author and approver both name."""
        author_path, approver_path = catalogue_paths(self._area)
        author = updater.delegated_target(author_role(self._area), author_path)
        approver = updater.delegated_target(approver_role(self._area), approver_path)
        if author is None and approver is None:
            raise say.nothing_published(url, self._area)
        _check_different_keys(updater, self._area, url)
        if author is None or approver is None:
            who_vi, who_en = ("người soạn", "author") if author is None else ("người duyệt", "approver")
            raise say.not_approved(
                url, f"thiếu chữ ký của {who_vi}", f"the signature of the {who_en} is missing"
            )
        same = author.length == approver.length and author.hashes == approver.hashes
        if not same or set(author.hashes) != {"sha256"}:
            raise say.not_approved(
                url,
                "người soạn và người duyệt ký hai nội dung khác nhau",
                "author and approver signed different bytes",
            )
        if author.length > MAX_CATALOGUE_BYTES:
            raise say.too_big(url, f"catalog.json: {author.length} bytes")
        folder, _, name = author_path.rpartition("/")
        digest = author.hashes["sha256"]
        return Proven(
            path=f"{folder}/{digest}.{name}",
            sha256=digest,
            length=author.length,
            issued=_issued(updater, url),
            fresh=True,
        )

    # ------------------------------------------------------------ the highest versions seen, apart

    def _remember(self, updater: _TimedUpdater, url: str) -> None:
        """Judge what was proven against the highest versions ever seen; raise the floor.

        The metadata folder holds the first such floor; this one survives its loss. Kept for what was
        proven even if a later proof failed, so a server cannot step back behind what it once showed.
        """
        seen = self._read_seen()
        risen = dict(seen)
        behind: list[str] = []
        for role, (version, keys) in updater.versions().items():
            before = seen.get(role)
            if before is not None and before.keys == keys and version < before.version:
                behind.append(f"{role} {version} < {before.version}")
            elif before is None or before.keys != keys or version > before.version:
                risen[role] = Seen(version=version, keys=keys)
        if risen != seen:
            replace_bytes(self._seen_file, msgspec.json.encode(risen, order="deterministic"))
        if behind:
            raise say.rollback(url, ", ".join(behind))

    def _read_seen(self) -> dict[str, Seen]:
        try:
            return msgspec.json.decode(self._seen_file.read_bytes(), type=dict[str, Seen])
        except (FileNotFoundError, msgspec.MsgspecError):
            return {}

    # ------------------------------------------------------------ the metadata folder, swapped whole

    @contextlib.contextmanager
    def _copy(self) -> Iterator[Path]:
        """Give a copy of the metadata folder; it is gone afterwards unless `_keep` took it."""
        old = self._tuf.with_name("tuf.old")
        if not self._tuf.is_dir() and old.is_dir():
            old.rename(self._tuf)  # the power went between the two renames of `_keep`
        for left in self._tuf.parent.glob("tuf.*.new"):
            shutil.rmtree(left, ignore_errors=True)
        scratch = self._tuf.with_name(f"tuf.{secrets.token_hex(4)}.new")
        if self._tuf.is_dir():
            _copy_tree(self._tuf, scratch)
        else:
            scratch.mkdir(parents=True)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _keep(self, scratch: Path) -> None:
        """Make the copy the metadata folder, durably."""
        for folder, _, names in os.walk(scratch):
            for name in names:
                path = Path(folder) / name
                if not path.is_symlink():
                    fsync_file(path)
            fsync_folder(Path(folder))
        old = self._tuf.with_name("tuf.old")
        shutil.rmtree(old, ignore_errors=True)
        if self._tuf.is_dir():
            self._tuf.rename(old)
        scratch.rename(self._tuf)
        fsync_folder(self._tuf.parent)
        shutil.rmtree(old, ignore_errors=True)


class _SourceFetcher(FetcherInterface):
    """The updater's only road to the outside: a `Source`, with limits and our errors."""

    def __init__(self, source: Source, moved: Moved) -> None:
        self._source = source
        self._moved = moved
        self.url = source.url
        self.timestamp: bytes | None = None  # as it came last; not asked for twice in one look

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """Return one metadata file; `url` is relative to the repository's ``metadata/``."""
        url = url.lstrip("/")  # the updater puts one before every name
        if url == "timestamp.json" and self.timestamp is not None:
            return self.timestamp
        try:
            data = read_small(self._source, f"metadata/{url}", max_length, self._moved)
        except NotThere as error:
            raise tuf_errors.DownloadHTTPError(f"{url}: 404", 404) from error
        except TooBig as error:
            raise tuf_errors.DownloadLengthMismatchError(str(error)) from error
        if data.lstrip()[:1] == b"<":
            raise say.portal(self.url)
        if url == "timestamp.json":
            self.timestamp = data
        return data

    def _fetch(self, url: str) -> Iterator[bytes]:
        return iter((self.download_bytes(url, _CONFIG.targets_max_length),))


class _TimedUpdater(Updater):
    """tuf's client with the time passed in; everything of it that is not public is used here only."""

    def at(self, reference: datetime) -> _TimedUpdater:
        """Judge expiry against `reference` from now on."""
        if not isinstance(getattr(self._trusted_set, "reference_time", None), datetime):
            raise RuntimeError("tuf no longer keeps its reference time where we set it")
        self._trusted_set.reference_time = reference
        return self

    def part(self, role: str) -> Any:
        """Return the proven part called `role`, or None while it is not proven."""
        return self._trusted_set.get(role)

    def delegated_target(self, role: str, path: str) -> TargetFile | None:
        """Return what exactly `role` names at `path`: no other role may answer for it."""
        self.get_targetinfo(path)  # proves the delegations on the way
        held = self.part(role)
        if held is None or not self._trusted_set.contains(role, Targets.type):
            return None
        return held.targets.get(path)  # type: ignore[no-any-return]  # tuf's own mapping

    def versions(self) -> dict[str, tuple[int, str]]:
        """Return version and fingerprint of the key set of every proven role but root (it is a chain)."""
        root, found = self.part(Root.type), {}
        for part in (self.part(role) for role in (Timestamp.type, Snapshot.type, Targets.type)):
            if part is not None:
                keys = [root.keys[keyid] for keyid in root.roles[part.type].keyids]
                found[part.type] = (part.version, _fingerprint(keys))
        targets = self.part(Targets.type)
        delegations = None if targets is None else targets.delegations
        if delegations is None:
            return found
        for name, role in (delegations.roles or {}).items():
            part = self.part(name)
            if part is not None:
                keys = [delegations.keys[keyid] for keyid in role.keyids]
                found[name] = (part.version, _fingerprint(keys))
        return found


def _copy_tree(old: Path, new: Path) -> None:
    """Copy a small folder (shutil's own hides why it failed)."""
    new.mkdir()
    for entry in old.iterdir():
        if entry.is_symlink():
            (new / entry.name).symlink_to(entry.readlink())
        elif entry.is_dir():
            _copy_tree(entry, new / entry.name)
        else:
            shutil.copyfile(entry, new / entry.name)


def _updater(scratch: Path, fetcher: _SourceFetcher, bootstrap: bytes, reference: datetime) -> _TimedUpdater:
    try:
        updater = _TimedUpdater(str(scratch), "", fetcher=fetcher, config=_CONFIG, bootstrap=bootstrap)
    except tuf_errors.RepositoryError as error:
        raise say.bad_trusted_root("root.json", error) from error
    return updater.at(reference)


def _chain(updater: _TimedUpdater) -> list[Any]:
    names = [Root.type, Timestamp.type, Snapshot.type, Targets.type, *updater.versions()]
    return [updater.part(name) for name in names]


def _issued(updater: _TimedUpdater, url: str) -> datetime | None:
    """Return when the province says it signed; never later than the first expiry of what it signed with.

    That bound keeps a stolen timestamp key from moving the points' clocks beyond what the offline keys
    allow.
    """
    said = updater.part(Timestamp.type).unrecognized_fields.get(ISSUED_FIELD)
    if said is None:
        return None
    try:
        issued = datetime.fromisoformat(str(said)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise say.bad_signature(url, ISSUED_FIELD) from None
    if issued > min(part.expires for part in _chain(updater)):
        raise say.bad_signature(url, f"{ISSUED_FIELD} {issued:%Y-%m-%d}")
    return issued


def _check_different_keys(updater: _TimedUpdater, area: str, url: str) -> None:
    """Refuse a repository in which one key could both write and approve."""
    targets = updater.part(Targets.type)
    try:
        author, approver = (role_identities(targets, role(area)) for role in (author_role, approver_role))
    except ValueError as error:
        raise say.bad_signature(url, error) from None
    if author & approver:
        raise say.not_approved(
            url, "người soạn và người duyệt dùng chung khoá", "author and approver share a key"
        )


def _fingerprint(keys: list[Any]) -> str:
    digest = hashlib.sha256()
    for identity in sorted(_identity(key) for key in keys):
        digest.update(identity + b"\n")
    return digest.hexdigest()[:16]


def _identity(key: Any) -> bytes:
    try:
        return key_identity(key)
    except ValueError:
        return str(key.keyid).encode()


@contextlib.contextmanager
def _in_words(url: str) -> Iterator[None]:
    """Turn tuf's errors into a `Problem`."""
    try:
        yield
    except DeserializationError as error:
        raise say.not_a_repository(url, error) from error
    except tuf_errors.ExpiredMetadataError as error:
        raise say.expired(url, error) from error
    except tuf_errors.UnsignedMetadataError as error:
        raise say.bad_signature(url, error) from error
    except tuf_errors.BadVersionNumberError as error:
        raise say.rollback(url, error) from error
    except tuf_errors.LengthOrHashMismatchError as error:
        raise say.mixed(url, error) from error
    except tuf_errors.DownloadLengthMismatchError as error:
        raise say.too_big(url, error) from error
    except tuf_errors.DownloadHTTPError as error:
        raise say.not_a_repository(url, error) from error
    except tuf_errors.DownloadError as error:
        raise say.unreachable(url, error) from error
    except tuf_errors.RepositoryError as error:
        raise say.bad_signature(url, error) from error
