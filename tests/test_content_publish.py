"""The publisher's command over real files: what goes in is measured, what is wrong is said with its cure."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from fpdf import FPDF
from PIL import Image

from content_cache.ingest import hashed
from content_cache.publish import main, publish
from content_cache.source import FolderSource
from content_cache.trust import Trust
from kiosk.catalogue import PIECE_BYTES, Catalogue, decode_catalogue
from kiosk.clock import BUILD_TIME
from kiosk.errors import Problem
from kiosk.types import ItemKind, Use

AREA = "thu"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc=s=320x180:d=1.2:r=10"]
    sound = ["-f", "lavfi", "-i", "sine=440:d=1.2", "-f", "lavfi", "-i", "sine=550:d=1.2"]
    command = ["ffmpeg", "-v", "error", *picture, *sound, "-map", "0", "-map", "1", "-map", "2"]
    subprocess.run([*command, "-c:v", "libx264", "-c:a", "aac", str(path)], check=True, timeout=60)
    return path


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    path = tmp_path / "web/repository"
    run("init", path, "--keys", tmp_path / "keys", "--area", AREA)
    return path


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(publish, [str(argument) for argument in arguments])


def run(*arguments: object) -> str:
    done = invoke(*arguments)
    assert done.exit_code == 0, done.exception or done.output
    return done.output


def refused(code: str, *arguments: object) -> Problem:
    done = invoke(*arguments)
    assert isinstance(done.exception, Problem), done.output
    assert done.exception.code == code, done.exception
    return done.exception


def tone(path: Path, seconds: float = 0.5) -> None:
    soundfile.write(path, 0.1 * np.sin(np.arange(int(48000 * seconds)) / 8), 48000)


def picture(path: Path, size: tuple[int, int] = (64, 48)) -> None:
    Image.new("RGB", size, (10, 120, 200)).save(path)


def bulletin(tmp_path: Path, name: str = "tin", **change: Any) -> Path:
    """An item folder with a text, a picture and a label; `change` replaces lines of its item.toml."""
    folder = tmp_path / "items" / name
    folder.mkdir(parents=True, exist_ok=True)
    picture(folder / "picture.png")
    tone(folder / "label.vi.flac")
    (folder / "text.vi.txt").write_text("Nước sạch sau mưa lũ\n", encoding="utf-8")
    lines = {
        "id": f'id = "{name}"',
        "kind": 'kind = "bulletin"',
        "topic": 'topic = "health"',
        "picture": 'picture = "picture.png"',
        "issuer": 'issuer = "Mẫu"',
        "published": "published = 2026-11-01",
        "extra": "",
        "titles": '[titles]\nvi = "Nước sạch"',
        "labels": '[labels]\nvi = "label.vi.flac"',
        "renditions": '[[renditions]]\nfile = "text.vi.txt"\nuse = "text"\nlanguages = ["vi"]',
    }
    lines.update(change)
    (folder / "item.toml").write_text("\n".join(lines.values()), encoding="utf-8")
    return folder


def signed(repository: Path, tmp_path: Path) -> Catalogue:
    """What a point proves and reads from the repository."""
    root = tmp_path / "root.json"
    root.write_bytes((repository / "metadata/1.root.json").read_bytes())
    trust, source = Trust(tmp_path / "point", root, AREA), FolderSource(repository)
    return decode_catalogue(trust.read_catalogue(source, trust.look(source, BUILD_TIME)))


def test_a_repository_is_made_filled_and_signed_and_a_point_believes_it(
    repository: Path, tmp_path: Path, film: Path
) -> None:
    video = tmp_path / "items/film"
    video.mkdir(parents=True)
    (video / "film.mp4").write_bytes(film.read_bytes())
    picture(video / "tile.png", (320, 240))
    (video / "item.toml").write_text(
        'id = "film"\nkind = "video"\ntopic = "safety"\npicture = "tile.png"\nto_record = ["tyz"]\n'
        '[titles]\nvi = "Phim"\nen = "Film"\n'
        '[[renditions]]\nfile = "film.mp4"\nuse = "video"\ntracks = [["vi"], ["en", "nut-x-phanslinh"]]\n'
    )
    handbook = bulletin(
        tmp_path,
        "so-tay",
        kind='kind = "handbook"',
        renditions='[[renditions]]\nfile = "so-tay.pdf"\nuse = "document"',
    )
    pdf = FPDF()
    for _ in range(3):
        pdf.add_page()
    pdf.output(str(handbook / "so-tay.pdf"))
    voices = tmp_path / "items/voices"
    voices.mkdir()
    tone(voices / "vi.flac", 0.7)
    (voices / "voices.toml").write_text('[voices]\nvi = "vi.flac"\n')
    figures = json.loads(run("add", repository, video, handbook, voices, "--json"))
    assert figures["items"] == ["film", "so-tay"]
    figures = json.loads(run("sign", repository, "--keys", tmp_path / "keys", "--json"))
    assert figures["revision"] == 1
    catalogue = signed(repository, tmp_path)
    film_item, book = catalogue.items
    assert (film_item.kind, film_item.to_record) == (ItemKind.VIDEO, ("tyz",))
    rendition = film_item.renditions[0]
    assert (rendition.width, rendition.height) == (320, 180)
    assert rendition.duration_s == pytest.approx(1.2, abs=0.15)
    assert [track.languages for track in rendition.tracks] == [("vi",), ("en", "nut-x-phanslinh")]
    assert book.renditions[0].pages == 3
    assert set(catalogue.voices) == {"vi"}
    for blob in catalogue.blobs:
        path = repository / "blobs" / blob.sha256[:2] / blob.sha256
        assert hashed(path)[:2] == (blob.size, blob.sha256)
        assert stat.S_IMODE(path.stat().st_mode) == 0o644  # a web server may read it
    assert {blob.type for blob in catalogue.blobs} == {
        "video/mp4",
        "image/png",
        "application/pdf",
        "audio/flac",
    }


def test_an_item_added_again_is_replaced_at_its_place_and_removed_ones_go(
    repository: Path, tmp_path: Path
) -> None:
    run("add", repository, bulletin(tmp_path, "mot"), bulletin(tmp_path, "hai"))
    run("sign", repository, "--keys", tmp_path / "keys")
    run("add", repository, bulletin(tmp_path, "mot", titles='[titles]\nvi = "Bản mới"'))
    run("sign", repository, "--keys", tmp_path / "keys")
    catalogue = signed(repository, tmp_path)
    assert catalogue.revision == 2
    assert [(item.id, item.title("vi")) for item in catalogue.items] == [
        ("mot", "Bản mới"),
        ("hai", "Nước sạch"),
    ]
    run("remove", repository, "mot")
    refused("publish.unknown-item", "remove", repository, "mot")
    assert signed(repository, tmp_path).revision == 2  # nothing is seen before it is signed
    run("sign", repository, "--keys", tmp_path / "keys")
    assert [item.id for item in signed(repository, tmp_path).items] == ["hai"]
    listed = json.loads(run("list", repository, "--json"))
    assert (listed["revision"], listed["items"]) == (3, ["hai"])


def test_text_is_composed_on_ingest_wherever_it_is(repository: Path, tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "Nước sạch, t'ả, bjoóc")
    folder = bulletin(tmp_path, titles=f'[titles]\nvi = "{apart}"')
    (folder / "text.vi.txt").write_bytes(b"\xef\xbb\xbf" + apart.encode() + b"\r\nhai")
    run("add", repository, folder)
    run("sign", repository, "--keys", tmp_path / "keys")
    item = signed(repository, tmp_path).items[0]
    together = unicodedata.normalize("NFC", apart)
    assert together != apart
    assert item.titles == {"vi": together}
    text = next(entry.blob for entry in item.renditions if entry.use is Use.TEXT)
    data = (repository / "blobs" / text[:2] / text).read_bytes()
    assert data.decode() == f"{together}\nhai\n"


def test_a_large_file_gets_its_list_of_pieces(repository: Path, tmp_path: Path) -> None:
    folder = bulletin(tmp_path, "to", extra="")
    rng = np.random.default_rng(1)
    Image.fromarray(rng.integers(0, 255, (1400, 1200, 3), dtype=np.uint8)).save(folder / "picture.png")
    assert (folder / "picture.png").stat().st_size > PIECE_BYTES
    run("add", repository, folder)
    run("sign", repository, "--keys", tmp_path / "keys")
    blob = next(blob for blob in signed(repository, tmp_path).blobs if blob.pieces)
    data = (repository / "blobs" / blob.sha256[:2] / f"{blob.sha256}.pieces").read_bytes()
    assert data == hashed(folder / "picture.png")[2]
    assert len(data) == 64


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "unknown key": ({"extra": 'isuer = "x"'}, "Did you mean `issuer`?"),
    "unknown key of a rendition": (
        {"renditions": '[[renditions]]\nfil = "text.vi.txt"\nuse = "text"'},
        "Did you mean `file`?",
    ),
    "unknown kind": ({"kind": 'kind = "bulettin"'}, "Did you mean `bulletin`?"),
    "unknown use": (
        {"renditions": '[[renditions]]\nfile = "text.vi.txt"\nuse = "txt"'},
        "Did you mean `text`?",
    ),
    "missing key": ({"topic": ""}, "`topic` is missing"),
    "bad id": ({"id": 'id = "../x"'}, "Rename it"),
    "bad language": ({"titles": '[titles]\n"tiếng Việt" = "x"'}, "BCP 47"),
    "no title": ({"titles": "[titles]"}, "at least one title"),
    "nothing to show": (
        {"kind": 'kind = "video"'},
        'an item of kind "video" needs at least one [[renditions]] with use = video',
    ),
    "dates turned round": ({"extra": "expires = 2026-10-01"}, "Correct the dates"),
    "wrong type": ({"topic": "topic = 3"}, "Expected `str`"),
    "not TOML": ({"topic": "topic = "}, "Correct that line"),
    "missing file": ({"picture": 'picture = "nothing.png"'}, "is missing. Copy it"),
    "picture that is none": ({"picture": 'picture = "text.vi.txt"'}, "picture cannot be read"),
    "video that is none": (
        {"renditions": '[[renditions]]\nfile = "picture.png"\nuse = "video"', "kind": 'kind = "video"'},
        "is not a video",
    ),
    "sound that is none": ({"labels": '[labels]\nvi = "picture.png"'}, "is not a sound file"),
    "document that is none": (
        {"renditions": '[[renditions]]\nfile = "text.vi.txt"\nuse = "document"', "kind": 'kind = "handbook"'},
        "not a readable PDF",
    ),
    "tracks of a picture": (
        {"renditions": '[[renditions]]\nfile = "picture.png"\nuse = "picture"\ntracks = [["vi"]]'},
        "`tracks` is for video and audio only",
    ),
    "file name that leads out": ({"picture": 'picture = "../secret.png"'}, "leads out of the item's folder"),
    "absolute file name": ({"picture": 'picture = "/etc/hostname"'}, "leads out of the item's folder"),
    "file name by a link": ({"picture": 'picture = "link.png"'}, "leads out of the item's folder"),
    "file name with a null": ({"picture": 'picture = "a\\u0000b"'}, "leads out of the item's folder"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_in_an_item_is_named_with_its_cure_and_changes_nothing(
    repository: Path, tmp_path: Path, case: str
) -> None:
    change, words = WRONG[case]
    run("add", repository, bulletin(tmp_path, "good"))
    before = run("list", repository, "--json")
    folder = bulletin(tmp_path, "bad", **change)
    picture(folder.parent / "secret.png")
    (folder / "link.png").symlink_to(folder.parent / "secret.png")
    problem = refused("publish.invalid-item", "add", repository, folder)
    assert words in problem.advice.en, problem.advice.en
    assert "bad" in problem.advice.vi
    assert run("list", repository, "--json") == before


def test_text_that_is_not_utf8_or_holds_control_characters_is_refused(
    repository: Path, tmp_path: Path
) -> None:
    folder = bulletin(tmp_path)
    (folder / "text.vi.txt").write_bytes("Nước".encode("utf-16"))
    assert "UTF-8" in refused("publish.invalid-item", "add", repository, folder).advice.en
    (folder / "text.vi.txt").write_bytes(b"log\x1b[2Jbook\n")
    assert "control characters" in refused("publish.invalid-item", "add", repository, folder).advice.en
    (folder / "item.toml").write_bytes("id = 'x'".encode("utf-16"))
    assert "Save the file as UTF-8" in refused("publish.invalid-item", "add", repository, folder).advice.en


def test_sound_tracks_must_be_those_of_the_file(repository: Path, tmp_path: Path, film: Path) -> None:
    entry = '[[renditions]]\nfile = "film.mp4"\nuse = "video"\n'
    for tracks, words in (
        ('tracks = [["vi"]]', "lists 1 sound tracks but the file has 2"),
        ("", "Add `tracks`"),
    ):
        folder = bulletin(tmp_path, kind='kind = "video"', renditions=entry + tracks)
        (folder / "film.mp4").write_bytes(film.read_bytes())
        assert words in refused("publish.invalid-item", "add", repository, folder).advice.en


def test_a_film_cut_in_the_middle_and_a_picture_cut_in_the_middle_are_refused(
    repository: Path, tmp_path: Path, film: Path
) -> None:
    entry = '[[renditions]]\nfile = "film.mp4"\nuse = "video"\ntracks = [["vi"], ["en"]]'
    folder = bulletin(tmp_path, kind='kind = "video"', renditions=entry)
    (folder / "film.mp4").write_bytes(film.read_bytes()[:20_000])
    assert "is not a video" in refused("publish.invalid-item", "add", repository, folder).advice.en
    folder = bulletin(tmp_path)
    Image.effect_noise((200, 200), 90).save(folder / "picture.png")
    (folder / "picture.png").write_bytes((folder / "picture.png").read_bytes()[:8000])
    assert "cannot be read" in refused("publish.invalid-item", "add", repository, folder).advice.en


def test_a_picture_that_claims_billions_of_pixels_is_refused_unopened(
    repository: Path, tmp_path: Path
) -> None:
    folder = bulletin(tmp_path)
    picture(folder / "picture.png", (9000, 9000))
    assert "too large (9000×9000)" in refused("publish.invalid-item", "add", repository, folder).advice.en


def test_a_playlist_named_like_a_film_cannot_make_the_publisher_fetch(
    repository: Path, tmp_path: Path
) -> None:
    folder = bulletin(
        tmp_path, kind='kind = "video"', renditions='[[renditions]]\nfile = "film.mp4"\nuse = "video"'
    )
    (folder / "film.mp4").write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n")
    assert "is not a video" in refused("publish.invalid-item", "add", repository, folder).advice.en


def test_keys_are_closed_to_others_and_nothing_is_ever_overwritten(repository: Path, tmp_path: Path) -> None:
    keys = sorted((tmp_path / "keys").iterdir())
    names = {path.stem for path in keys}
    assert names == {
        *(f"{role}-{number}" for role in ("root", "targets") for number in (1, 2, 3)),
        *("snapshot", "timestamp", f"author-{AREA}", f"approve-{AREA}"),
    }
    for path in keys:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    before = {path: path.read_bytes() for path in keys}
    refused("publish.repository-exists", "init", repository, "--keys", tmp_path / "new", "--area", AREA)
    refused("publish.keys-exist", "init", tmp_path / "other", "--keys", tmp_path / "keys", "--area", AREA)
    assert {path: path.read_bytes() for path in keys} == before
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "other").exists()
    refused("publish.bad-area", "init", tmp_path / "other", "--keys", tmp_path / "new", "--area", "Xã/../x")


def test_encrypted_keys_need_their_passphrase(tmp_path: Path) -> None:
    repository, keys = tmp_path / "repository", tmp_path / "keys"
    right, wrong, empty = (tmp_path / name for name in ("right", "wrong", "empty"))
    right.write_text("mật khẩu dài\n")
    wrong.write_text("khác\n")
    empty.write_text("\n")
    run("init", repository, "--keys", keys, "--area", AREA, "--passphrase-file", right)
    for path in keys.iterdir():
        assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    run("add", repository, bulletin(tmp_path))
    refused("publish.passphrase-needed", "sign", repository, "--keys", keys)
    refused("publish.wrong-passphrase", "sign", repository, "--keys", keys, "--passphrase-file", wrong)
    refused("publish.empty-passphrase", "sign", repository, "--keys", keys, "--passphrase-file", empty)
    run("sign", repository, "--keys", keys, "--passphrase-file", right)


def test_author_and_approver_may_be_two_people_with_two_folders(repository: Path, tmp_path: Path) -> None:
    author, approver, keys = (tmp_path / name for name in ("author", "approver", "keys"))
    author.mkdir()
    approver.mkdir()
    (keys / f"author-{AREA}.pem").rename(author / f"author-{AREA}.pem")
    (keys / f"approve-{AREA}.pem").rename(approver / f"approve-{AREA}.pem")
    run("add", repository, bulletin(tmp_path))
    refused("publish.no-key", "sign", repository, "--keys", keys)
    refused("publish.no-key", "sign", repository, "--keys", keys, "--author-keys", author)
    run("sign", repository, "--keys", keys, "--author-keys", author, "--approver-keys", approver)
    assert signed(repository, tmp_path).revision == 1


def test_one_person_with_one_key_for_both_roles_is_refused(repository: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    run("add", repository, bulletin(tmp_path))
    (keys / f"approve-{AREA}.pem").write_bytes((keys / f"author-{AREA}.pem").read_bytes())
    refused("publish.foreign-key", "sign", repository, "--keys", keys)


def test_metadata_changed_behind_the_keys_is_not_signed_anew(repository: Path, tmp_path: Path) -> None:
    run("add", repository, bulletin(tmp_path))
    path = repository / "metadata/1.targets.json"
    path.write_bytes(path.read_bytes().replace(b"author/", b"anyone/"))
    refused("publish.repository-damaged", "sign", repository, "--keys", tmp_path / "keys")


def test_two_publishers_cannot_sign_at_once(repository: Path, tmp_path: Path) -> None:
    from content_cache.draft import draft_folder, publishing

    run("add", repository, bulletin(tmp_path))
    with publishing(draft_folder(repository)):
        refused("publish.busy", "sign", repository, "--keys", tmp_path / "keys")
    run("sign", repository, "--keys", tmp_path / "keys")


def test_a_repository_that_is_none_and_a_folder_that_is_none_are_said_so(
    repository: Path, tmp_path: Path
) -> None:
    refused("publish.no-repository", "add", tmp_path / "nothing", bulletin(tmp_path))
    refused("publish.no-folder", "add", repository, tmp_path / "nothing")
    (tmp_path / "empty").mkdir()
    refused("publish.invalid-item", "add", repository, tmp_path / "empty")
    refused("publish.unknown-area", "add", repository, bulletin(tmp_path), "--area", "khac")


def test_the_draft_lies_outside_the_web_root(repository: Path, tmp_path: Path) -> None:
    run("add", repository, bulletin(tmp_path))
    assert repository.with_name("repository.draft").is_dir()
    assert {path.name for path in repository.iterdir()} == {"metadata", "blobs"}
    run("add", repository, bulletin(tmp_path), "--draft", tmp_path / "mine")
    assert (tmp_path / "mine").is_dir()


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield {**os.environ, "COLUMNS": "100"}


def test_the_command_ends_with_words_on_standard_error_and_code_one(
    tmp_path: Path, narrow: dict[str, str]
) -> None:
    command = [sys.executable, "-m", "content_cache.publish", "sign", str(tmp_path), "--keys", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=narrow)
    assert done.returncode == 1
    assert "banlang publish init" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_disk_error_of_the_publisher_becomes_words(capsys: pytest.CaptureFixture[str]) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device", "x/y")

    with pytest.raises(SystemExit):
        main(full)
    assert "disk.full" in capsys.readouterr().err
