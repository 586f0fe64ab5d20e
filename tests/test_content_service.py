"""The content service as a real process: real files, a real (slow, wrong, dead) web server, real kills."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from points import make_point, running, short_folder, wait_for

from content_cache.simulated import SimulatedProvince, stranger
from content_cache.simulated_web import SimulatedWeb
from kiosk.bus import BusConnection
from kiosk.catalogue import PIECE_BYTES, CatalogueReader
from kiosk.clock import BUILD_TIME, ClockFile, SystemClock, read_clock_file, write_clock_file
from kiosk.errors import Problem
from kiosk.messages import ContentState, Hello, Refused, Suspect, SyncNow, SyncPhase
from kiosk.paths import Layout
from kiosk.types import Sha256
from provisioning.processes import clean_environment, spawn, stop

NO_RTC = "[clock]\ntrust_rtc = false\n"


class Town:
    """A province, its web server, and a point that looks at it; nothing runs yet."""

    def __init__(self, folder: Path) -> None:
        self.province = SimulatedProvince(folder / "r")
        self.web = SimulatedWeb(self.province.folder)
        self.layout = self.point(folder / "p", self.web.url)
        self.province.trust_at(self.layout.trusted_root)

    def point(self, root: Path, *urls: str, every_s: float = 60.0, machine: str = "") -> Layout:
        listed = ", ".join(f'"{url}"' for url in urls)
        site = f'[repository]\narea = "{self.province.area}"\nurls = [{listed}]\ncheck_every_s = {every_s}\n'
        return make_point(root, site=site, machine=machine)


@pytest.fixture
def town() -> Iterator[Town]:
    with short_folder() as folder:
        made = Town(folder)
        made.province.add("first", b"hello")
        made.province.publish()
        with made.web:
            yield made


def state(layout: Layout) -> ContentState:
    with BusConnection(layout.socket("content")) as connection:
        assert isinstance(connection.receive(10), Hello)
        found = connection.receive(10)
        assert isinstance(found, ContentState)
        return found


def ask(layout: Layout, message: Any) -> None:
    with BusConnection(layout.socket("content")) as connection:
        connection.send(message)
        list(connection.messages(0.1))


def synced(layout: Layout, revision: int) -> ContentState:
    """Ask for a look and wait until this revision is shown."""
    ask(layout, SyncNow())
    return wait_for(
        lambda: (now := state(layout)).revision == revision and now.phase is SyncPhase.IDLE and now, 30
    )


def troubled(layout: Layout, code: str) -> ContentState:
    """Wait until the state names this problem, in two languages."""

    def named() -> ContentState | None:
        now = state(layout)
        return now if now.problem is not None and now.problem.code == code else None

    found = wait_for(named, 30)
    assert found.problem.vi
    assert found.problem.en
    return found


def items(layout: Layout) -> list[str]:
    with CatalogueReader(layout.catalogue_file) as reader:
        return [item.id for item in reader.items()]


def noise(size: int) -> bytes:
    return os.urandom(size)


def test_published_content_arrives_by_web_and_by_folder_and_each_change_follows(town: Town) -> None:
    big = town.province.add("film", noise(PIECE_BYTES + 999))
    town.province.publish()
    by_folder = town.point(town.layout.root.parent / "q", town.province.folder.as_uri())
    town.province.trust_at(by_folder.trusted_root)
    with running("content_cache", town.layout), running("content_cache", by_folder):
        for layout in (town.layout, by_folder):
            found = synced(layout, 2)
            assert (found.items, found.missing_blobs, found.problem) == (2, 0, None)
            assert found.contact_age_s is not None
            assert items(layout) == ["first", "film"]
            assert layout.blob(big.sha256).stat().st_size == big.size
        town.province.draft = town.province.draft.without("film")
        town.province.add("third", b"third")
        town.province.publish()
        for layout in (town.layout, by_folder):
            ask(layout, SyncNow())
            synced(layout, 3)
            assert items(layout) == ["first", "third"]
            assert layout.blob(big.sha256).exists()  # the previous catalogue still needs it
        town.province.publish()
        ask(town.layout, SyncNow())
        synced(town.layout, 4)
        assert not town.layout.blob(big.sha256).exists()


def test_boot_asks_the_network_nothing_before_the_first_state_and_then_little(town: Town) -> None:
    with running("content_cache", town.layout):
        assert state(town.layout).revision in (0, 1)
        synced(town.layout, 1)
    before = len(town.web.timeline)
    trace = town.layout.root / "trace"
    process = spawn(
        [
            *("strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=connect,listen", "-o", str(trace)),
            *(sys.executable, "-m", "content_cache", "--root", str(town.layout.root)),
        ],
        log=town.layout.logs / "strace.log",
        environment=clean_environment(),
    )
    try:
        wait_for(lambda: town.layout.socket("content").exists(), 30)
        assert state(town.layout).revision == 1
        assert len(town.web.timeline) == before  # it answers before it asks
        wait_for(lambda: len(town.web.timeline) > before, 30)
    finally:
        with contextlib.suppress(Problem), BusConnection(town.layout.socket("content")) as connection:
            os.kill(connection.receive(10).pid, signal.SIGTERM)  # strace ends with what it watches
            process.wait(10)
        stop(process)
    lines = trace.read_text().splitlines()
    listening = next(number for number, line in enumerate(lines) if "listen(" in line)
    network = [number for number, line in enumerate(lines) if "AF_INET" in line]
    assert network
    assert min(network) > listening


def test_a_look_that_finds_nothing_new_is_one_small_request(town: Town) -> None:
    with running("content_cache", town.layout):
        synced(town.layout, 1)
        before = len(town.web.timeline)
        for _ in range(3):
            age = state(town.layout).contact_age_s
            assert age is not None
            ask(town.layout, SyncNow())
            wait_for(lambda age=age: (state(town.layout).contact_age_s or 0) < age + 0.1, 20)
        asked = town.web.timeline[before:]
        assert {one.path for one in asked} == {"metadata/timestamp.json"}
        assert 1 <= len(asked) <= 3
        assert all(one.sent + one.head < 1500 for one in asked)


def attack_unsigned_blob(town: Town) -> str:
    """A blob changed on the server."""
    blob = town.province.add("second", b"second")
    town.province.publish()
    path = town.province.folder / "blobs" / blob.sha256[:2] / blob.sha256
    path.write_bytes(b"SECOND")
    return "content.damaged-at-source"


def attack_stranger(town: Town) -> str:
    other = stranger(town.province, town.layout.root / "other")
    other.publish()
    other.publish()
    town.web.folder = other.folder
    return "content.bad-signature"


def attack_unapproved(town: Town) -> str:
    path = f"author/{town.province.area}/catalog.json"
    town.province.repository.put_target(town.province.author, path, town.province.catalogue())
    town.province.issue(town.province.author)
    return "content.not-approved"


def attack_portal(town: Town) -> str:
    town.web.portal = True
    return "content.portal-page"


def attack_endless(town: Town) -> str:
    town.web.endless = True
    return "content.too-big"


def attack_deep(town: Town) -> str:
    town.province.publish(b'{"format":1,"items":' + b"[" * 200_000)
    return "content.bad-catalogue"


def attack_other_area(town: Town) -> str:
    town.province.publish(town.province.catalogue().replace(town.province.area.encode(), b"khac", 1))
    return "content.bad-catalogue"


def attack_hostile_names(town: Town) -> str:
    data = town.province.catalogue()
    town.province.publish(data.replace(b'"id":"first"', b'"id":"../../x"'))
    return "content.bad-catalogue"


def attack_dead_line(town: Town) -> str:
    town.web.dead = True
    return "content.unreachable"


ATTACKS = (
    attack_unsigned_blob,
    attack_stranger,
    attack_unapproved,
    attack_portal,
    attack_endless,
    attack_deep,
    attack_other_area,
    attack_hostile_names,
    attack_dead_line,
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_the_server_does_the_old_content_stays_and_words_say_why(town: Town, attack: Any) -> None:
    with running("content_cache", town.layout) as process:
        synced(town.layout, 1)
        code = attack(town)
        ask(town.layout, SyncNow())
        found = troubled(town.layout, code)
        assert found.revision == 1
        assert items(town.layout) == ["first"]
        assert process.poll() is None
        log = (town.layout.logs / "content_cache.log").read_text()
        assert "Traceback" not in log
        assert log.count(f"code={code}") == 1  # an edge is logged, not every try


def test_it_starts_without_any_repository_shows_what_it_has_and_says_why(town: Town) -> None:
    with running("content_cache", town.layout):
        synced(town.layout, 1)
    make_point(town.layout.root, site="[repository]\nurls = []\n")
    with running("content_cache", town.layout):
        found = troubled(town.layout, "content.no-repository")
        assert (found.revision, found.items, found.area) == (1, 1, town.province.area)
        with BusConnection(town.layout.socket("content")) as connection:
            connection.send(SyncNow(request="abc"))
            answers = list(connection.messages(1))
        refusals = [answer for answer in answers if isinstance(answer, Refused)]
        assert [refusal.request for refusal in refusals] == ["abc"]


def test_without_a_root_of_trust_nothing_is_asked_until_a_technician_copies_it(town: Town) -> None:
    town.layout.trusted_root.unlink()
    with running("content_cache", town.layout):
        assert troubled(town.layout, "content.no-trusted-root").revision == 0
        assert town.web.timeline == []
        town.province.trust_at(town.layout.trusted_root)
        ask(town.layout, SyncNow())
        assert synced(town.layout, 1).problem is None


def test_a_bad_line_is_answered_and_the_service_goes_on(town: Town) -> None:
    with running("content_cache", town.layout):
        synced(town.layout, 1)
        for line in (b"{not json", b'{"type":"Suspect","blob":5}', b"[" * 5000, b"\xff\xfe"):
            with BusConnection(town.layout.socket("content")) as connection:
                connection.send_line(line)
                answers = list(connection.messages(5))
            assert isinstance(answers[-1], Refused)
            assert answers[-1].advice.code == "bus.bad-line"
        with BusConnection(town.layout.socket("content")) as connection:
            connection.send(Suspect(blob=Sha256("../../../etc/passwd"), request="x"))
            refused = next(entry for entry in connection.messages(5) if isinstance(entry, Refused))
        assert refused.advice.code == "content.unknown-blob"
        assert state(town.layout).revision == 1


def test_a_suspected_blob_with_a_flipped_bit_heals_and_a_sound_one_stays(town: Town) -> None:
    blob = town.province.add("film", noise(PIECE_BYTES + 77))
    town.province.publish()
    with running("content_cache", town.layout):
        synced(town.layout, 2)
        path = town.layout.blob(blob.sha256)
        sound, before = path.read_bytes(), len(town.web.timeline)
        ask(town.layout, Suspect(blob=blob.sha256))
        assert path.read_bytes() == sound
        assert not town.web.asked_for("blobs/")[before:]
        with path.open("r+b") as file:
            file.seek(PIECE_BYTES)
            byte = file.read(1)
            file.seek(PIECE_BYTES)
            file.write(bytes([byte[0] ^ 1]))
        ask(town.layout, Suspect(blob=blob.sha256))
        wait_for(lambda: path.exists() and path.read_bytes() == sound, 20)
        wait_for(lambda: not state(town.layout).faults, 20)
        assert len(town.web.asked_for(f"{blob.sha256}$")) == 2
        assert items(town.layout) == ["first", "film"]


def test_a_blob_found_damaged_while_the_line_is_dead_is_a_fault_in_words_until_it_is_back(
    town: Town,
) -> None:
    blob = town.province.add("second", b"second thing")
    town.province.publish()
    with running("content_cache", town.layout):
        synced(town.layout, 2)
        town.web.portal = True
        town.layout.blob(blob.sha256).write_bytes(b"second thinG")
        ask(town.layout, Suspect(blob=blob.sha256))
        found = wait_for(lambda: (now := state(town.layout)).faults and now.problem and now, 20)
        assert found.faults[0].advice.code == "content.incomplete"
        assert found.revision == 2
        town.web.portal = False
        ask(town.layout, SyncNow())
        wait_for(lambda: not state(town.layout).faults, 20)
        assert town.layout.blob(blob.sha256).read_bytes() == b"second thing"


def test_killed_in_the_middle_of_a_download_it_goes_on_where_it_was(town: Town) -> None:
    with running("content_cache", town.layout):
        synced(town.layout, 1)
    size = 4 * PIECE_BYTES
    blob = town.province.add("film", noise(size))
    town.province.publish()
    town.web.bytes_per_s = 12e6
    partial = town.layout.content / "incoming" / f"{blob.sha256}.part"
    sent: list[int] = []
    for pieces in (1, 2):
        with running("content_cache", town.layout) as process:
            wait_for(
                lambda wanted=pieces: partial.exists() and partial.stat().st_size > wanted * PIECE_BYTES, 30
            )
            os.kill(process.pid, signal.SIGKILL)
            process.wait(10)
            sent.append(partial.stat().st_size)
        assert items(town.layout) == ["first"]  # the old catalogue, whole
        assert not town.layout.blob(blob.sha256).exists()
    town.web.bytes_per_s = None
    with running("content_cache", town.layout):
        synced(town.layout, 2)
    asked = town.web.asked_for(f"{blob.sha256}$")
    assert [one.first % PIECE_BYTES for one in asked] == [0, 0, 0]
    for before, one in zip(sent, asked[1:], strict=True):
        assert before - one.first < PIECE_BYTES  # at most one piece twice
    source = town.province.folder / "blobs" / blob.sha256[:2] / blob.sha256
    assert town.layout.blob(blob.sha256).read_bytes() == source.read_bytes()


def test_killed_after_accepting_it_takes_up_its_state_without_the_line(town: Town) -> None:
    with running("content_cache", town.layout):
        synced(town.layout, 1)
    town.province.add("film", noise(3 * PIECE_BYTES))
    town.province.publish()
    town.web.bytes_per_s = 1e6
    with running("content_cache", town.layout) as process:
        wait_for(lambda: state(town.layout).missing_blobs > 0, 30)
        os.kill(process.pid, signal.SIGKILL)
        process.wait(10)
    town.web.portal = True
    with running("content_cache", town.layout):
        found = troubled(town.layout, "content.portal-page")
        assert found.revision == 1
        assert found.missing_blobs >= 1  # it knows what it still needs


def test_a_wrong_clock_neither_expires_nor_revives_anything_and_signed_time_moves_the_floor(
    town: Town,
) -> None:
    """Without a trusted clock the floor alone judges: 1970 on the wall would do just the same."""
    layout = town.point(town.layout.root.parent / "n", town.web.url, machine=NO_RTC)
    town.province.trust_at(layout.trusted_root)
    assert read_clock_file(layout.clock_file).floor == BUILD_TIME
    with running("content_cache", layout):
        synced(layout, 1)
        assert read_clock_file(layout.clock_file).floor == town.province.now
        assert SystemClock(layout.clock_file).utc() is None  # a floor is not yet the time
        town.province.now += timedelta(days=20)
        town.province.publish()
        ask(layout, SyncNow())
        synced(layout, 2)
        assert read_clock_file(layout.clock_file).floor == town.province.now
    write_clock_file(layout.clock_file, ClockFile(floor=town.province.now + timedelta(days=60)))
    with running("content_cache", layout):
        assert troubled(layout, "content.expired").revision == 2
        assert read_clock_file(layout.clock_file).floor == town.province.now + timedelta(days=60)


def test_with_a_clock_years_behind_what_was_signed_content_is_still_accepted(town: Town) -> None:
    """As after a power cut that put the clock back to 1970: everything here is dated years after it."""
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3000)
    province = SimulatedProvince(town.layout.root.parent / "later", now=later)
    province.add("later", b"later")
    province.publish()
    town.web.folder = province.folder
    province.trust_at(town.layout.trusted_root)
    write_clock_file(town.layout.clock_file, ClockFile(floor=later - timedelta(days=30), source="signed"))
    assert SystemClock(town.layout.clock_file, trust_rtc=True).utc() is None
    with running("content_cache", town.layout):
        assert synced(town.layout, 1).problem is None
        assert items(town.layout) == ["later"]
        assert read_clock_file(town.layout.clock_file).floor == province.now


@contextlib.contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[None]:
    """Mount a real, small ext4 over `folder`."""
    image = folder.parent / "disk.img"
    with image.open("wb") as file:
        file.truncate(mebibytes * 2**20)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True, timeout=30)
    subprocess.run(["mount", "-o", "loop", str(image), str(folder)], check=True, timeout=30)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True, timeout=30)


class Cramped:
    """A town whose point has a small disk; `squeeze` limits the process where no disk could be mounted."""

    def __init__(self, town: Town, squeeze: Callable[[int], None]) -> None:
        self.town, self.squeeze = town, squeeze


@pytest.fixture(params=["small-ext4", "file-size-limit"])
def cramped(request: pytest.FixtureRequest) -> Iterator[Cramped]:
    with short_folder() as folder, contextlib.ExitStack() as stack:
        town = Town(folder)
        town.province.add("first", b"hello")
        town.province.publish()
        stack.enter_context(town.web)
        if request.param == "file-size-limit":
            most = 16 * 2**20
            yield Cramped(town, lambda pid: resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most)))
            return
        try:
            stack.enter_context(small_disk(town.layout.content, 24))
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            pytest.skip(f"no small disk can be mounted here ({error}); the other case still runs")
        yield Cramped(town, lambda pid: None)


def test_a_full_disk_keeps_the_old_catalogue_says_so_and_goes_on_when_there_is_room(
    cramped: Cramped,
) -> None:
    town, layout = cramped.town, cramped.town.layout
    with running("content_cache", layout) as process:
        synced(layout, 1)
        cramped.squeeze(process.pid)
        blob = town.province.add("film", noise(30 * 2**20))
        town.province.publish()
        ask(layout, SyncNow())
        found = troubled(layout, "disk.full")
        assert (found.revision, found.missing_blobs) == (1, 1)
        assert items(layout) == ["first"]
        assert process.poll() is None
        assert "Traceback" not in (layout.logs / "content_cache.log").read_text()
        assert not layout.blob(blob.sha256).exists()
        town.province.draft = town.province.draft.without("film")
        town.province.add("film", noise(9 * 2**20))
        town.province.publish()
        ask(layout, SyncNow())
        assert synced(layout, 3).problem is None  # what nobody needs any more made room
        assert items(layout) == ["first", "film"]
