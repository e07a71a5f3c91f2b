"""The result of a suite as a page."""

from __future__ import annotations

import math
from html import escape
from itertools import groupby
from typing import Any

from ecs_engine.bench.suite.cases import OURS
from ecs_engine.bench.suite.result import Result
from ecs_engine.bench.suite.table import by_speed, cells, is_comparison, number, without_figures
from ecs_engine.trace.page import both, page, section, table
from ecs_engine.trace.svg import BLUE, INK, QUIET, SKY, Picture

ROW = 40
"""Pixels for a bar with its words."""
LABEL = 84
"""Pixels that the label of a value on the axis takes, with room around it."""
TITLE = "Benchmarks of ecs-engine"
READING = (
    "A bar ends at the median over the rounds; the line across its end reaches from the least round to the greatest. "
    "Shorter is better; the axis is logarithmic, each step ten times the one before. Every run was a process of its "
    "own, and the rounds were interleaved. Times of different machines, or of a busy one, cannot be compared; ratios "
    "within one run can."
)


def to_html(result: Result) -> str:
    """The whole page."""
    machine = result["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["packages"].items() if version)
    body = [
        f"<h1>{TITLE}</h1>",
        f'<p class="quiet">{escape(_opening(result))}</p>',
        section("How to read this", "", f"<p>{READING}</p><p>{escape(versions)}</p>"),
    ]
    for part in result["scenarios"]:
        entries = by_speed(part["entries"])
        content = _charts(entries, part["unit"]) + _figures(entries, part["unit"]) if entries else ""
        if lines := "".join(f"<li>{escape(words)}</li>" for words in without_figures(part["entries"])):
            content += f'<p>Not measured:</p><ul class="quiet">{lines}</ul>'
        body.append(section(part["title"], part["note"], content))
    return page(TITLE, body)


def _charts(entries: list[dict[str, Any]], unit: str) -> str:
    """A chart for each count where several subjects are compared, else one for all."""
    if not is_comparison(entries):
        return _chart("", entries, unit)
    groups = groupby(entries, key=lambda entry: entry["count"])
    return "".join(_chart(f"<h3>{count:,}</h3>", list(group), unit) for count, group in groups)


def _chart(heading: str, entries: list[dict[str, Any]], unit: str) -> str:
    return heading + both(lambda width: bars(entries, unit, width))


def _opening(result: Result) -> str:
    machine = result["machine"]
    told = [
        f"{machine['processor']}, {machine['cores']} cores (load {machine['load_before']} at the start)",
        machine["system"],
        f"Python {machine['python']}",
        f"commit {machine['commit']}" if machine["commit"] else "",
        f"{result['rounds']} round{'s' * (result['rounds'] != 1)}",
        machine["when"],
    ]
    return "; ".join(words for words in told if words) + "."


def _figures(entries: list[dict[str, Any]], unit: str) -> str:
    rows = [(entry["label"], f"{entry['count']:,}", *cells(entry, unit)) for entry in entries]
    versions = dict.fromkeys(f"{entry['label']} {entry['version']}" for entry in entries if entry["version"])
    renderers = dict.fromkeys(entry["renderer"] for entry in entries if entry["renderer"] not in ("", "none"))
    told = [f"Versions: {', '.join(versions)}." if versions else ""]
    told += [f"Renderers: {', '.join(renderers)}." if renderers else ""]
    return table(("", "count", "median", "least to most", "p99", "ours x"), rows) + "".join(
        f'<p class="quiet">{escape(words)}</p>' for words in told if words
    )


def decades(low: float, high: float) -> tuple[int, int]:
    """The powers of ten between which some values lie.

    >>> decades(0.4, 31.0)
    (-1, 2)
    """
    first = math.floor(math.log10(low))
    return first, max(math.ceil(math.log10(high)), first + 1)


def bars(entries: list[dict[str, Any]], unit: str, width: float) -> Picture:
    """A bar for each entry, on a logarithmic axis."""
    values = [value for entry in entries for value in (entry["low"], entry["high"]) if value > 0]
    first, last = decades(min(values), max(values)) if values else (0, 1)
    picture = Picture(width, ROW * len(entries) + 26, f"{unit} of {', '.join(entry['label'] for entry in entries)}")
    left, right, bottom = 4.0, width - 34, ROW * len(entries) + 4.0

    def x(value: float) -> float:
        share = (math.log10(max(value, 10.0**first)) - first) / (last - first)
        return left + share * (right - left)

    apart = max(1, math.ceil(LABEL * (last - first) / (right - left)))
    for power in range(first, last + 1):
        picture.line(x(10.0**power), 2, x(10.0**power), bottom)
        if (power - first) % apart == 0:
            picture.tick(x(10.0**power), bottom + 16, f"{number(10.0**power)} {unit}")
    for place, entry in enumerate(entries):
        y = ROW * place + 15.0
        ours = entry["subject"] in OURS
        picture.text(left, y, entry["label"], bold=ours, halo=True)
        times = entry["times_ours"]
        words = f"{number(entry['median'])} {unit}" + (f", {number(times)} times ours" if times else "")
        picture.text(width - 4, y, words, "end", INK if ours else QUIET, bold=ours, halo=True)
        end, low, high = x(entry["median"]), x(entry["low"]), x(entry["high"])
        picture.rectangle(left, y + 6, end - left, 13, BLUE if ours else SKY, f"{entry['label']}: {words}")
        if high > low:
            picture.line(low, y + 12.5, high, y + 12.5, INK, 1.5)
            for edge in (low, high):
                picture.line(edge, y + 9, edge, y + 16, INK, 1.5)
    return picture
