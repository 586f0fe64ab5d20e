"""Measure the content service beside its peers: ``python -m content_cache.bench --json FILE``.

Every pair is measured in turn in one run on one machine, over loopback from a server in a process of
its own, so only the ratio is worth carrying elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from content_cache.fetch import Fetcher
from content_cache.index import swap_index
from content_cache.simulated import SimulatedProvince
from content_cache.simulated_web import SimulatedWeb
from content_cache.source import WebSource
from content_cache.store import Store
from content_cache.trust import Trust
from kiosk.bench import Figure, figure, paired, show_figures, write_figures
from kiosk.bus import BusConnection
from kiosk.catalogue import Blob, Catalogue, CatalogueReader, Item, Rendition
from kiosk.clock import BUILD_TIME
from kiosk.errors import Problem
from kiosk.files import fsync_file
from kiosk.messages import ContentState
from kiosk.paths import Layout
from kiosk.types import ItemId, ItemKind, LanguageTag, Sha256, Use

MIB = 1024 * 1024


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write here.")
@click.option("--mib", default=128, show_default=True, help="Size of the file that is fetched, MiB.")
@click.option("--runs", default=5, show_default=True, help="Paired runs of each figure.")
def bench(json_file: Path | None, mib: int, runs: int) -> None:
    """Measure fetch, refresh and catalogue swap."""
    with tempfile.TemporaryDirectory(prefix="banlang-bench-") as folder:
        base = Path(folder)
        figures = [*fetch_figures(base / "fetch", mib, runs), *refresh_figures(base / "refresh", runs)]
        figures += swap_figures(base / "swap", runs)
        figures += service_figures(base / "service", mib)
    show_figures(figures)
    if json_file is not None:
        write_figures(json_file, figures)


def fetch_figures(base: Path, mib: int, runs: int) -> list[Figure]:
    """Fetch one file, verified and fsynced, beside curl + sha256sum + fsync, and beside bare curl."""
    province = SimulatedProvince(base / "repository")
    blob = _large_blob(province, mib)
    layout = Layout(base / "point")
    layout.make_folders()
    store = Store(layout)
    fetcher = Fetcher(store)
    with _served(province.folder) as url:
        source = WebSource(url)
        address, copy = f"{url}blobs/{blob.sha256[:2]}/{blob.sha256}", base / "copy"

        def ours() -> None:
            fetcher.fetch(blob, [source], lambda held: None)

        def curl() -> None:
            subprocess.run(["curl", "-sf", "-o", str(copy), address], check=True, timeout=600)

        def curl_and_sum() -> None:
            curl()
            summed = subprocess.run(
                ["sha256sum", str(copy)], check=True, capture_output=True, text=True, timeout=600
            )
            if not summed.stdout.startswith(blob.sha256):
                raise RuntimeError("curl fetched something else")
            fsync_file(copy)

        def clean() -> None:
            store.remove(blob)
            copy.unlink(missing_ok=True)

        name = f"content fetch {mib} MiB over loopback, verified and fsynced"
        if shutil.which("curl") is None:
            return [figure(name, [_timed(ours, clean) for _ in range(runs)], "s")]
        checked = [(_timed(ours, clean), _timed(curl_and_sum, clean)) for _ in range(runs)]
        bare = [(_timed(ours, clean), _timed(curl, clean)) for _ in range(runs)]
    return [
        paired(name, checked, "s", "curl + sha256sum + fsync"),
        paired(name, bare, "s", "curl alone, nothing verified"),
    ]


def refresh_figures(base: Path, runs: int) -> list[Figure]:
    """Count requests and bytes of a first look, of a changed one, and of one that finds nothing new."""
    province = SimulatedProvince(base / "repository")
    for number in range(50):
        province.add(f"item-{number}", f"item {number}".encode())
    province.publish()
    root = base / "root.json"
    province.trust_at(root)
    found: dict[str, list[tuple[float, float, float]]] = {"first": [], "changed": [], "unchanged": []}
    with SimulatedWeb(province.folder) as web:
        for run in range(runs):
            trust, source = Trust(base / f"point{run}", root, province.area), WebSource(web.url)

            def look(kind: str, trust: Trust = trust, source: WebSource = source) -> None:
                before = len(web.timeline)
                took_s = _timed(lambda: trust.look(source, BUILD_TIME))
                asked = web.timeline[before:]
                found[kind].append((took_s, len(asked), sum(one.sent + one.head for one in asked)))

            look("first")
            province.publish()
            look("changed")
            look("unchanged")
    figures = []
    for kind, rows in found.items():
        for part, unit in enumerate(("s", "requests", "bytes")):
            figures.append(figure(f"content look, {kind}: {unit}", [row[part] for row in rows], unit))
    return figures


def swap_figures(base: Path, runs: int, count: int = 10_000) -> list[Figure]:
    """Turn a catalogue of 10,000 items into the database that is shown, and open it."""
    base.mkdir()
    catalogue, path = _catalogue(count), base / "catalogue.db"
    digest = hashlib.sha256(b"").hexdigest()
    swaps = [_timed(lambda: swap_index(path, catalogue, digest)) for _ in range(runs)]

    def read() -> None:
        with CatalogueReader(path) as reader:
            reader.items()

    return [
        figure(f"content swap of {count} items, durable", swaps, "s"),
        figure(f"content open and read {count} items", [_timed(read) for _ in range(runs)], "s"),
    ]


def service_figures(base: Path, mib: int) -> list[Figure]:
    """Run the real service: time to its first state, whole sync, and the most memory it ever held."""
    province = SimulatedProvince(base / "repository")
    blob = _large_blob(province, mib)
    province.add("large", b"large")
    province.draft = province.draft.with_voices({LanguageTag("vi"): blob.sha256}, (blob,))
    province.publish()
    layout = Layout(base / "point")
    layout.make_folders()
    province.trust_at(layout.trusted_root)
    with _served(province.folder) as url:
        layout.site_file.write_text(
            f'[point]\nid = "do"\nname = "Đo"\n[repository]\narea = "{province.area}"\nurls = ["{url}"]\n'
        )
        layout.machine_file.write_text("")
        with _service(layout) as process:
            first_s = _timed(lambda: _until(layout, lambda state: True))
            idle_mib = _memory_mib(process.pid)
            sync_s = _timed(lambda: _until(layout, lambda state: state.revision == 1))
            peak_mib = _memory_mib(process.pid)
    return [
        figure("content service: start to first state", [first_s], "s"),
        figure(f"content service: sync of {mib} MiB, its first wait included", [sync_s], "s"),
        figure("content service: most memory before the first look", [idle_mib], "MiB"),
        figure(f"content service: most memory in a sync of {mib} MiB", [peak_mib], "MiB"),
    ]


@contextmanager
def _service(layout: Layout) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "content_cache", "--root", str(layout.root)]
    with (layout.logs / "content.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def _until(layout: Layout, done: Callable[[ContentState], bool]) -> None:
    """Wait for a state of the service; raises TimeoutError after two minutes."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            with BusConnection(layout.socket("content")) as connection:
                for message in connection.messages(deadline - time.monotonic()):
                    if isinstance(message, ContentState) and done(message):
                        return
        except Problem:  # not yet listening
            time.sleep(0.01)
    raise TimeoutError


def _memory_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _timed(work: Callable[[], object], afterwards: Callable[[], None] = lambda: None) -> float:
    started = time.perf_counter()
    work()
    took_s = time.perf_counter() - started
    afterwards()
    return took_s


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder from another process, as a province would."""
    command = [sys.executable, "-m", "content_cache.simulated_web", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(10)


def _large_blob(province: SimulatedProvince, mib: int) -> Blob:
    return province.blob(os.urandom(MIB) * mib, "video/mp4")


def _catalogue(count: int) -> Catalogue:
    vi = LanguageTag("vi")
    blobs = tuple(
        Blob(sha256=Sha256(hashlib.sha256(str(number).encode()).hexdigest()), size=number, type="video/mp4")
        for number in range(3 * count)
    )
    items = tuple(
        Item(
            id=ItemId(f"item-{number}"),
            kind=ItemKind.VIDEO,
            topic="thu",
            titles={vi: f"Mục số {number}", LanguageTag("en"): f"Item number {number}"},
            picture=blobs[3 * number].sha256,
            renditions=(Rendition(blob=blobs[3 * number + 1].sha256, use=Use.VIDEO, duration_s=60.0),),
            labels={vi: blobs[3 * number + 2].sha256},
        )
        for number in range(count)
    )
    return Catalogue(area="thu", revision=1, issued=datetime.now(UTC), items=items, blobs=blobs)


if __name__ == "__main__":
    bench()
