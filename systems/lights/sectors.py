"""Which edge is in the way in which directions from a light."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.core.scratch import Scratch

Array = np.ndarray[Any, Any]

SECTORS = 16
"""Parts of the turn around a light, each with edges of its own, so that a pixel looks at few: as in the shader. A power
of two."""
MARGIN = 0.01
"""Parts of a light's radius by which lamps are taken for larger: the shader takes none for smaller than a pixel."""
QUARTERS = np.float32(4)
"""A whole turn, as directions are told here."""
EVERY = np.arange(SECTORS, dtype=np.uint8)[:, None]


def direction_of(x: Array, y: Array, scratch: Scratch) -> Array:
    """A direction as a number from 0 to 4 that grows with the angle: 0 to the right, 1 up, 2 to the left, 3 down. It is
    worked out without a trigonometric function, and changes by at most 1 a radian."""
    part, direction = scratch.take(x.shape, "f4"), scratch.take(x.shape, "f4")
    np.abs(x, out=part)
    part += np.abs(y, out=direction)
    np.maximum(part, np.float32(1e-30), out=part)
    np.divide(x, part, out=part)
    np.subtract(1, part, out=direction)
    part += 3
    np.putmask(direction, np.less(y, 0, out=scratch.take(y.shape, "?")), part)
    return direction


def sectors_of(ends: Array, size: Array, scratch: Scratch) -> tuple[Array, Array]:
    """The first sector of each edge, and how many it has, counter-clockwise: two arrays (k,) of uint8.

    Args:
        ends: of each edge, seen from its light: x and y, of one end and of the other one, at this tick and at the one
            before, (2, 2, 2, k) float32.
        size: radius of the lamp, (k,) float32.
        scratch: where the result lies, too.

    A pixel in a direction sees a point of an edge in its way to a lamp of radius ``s`` only if that point, at a
    distance of ``r`` from the lamp's middle, is within ``asin(s / r)`` of that direction.
    """
    (middle, turned), (half, half_before) = _directions(ends, size, scratch)
    turned -= middle
    _take_the_shorter_way(turned, scratch)
    limits = low, high = scratch.take((2, len(size)), "f4")
    np.minimum(np.negative(half, out=low), np.subtract(turned, half_before, out=high), out=low)
    np.maximum(half, np.add(turned, half_before, out=high), out=high)
    limits += middle
    limits *= SECTORS / QUARTERS
    np.floor(limits, out=limits)
    high -= low
    high += 1
    np.minimum(high, SECTORS, out=high)
    whole = np.floor(np.divide(low, SECTORS, out=turned), out=turned)
    whole *= SECTORS
    low -= whole
    first, count = found = scratch.take((2, len(size)), np.uint8)
    np.copyto(found, limits, casting="unsafe")
    return first, count


def covered(first: Array, count: Array, scratch: Scratch) -> Array:
    """Whether each sector is among the ``count`` ones from ``first`` on: (sectors, k) of bools, for (k,) of uint8."""
    after = scratch.take((SECTORS, len(first)), np.uint8)
    np.subtract(EVERY, first, out=after)  # what is below 0 wraps, and so does a turn
    np.bitwise_and(after, np.uint8(SECTORS - 1), out=after)
    return np.less(after, count, out=scratch.take(after.shape, "?"))


def _directions(ends: Array, size: Array, scratch: Scratch) -> tuple[Array, Array]:
    """The direction of each edge's middle, and how far to both sides it is in the way: each (2, k), now and before."""
    middle, across = direction_of(ends[0], ends[1], scratch)
    across -= middle
    _take_the_shorter_way(across, scratch)  # an edge is less than half a turn wide
    half = _reach(ends, size, scratch)
    across *= np.float32(0.5)
    middle += across
    half += np.abs(across, out=across)
    return middle, half


def _take_the_shorter_way(turn: Array, scratch: Scratch) -> None:
    """Take whole turns away, in place, so that half of one is left at most."""
    whole = np.divide(turn, QUARTERS, out=scratch.take(turn.shape, "f4"))
    np.round(whole, out=whole)
    whole *= QUARTERS
    turn -= whole


def _reach(ends: Array, size: Array, scratch: Scratch) -> Array:
    """How far beside its own directions each edge is still in the way of its lamp: (2, k), now and before."""
    start, count = ends[:, 0], ends.shape[-1]
    along, product = scratch.take((2, *start.shape), "f4")
    part, length = scratch.take((2, 2, count), "f4")
    np.subtract(ends[:, 1], start, out=along)
    np.multiply(start, along, out=product)
    np.add(product[0], product[1], out=part)
    np.multiply(along, along, out=product)
    np.add(product[0], product[1], out=length)
    np.maximum(length, np.float32(1e-12), out=length)
    np.divide(np.negative(part, out=part), length, out=part)
    np.clip(part, np.float32(0), np.float32(1), out=part)  # where on the edge its nearest point is
    along *= part
    along += start
    along *= along
    distance = np.sqrt(np.add(along[0], along[1], out=length), out=length)
    # asin(a) <= a * pi / 2, which is enough here.
    wide: Array = np.divide(size, np.maximum(distance, np.float32(1e-12), out=part), out=part)
    wide *= np.float32(np.pi / 2)
    np.putmask(wide, np.less_equal(distance, size, out=scratch.take(wide.shape, "?")), QUARTERS)
    return wide
