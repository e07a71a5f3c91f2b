"""Entities that come and go."""

from __future__ import annotations

import gc
from time import perf_counter_ns
from typing import Any

import numpy as np

from ecs_engine.bench.scenes import SpawnSystem
from ecs_engine.components import Sprite, Transform2D, Velocity
from ecs_engine.core.component import batch
from ecs_engine.core.world import World
from ecs_engine.process import frozen_garbage
from ecs_engine.trace.samples import Samples

SINGLES = 1000


def measure_churn(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Milliseconds to make ``count`` entities in bulk, and for a tick of 1,000 single spawns and deletions."""
    bulk, single = Samples(), Samples()
    rng = np.random.default_rng(0)
    place = rng.uniform(-1, 1, (count, 2)).astype(np.float32)
    for _ in range(5):
        with World() as world:
            gc.collect()
            began = perf_counter_ns()
            world.create_entities(count, batch(Transform2D, position=place), Velocity(linear=(1, 0)), Sprite())
            bulk.add((perf_counter_ns() - began) * 1e-6)
    with World() as world, frozen_garbage():
        world.create_entities(10_000, Transform2D(), Velocity(), Sprite())
        world.add_processor(SpawnSystem(rate=SINGLES))
        for tick in range(ticks + 10):
            began = perf_counter_ns()
            world.process(1.0)
            if tick >= 10:
                single.add((perf_counter_ns() - began) * 1e-6)
    return {
        "name": "churn",
        "count": count,
        "create_entities_ms": {"p50": round(bulk.percentile(50), 3), "max": round(bulk.percentile(100), 3)},
        "spawn_and_delete_1000_ms": {"p50": round(single.percentile(50), 3), "p99": round(single.percentile(99), 3)},
    }
