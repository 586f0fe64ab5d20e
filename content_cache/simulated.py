"""A simulated province: signs on demand in a folder; attacks are edits of what it signs.

It uses the product's own publishing code with keys that live in memory, so what it writes is a real
repository. A test (or a developer) edits the metadata objects, then calls `issue`; nothing checks the
edit but the point. It can also stand still in time, go back, or serve the folder of an earlier day.
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from securesystemslib.signer import (  # type: ignore[attr-defined]  # re-exports without __all__
    CryptoSigner,
)
from tuf.api.metadata import Root, Targets  # type: ignore[attr-defined]  # no __all__

from content_cache.draft import Draft
from content_cache.ingest import blob_path
from content_cache.keys import approver_role, author_role, make_signers
from content_cache.repository import Repository, write_public
from kiosk.catalogue import PIECE_BYTES, Blob, Item, Rendition, encode_catalogue
from kiosk.clock import BUILD_TIME
from kiosk.types import ItemId, ItemKind, LanguageTag, Sha256, Use

AREA = "mo-phong"


class SimulatedProvince:
    """One province with one area, whose repository lies in `folder`."""

    def __init__(self, folder: Path, *, area: str = AREA, now: datetime | None = None) -> None:
        """Draw keys and publish an empty first release dated `now` (a day after the build by default)."""
        self.folder = folder
        self.area = area
        self.now = now or BUILD_TIME + timedelta(days=1)
        self.signers: dict[str, list[CryptoSigner]] = make_signers(area)
        self.draft = Draft(area=area)
        self.revision = 0
        self.repository = Repository.new(self.signers, area, self.now)
        self.repository.seal_first(self.signers, self.now)
        self.repository.write(folder)

    @property
    def author(self) -> str:
        """The role that writes."""
        return author_role(self.area)

    @property
    def approver(self) -> str:
        """The role that approves."""
        return approver_role(self.area)

    @property
    def root(self) -> bytes:
        """The first root: what a point is shipped with."""
        return (self.folder / "metadata/1.root.json").read_bytes()

    def trust_at(self, trusted_root: Path) -> None:
        """Ship the root to a point."""
        trusted_root.parent.mkdir(parents=True, exist_ok=True)
        trusted_root.write_bytes(self.root)

    def blob(self, data: bytes, kind: str = "text/plain; charset=utf-8") -> Blob:
        """Put bytes into the repository and return their entry."""
        name = Sha256(hashlib.sha256(data).hexdigest())
        path = blob_path(self.folder, name)
        write_public(path, data)
        pieces: Sha256 | None = None
        if len(data) > PIECE_BYTES:
            starts = range(0, len(data), PIECE_BYTES)
            hashes = b"".join(hashlib.sha256(data[at : at + PIECE_BYTES]).digest() for at in starts)
            write_public(path.with_name(f"{name}.pieces"), hashes)
            pieces = Sha256(hashlib.sha256(hashes).hexdigest())
        return Blob(sha256=name, size=len(data), type=kind, pieces=pieces)

    def add(self, item_id: str, data: bytes, *, title: str = "") -> Blob:
        """Put a text item with these bytes into the draft; return its blob."""
        text, picture = self.blob(data), self.blob(b"picture of " + item_id.encode(), "image/png")
        item = Item(
            id=ItemId(item_id),
            kind=ItemKind.BULLETIN,
            topic="thu",
            titles={LanguageTag("vi"): title or item_id},
            picture=picture.sha256,
            renditions=(Rendition(blob=text.sha256, use=Use.TEXT),),
        )
        self.draft = self.draft.with_item(item, (text, picture))
        return text

    def catalogue(self) -> bytes:
        """Return the next catalogue's bytes."""
        self.revision += 1
        return encode_catalogue(self.draft.catalogue(self.revision, self.now.astimezone(UTC)))

    def publish(self, data: bytes | None = None) -> None:
        """Sign the draft (or these very bytes) as author and approver, an hour after the last time."""
        self.now += timedelta(hours=1)
        self.repository.put_catalogue(self.area, self.catalogue() if data is None else data)
        self.issue()

    def issue(self, *roles: str) -> None:
        """Sign `roles` (author and approver by default), snapshot and timestamp as they are now."""
        self.repository.seal(self.signers, roles or (self.author, self.approver), self.now)
        self.repository.write(self.folder)

    def new_key(self, role: str) -> CryptoSigner:
        """Give a delegated role a new key in place of its old one, signed by targets."""
        signer = CryptoSigner.generate_ed25519()
        self.share_key(role, signer)
        return signer

    def share_key(self, role: str, signer: CryptoSigner) -> None:
        """Let a delegated role be signed by `signer`, whoever else holds it."""
        delegations = self.repository.targets.signed.delegations
        assert delegations is not None and delegations.roles is not None
        delegations.keys[signer.public_key.keyid] = signer.public_key
        delegations.roles[role].keyids[:] = [signer.public_key.keyid]
        self.signers[role] = [signer]
        self.issue(Targets.type, self.author, self.approver)

    def rotate(self, role: str) -> None:
        """Give a top-level role a new key in a new root."""
        root: Root = self.repository.root.signed
        for keyid in list(root.roles[role].keyids):
            root.revoke_key(keyid, role)
        signer = CryptoSigner.generate_ed25519()
        root.add_key(signer.public_key, role)
        self.signers[role] = [signer]
        self.issue(Root.type, self.author, self.approver)

    def remember(self, elsewhere: Path) -> None:
        """Copy the folder as it is today."""
        shutil.copytree(self.folder, elsewhere)

    def serve_again(self, remembered: Path) -> None:
        """Put the folder of an earlier day back in place."""
        shutil.rmtree(self.folder)
        shutil.copytree(remembered, self.folder)


def stranger(province: SimulatedProvince, folder: Path) -> SimulatedProvince:
    """Return somebody else's province: the same area, the same form, other keys."""
    return SimulatedProvince(folder, area=province.area, now=province.now)
