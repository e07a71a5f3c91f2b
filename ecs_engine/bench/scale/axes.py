"""What a game can have more or less of, and a scene with so much of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from ecs_engine.app import App
from ecs_engine.bench import lights as bench_lights
from ecs_engine.bench import scenes
from ecs_engine.components import Camera2D, Sprite, Transform2D, Velocity
from ecs_engine.core.component import batch, component
from ecs_engine.core.fields import Float
from ecs_engine.core.system import Stage, System

SPRITES = 10_000
"""Of the scenes in which something else grows."""


@dataclass(frozen=True)
class Axis:
    """One thing that there may be more of."""

    name: str
    note: str
    """What the scene is, in a sentence."""
    counts: tuple[int, ...]
    build: Callable[[App, int], None]


def standing(app: App, count: int) -> None:
    scenes.add_sprites(app, count, moving=False)


@cache
def kind(number: int) -> type:
    """A component class of its own, which gives entities that have it a table of their own."""
    return component(type(f"Kind{number}", (), {"__annotations__": {"value": Float}, "value": 0.0}))


def tables(app: App, count: int) -> None:
    rng = np.random.default_rng(1)
    for number, rows in enumerate(np.diff(np.linspace(0, SPRITES, count + 1).astype(int)).tolist()):
        place = (rng.uniform(-1, 1, (rows, 2)) * (scenes.HALF_WIDTH, scenes.HALF_HEIGHT)).astype(np.float32)
        speed = rng.uniform(-20, 20, (rows, 2)).astype(np.float32)
        moving = batch(Transform2D, position=place), batch(Velocity, linear=speed)
        app.world.create_entities(rows, *moving, Sprite(size=scenes.SMALL), kind(number)())


class LookingSystem(System):
    """Looks its entities up and finds nothing to do."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def process(self, dt: float) -> None:
        for transform, velocity in self.world.select(Transform2D, Velocity):
            assert transform is not velocity


def systems(app: App, count: int) -> None:
    scenes.add_sprites(app, SPRITES, moving=True)
    for _ in range(count):
        app.add_system(LookingSystem())


def cameras(app: App, count: int) -> None:
    scenes.add_sprites(app, SPRITES, moving=True)
    side = int(np.ceil(count**0.5))
    for number in range(count):
        place = (number % side / side, number // side / side, 1 / side, 1 / side)
        app.world.create_entity(Transform2D(), Camera2D(height=720, viewport=place, order=number))


def pictures(app: App, count: int) -> None:
    rng = np.random.default_rng(1)
    made = [int(app.pictures.add(rng.integers(0, 256, (8, 8, 4)).astype(np.uint8))) for _ in range(count)]
    scenes.add_sprites(app, SPRITES, moving=True)
    chosen = rng.choice(np.array(made, np.uint32), SPRITES)
    app.world.create_entities(SPRITES, Transform2D(), batch(Sprite, picture=chosen), Velocity(linear=(10, 5)))


def lights(app: App, count: int) -> None:
    bench_lights.fill(app, "lights", count)


AXES = (
    Axis(
        "moving sprites",
        "Sprites that move, turn and bounce, with 64 pictures on 8 layers.",
        (1000, 3000, 10_000, 30_000, 100_000, 300_000),
        scenes.bunnymark,
    ),
    Axis(
        "standing sprites",
        "The same, and none of them moves.",
        (1000, 3000, 10_000, 30_000, 100_000, 300_000),
        standing,
    ),
    Axis("tables", "10,000 moving sprites, divided among so many tables.", (1, 10, 50, 100, 200, 500, 1000), tables),
    Axis(
        "systems",
        "10,000 moving sprites, and so many systems that look entities up and do nothing.",
        (1, 10, 30, 100, 300, 1000),
        systems,
    ),
    Axis("cameras", "10,000 moving sprites, all seen by so many cameras.", (1, 2, 4, 8, 16, 32), cameras),
    Axis(
        "pictures",
        "20,000 moving sprites with so many different pictures of 8 x 8.",
        (1, 10, 100, 1000, 10_000),
        pictures,
    ),
    Axis(
        "lights",
        "500 boxes that stand, and so many lights with a radius of 150 that move among them and cast their shadows.",
        (1, 3, 10, 30, 100, 300, 1000),
        lights,
    ),
)
