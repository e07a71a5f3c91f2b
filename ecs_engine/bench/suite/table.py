"""The result of a suite in the terminal."""

from __future__ import annotations

from typing import Any

from ecs_engine.bench.suite.cases import OURS
from ecs_engine.bench.suite.result import Result

DASH = "\N{EN DASH}"


def number(value: float) -> str:
    """Three figures, and no exponent.

    >>> [number(value) for value in (0.00052, 0.0421, 4.2, 41.96, 420.4, 4204.0)]
    ['0.00052', '0.0421', '4.2', '42', '420', '4204']
    """
    return f"{value:.0f}" if value >= 1000 else f"{float(f'{value:.3g}'):.6f}".rstrip("0").rstrip(".")


def cells(entry: dict[str, Any], unit: str) -> tuple[str, ...]:
    """Median, spread, 99th percentile and how many times ours, as words."""
    times = entry["times_ours"]
    return (
        f"{number(entry['median'])} {unit}",
        f"{number(entry['low'])} {DASH} {number(entry['high'])}",
        DASH if entry["p99"] is None else number(entry["p99"]),
        "" if times is None else f"x {number(times)}",
    )


def is_comparison(entries: list[dict[str, Any]]) -> bool:
    """Whether several subjects are compared, and not scenes of one."""
    return len({entry["subject"] for entry in entries}) > 1


def by_speed(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entries that have figures, the fastest first; grouped by count where several subjects are compared."""
    compared = is_comparison(entries)
    with_figures = [entry for entry in entries if not entry["reason"]]
    return sorted(with_figures, key=lambda entry: (entry["count"] if compared else 0, entry["median"]))


def without_figures(entries: list[dict[str, Any]]) -> list[str]:
    """The other entries, one line for each reason: who, with how many, and why."""
    reasons: dict[str, dict[str, list[str]]] = {}
    for entry in entries:
        if entry["reason"]:
            reasons.setdefault(entry["reason"], {}).setdefault(entry["label"], []).append(f"{entry['count']:,}")
    return [
        "; ".join(f"{label} ({', '.join(counts)})" for label, counts in labels.items()) + f": {reason}"
        for reason, labels in reasons.items()
    ]


def show(result: Result) -> None:
    """Print a table for each scenario."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for section in result["scenarios"]:
        table = Table("", "count", "median", "least to most", "p99", "ours x", title=section["title"])
        for entry in by_speed(section["entries"]):
            bold = "bold" if entry["subject"] in OURS else ""
            table.add_row(entry["label"], f"{entry['count']:,}", *cells(entry, section["unit"]), style=bold)
        if table.row_count:
            console.print(table)
        for words in without_figures(section["entries"]):
            console.print(f"  not measured: {words}", markup=False, highlight=False)
