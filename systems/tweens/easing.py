"""Easing: how a change begins and ends.

The curves are Robert Penner's (Programming Macromedia Flash MX, 2002, chapter 7), on whole arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Curve = Callable[[Floats], Floats]


class Ease(IntEnum):
    """IN begins slowly, OUT ends slowly, IN_OUT does both. BACK overshoots, ELASTIC swings, BOUNCE bounces."""

    LINEAR = 0
    IN_SINE = 1
    OUT_SINE = 2
    IN_OUT_SINE = 3
    IN_QUAD = 4
    OUT_QUAD = 5
    IN_OUT_QUAD = 6
    IN_CUBIC = 7
    OUT_CUBIC = 8
    IN_OUT_CUBIC = 9
    IN_EXPO = 10
    OUT_EXPO = 11
    IN_OUT_EXPO = 12
    IN_CIRC = 13
    OUT_CIRC = 14
    IN_OUT_CIRC = 15
    IN_BACK = 16
    OUT_BACK = 17
    IN_OUT_BACK = 18
    IN_ELASTIC = 19
    OUT_ELASTIC = 20
    IN_OUT_ELASTIC = 21
    IN_BOUNCE = 22
    OUT_BOUNCE = 23
    IN_OUT_BOUNCE = 24


def _sine(t: Floats) -> Floats:
    return 1.0 - np.cos(t * (np.pi / 2))


def _expo(t: Floats) -> Floats:
    # Penner's curve begins at 2**-10; this one is stretched to begin at 0.
    return (np.exp2(10.0 * t) - 1.0) / 1023.0


def _circ(t: Floats) -> Floats:
    return 1.0 - np.sqrt(1.0 - t * t)


def _back(t: Floats) -> Floats:
    overshoot = 1.70158  # by a tenth of the way
    return t * t * ((overshoot + 1.0) * t - overshoot)


def _elastic(t: Floats) -> Floats:
    # (t == 1) is exact: without it the swing would end a thousandth away.
    return np.where(t == 0, 0.0, np.exp2(10.0 * (t - 1.0)) * np.cos((t - 1.0) * (2 * np.pi / 0.3)))


def _bounce(t: Floats) -> Floats:
    # Four parabolas of falling height, read from their end.
    t = 1.0 - t
    n, d = 7.5625, 2.75
    parts = [n * t**2, n * (t - 1.5 / d) ** 2 + 0.75, n * (t - 2.25 / d) ** 2 + 0.9375,
             n * (t - 2.625 / d) ** 2 + 0.984375]  # fmt: skip
    return 1.0 - np.select([t < 1 / d, t < 2 / d, t < 2.5 / d], parts[:3], parts[3])


_IN: tuple[Curve, ...] = (
    _sine, lambda t: t**2, lambda t: t**3, _expo, _circ, _back, _elastic, _bounce,
)  # fmt: skip


def ease(curve: Ease, t: Floats) -> Floats:
    """How far a change is on its way, when so much of its time has passed; both 0 to 1 at their ends.

    >>> ease(Ease.OUT_QUAD, np.array([0.0, 0.5, 1.0])).tolist()
    [0.0, 0.75, 1.0]
    """
    if curve == Ease.LINEAR:
        return t
    family, way = divmod(int(curve) - 1, 3)
    slow_start = _IN[family]
    if way == 0:
        return slow_start(t)
    if way == 1:
        return 1.0 - slow_start(1.0 - t)
    first = slow_start(np.minimum(2.0 * t, 1.0)) / 2.0
    return np.where(t < 0.5, first, 1.0 - slow_start(np.minimum(2.0 - 2.0 * t, 1.0)) / 2.0)
