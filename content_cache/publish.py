"""``banlang publish``: make, fill and sign a repository of content (province or commune side).

A repository is one folder of plain files: any web server or a stick carries it as it is. Nothing in it
is secret; the keys lie elsewhere, the author's and the approver's with two people.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from tuf.api.metadata import Snapshot, Timestamp  # type: ignore[attr-defined]  # no __all__

from content_cache.draft import Draft, draft_folder, publishing, read_draft, write_draft
from content_cache.ingest import Ingest, Taken, bytes_in
from content_cache.keys import (
    Passphrase,
    Signers,
    approver_role,
    author_role,
    check_area,
    key_names,
    load_role,
    make_signers,
    save_signers,
)
from content_cache.repository import Repository, check_disjoint, hashed_path
from kiosk import __version__
from kiosk.catalogue import Item, decode_catalogue, encode_catalogue
from kiosk.errors import Problem, Who
from kiosk.files import disk_full

_folder = click.Path(path_type=Path, file_okay=False)
_file = click.Path(path_type=Path, dir_okay=False, exists=True)

repository_argument = click.argument("repository", metavar="REPO", type=_folder)
draft_option = click.option(
    "--draft",
    "draft_at",
    type=_folder,
    help="Folder of the draft, outside the web root [default: REPO.draft beside REPO].",
)
area_option = click.option("--area", default="", help="Area [default: the only one the repository has].")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")
passphrase_option = click.option(
    "--passphrase-file",
    type=_file,
    help="File whose first line is the passphrase of the keys [default: ask when a key is encrypted].",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="banlang publish")
def publish() -> None:
    """Make, fill and sign a repository of content (province or commune side).

    REPO is a folder of plain files that any web server, or a stick, carries as it is. Points take a
    catalogue only when its author AND its approver have signed the same bytes.
    """


@publish.command()
@repository_argument
@click.option("--keys", "keys_folder", type=_folder, required=True, help="New folder for the keys (0600).")
@click.option("--area", required=True, help="Area the repository begins with (a-z, 0-9, hyphens).")
@passphrase_option
@json_option
def init(repository: Path, keys_folder: Path, area: str, passphrase_file: Path | None, as_json: bool) -> None:
    """Make an empty repository and its keys.

    Nothing that exists is overwritten. Afterwards take root-*.pem and targets-*.pem offline, and give
    author-AREA.pem and approve-AREA.pem to two different people. Points get REPO/metadata/1.root.json.
    """
    check_area(area)
    if (repository / "metadata").exists():
        raise Problem(
            "publish.repository-exists",
            who=Who.PROVINCE,
            vi=f"{repository} đã là kho nội dung; không ghi đè. Hãy chọn thư mục khác.",
            en=f"{repository} is a repository already and is not overwritten. Choose another folder.",
        )
    signers = make_signers(area)
    save_signers(keys_folder, signers, b"" if passphrase_file is None else first_line(passphrase_file))
    made = Repository.new(signers, area, datetime.now(UTC))
    made.seal_first(signers, datetime.now(UTC))
    made.write(repository)
    root = repository / "metadata/1.root.json"
    facts = {"repository": str(repository), "area": area, "keys": str(keys_folder), "root": str(root)}
    tell(
        as_json,
        facts,
        f"✓ Đã tạo kho {repository}, khoá ở {keys_folder}. Chép {root} vào mỗi điểm (root.json).\n"
        f"✓ Repository {repository} made, keys in {keys_folder}. Give {root} to each point (root.json).",
    )


@publish.command()
@repository_argument
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=_folder)
@area_option
@draft_option
@json_option
def add(repository: Path, folders: tuple[Path, ...], area: str, draft_at: Path | None, as_json: bool) -> None:
    """Take item folders into the draft: check, measure, hash and copy their files.

    Each FOLDER holds an item.toml (or a voices.toml) and the files it names. An item whose id is in the
    draft already is replaced. Points see nothing of it before `sign`.
    """
    area = choose_area(Repository.load(repository), area)
    place = draft_at or draft_folder(repository)
    with publishing(place):
        draft = read_draft(place, area)
        taken = take_all(repository, folders, quiet=as_json)
        for entry in taken:
            draft = entry.into(draft)
        write_draft(place, draft)
    lines = [
        f"✓ {entry.item.id}: {entry.item.title('vi')}" if entry.item else f"✓ {', '.join(entry.voices)}"
        for entry in taken
    ]
    lines.append(f"Bản nháp có {len(draft.items)} mục · the draft has {len(draft.items)} items.")
    tell(as_json, {"taken": [facts_of(entry) for entry in taken], **draft_facts(draft)}, "\n".join(lines))


@publish.command()
@repository_argument
@click.option("--keys", "keys_folder", type=_folder, help="Folder with all keys that sign.")
@click.option("--author-keys", type=_folder, help="Folder with the author's key, when two people hold them.")
@click.option("--approver-keys", type=_folder, help="Folder with the approver's key.")
@area_option
@passphrase_option
@draft_option
@json_option
def sign(
    repository: Path,
    keys_folder: Path | None,
    author_keys: Path | None,
    approver_keys: Path | None,
    area: str,
    passphrase_file: Path | None,
    draft_at: Path | None,
    as_json: bool,
) -> None:
    """Sign the draft as the next catalogue: author, then approver, snapshot, timestamp.

    Author and approver name the same bytes with different keys. Files are written so that whoever reads
    meanwhile sees the old release whole or the new one whole.
    """
    loaded = Repository.load(repository)
    area = choose_area(loaded, area)
    check_disjoint(loaded.targets.signed, area)
    place = draft_at or draft_folder(repository)
    passphrase = passphrase_from(passphrase_file)
    with publishing(place):
        signers = load_signers(area, keys_folder, author_keys, approver_keys, passphrase)
        check_held_keys(loaded, signers)
        now = datetime.now(UTC)
        draft = read_draft(place, area)
        catalogue = draft.catalogue(last_revision(repository, loaded, area) + 1, now.replace(microsecond=0))
        data = encode_catalogue(catalogue)
        decode_catalogue(data)  # a point must be able to read what is signed
        loaded.put_catalogue(area, data)
        loaded.seal(signers, (author_role(area), approver_role(area)), now)
        loaded.write(repository)
    size = sum(blob.size for blob in draft.blobs)
    facts = {
        "area": area,
        "revision": catalogue.revision,
        "issued": catalogue.issued.isoformat(),
        **draft_facts(draft),
        "catalogue_bytes": len(data),
        "timestamp_version": loaded.timestamp.signed.version,
        "expires": loaded.timestamp.signed.expires.isoformat(),
    }
    tell(
        as_json,
        facts,
        f"✓ Khu vực {area}: đã ký bản {catalogue.revision}, {len(draft.items)} mục, {size:,} byte, "
        f"hạn {loaded.timestamp.signed.expires:%d/%m/%Y}.\n"
        f"✓ Area {area}: revision {catalogue.revision} signed, {len(draft.items)} items, {size:,} bytes, "
        f"good until {loaded.timestamp.signed.expires:%Y-%m-%d}.",
    )


@publish.command()
@repository_argument
@click.argument("item_id")
@area_option
@draft_option
@json_option
def remove(repository: Path, item_id: str, area: str, draft_at: Path | None, as_json: bool) -> None:
    """Take one item out of the draft; points drop it after the next `sign`."""
    area = choose_area(Repository.load(repository), area)
    place = draft_at or draft_folder(repository)
    with publishing(place):
        draft = read_draft(place, area).without(item_id)
        write_draft(place, draft)
    tell(as_json, draft_facts(draft), f"✓ Đã bỏ {item_id} khỏi bản nháp · removed from the draft.")


@publish.command("list")
@repository_argument
@area_option
@draft_option
@json_option
def list_items(repository: Path, area: str, draft_at: Path | None, as_json: bool) -> None:
    """Show the draft's items, and what is signed now."""
    loaded = Repository.load(repository)
    area = choose_area(loaded, area)
    draft = read_draft(draft_at or draft_folder(repository), area)
    revision = last_revision(repository, loaded, area)
    lines = [f"{item.id:30} {item.kind.value:15} {item.title('vi')}" for item in draft.items]
    lines.append(f"{area}: bản đã ký · revision signed: {revision or '—'}")
    tell(as_json, {"area": area, "revision": revision, **draft_facts(draft)}, "\n".join(lines))


def take_all(repository: Path, folders: Sequence[Path], *, quiet: bool) -> list[Taken]:
    """Take every folder, with a progress bar on standard error when a person watches."""
    console = Console(stderr=True, quiet=quiet or not sys.stderr.isatty())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        for folder in folders:
            if not folder.is_dir():
                raise Problem(
                    "publish.no-folder",
                    who=Who.PROVINCE,
                    vi=f"Không có thư mục {folder}. Hãy kiểm tra lại tên.",
                    en=f"There is no folder {folder}. Check the name.",
                )
        task = bar.add_task("…", total=sum(bytes_in(folder) for folder in folders))
        ingest = Ingest(repository, lambda count: bar.advance(task, count))
        taken = []
        for folder in folders:
            bar.update(task, description=folder.name)
            taken.append(ingest.take(folder))
    return taken


def choose_area(repository: Repository, area: str) -> str:
    """Return the area meant; raises `Problem` when it is not one of the repository's."""
    areas = repository.areas()
    if area in areas:
        return area
    if not area and len(areas) == 1:
        return areas[0]
    names = ", ".join(areas)
    raise Problem(
        "publish.unknown-area",
        who=Who.PROVINCE,
        vi=f"Hãy chọn khu vực bằng --area. Kho này có: {names}.",
        en=f"Choose an area with --area. This repository has: {names}.",
    )


def load_signers(
    area: str,
    keys_folder: Path | None,
    author_keys: Path | None,
    approver_keys: Path | None,
    passphrase: Passphrase,
) -> Signers:
    """Return those who sign a release of `area`; raises `Problem` when a key is missing."""
    shared = [folder for folder in (keys_folder, author_keys, approver_keys) if folder is not None]
    author = [folder for folder in (author_keys or keys_folder,) if folder is not None]
    approver = [folder for folder in (approver_keys or keys_folder,) if folder is not None]
    return {
        author_role(area): load_role(author, author_role(area), passphrase),
        approver_role(area): load_role(approver, approver_role(area), passphrase),
        Snapshot.type: load_role(shared, Snapshot.type, passphrase),
        Timestamp.type: load_role(shared, Timestamp.type, passphrase),
    }


def check_held_keys(repository: Repository, signers: Signers) -> None:
    """Raise `Problem` ``publish.foreign-key`` for a key that the repository does not know for its role."""
    delegations = repository.targets.signed.delegations
    roles = {} if delegations is None or delegations.roles is None else delegations.roles
    for name, keys in signers.items():
        known = roles[name].keyids if name in roles else repository.root.signed.roles[name].keyids
        if not any(signer.public_key.keyid in known for signer in keys):
            raise Problem(
                "publish.foreign-key",
                who=Who.PROVINCE,
                vi=f"Khoá {key_names(name)[0]} không phải khoá của kho này. Hãy dùng đúng thư mục khoá.",
                en=f"The key {key_names(name)[0]} does not belong to this repository. Use its own keys.",
            )


def last_revision(folder: Path, repository: Repository, area: str) -> int:
    """Return the revision that is signed now, 0 before the first; raises `Problem` when it is damaged."""
    target = repository.catalogue_target(area)
    if target is None:
        return 0
    path = folder / "targets" / hashed_path(target)
    try:
        data = path.read_bytes()
        target.verify_length_and_hashes(data)
        return decode_catalogue(data).revision
    except (OSError, ValueError) as error:
        raise Problem(
            "publish.repository-damaged",
            who=Who.PROVINCE,
            vi=f"Không đọc được danh mục đã ký {path} ({error}). Hãy khôi phục thư mục từ bản sao lưu.",
            en=f"The signed catalogue {path} cannot be read ({error}). Restore the folder from a backup.",
        ) from error


def passphrase_from(file: Path | None) -> Passphrase:
    """Return how to get a passphrase: from `file`, else by asking the person once for each key."""
    if file is not None:
        secret = first_line(file)
        return lambda path: secret

    def ask(path: Path) -> bytes:
        if not sys.stdin.isatty():
            raise Problem(
                "publish.passphrase-needed",
                who=Who.PROVINCE,
                vi=f"Khoá {path} có mật khẩu. Hãy thêm --passphrase-file.",
                en=f"The key {path} is encrypted. Add --passphrase-file.",
            )
        return str(click.prompt(f"Mật khẩu · passphrase: {path.name}", hide_input=True)).encode()

    return ask


def first_line(file: Path) -> bytes:
    """Return a file's first line; raises `Problem` ``publish.empty-passphrase`` when it is empty."""
    lines = file.read_bytes().splitlines()
    if not lines or not lines[0].strip():
        raise Problem(
            "publish.empty-passphrase",
            who=Who.PROVINCE,
            vi=f"Tệp {file} trống. Hãy ghi mật khẩu vào dòng đầu.",
            en=f"The file {file} is empty. Put the passphrase into its first line.",
        )
    return lines[0].strip()


def draft_facts(draft: Draft) -> dict[str, Any]:
    """Return the draft's figures."""
    return {
        "items": [item.id for item in draft.items],
        "voices": list(draft.voices),
        "blobs": len(draft.blobs),
        "bytes": sum(blob.size for blob in draft.blobs),
    }


def facts_of(taken: Taken) -> dict[str, Any]:
    """Return what was measured in one folder."""
    item: Item | None = taken.item
    return {
        "folder": taken.folder,
        "item": None if item is None else msgspec.to_builtins(item),
        "voices": taken.voices,
        "blobs": msgspec.to_builtins(taken.blobs),
    }


def tell(as_json: bool, facts: dict[str, Any], words: str) -> None:
    """Print the facts for a program, or the words for a person."""
    click.echo(msgspec.json.encode(facts).decode() if as_json else words)


def main(run: Callable[[], Any] = lambda: publish(prog_name="banlang publish")) -> None:
    """Run the command; a `Problem` becomes words on standard error and exit code 1."""
    try:
        run()
    except OSError as error:
        problem = _os_problem(error)
        click.echo(f"{click.style('✗', fg='red')} {problem}", err=True)
        sys.exit(1)
    except Problem as problem:
        click.echo(f"{click.style('✗', fg='red')} {problem}", err=True)
        sys.exit(1)


def _os_problem(error: OSError) -> Problem:
    import errno

    path = os.fsdecode(error.filename) if error.filename else "?"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return disk_full(Path(path))
    return Problem(
        "publish.file-error",
        who=Who.PROVINCE,
        vi=f"Không đọc hoặc ghi được {path}: {error.strerror}. Hãy kiểm tra quyền và ổ đĩa.",
        en=f"{path} cannot be read or written: {error.strerror}. Check its permissions and the disk.",
    )


if __name__ == "__main__":
    main()
