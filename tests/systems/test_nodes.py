"""The hierarchy's whole-array solver against its plain statement, node by node."""

from __future__ import annotations

from math import cos, sin
from typing import Any

import numpy as np
import pytest

from ecs_engine.systems.nodes import Nodes

Array = np.ndarray[Any, Any]


def plain_pose(local: Array, parents: Array, entry: int) -> tuple[float, float, float, float, float]:
    """What is at a place, turned and scaled, within what its parent is: x, y, angle, scale."""
    x, y, angle, scale_x, scale_y = local[entry].tolist()
    if parents[entry] < 0:
        return x, y, angle, scale_x, scale_y
    left, low, turn, wide, high = plain_pose(local, parents, parents[entry])
    x, y = x * wide, y * high
    return (
        left + cos(turn) * x - sin(turn) * y,
        low + sin(turn) * x + cos(turn) * y,
        turn + angle,
        wide * scale_x,
        high * scale_y,
    )


def plainly_changed(touched: set[int], parents: Array, entry: int) -> bool:
    """Whether the entry or one of its ancestors was touched."""
    return entry in touched or (parents[entry] >= 0 and plainly_changed(touched, parents, parents[entry]))


def random_local(rng: np.random.Generator, count: int) -> Array:
    return np.column_stack((rng.uniform(-3, 3, (count, 3)), rng.uniform(0.7, 1.3, (count, 2)))).astype(np.float32)


def read(nodes: Nodes, local: Array) -> None:
    """Give the nodes everything, in two halves as two tables would."""
    half = len(local) // 2
    for entries in (slice(0, half), slice(half, len(local))):
        position, rotation, scale = (
            np.ascontiguousarray(local[entries, columns]) for columns in (slice(2), 2, slice(3, 5))
        )
        nodes.read(entries, position.view(np.uint64)[:, 0], rotation.view(np.uint32), scale.view(np.uint64)[:, 0])


def check(nodes: Nodes, local: Array, parents: Array, touched: set[int]) -> None:
    expected = np.array([plain_pose(local, parents, entry) for entry in range(len(local))])
    got = np.column_stack((nodes.world[nodes.node, :3], nodes.world_scale[nodes.node]))
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-3)
    changed = [plainly_changed(touched, parents, entry) for entry in range(len(local))]
    assert nodes.changed[nodes.node].tolist() == changed


@pytest.mark.parametrize("seed", range(8))
def test_any_entries_moved_give_the_poses_of_the_plain_statement(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 120))
    # Each hangs on an earlier one of a shuffled order, or on none.
    shuffled = rng.permutation(count)
    parents = np.full(count, -1)
    for place in range(1, count):
        if rng.random() < 0.85:
            parents[shuffled[place]] = shuffled[rng.integers(max(0, place - 12), place)]
    nodes, local = Nodes(parents, np.arange(count)), random_local(rng, count)
    read(nodes, local)
    nodes.solve()
    check(nodes, local, parents, set(range(count)))
    for moved in (1, 1, 2, 5, count, 0):
        touched = set(rng.integers(0, count, moved).tolist())
        for entry in touched:
            columns = slice(2) if rng.random() < 0.3 else slice(5)
            local[entry, columns] = random_local(rng, 1)[0, columns]
        nodes.begin()
        read(nodes, local)
        nodes.solve()
        check(nodes, local, parents, touched)


def test_the_children_of_neighbours_are_neighbours(rng: np.random.Generator) -> None:
    parents = np.array([-1, 0, 0, 5, 1, -1, 2, 5, 1, 3])
    nodes = Nodes(parents, np.arange(10))
    assert nodes.bounds == [0, 2, 6, 10]
    for first, end in zip(nodes.bounds[1:], nodes.bounds[2:], strict=False):
        above = nodes.parents[first:end]
        assert (np.diff(above) >= 0).all()
    assert nodes.family(np.array([1, 7]))[nodes.node].tolist() == [i in (1, 4, 7, 8) for i in range(10)]


def test_a_nan_that_stays_is_no_change() -> None:
    parents, local = np.array([-1, 0]), np.array([[np.nan, 0, 0, 1, 1], [1, 2, 0, 1, 1]], np.float32)
    nodes = Nodes(parents, np.arange(2))
    read(nodes, local)
    nodes.solve()
    nodes.begin()
    read(nodes, local)
    nodes.solve()
    assert not nodes.changed.any()
