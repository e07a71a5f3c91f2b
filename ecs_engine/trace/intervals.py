"""Sets of time: (n, 2) int64 of begin and end, sorted, none touching another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

EMPTY: Times = np.empty((0, 2), np.int64)


def union(*several: Times) -> Times:
    """All that lies in any of these; they may overlap and be in any order, and empty ones do not count.

    >>> union(np.array([[5, 7], [1, 3]]), np.array([[2, 4], [9, 9]])).tolist()
    [[1, 4], [5, 7]]
    """
    given = np.concatenate([EMPTY, *several])
    given = given[given[:, 1] > given[:, 0]]
    if not len(given):
        return EMPTY
    given = given[np.argsort(given[:, 0], kind="stable")]
    ends = np.maximum.accumulate(given[:, 1])
    first = np.ones(len(given), np.bool_)
    first[1:] = given[1:, 0] > ends[:-1]
    starts = np.flatnonzero(first)
    return np.stack([given[starts, 0], np.maximum.reduceat(given[:, 1], starts)], axis=1)


def common(one: Times, other: Times) -> Times:
    """What lies in both sets.

    >>> common(np.array([[0, 10]]), np.array([[2, 3], [8, 12]])).tolist()
    [[2, 3], [8, 10]]
    """
    return _combined(one, other, np.logical_and)


def without(one: Times, other: Times) -> Times:
    """What lies in ``one`` and not in ``other``.

    >>> without(np.array([[0, 10]]), np.array([[2, 3], [8, 12]])).tolist()
    [[0, 2], [3, 8]]
    """
    return _combined(one, other, lambda inside, outside: inside & ~outside)


def covered(windows: Times, times: Times) -> Times:
    """How much of each window lies in the set: (n,) int64 ns. Windows may overlap and be in any order.

    >>> covered(np.array([[0, 10], [9, 20]]), np.array([[2, 3], [8, 12]])).tolist()
    [3, 3]
    """
    return _before(times, windows[:, 1]) - _before(times, windows[:, 0])


def _before(times: Times, moments: Times) -> Times:
    """How much of the set lies before each moment."""
    if not len(times):
        return np.zeros(len(moments), np.int64)
    lengths = times[:, 1] - times[:, 0]
    place = np.searchsorted(times[:, 0], moments, "right") - 1
    known = np.maximum(place, 0)
    inside = np.minimum(moments, times[known, 1]) - times[known, 0]
    return np.where(place < 0, 0, (np.cumsum(lengths) - lengths)[known] + inside)


def _combined(one: Times, other: Times, keep: Callable[[Mask, Mask], Mask]) -> Times:
    edges = np.unique(np.concatenate([one.ravel(), other.ravel()]))
    pieces = np.stack([edges[:-1], edges[1:]], axis=1)
    return union(pieces[keep(_holds(one, edges[:-1]), _holds(other, edges[:-1]))])


def _holds(times: Times, moments: Times) -> Mask:
    """Whether the set goes on after each moment."""
    place = np.searchsorted(times[:, 0], moments, "right") - 1
    if not len(times):
        return np.zeros(len(moments), np.bool_)
    inside: Mask = (place >= 0) & (moments < times[np.maximum(place, 0), 1])
    return inside
