"""Which edge is in the way in which directions from a light."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

SECTORS = 16
"""Parts of the turn around a light, each with edges of its own, so that a pixel looks at few: as in the shader."""
MARGIN = 0.01
"""Parts of a light's radius by which lamps are taken for larger: the shader takes none for smaller than a pixel."""
QUARTERS = np.float32(4)
"""A whole turn, as directions are told here."""


def direction_of(x: Array, y: Array) -> Array:
    """A direction as a number from 0 to 4 that grows with the angle: 0 to the right, 1 up, 2 to the left, 3 down. It is
    worked out without a trigonometric function, and changes by at most 1 a radian."""
    part = x / np.maximum(np.abs(x) + np.abs(y), 1e-30)
    direction: Array = np.where(y < 0, 3 + part, 1 - part)
    return direction


def sectors_of(now: Array, before: Array, size: Array) -> tuple[Array, Array]:
    """The first sector of each edge, and how many it has, counter-clockwise: two arrays (k,) of int64.

    Args:
        now: x, y of one and of the other end of each edge, seen from its light, (k, 4).
        before: the same at the tick before.
        size: radius of the lamp, (k,).

    A pixel in a direction sees a point of an edge in its way to a lamp of radius ``s`` only if that point, at a
    distance of ``r`` from the lamp's middle, is within ``asin(s / r)`` of that direction.
    """
    middle, half = _directions(now, size)
    middle_before, half_before = _directions(before, size)
    turned = middle_before - middle
    turned -= QUARTERS * np.round(turned / QUARTERS)
    low = np.minimum(-half, turned - half_before)
    high = np.maximum(half, turned + half_before)
    first = np.floor((middle + low) * (SECTORS / QUARTERS)).astype(np.int64)
    last = np.floor((middle + high) * (SECTORS / QUARTERS)).astype(np.int64)
    return first % SECTORS, np.minimum(last - first + 1, SECTORS)


def _directions(edges: Array, size: Array) -> tuple[Array, Array]:
    """The direction of each edge's middle, and how far to both sides it is in the way."""
    x, y = edges[:, 0], edges[:, 1]
    along_x, along_y = edges[:, 2] - x, edges[:, 3] - y
    one = direction_of(x, y)
    across = direction_of(edges[:, 2], edges[:, 3]) - one
    across -= QUARTERS * np.round(across / QUARTERS)  # the shorter way: an edge is less than half a turn wide
    length = np.maximum(along_x * along_x + along_y * along_y, np.float32(1e-12))
    part = np.clip(-(x * along_x + y * along_y) / length, 0.0, 1.0)
    distance = np.hypot(x + part * along_x, y + part * along_y)
    # asin(a) <= a * pi / 2, which is enough here.
    wide = np.where(distance > size, size / np.maximum(distance, np.float32(1e-12)) * np.float32(np.pi / 2), QUARTERS)
    return one + across / 2, np.abs(across) / 2 + wide
