"""Configuration, whole files, clock, folding, log book, accounts, picture memory."""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.accounts import FREE_TRIES, PinCheck, accounts, add_account
from kiosk.catalogue import decode_catalogue
from kiosk.clock import BUILD_TIME, ClockFile, SystemClock, boot_id, read_clock_file, write_clock_file
from kiosk.config import load_machine, load_site
from kiosk.errors import Problem
from kiosk.files import replace_bytes
from kiosk.folding import fold
from kiosk.frames import MAX_HEIGHT, MAX_WIDTH, SLOTS, FrameReader, FrameWriter
from kiosk.languages import fallbacks
from kiosk.logbook import LogBook, read_rows, verify
from kiosk.types import OfficerRole

SITE = '[point]\nid = "a"\nname = "A"\n'


def test_an_unknown_key_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE + "[sound]\nmedia_duk_db = -20\n")
    with pytest.raises(Problem) as refused:
        load_site(file)
    assert refused.value.code == "config.invalid"
    assert "`media_duck_db`" in refused.value.advice.vi
    assert "`media_duck_db`" in refused.value.advice.en
    assert str(file) in refused.value.advice.en


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ('[audio]\ndriver = "jak"', "config.invalid", "jak"),
        ("[audio.ports]\nmicrofone = 'x'", "config.invalid", "`microphone`"),
        ("[audio\n", "config.syntax", "TOML"),
        ("[zzz]\n", "config.invalid", "audio"),
        ("[audio]\nquantum = 'a'", "config.invalid", "quantum"),
    ],
)
def test_a_wrong_machine_file_is_refused_in_words(tmp_path: Path, text: str, code: str, hint: str) -> None:
    file = tmp_path / "machine.toml"
    file.write_text(text)
    with pytest.raises(Problem) as refused:
        load_machine(file)
    assert refused.value.code == code
    assert hint in refused.value.advice.en


def test_a_missing_configuration_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        load_site(tmp_path / "site.toml")
    assert refused.value.code == "config.missing"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    """A child with a file-size limit dies of a full disk in the middle; the old content stays."""
    file = tmp_path / "state"
    replace_bytes(file, b"old")
    code = (
        "import signal, sys, pathlib; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from kiosk.files import replace_bytes\n"
        "replace_bytes(pathlib.Path(sys.argv[1]), b'n' * 100000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert done.returncode != 0
    assert file.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["state"]  # no scratch file is left


def test_the_time_is_unknown_until_this_boot_has_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock = SystemClock(file)
    assert clock.utc() is None
    write_clock_file(file, ClockFile(floor=BUILD_TIME, boot_id="another boot", source="signed"))
    assert clock.utc() is None
    write_clock_file(file, ClockFile(floor=BUILD_TIME, boot_id=boot_id(), source="signed"))
    assert clock.utc() is not None
    assert SystemClock(tmp_path / "none", trust_rtc=True).utc() is not None


def test_a_clock_before_the_floor_is_unknown_and_the_floor_is_never_before_the_build(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    later = datetime.now(UTC) + timedelta(days=1)
    write_clock_file(file, ClockFile(floor=later, boot_id=boot_id(), source="signed"))
    assert SystemClock(file, trust_rtc=True).utc() is None
    write_clock_file(file, ClockFile(floor=datetime(1970, 1, 1, tzinfo=UTC)))
    assert read_clock_file(file).floor == BUILD_TIME
    file.write_bytes(b"\0\0\0")
    assert read_clock_file(file).floor == BUILD_TIME


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("duong", "Đường"),
        ("khan cap", "khẩn cấp"),
        ("hòa", "hoà"),
        ("HOA BINH", "Hòa Bình"),
        ("t'a", "t'ả"),
        ("bjooc", "bjoóc"),
    ],
)
def test_folding_finds_what_people_type(asked: str, text: str) -> None:
    assert fold(asked) == fold(text)


def test_chinese_characters_fold_to_words_of_their_own() -> None:
    assert fold("山洪暴发 2026") == "山 洪 暴 发 2026"


@given(st.text())
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_a_variety_falls_back_to_its_language_and_then_to_vietnamese() -> None:
    assert fallbacks("nut-x-phanslinh") == ("nut-x-phanslinh", "nut", "vi")
    assert fallbacks("vi") == ("vi",)


def test_the_log_book_finds_a_changed_and_a_removed_row(tmp_path: Path) -> None:
    file = tmp_path / "logbook.db"
    book = LogBook(file)
    for number in range(5):
        assert book.append("sound", {"title": f"số {number}"}, utc=None) == number + 1
    book.close()
    assert verify(file) is None
    assert [row.facts["title"] for row in read_rows(file, after=3)] == ["số 3", "số 4"]
    reopened = LogBook(file)
    assert reopened.append("sound", {"title": "after a restart"}, utc=datetime.now(UTC)) == 6
    reopened.close()
    assert verify(file) is None
    db = sqlite3.connect(file)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("UPDATE rows SET kind = 'x' WHERE number = 3")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("DELETE FROM rows WHERE number = 3")
    db.execute("DROP TRIGGER no_update")  # what a forger with the file in hand would do
    db.execute("UPDATE rows SET json = ? WHERE number = 3", (b'{"title":"forged"}',))
    db.commit()
    assert verify(file) == 3
    db.execute("DROP TRIGGER no_delete")
    db.execute("DELETE FROM rows WHERE number = 2")
    db.commit()
    db.close()
    assert verify(file) == 2


def test_wrong_pins_lock_an_account_across_restarts(tmp_path: Path) -> None:
    file, tries = tmp_path / "accounts.json", tmp_path / "tries.json"
    add_account(file, "Cán bộ mẫu", "482915", (OfficerRole.OFFICER,))
    check = PinCheck(file, tries)
    assert check.check("Cán bộ mẫu", "482915", 0.0).roles == (OfficerRole.OFFICER,)
    for _ in range(FREE_TRIES):
        with pytest.raises(Problem) as wrong:
            check.check("Cán bộ mẫu", "000001", 0.0)
        assert wrong.value.code == "account.wrong-pin"
    for checker in (check, PinCheck(file, tries)):
        with pytest.raises(Problem) as locked:
            checker.check("Cán bộ mẫu", "482915", 1.0)
        assert locked.value.code == "account.locked"
    assert check.check("Cán bộ mẫu", "482915", 31.0).name == "Cán bộ mẫu"
    assert b"482915" not in file.read_bytes()


def test_an_unknown_officer_gets_the_answer_of_a_wrong_pin(tmp_path: Path) -> None:
    check = PinCheck(tmp_path / "none.json", tmp_path / "tries.json")
    with pytest.raises(Problem) as wrong:
        check.check("Nobody", "482915", 0.0)
    assert wrong.value.code == "account.wrong-pin"


@pytest.mark.parametrize("pin", ["12345", "111111", "123456", "abcdef", "121212", ""])
def test_an_easy_pin_is_refused(tmp_path: Path, pin: str) -> None:
    with pytest.raises(Problem) as refused:
        add_account(tmp_path / "accounts.json", "A", pin, ())
    assert refused.value.code == "account.weak-pin"
    assert accounts(tmp_path / "accounts.json") == []


def test_a_frame_is_read_as_written_and_an_overwritten_one_is_noticed() -> None:
    writer = FrameWriter()
    reader = FrameReader(writer.fd)
    assert reader.newest().number == 0
    assert reader.pixels(reader.newest()) is None
    writer.begin(7, 6, 4)
    first = _write(writer, 6, 4, 11)
    assert (first, reader.newest()[:4]) == (1, (1, 7, 6, 4))
    pixels = reader.pixels(reader.newest())
    assert pixels is not None
    assert pixels.shape == (4, 6, 4)
    assert (pixels == 11).all()
    old = reader.newest()
    writer.begin(8, 2, 2)
    for value in range(SLOTS):
        _write(writer, 2, 2, value)
    assert not reader.still(old)
    assert reader.pixels(old) is None
    assert reader.newest().play == 8


def test_a_picture_that_does_not_fit_is_refused_and_a_foreign_descriptor_too() -> None:
    writer = FrameWriter()
    writer.begin(1, MAX_WIDTH, MAX_HEIGHT)
    for size in ((MAX_WIDTH, MAX_HEIGHT + 2), (0, 5), (5, -1)):
        with pytest.raises(ValueError, match="does not fit"):
            writer.begin(1, *size)
    fd = os.memfd_create("other")
    with pytest.raises(ValueError, match="not a picture memory"):
        FrameReader(fd)
    os.close(fd)


def _write(writer: FrameWriter, width: int, height: int, value: int) -> int:
    import ctypes

    slot = writer.take_slot()
    pixels = np.full(width * height * 4, value, np.uint8)
    ctypes.memmove(writer.slot_address(slot), pixels.ctypes.data, pixels.nbytes)
    return writer.publish()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[" * 100000,
        b'{"format":1,"area":"a","revision":1,"issued":"2026-01-01T00:00:00Z","items":[],"blobs":[],"x":1}',
        b'{"format":9,"area":"a","revision":1,"issued":"2026-01-01T00:00:00Z","items":[],"blobs":[]}',
        b'{"format":1,"area":"a","revision":1,"issued":"2026-01-01T00:00:00Z","items":[],'
        b'"blobs":[{"sha256":"../../etc/passwd","size":1,"type":"x"}]}',
    ],
)
def test_a_catalogue_that_is_not_well_formed_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decode_catalogue(data)
