"""The curves as a page."""

from __future__ import annotations

import math
from html import escape
from typing import Any

from ecs_engine.bench.scale.axes import AXES
from ecs_engine.bench.scale.fit import Curve
from ecs_engine.bench.suite.page import LABEL, decades
from ecs_engine.bench.suite.table import number
from ecs_engine.trace.page import both, page, section, table
from ecs_engine.trace.svg import BLUE, QUIET, RED, SKY, Picture, fits, milliseconds

TITLE = "How ecs-engine scales"
READING = (
    "Each point is the median processor time of one tick and its frame together; the line is the curve that fits them "
    "best, of a + b n and a + b n log2 n, by the relative errors. Both axes are logarithmic. The dashed line is the "
    "budget of a frame at 60 a second, and the mark on it where the curve reaches it: beyond the last point that is a "
    "forecast, not a measurement."
)
SAMPLES = 60
"""Points of a drawn curve."""


def to_html(result: dict[str, Any]) -> str:
    """The whole page."""
    budget = result["budget_ms"]
    measured = [(axis.name, result[axis.name]) for axis in AXES if axis.name in result]
    body = [
        f"<h1>{TITLE}</h1>",
        f'<p class="quiet">{escape(opening(result))}</p>',
        section("How to read this", "", f"<p>{READING}</p>" + summary(measured, budget)),
    ]
    for name, part in measured:
        picture = both(lambda width, name=name, part=part: chart(name, part, budget, width))  # type: ignore[misc]
        rows = [
            (f"{point['count']:,}", *(milliseconds(cost) for cost in _costs(point)), _error(part, point))
            for point in part["points"]
        ]
        content = picture + table((name, "tick ms", "frame ms", "together", "curve is off by"), rows)
        body.append(section(name.capitalize(), part["note"], content))
    return page(TITLE, body)


def opening(result: dict[str, Any]) -> str:
    """What was measured on what."""
    told = (f"Driver: {result['renderer']}", f"Python {result['python']}", f"{result['cores']} cores")
    return "; ".join(told) + "."


def summary(measured: list[tuple[str, dict[str, Any]]], budget: float) -> str:
    """A table of the curves."""
    rows: list[tuple[str, ...]] = [
        (
            name,
            formula(part),
            f"{part['worst_residual']:.0%}",
            f"{part['reaches_budget_at']:,}" if part["reaches_budget_at"] is not None else "never",
        )
        for name, part in measured
    ]
    return table(("n", "a tick and its frame", "worst point", f"{budget} ms at"), rows)


def formula(part: dict[str, Any]) -> str:
    """The curve in words.

    >>> formula({"model": "a + b n", "a_ms": 0.61, "b_ms": 0.0000123})
    '0.610 ms + 12.3 ns n'
    >>> formula({"model": "a + b n log2 n", "a_ms": 0.61, "b_ms": 0.004})
    '0.610 ms + 4 us n log2 n'
    """
    fixed, each = f"{milliseconds(part['a_ms'])} ms", part["b_ms"]
    if not each:
        return fixed
    words = f"{each * 1e6:.3g} ns" if each < 1e-3 else f"{each * 1e3:.3g} us"
    return f"{fixed} + {words} {part['model'].removeprefix('a + b ')}"


def in_a_line(part: dict[str, Any], budget: float) -> str:
    """One axis for the terminal: its curve, where that reaches the budget, and the points."""
    reached = part["reaches_budget_at"]
    words = f"{formula(part)}, {'never' if reached is None else f'at {reached:,}'} {budget} ms"
    return f"{words}\n" + "  ".join(f"{point['count']:,}: {milliseconds(_costs(point)[2])}" for point in part["points"])


def _costs(point: dict[str, Any]) -> tuple[float, float, float]:
    return point["tick_ms"], point["frame_ms"], point["tick_ms"] + point["frame_ms"]


def _curve(part: dict[str, Any]) -> Curve:
    return Curve(part["model"], part["a_ms"], part["b_ms"], part["worst_residual"])


def _error(part: dict[str, Any], point: dict[str, Any]) -> str:
    return f"{round(_curve(part).at(point['count']) / _costs(point)[2] - 1, 2) + 0.0:+.0%}"


def chart(name: str, part: dict[str, Any], budget: float, width: float) -> Picture:
    """Points, curve and budget, on logarithmic axes."""
    curve, points = _curve(part), part["points"]
    most, reached = points[-1]["count"], part["reaches_budget_at"]
    # The forecast is shown as long as it does not push what was measured into a corner.
    shown = reached is not None and reached <= most * 30
    first, last = decades(points[0]["count"], max(most, reached) * 1.2 if shown else most * 1.2)
    costs = [_costs(point)[2] for point in points]
    low, high = decades(min(costs), max(*costs, budget * 1.2))
    picture = Picture(width, 300, f"Milliseconds by the number of {name}, measured and as a curve")
    left, right, top, bottom = 58.0, width - 16, 14.0, 252.0

    def x(count: float) -> float:
        return left + (math.log10(count) - first) / (last - first) * (right - left)

    def y(cost: float) -> float:
        share = (math.log10(max(cost, 10.0**low)) - low) / (high - low)
        return bottom - share * (bottom - top)

    for power in range(low, high + 1):
        picture.line(left, y(10.0**power), right, y(10.0**power))
        picture.text(left - 6, y(10.0**power) + 4, f"{number(10.0**power)} ms", "end", QUIET)
    apart = max(1, math.ceil(LABEL * (last - first) / (right - left)))
    for power in range(first, last + 1):
        picture.line(x(10.0**power), top, x(10.0**power), bottom)
        if (last - power) % apart == 0:
            picture.tick(x(10.0**power), bottom + 17, f"{10**power:,}")
    picture.text(right, bottom + 36, name, "end", QUIET)
    picture.line(left, y(budget), right, y(budget), RED, 1.5, "6 4")
    picture.text(left + 6, y(budget) - 5, f"{budget} ms", colour=RED, halo=True)
    begin, end = points[0]["count"], max(most, reached) if shown else most
    line = [begin * (end / begin) ** (step / SAMPLES) for step in range(SAMPLES + 1)]
    picture.path([(x(count), y(curve.at(count))) for count in line], SKY, 3)
    for point in points:
        tick, frame, cost = _costs(point)
        words = f"{point['count']:,}: {milliseconds(tick)} ms a tick, {milliseconds(frame)} ms a frame"
        picture.dot(x(point["count"]), y(cost), 4, BLUE, words)
    if shown:
        picture.dot(x(reached), y(budget), 4, RED, f"{reached:,}")
        words = f"at {reached:,}"
        anchor, place = ("start", 8) if fits(words, right - x(reached)) else ("end", -8)
        picture.text(x(reached) + place, y(budget) - 7, words, anchor, bold=True, halo=True)
    return picture
