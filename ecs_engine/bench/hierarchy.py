"""Transforms with parents: everything moves, one root moves, nothing moves."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.bench.timing import measure_calls
from ecs_engine.components import Parent, Transform2D
from ecs_engine.core.component import batch
from ecs_engine.core.selection import writable
from ecs_engine.core.world import World
from ecs_engine.systems import TransformSystem

DEPTH = 5
CHILDREN = 10
"""Of every node that has any."""


def grow(world: World, count: int) -> int:
    """Make ``count`` nodes, level below level; return the first root.

    Every level is ten times as wide as the one above it, so that most nodes are leaves.
    """
    shares = [CHILDREN**level for level in range(DEPTH)]
    widths = [max(1, round(count * share / sum(shares))) for share in shares]
    above = world.create_entities(widths[0], Transform2D())
    first = int(above[0])
    for width in widths[1:]:
        parents = np.resize(above, width)
        above = world.create_entities(width, Transform2D((1, 0)), batch(Parent, entity=parents))
    return first


def measure_hierarchy(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Milliseconds for a tick of the transforms of ``count`` nodes, five levels deep."""
    with World() as world:
        root = grow(world, count)
        world.add_processor(TransformSystem())

        def all_move() -> None:
            for (transform,) in world.select(writable(Transform2D)):
                transform.rotation += np.float32(0.01)
            world.process(1 / 60)

        def one_moves() -> None:
            world.component_for_entity(root, Transform2D).rotation += 0.01
            world.process(1 / 60)

        return {
            "name": "hierarchy",
            "count": count,
            "depth": DEPTH,
            "all_move_ms": measure_calls(all_move, ticks)["cpu_ms"],
            "one_moves_ms": measure_calls(one_moves, ticks)["cpu_ms"],
            "none_moves_ms": measure_calls(lambda: world.process(1 / 60), ticks)["cpu_ms"],
        }
