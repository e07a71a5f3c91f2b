"""Curves on two logarithmic axes: how many across, milliseconds up."""

from __future__ import annotations

import math

from ecs_engine.bench.scale.fit import Curve
from ecs_engine.bench.suite.page import LABEL, decades
from ecs_engine.bench.suite.table import number
from ecs_engine.trace.svg import QUIET, Picture

SAMPLES = 60
"""Points of a drawn curve."""
LEFT, RIGHT, BELOW = 58.0, 16.0, 48.0
"""Pixels beside and below the plot, for its labels."""


class Plot:
    """A part of a picture, from ``top`` on and as wide as it is. What is drawn is named by count and cost.

    Args:
        name: what the picture shows, for those who cannot see it.
        counts: the least and the greatest count.
        costs: the least and the greatest cost, in milliseconds.
    """

    def __init__(
        self,
        name: str,
        width: float,
        top: float,
        height: float,
        counts: tuple[float, float],
        costs: tuple[float, float],
    ) -> None:
        self.picture = Picture(width, top + height + BELOW, name)
        self.top, self.bottom = top, top + height
        self.left, self.right = LEFT, width - RIGHT
        self._counts, self._costs = decades(*counts), decades(*costs)

    def x(self, count: float) -> float:
        """Where a count is, in pixels."""
        first, last = self._counts
        return self.left + (math.log10(count) - first) / (last - first) * (self.right - self.left)

    def y(self, cost: float) -> float:
        """Where a cost is, in pixels: on the axis, if it is less."""
        low, high = self._costs
        share = (math.log10(max(cost, 10.0**low)) - low) / (high - low)
        return self.bottom - share * (self.bottom - self.top)

    def grid(self, name: str) -> None:
        """Draw a line for each power of ten; ``name`` is what is counted."""
        picture, (first, last), (low, high) = self.picture, self._counts, self._costs
        for power in range(low, high + 1):
            y = self.y(10.0**power)
            picture.line(self.left, y, self.right, y)
            picture.text(self.left - 6, y + 4, f"{number(10.0**power)} ms", "end", QUIET)
        apart = max(1, math.ceil(LABEL * (last - first) / (self.right - self.left)))
        for power in range(first, last + 1):
            x = self.x(10.0**power)
            picture.line(x, self.top, x, self.bottom)
            if (last - power) % apart == 0:
                picture.tick(x, self.bottom + 17, f"{10**power:,}")
        picture.text(self.right, self.bottom + 36, name, "end", QUIET)

    def budget(self, milliseconds: float, colour: str) -> None:
        """Draw a dashed line at a cost."""
        y = self.y(milliseconds)
        self.picture.line(self.left, y, self.right, y, colour, 1.5, "6 4")
        self.picture.text(self.left + 6, y - 5, f"{milliseconds} ms", colour=colour, halo=True)

    def curve(self, curve: Curve, begin: float, end: float, colour: str, thickness: float) -> None:
        """Draw a part of a curve."""
        counts = [begin * (end / begin) ** (step / SAMPLES) for step in range(SAMPLES + 1)]
        self.picture.path([(self.x(count), self.y(curve.at(count))) for count in counts], colour, thickness)
