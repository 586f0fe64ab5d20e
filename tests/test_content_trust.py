"""Attacks on a simulated province, judged by the real python-tuf: nothing new is taken, words say why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from content_cache.repository import ISSUED_FIELD, catalogue_paths
from content_cache.simulated import SimulatedProvince, stranger
from content_cache.source import FolderSource, open_source
from content_cache.trust import MAX_CATALOGUE_BYTES, Proven, Trust, reference_time
from kiosk.clock import BUILD_TIME, ClockFile
from kiosk.errors import Problem, Who


class Point:
    """What a point holds to judge by; looks at the province's folder."""

    def __init__(self, folder: Path, province: SimulatedProvince) -> None:
        self.folder = folder
        self.province = province
        self.reference = BUILD_TIME
        self.root = folder / "root.json"
        province.trust_at(self.root)
        self.restart()

    def restart(self) -> None:
        self.trust = Trust(self.folder / "content", self.root, self.province.area)

    def look(self) -> Proven:
        return self.trust.look(FolderSource(self.province.folder), self.reference)

    def read(self) -> bytes:
        return self.trust.read_catalogue(FolderSource(self.province.folder), self.look())

    def metadata(self) -> dict[str, bytes]:
        tuf = self.folder / "content/tuf"
        return {str(path.relative_to(tuf)): path.read_bytes() for path in tuf.rglob("*.json")}


@pytest.fixture
def province(tmp_path: Path) -> SimulatedProvince:
    made = SimulatedProvince(tmp_path / "repository")
    made.add("first", b"hello")
    made.publish()
    return made


@pytest.fixture
def point(tmp_path: Path, province: SimulatedProvince) -> Point:
    made = Point(tmp_path / "point", province)
    assert b'"first"' in made.read()
    return made


def refused(point: Point, code: str) -> Problem:
    """The look fails with `code`, in both languages, and what was proven before is kept to the byte."""
    before = point.metadata()
    with pytest.raises(Problem) as caught:
        point.look()
    assert caught.value.code == code, caught.value
    assert "vẫn dùng được" in caught.value.advice.vi
    assert "stays" in caught.value.advice.en
    assert point.metadata() == before
    assert not list((point.folder / "content").glob("*.new"))
    return caught.value


def test_what_author_and_approver_signed_is_proven_and_a_second_look_finds_nothing_new(point: Point) -> None:
    again = point.look()
    assert not again.fresh
    point.province.add("second", b"again")
    point.province.publish()
    assert point.look().fresh
    assert b'"second"' in point.read()


def test_a_catalogue_changed_by_one_byte_is_refused(point: Point) -> None:
    point.province.publish()
    proven = point.look()
    path = point.province.folder / "targets" / proven.path
    data = bytearray(path.read_bytes())
    data[-2] ^= 1
    path.write_bytes(data)
    with pytest.raises(Problem) as caught:
        point.read()
    assert caught.value.code == "content.mixed"


def test_metadata_signed_by_a_stranger_is_refused(point: Point, tmp_path: Path) -> None:
    other = stranger(point.province, tmp_path / "other")
    other.add("foreign", b"foreign")
    other.publish()
    other.publish()
    shutil.rmtree(point.province.folder)
    shutil.copytree(other.folder, point.province.folder)
    assert refused(point, "content.bad-signature").advice.who is Who.PROVINCE


def test_metadata_without_signatures_is_refused(point: Point) -> None:
    point.province.publish()
    path = point.province.folder / "metadata/timestamp.json"
    unsigned = json.loads(path.read_bytes())
    unsigned["signatures"] = []
    path.write_text(json.dumps(unsigned))
    refused(point, "content.bad-signature")


def test_an_author_without_an_approver_is_refused(point: Point) -> None:
    data = point.province.catalogue()
    author_path, _ = catalogue_paths(point.province.area)
    point.province.repository.put_target(point.province.author, author_path, data)
    point.province.repository.delegated[point.province.approver].signed.targets = {}
    point.province.issue()
    assert "approver" in refused(point, "content.not-approved").advice.en


def test_an_approver_who_names_other_bytes_is_refused(point: Point) -> None:
    paths = catalogue_paths(point.province.area)
    point.province.repository.put_target(point.province.author, paths[0], point.province.catalogue())
    point.province.issue(point.province.author)
    assert "different bytes" in refused(point, "content.not-approved").advice.en


def test_an_author_cannot_sign_for_the_approver(point: Point) -> None:
    point.province.repository.put_catalogue(point.province.area, point.province.catalogue())
    point.province.signers[point.province.approver] = point.province.signers[point.province.author]
    point.province.issue()
    refused(point, "content.bad-signature")


def test_one_key_in_both_roles_is_refused_even_under_two_ids_and_two_spellings(point: Point) -> None:
    signer = point.province.signers[point.province.author][0]
    twin = CryptoSigner.generate_ed25519()
    public = twin.public_key
    public.keyid = "e" * 64
    public.keyval["public"] = signer.public_key.keyval["public"].upper()
    twin._private_key = signer._private_key
    point.province.publish()
    point.province.share_key(point.province.approver, twin)
    assert "share a key" in refused(point, "content.not-approved").advice.en


def test_targets_cannot_answer_for_author_and_approver(point: Point) -> None:
    """Whoever holds the top role must delegate openly; naming the paths itself is not an approval."""
    data = point.province.catalogue()
    targets = point.province.repository.targets.signed
    for path in catalogue_paths(point.province.area):
        target = TargetFile.from_data(path, data, ["sha256"])
        targets.targets[path] = target
    for role in (point.province.author, point.province.approver):
        point.province.repository.delegated[role].signed.targets = {}
    point.province.issue(Targets.type, point.province.author, point.province.approver)
    refused(point, "content.nothing-published")


def test_another_role_delegated_the_same_paths_cannot_answer_for_them(point: Point) -> None:
    delegations = point.province.repository.targets.signed.delegations
    assert delegations is not None and delegations.roles is not None
    roles = dict(delegations.roles)
    signer = CryptoSigner.generate_ed25519()
    intruder = DelegatedRole(
        "intruder", [signer.public_key.keyid], 1, terminating=True, paths=["author/*/*", "approve/*/*"]
    )
    delegations.roles.clear()
    delegations.roles.update({"intruder": intruder, **roles})
    delegations.keys[signer.public_key.keyid] = signer.public_key
    held = Metadata(Targets(expires=point.province.now + timedelta(days=9)))
    point.province.repository.delegated["intruder"] = held
    point.province.signers["intruder"] = [signer]
    for path in catalogue_paths(point.province.area):
        data = point.province.catalogue()
        held.signed.targets[path] = TargetFile.from_data(path, data, ["sha256"])
    point.province.issue(Targets.type, "intruder", point.province.author, point.province.approver)
    refused(point, "content.nothing-published")


def test_a_role_of_the_authors_name_under_another_delegator_cannot_answer_for_it(point: Point) -> None:
    """A delegation of targets hands the author's *name* on to keys of its own."""
    province = point.province
    delegations = province.repository.targets.signed.delegations
    assert delegations is not None and delegations.roles is not None
    signer = CryptoSigner.generate_ed25519()
    key = signer.public_key
    names = (province.author, province.approver)
    paths = [f"{path.rpartition('/')[0]}/*" for path in catalogue_paths(province.area)]
    middle = DelegatedRole("middle", [key.keyid], 1, terminating=True, paths=paths)
    roles = dict(delegations.roles)
    delegations.roles.clear()
    delegations.roles.update({"middle": middle, **roles})
    delegations.keys[key.keyid] = key
    inner = {
        name: DelegatedRole(name, [key.keyid], 1, terminating=True, paths=[path])
        for name, path in zip(names, paths, strict=True)
    }
    held = Metadata(
        Targets(expires=province.now + timedelta(days=9), delegations=Delegations({key.keyid: key}, inner))
    )
    province.repository.delegated["middle"] = held
    province.signers.update({"middle": [signer], names[0]: [signer], names[1]: [signer]})
    province.repository.put_catalogue(province.area, province.catalogue())
    province.issue(Targets.type, "middle", *names)
    refused(point, "content.nothing-published")


def test_an_older_release_is_refused(point: Point, tmp_path: Path) -> None:
    point.province.remember(tmp_path / "yesterday")
    point.province.publish()
    newest = point.look()
    point.province.serve_again(tmp_path / "yesterday")
    refused(point, "content.rollback")
    assert newest.fresh


def test_an_older_release_is_refused_even_when_the_metadata_folder_was_lost(
    point: Point, tmp_path: Path
) -> None:
    point.province.remember(tmp_path / "yesterday")
    point.province.publish()
    point.look()
    point.province.serve_again(tmp_path / "yesterday")
    shutil.rmtree(point.folder / "content/tuf")
    point.restart()
    with pytest.raises(Problem) as caught:
        point.look()
    assert caught.value.code == "content.rollback"
    assert not (point.folder / "content/tuf").exists()


def test_a_version_that_was_shown_once_cannot_be_taken_back_though_it_was_incomplete(
    point: Point, tmp_path: Path
) -> None:
    point.province.publish()
    point.province.remember(tmp_path / "between")
    point.province.publish()
    newest = point.province.repository.snapshot.signed.version
    (point.province.folder / f"metadata/{newest}.snapshot.json").unlink()
    refused(point, "content.not-a-repository")
    point.province.serve_again(tmp_path / "between")
    refused(point, "content.rollback")


def test_files_of_two_releases_put_together_are_refused(point: Point, tmp_path: Path) -> None:
    province = point.province
    version = province.repository.delegated[province.author].signed.version
    province.publish()
    old = (province.folder / f"metadata/{version}.{province.author}.json").read_bytes()
    (province.folder / f"metadata/{version + 1}.{province.author}.json").write_bytes(old)
    refused(point, "content.mixed")


def test_expired_metadata_is_refused_and_signing_again_heals_it(point: Point) -> None:
    point.reference = point.province.now + timedelta(days=46)
    refused(point, "content.expired")
    point.restart()
    refused(point, "content.expired")
    point.province.now = point.reference
    point.province.publish()
    assert point.look().fresh


def test_expiry_is_judged_by_the_time_we_pass_in_and_by_nothing_else(point: Point) -> None:
    """tuf takes the wall clock itself; this fails when it stops reading the moment we set."""
    point.province.now = datetime(2011, 5, 1, tzinfo=UTC)
    point.province.publish()
    point.reference = datetime(2011, 5, 2, tzinfo=UTC)
    assert point.look().fresh
    point.province.now = datetime(2095, 5, 1, tzinfo=UTC)
    point.province.issue(Root.type, Targets.type, point.province.author, point.province.approver)
    point.reference = datetime(2098, 4, 29, tzinfo=UTC)
    refused(point, "content.expired")


@pytest.mark.parametrize("year", [None, 1970, 2011])
def test_a_clock_that_is_unknown_or_stands_before_the_floor_changes_nothing(
    point: Point, year: int | None
) -> None:
    kept = ClockFile(floor=point.province.now)
    wall = None if year is None else datetime(year, 1, 1, tzinfo=UTC)
    assert reference_time(kept, wall) == point.province.now
    point.reference = reference_time(kept, wall)
    point.province.publish()
    assert point.look().fresh


def test_a_clock_far_ahead_takes_nothing_new_and_recovers_when_it_is_put_right(point: Point) -> None:
    kept = ClockFile(floor=point.province.now)
    point.reference = reference_time(kept, datetime(2099, 1, 1, tzinfo=UTC))
    point.province.publish()
    refused(point, "content.expired")
    point.reference = reference_time(kept, point.province.now)
    assert point.look().fresh


def test_the_signed_time_is_told_but_not_beyond_what_the_offline_keys_allow(point: Point) -> None:
    point.province.publish()
    assert point.look().issued == point.province.now
    timestamp = point.province.repository.timestamp.signed
    point.province.now += timedelta(days=4 * 365)  # a stolen timestamp key, dated after root's end
    point.province.issue()
    assert timestamp.unrecognized_fields[ISSUED_FIELD].startswith("2030")
    refused(point, "content.bad-signature")


def test_new_keys_recover_from_a_version_that_ran_ahead(point: Point) -> None:
    """A stolen snapshot key signs version 1,000,000; the root replaces it and counting starts anew."""
    province = point.province
    province.repository.snapshot.signed.version = 1_000_000
    province.repository.timestamp.signed.version = 1_000_000
    province.publish()
    point.look()
    province.repository.snapshot.signed.version = 50
    province.repository.timestamp.signed.version = 50
    province.publish()
    refused(point, "content.rollback")
    province.rotate(Snapshot.type)
    province.rotate(Timestamp.type)
    province.publish()
    assert point.look().fresh
    point.restart()
    assert point.look().fresh


def test_a_new_key_for_the_author_is_taken_when_targets_signs_it(point: Point) -> None:
    point.province.new_key(point.province.author)
    point.province.publish()
    assert point.look().fresh


def test_a_root_that_too_few_keys_signed_is_refused(point: Point) -> None:
    province = point.province
    kept = province.signers[Root.type]
    province.signers[Root.type] = kept[:1]
    province.rotate(Timestamp.type)
    refused(point, "content.bad-signature")


def flood(path: Path) -> None:
    path.write_bytes(b"[" + b" " * 2_000_000 + b"]")


def deep(path: Path) -> None:
    path.write_bytes(b"[" * 8000 + b"]" * 8000)


def page(path: Path) -> None:
    path.write_bytes(b"\n<!DOCTYPE html><p>Please log in</p>")


def random_bytes(path: Path) -> None:
    path.write_bytes(bytes(range(256)))


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (flood, "content.too-big"),
        (deep, "content.not-a-repository"),
        (page, "content.portal-page"),
        (random_bytes, "content.not-a-repository"),
        (Path.unlink, "content.not-a-repository"),
    ],
)
def test_what_is_no_metadata_at_all_is_refused_in_words(
    point: Point, edit: Callable[[Path], None], code: str
) -> None:
    edit(point.province.folder / "metadata/timestamp.json")
    refused(point, code)


def test_a_catalogue_larger_than_any_honest_one_is_refused_before_it_is_fetched(point: Point) -> None:
    for role, path in zip(
        (point.province.author, point.province.approver), catalogue_paths(point.province.area), strict=True
    ):
        target = TargetFile(MAX_CATALOGUE_BYTES + 1, {"sha256": "0" * 64}, path)
        point.province.repository.delegated[role].signed.targets = {path: target}
    point.province.issue()
    refused(point, "content.too-big")


def test_a_folder_that_is_gone_is_a_dead_line_and_comes_back(point: Point, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    point.province.folder.rename(moved)
    assert refused(point, "content.unreachable").advice.who is Who.NOBODY
    moved.rename(point.province.folder)
    assert not point.look().fresh


def test_without_a_root_of_trust_nothing_is_asked_for(point: Point) -> None:
    point.root.unlink()
    refused(point, "content.no-trusted-root")
    point.root.write_text("{}")
    point.restart()
    refused(point, "content.bad-trusted-root")


def test_power_lost_between_the_two_renames_of_the_metadata_folder_costs_nothing(point: Point) -> None:
    tuf = point.folder / "content/tuf"
    before = point.metadata()
    tuf.rename(tuf.with_name("tuf.old"))
    (tuf.with_name("tuf.0000.new")).mkdir()
    point.restart()
    point.look()
    assert point.metadata() == before
    assert not list((point.folder / "content").glob("tuf.*"))


@pytest.mark.parametrize(
    "url", ["ftp://x/", "file://host/x", "file:relative", "http:///", "", "javascript:1"]
)
def test_an_address_no_driver_serves_is_refused_in_words(url: str) -> None:
    with pytest.raises(Problem) as caught:
        open_source(url)
    assert caught.value.code == "content.bad-url"
    assert "site.toml" in caught.value.advice.en
