"""Viewports for several cameras in one window: screens split for players, maps in corners."""

from __future__ import annotations

from math import ceil, sqrt

from ecs_engine.core.errors import EngineError
from ecs_engine.core.screen import Viewport


def split(count: int, *, columns: int | None = None) -> list[Viewport]:
    """The whole, cut into so many viewports of equal height that fill it, from the upper left, row by row.

    Args:
        columns: how many side by side; by default about as many as rows. A last row that is short has wider ones.

    Raises:
        EngineError: there is nothing to cut, or no column.

    Example:
        >>> from ecs_engine.systems import split
        >>> split(2)
        [(0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 0.5, 1.0)]
        >>> split(2, columns=1)
        [(0.0, 0.5, 1.0, 0.5), (0.0, 0.0, 1.0, 0.5)]
    """
    columns = ceil(sqrt(count)) if columns is None and count > 0 else columns
    if count < 1 or columns is None or columns < 1:
        raise EngineError(f"{count} viewports in {columns} columns cannot be: give 1 or more of both.")
    rows = ceil(count / columns)
    found = []
    for index in range(count):
        row = index // columns
        beside = min(columns, count - row * columns)
        found.append(((index - row * columns) / beside, 1 - (row + 1) / rows, 1 / beside, 1 / rows))
    return found


def corner(width: float, height: float, *, at: tuple[float, float] = (1.0, 1.0), margin: float = 0.0) -> Viewport:
    """A viewport of this size, in parts of the window, in a corner: a mini-map's.

    Args:
        at: (0, 0) is the lower left corner, (1, 1) the upper right, (0.5, 0) the middle of the lower edge.
        margin: between it and the edges, in parts of the window's height and width.

    Example:
        >>> from ecs_engine.systems import corner
        >>> corner(0.25, 0.25, at=(0, 1))
        (0.0, 0.75, 0.25, 0.25)
    """
    return (
        margin + at[0] * (1 - width - 2 * margin),
        margin + at[1] * (1 - height - 2 * margin),
        width,
        height,
    )
