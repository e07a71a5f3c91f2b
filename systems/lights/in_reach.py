"""Which edge is in the reach of which light."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.core.scratch import Scratch
from ecs_engine.systems.lights.outlines import Outlines, gathered

Array = np.ndarray[Any, Any]

X, X_BEFORE, Y, Y_BEFORE, SIZE, RADIUS, WAY = range(7)
"""Of a light: SIZE is the radius of its lamp, WAY how far it went since the tick before."""


def in_reach(lights: Array, outlines: Outlines, scratch: Scratch) -> tuple[Array, Array]:
    """Which edge is in the reach of which of the lights (7, n), and turned so that it is in its way: two arrays (k,) of
    numbers, by light."""
    far = np.add(lights[RADIUS], lights[WAY], out=scratch.take(lights.shape[1], "f4"))
    light, occluder = _near(lights, far, outlines, scratch)
    counts = outlines.counts[occluder]
    light = np.repeat(light, counts)
    edge = np.arange(len(light))
    edge += np.repeat(outlines.firsts[occluder] - (np.cumsum(counts) - counts), counts)
    reach, size = scratch.take((2, len(edge)), "f4")
    np.take(far, light, out=reach, mode="clip")
    reach += np.take(outlines.radius, edge, out=size, mode="clip")
    reach *= reach
    place = gathered(lights[X : Y + 1 : 2], light, scratch)
    apart = gathered(outlines.middle, edge, scratch)
    np.subtract(place, apart, out=apart)
    apart *= apart
    apart[0] += apart[1]
    kept = np.less_equal(apart[0], reach, out=scratch.take(len(edge), "?"))
    now = gathered(outlines.ends.reshape(8, -1)[::2], edge, scratch).reshape(2, 2, -1)
    start, end = now[:, 0], now[:, 1]
    end -= start  # along the edge; what follows tells on which side of it the light is
    place -= start
    np.multiply(end, place[::-1], out=apart)
    apart[0] -= apart[1]
    apart[0] *= np.take(outlines.side, edge, out=reach, mode="clip")
    kept &= np.greater_equal(apart[0], 0, out=scratch.take(len(edge), "?"))
    rows = np.flatnonzero(kept)
    return light.take(rows), edge.take(rows)


def _near(lights: Array, far: Array, outlines: Outlines, scratch: Scratch) -> tuple[Array, Array]:
    """Which occluder is within ``far`` (n,) of which light: two arrays (k,) of numbers, by light. All are compared with
    all."""
    shape = count, occluders = lights.shape[1], len(outlines.reach)
    if not count or not occluders:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    (across, up), reach = scratch.take((2, *shape), "f4"), scratch.take(shape, "f4")
    with np.errstate(over="ignore", invalid="ignore"):  # comparing with NaN gives False: not near
        np.subtract(lights[X, :, None], outlines.center[0], out=across)
        np.subtract(lights[Y, :, None], outlines.center[1], out=up)
        np.add(far[:, None], outlines.reach, out=reach)
        for one in (across, up, reach):
            one *= one
        across += up
        near = np.less_equal(across, reach, out=scratch.take(shape, "?"))
    return divided(np.flatnonzero(near), occluders, scratch)


def divided(numbers: Array, by: int, scratch: Scratch) -> tuple[Array, Array]:
    """Quotient and remainder of whole numbers; the remainder takes their place. numpy's ``divmod`` is slower."""
    quotient, whole = scratch.take((2, len(numbers)), numbers.dtype)
    np.floor_divide(numbers, by, out=quotient)
    numbers -= np.multiply(quotient, by, out=whole)
    return quotient, numbers
