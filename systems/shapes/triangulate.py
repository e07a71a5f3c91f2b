"""Polygons become triangles, by clipping ears (Meisters, "Polygons have ears", 1975)."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def triangulate(points: Array) -> Array:
    """The corners of triangles that fill a polygon, (k, 3) int64 rows of ``points``, all turning the same way.

    Concave polygons are filled exactly. One that crosses itself is covered somehow, and triangles without an area are
    left out. Takes a number of array operations that grows with the number of corners, each on all of them.

    Args:
        points: (n, 2) float64, finite, n of 3 or more, in either direction.
    """
    count = len(points)
    x, y = points[:, 0], points[:, 1]
    turn = np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)
    order = np.arange(count) if turn >= 0 else np.arange(count)[::-1]
    points = points[order]
    x, y = points.T.copy()
    after = np.roll(np.arange(count), -1)
    before = np.roll(np.arange(count), 1)
    alive = np.ones(count, np.bool_)

    def area(a: int, b: int, c: int) -> float:
        return float((x[b] - x[a]) * (y[c] - y[a]) - (x[c] - x[a]) * (y[b] - y[a]))

    def is_ear(b: int) -> bool:
        """Whether the triangle at a corner lies in the polygon, with no other corner in it."""
        corners = [int(before[b]), b, int(after[b])]
        if area(*corners) < 0:
            return False
        here, there = points[corners], points[[corners[1], corners[2], corners[0]]]
        way = there - here
        across = way[:, :1] * (y - here[:, 1:]) - way[:, 1:] * (x - here[:, :1])
        found = np.flatnonzero((across >= 0).all(axis=0) & alive)
        # Those at the same place as a corner of the triangle are not in it: polygons may touch themselves.
        return len(found) == 3 or all((points[one] == here).all(axis=1).any() for one in found.tolist())

    ears = np.array([is_ear(b) for b in range(count)])
    triangles = []
    for _ in range(count - 2):
        found = np.flatnonzero(ears & alive)
        # Without an ear the polygon crosses itself: any corner will do.
        b = int(found[0]) if len(found) else int(np.flatnonzero(alive)[0])
        a, c = int(before[b]), int(after[b])
        if area(a, b, c) != 0:
            triangles.append((a, b, c))
        alive[b] = False
        after[a], before[c] = c, a
        ears[a], ears[c] = is_ear(a), is_ear(c)
    return order[np.array(triangles, np.int64).reshape(-1, 3)]


def outer_edges(triangles: Array, count: int) -> Array:
    """Which edges of the triangles, (k, 3), from each corner to the next, are edges of the polygon: (k, 3) bool."""
    steps = (np.roll(triangles, -1, axis=1) - triangles) % count
    outer: Array = (steps == 1) | (steps == count - 1)
    return outer
