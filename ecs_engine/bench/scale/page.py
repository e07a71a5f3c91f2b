"""The curves as a page."""

from __future__ import annotations

from html import escape
from typing import Any

from ecs_engine.bench.scale.curves import cost_of, curve_of, formula, is_drawn, reach_in_words, summary_rows
from ecs_engine.bench.scale.overview import measured_parts, overview
from ecs_engine.bench.scale.plot import Plot
from ecs_engine.trace.page import both, page, section, table
from ecs_engine.trace.svg import BLUE, RED, SKY, Picture, fits, milliseconds

TITLE = "How ecs-engine scales"
READING = (
    "Each point is the median processor time of one tick and its frame together; the line is the curve that fits them "
    "best, of a + b n and a + b n log2 n, by the relative errors. Both axes are logarithmic. The dashed line is the "
    "budget of a frame at 60 a second, and the mark on it where the curve reaches it: beyond the last point that is a "
    "forecast, not a measurement."
)


def to_html(result: dict[str, Any]) -> str:
    """The whole page."""
    budget = result["budget_ms"]
    measured = measured_parts(result)
    body = [
        f"<h1>{TITLE}</h1>",
        f'<p class="quiet">{escape(opening(result))}</p>',
        section("How to read this", "", f"<p>{READING}</p>"),
    ]
    if measured:
        content = both(lambda width: overview(measured, budget, width))
        content += table(("n", f"{budget} ms at", "a tick and its frame", "worst point"), summary_rows(measured))
        body.append(section("All of them", "A thick line is what was measured, a thin one the forecast.", content))
    for name, part in measured:
        picture = both(lambda width, name=name, part=part: chart(name, part, budget, width))  # type: ignore[misc]
        rows = [
            (
                f"{point['count']:,}",
                *(milliseconds(cost) for cost in (point["tick_ms"], point["frame_ms"], cost_of(point))),
                _error(part, point),
            )
            for point in part["points"]
        ]
        content = picture + table((name, "tick ms", "frame ms", "together", "curve is off by"), rows)
        body.append(section(name.capitalize(), part["note"], content))
    return page(TITLE, body)


def opening(result: dict[str, Any]) -> str:
    """What was measured on what."""
    told = (f"Driver: {result['renderer']}", f"Python {result['python']}", f"{result['cores']} cores")
    return "; ".join(told) + "."


def in_a_line(part: dict[str, Any], budget: float) -> str:
    """One axis for the terminal: its curve, where that reaches the budget, and the points."""
    words = f"{formula(part)}; {budget} ms: {reach_in_words(part)}"
    return f"{words}\n" + "  ".join(f"{point['count']:,}: {milliseconds(cost_of(point))}" for point in part["points"])


def _error(part: dict[str, Any], point: dict[str, Any]) -> str:
    return f"{round(curve_of(part).at(point['count']) / cost_of(point) - 1, 2) + 0.0:+.0%}"


def chart(name: str, part: dict[str, Any], budget: float, width: float) -> Picture:
    """Points, curve and budget of one axis."""
    curve, points, shown = curve_of(part), part["points"], is_drawn(part)
    last = max(points[-1]["count"], part["reaches_budget_at"]) if shown else points[-1]["count"]
    costs = [cost_of(point) for point in points]
    limits = (points[0]["count"], last * 1.2), (min(costs), max(*costs, budget * 1.2))
    plot = Plot(f"Milliseconds by the number of {name}, measured and as a curve", width, 14, 238, *limits)
    picture = plot.picture
    plot.grid(name)
    plot.budget(budget, RED)
    plot.curve(curve, points[0]["count"], last, SKY, 3)
    for point in points:
        tick, frame = milliseconds(point["tick_ms"]), milliseconds(point["frame_ms"])
        words = f"{point['count']:,}: {tick} ms a tick, {frame} ms a frame"
        picture.dot(plot.x(point["count"]), plot.y(cost_of(point)), 4, BLUE, words)
    if shown:
        x, y, words = plot.x(part["reaches_budget_at"]), plot.y(budget), f"at {reach_in_words(part)}"
        picture.dot(x, y, 4, RED, words)
        anchor, place = ("start", 8) if fits(words, plot.right - x) else ("end", -8)
        picture.text(x + place, y - 7, words, anchor, bold=True, halo=True)
    return picture
