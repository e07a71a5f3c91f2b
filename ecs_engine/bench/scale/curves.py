"""What the page and the pictures of it say of a measured axis."""

from __future__ import annotations

from typing import Any

from ecs_engine.bench.scale.fit import Curve
from ecs_engine.trace.svg import milliseconds

FARTHEST = 30
"""How many times beyond its last point a forecast is drawn."""


def cost_of(point: dict[str, Any]) -> float:
    """Milliseconds of a tick and its frame."""
    return float(point["tick_ms"] + point["frame_ms"])


def curve_of(part: dict[str, Any]) -> Curve:
    """The curve of an axis."""
    return Curve(part["model"], part["a_ms"], part["b_ms"], part["worst_residual"])


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


def reach_in_words(part: dict[str, Any]) -> str:
    """Where the budget is reached, to two figures: it is a forecast.

    >>> reach_in_words({"reaches_budget_at": 1_883_973})
    '1,900,000'
    """
    reached = part["reaches_budget_at"]
    return "never" if reached is None else f"{float(f'{reached:.2g}'):,.0f}"


def is_drawn(part: dict[str, Any]) -> bool:
    """Whether a picture goes on to where the budget is reached; farther off, it would push the points into a corner."""
    reached = part["reaches_budget_at"]
    return reached is not None and reached <= part["points"][-1]["count"] * FARTHEST


def summary_rows(measured: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, ...]]:
    """Of each axis its name, where the budget is reached, the curve, and how far the worst point is off."""
    return [(name, reach_in_words(part), formula(part), f"{part['worst_residual']:.0%}") for name, part in measured]
