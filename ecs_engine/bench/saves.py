"""A world of many entities: saved, loaded, hashed."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ecs_engine.bench.timing import measure_calls
from ecs_engine.components import Collider, Sprite, Transform2D, Velocity
from ecs_engine.core.component import batch
from ecs_engine.core.selection import writable
from ecs_engine.core.world import World
from ecs_engine.pictures import Pictures
from ecs_engine.replay import WorldHash
from ecs_engine.saves import Saves

ROUNDS = 20
"""Of each save and load at most: they take as long as many ticks."""


def measure_saves(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Milliseconds to save ``count`` entities to a file and to load them, each with the wait for the disk, and for the
    hash of a tick in which all of them have moved, and in which none has."""
    saves, rng = Saves(), np.random.default_rng(0)
    place = rng.uniform(-1, 1, (count, 2)).astype(np.float32)
    with TemporaryDirectory() as folder, World() as world:
        world.add_resource(Pictures(64))
        world.create_entities(count, batch(Transform2D, position=place), Velocity(linear=(1, 0)), Sprite(), Collider())
        path, hashes = Path(folder) / "slot", WorldHash(world)

        def move() -> None:
            for (transform,) in world.select(writable(Transform2D)):
                transform.position += np.float32(1)

        def hash_moved() -> None:
            move()
            hashes.values()

        save = measure_calls(lambda: saves.save(world, path), min(ticks, ROUNDS))
        pack = measure_calls(lambda: saves.pack(world), min(ticks, ROUNDS))
        size = path.stat().st_size
        load = measure_calls(lambda: saves.load(world, path), min(ticks, ROUNDS))
        moving, both = measure_calls(move, ticks), measure_calls(hash_moved, ticks)
        still = measure_calls(hashes.values, ticks)
    hash_ms = {part: round(both["cpu_ms"][part] - moving["cpu_ms"][part], 4) for part in ("p50",)}
    return {
        "name": "saves",
        "count": count,
        "ticks": ticks,
        "bytes": size,
        "save_ms": save["wall_ms"],
        "pack_ms": pack["cpu_ms"],
        "load_ms": load["wall_ms"],
        "hash_moving_ms": hash_ms,
        "hash_still_ms": still["cpu_ms"],
    }
