"""Curves through measured points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, log2
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

LINEAR, LOG_LINEAR = "a + b n", "a + b n log2 n"
TOO_MANY = 1e9
"""No game has more of anything, and a slope that leads further is noise."""


@dataclass(frozen=True)
class Curve:
    """A cost of ``a + b f(n)`` milliseconds, where f(n) is n, or n log2 n."""

    model: str
    a: float
    b: float
    worst: float
    """The most by which a measured point is off the curve, as a part of it."""

    def at(self, count: float) -> float:
        """Milliseconds for so many."""
        return self.a + self.b * _shape(self.model, count)

    def reaches(self, milliseconds: float) -> float:
        """The count at which the cost is that much; infinite if no game has so many.

        >>> round(Curve(LINEAR, 0.6, 0.01, 0.0).reaches(16.6))
        1600
        """
        if self.at(TOO_MANY) < milliseconds:
            return inf
        low, high = 1.0, TOO_MANY
        for _ in range(100):
            middle = (low * high) ** 0.5
            low, high = (middle, high) if self.at(middle) < milliseconds else (low, middle)
        return high


def _shape(model: str, count: float) -> float:
    return count * log2(count) if model == LOG_LINEAR and count > 1 else 0.0 if model == LOG_LINEAR else count


def fit(counts: list[int], costs: list[float]) -> Curve:
    """The curve of the two models that is nearer to the points: least squares of the relative errors, as costs range
    over decades. Neither a nor b is below 0, and b is 0 where the points do not tell it from noise.

    >>> curve = fit([1, 10, 100], [1.1, 2.0, 11.0])
    >>> curve.model, round(curve.a, 6), round(curve.b, 6)
    ('a + b n', 1.0, 0.1)
    """
    cost = np.array(costs)
    curves = [_fitted(model, counts, cost) for model in (LINEAR, LOG_LINEAR)]
    curve = min(curves, key=lambda one: float(np.sum(_errors(one, counts, cost) ** 2)))
    # A slope that makes less of a difference than the points are off is noise, and leads nowhere.
    rise = curve.at(counts[-1]) - curve.at(counts[0])
    if rise <= 2 * curve.worst * curve.a:
        return _judged(Curve(LINEAR, _through_zero(1.0 / cost), 0.0, 0.0), counts, cost)
    return curve


def _fitted(model: str, counts: list[int], cost: Array) -> Curve:
    shape = np.array([_shape(model, count) for count in counts])
    columns = np.stack([np.ones(len(cost)), shape], axis=1) / cost[:, None]
    a, b = np.linalg.lstsq(columns, np.ones(len(cost)), rcond=None)[0].tolist()
    if a < 0:
        a, b = 0.0, _through_zero(columns[:, 1])
    if b < 0:
        a, b = _through_zero(columns[:, 0]), 0.0
    return _judged(Curve(model, a, b, 0.0), counts, cost)


def _errors(curve: Curve, counts: list[int], cost: Array) -> Array:
    """By which part of itself each point is off the curve."""
    return np.array([curve.at(count) for count in counts]) / cost - 1.0


def _judged(curve: Curve, counts: list[int], cost: Array) -> Curve:
    return replace(curve, worst=float(np.abs(_errors(curve, counts, cost)).max()))


def _through_zero(column: Array) -> float:
    """The factor by which one column is nearest to 1."""
    return float(column.sum() / (column @ column))
