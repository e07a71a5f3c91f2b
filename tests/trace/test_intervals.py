"""Sets of time, against sets of whole numbers."""

from __future__ import annotations

import random

import numpy as np
import pytest

from ecs_engine.trace.intervals import EMPTY, Times, common, covered, union, without

Plain = set[int]


def some(seed: int) -> tuple[Times, Plain]:
    """Up to eight stretches between 0 and 60, as an array in any order and as the moments within."""
    chance = random.Random(seed)
    pairs = [sorted((chance.randint(0, 60), chance.randint(0, 60))) for _ in range(chance.randint(0, 8))]
    return np.array(pairs, np.int64).reshape(-1, 2), {moment for begin, end in pairs for moment in range(begin, end)}


def plain(times: Times) -> Plain:
    """The moments within; the set must be in order, and its stretches apart."""
    edges = times.ravel().tolist()
    assert edges == sorted(set(edges))
    return {moment for begin, end in times.tolist() for moment in range(begin, end)}


@pytest.mark.parametrize("seed", range(100))
def test_like_sets_of_moments(seed: int) -> None:
    (one, first), (other, second) = some(2 * seed), some(2 * seed + 1)
    a, b = union(one), union(other)
    assert plain(a) == first
    assert plain(union(one, other)) == first | second
    assert plain(common(a, b)) == first & second
    assert plain(without(a, b)) == first - second
    assert covered(one, b).tolist() == [len(set(range(*window)) & second) for window in one.tolist()]


def test_nothing() -> None:
    assert union().shape == common(EMPTY, EMPTY).shape == without(EMPTY, EMPTY).shape == (0, 2)
    assert covered(EMPTY, EMPTY).shape == (0,)
    assert covered(np.array([[1, 5]]), EMPTY).tolist() == [0]
