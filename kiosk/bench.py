"""The one format of every benchmark: a list of figures, each beside its peer where there is one."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

import msgspec

from kiosk.files import replace_bytes


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured figure: medians over `runs`; the peer fields are null where there is no peer."""

    name: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    ratio: float | None = None  # value / peer_value, the median of the paired runs
    runs: int = 1


def figure(name: str, values: Sequence[float], unit: str) -> Figure:
    """Return the median of `values` as a figure without a peer."""
    return Figure(name=name, value=float(statistics.median(values)), unit=unit, runs=len(values))


def paired(name: str, pairs: Sequence[tuple[float, float]], unit: str, peer: str) -> Figure:
    """Return medians of ours and the peer's, measured in turn; the ratio is the median pair by pair."""
    ratios = [ours / theirs for ours, theirs in pairs if theirs]
    return Figure(
        name=name,
        value=float(statistics.median(ours for ours, _ in pairs)),
        unit=unit,
        peer=peer,
        peer_value=float(statistics.median(theirs for _, theirs in pairs)),
        ratio=float(statistics.median(ratios)) if ratios else None,
        runs=len(pairs),
    )


def write_figures(path: Path, figures: Sequence[Figure]) -> None:
    """Write the list as JSON."""
    replace_bytes(path, msgspec.json.format(msgspec.json.encode(figures), indent=1) + b"\n", mode=0o644)


def show_figures(figures: Sequence[Figure]) -> None:
    """Print the list as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("figure", "value", "unit", "peer", "peer's", "ratio", "runs")
    for entry in figures:
        table.add_row(
            entry.name,
            f"{entry.value:.4g}",
            entry.unit,
            entry.peer or "",
            "" if entry.peer_value is None else f"{entry.peer_value:.4g}",
            "" if entry.ratio is None else f"{entry.ratio:.2f}",
            str(entry.runs),
        )
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table)
