"""All curves in one picture."""

from __future__ import annotations

from typing import Any

from ecs_engine.bench.scale.axes import AXES
from ecs_engine.bench.scale.curves import cost_of, curve_of, is_drawn, reach_in_words
from ecs_engine.bench.scale.plot import RIGHT, Plot
from ecs_engine.trace.svg import BLUE, CHARACTER, GREEN, INK, ORANGE, PURPLE, QUIET, RED, SKY, Picture

COLOURS = dict(zip((axis.name for axis in AXES), (BLUE, SKY, ORANGE, GREEN, RED, PURPLE, INK), strict=True))
BOLD = CHARACTER + 0.6
"""Pixels for a character of a label."""
ROW = 17.0
"""Pixels for a row of labels."""
HEIGHT = 300.0
"""Pixels for the chart itself."""

Parts = list[tuple[str, dict[str, Any]]]


def measured_parts(result: dict[str, Any]) -> Parts:
    """The axes of a result, by name."""
    return [(axis.name, result[axis.name]) for axis in AXES if axis.name in result]


def overview(measured: Parts, budget: float, width: float) -> Picture:
    """Every curve with its points, and where it reaches the budget."""
    reached = {name: part["reaches_budget_at"] for name, part in measured if is_drawn(part)}
    counts = [point["count"] for _, part in measured for point in part["points"]]
    costs = [cost_of(point) for _, part in measured for point in part["points"]]
    limits = (min(counts), max([*counts, *reached.values()]) * 1.2), (min(costs), max(*costs, budget * 1.2))
    title = "Milliseconds of a tick and its frame by how many there are of each thing"
    across = Plot(title, width, 0, HEIGHT, *limits).x  # where labels are, which tells the rows above the plot
    told = sorted((across(count), name) for name, count in reached.items())
    words = {name: f"{name}: {reach_in_words(part)}" for name, part in measured}
    labels = in_rows([(place, words[name]) for place, name in told], width - RIGHT)
    plot = Plot(title, width, 8.0 + ROW * (1 + max((row for _, row in labels), default=0)), HEIGHT, *limits)
    picture = plot.picture
    plot.grid("how many")
    plot.budget(budget, QUIET)
    for (place, name), (begin, row) in zip(told, labels, strict=True):
        top = ROW * row + (18 if begin < place else 4)
        picture.line(place, top, place, plot.y(budget), COLOURS[name])
    for name, part in measured:
        curve, points, colour = curve_of(part), part["points"], COLOURS[name]
        first, last = points[0]["count"], points[-1]["count"]
        plot.curve(curve, first, max(last, reached.get(name, 0)), colour, 1)
        plot.curve(curve, first, last, colour, 3)
        for point in points:
            picture.dot(plot.x(point["count"]), plot.y(cost_of(point)), 3.5, colour, f"{name} {point['count']:,}")
        if name in reached:
            picture.dot(plot.x(reached[name]), plot.y(budget), 4.5, "#fff", words[name])
        else:
            picture.text(plot.x(last), plot.y(curve.at(last)) - 8, words[name], "end", colour, bold=True, halo=True)
    for (_, name), (begin, row) in zip(told, labels, strict=True):
        picture.text(begin, 14.0 + ROW * row, words[name], colour=COLOURS[name], bold=True, halo=True)
    return picture


def in_rows(labels: list[tuple[float, str]], right: float) -> list[tuple[float, int]]:
    """Where each of some labels begins, and in which row, 0 the highest, so that none touches another one or the line
    that leads down from it to its place. Places are given from left to right.

    >>> in_rows([(100, "cameras"), (120, "tables"), (300, "systems")], 400)
    [(104, 0), (124, 1), (304, 0)]
    """
    placed: list[tuple[float, int]] = []
    ends: list[float] = []
    for place, words in labels:
        begin, size = place + 4, len(words) * BOLD
        if begin + size > right:  # above all others, as it covers what is to its left
            placed = [(other, row + 1) for other, row in placed]
            ends.insert(0, right)
            placed.append((right - size, 0))
            continue
        row = next(row for row in range(len(ends) + 1) if all(end + 4 <= place for end in ends[row:]))
        ends[row:] = [begin + size, *ends[row + 1 :]]
        placed.append((begin, row))
    return placed
