"""Bunnymark: a meadow full of 100,000 bunnies that bounce, in 64 dresses; click, or press SPACE, for more."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine import (
    App,
    Camera2D,
    Float,
    Input,
    Key,
    MouseButton,
    Pictures,
    Sprite,
    Stage,
    System,
    Text,
    Transform2D,
    Velocity,
    World,
    batch,
    component,
    writable,
)
from ecs_engine.assets import bunny
from ecs_engine.assets.hello import meadow
from ecs_engine.assets.palette import CREAM, INK, LEMON

BUDGET_MS = 8.0
WIDTH, HEIGHT = 1280, 720
WALL = WIDTH / 2 - 6
FAR, NEAR = -84.0, HEIGHT / -2 + 6
"""How high in the picture the ground is where the farthest bunnies bounce, and where the nearest do."""
SMALLEST, LARGEST = 0.08, 0.9
"""How large those two are."""
LAYERS = 100
GRAVITY = 900.0
FIRST, MORE = 100_000, 500


@component
class Bouncy:
    """Falls, and bounces off the ground and the walls."""

    floor: Float = 0.0
    """Where it stands in the picture."""
    nearness: Float = 1.0
    """The size of its world: what is half as near falls half as fast in the picture."""
    leap: Float = 0.0
    """Units a second, upward, with which it leaves the ground."""


class Bunnies:
    """Makes bunnies, each with its dress and its place between the horizon and us."""

    def __init__(self, pictures: Pictures, rng: np.random.Generator) -> None:
        self.pictures = np.array([int(pictures.add(bunny.bunny(i))) for i in range(bunny.VARIANTS)], np.uint32)
        self.rng = rng
        self.count = 0

    def create(self, world: World, count: int, *, scattered: bool = False) -> None:
        """``count`` more: thrown up from the middle, or ``scattered`` over the whole meadow."""
        rng = self.rng
        # So many of each size that all sizes cover as much of the picture.
        size = 1 / rng.uniform(1 / LARGEST, 1 / SMALLEST, count)
        near = (size - SMALLEST) / (LARGEST - SMALLEST)
        floor = FAR + (NEAR - FAR) * near
        nearness = size / LARGEST
        leap = rng.uniform(150, 700, count) * nearness
        spread = WALL if scattered else 30.0
        position = np.stack((rng.uniform(-spread, spread, count), floor + rng.uniform(0, 150, count) * nearness), 1)
        velocity = np.stack((rng.uniform(-90, 90, count) * nearness, rng.uniform(-1, 1, count) * leap), 1)
        # Those of one fur stand together, in stripes.
        fur = np.floor(8 * (position[:, 0] / WIDTH * 1.6 + 0.9 * near) + rng.normal(0, 0.25, count)) % 8
        dress = (fur + 8 * rng.integers(0, 8, count)).astype(np.intp)
        world.create_entities(
            count,
            batch(Transform2D, position=position.astype(np.float32), scale=np.stack((size, size), 1, dtype=np.float32)),
            batch(Velocity, linear=velocity.astype(np.float32), angular=rng.uniform(-1, 1, count).astype(np.float32)),
            batch(
                Sprite,
                picture=self.pictures[dress],
                layer=(near * (LAYERS - 1)).astype(np.int16),
            ),
            batch(
                Bouncy,
                floor=floor.astype(np.float32),
                nearness=nearness.astype(np.float32),
                leap=leap.astype(np.float32),
            ),
        )
        self.count += count


class BounceSystem(System):
    """Gravity and bounces, on whole columns; the PhysicsSystem does the moving."""

    def process(self, dt: float) -> None:
        for transform, velocity, bouncy in self.world.select(writable(Transform2D), writable(Velocity), Bouncy):
            place, speed = transform.position, velocity.linear
            speed[:, 1] -= bouncy.nearness * (GRAVITY * dt)
            landed = place[:, 1] < bouncy.floor
            np.copyto(speed[:, 1], bouncy.leap, where=landed)
            np.copyto(place[:, 1], bouncy.floor, where=landed)
            outside = np.abs(place[:, 0]) > WALL
            inward = -np.copysign(speed[:, 0], place[:, 0])
            np.copyto(speed[:, 0], inward, where=outside)
            np.negative(velocity.angular, out=velocity.angular, where=landed)


class MoreSystem(System):
    """A click or SPACE brings more bunnies."""

    stage: ClassVar[Stage] = Stage.INPUT
    priority = -1

    def process(self, dt: float) -> None:
        asked = self.world.resource(Input)
        presses = asked.press_count(Key.SPACE) + asked.press_count(MouseButton.LEFT)
        if presses:
            self.world.resource(Bunnies).create(self.world, presses * MORE)


class PanelSystem(System):
    """The count at every tick, and what a tick takes four times a second."""

    def __init__(self, app: App) -> None:
        self.app = app
        left, top = -WIDTH // 2 + 24, HEIGHT // 2 - 24
        panel = Sprite(size=(330, 100), anchor=(0, 1), tint=(*INK, 200), layer=LAYERS)
        app.world.create_entity(Transform2D((left, top)), panel)
        self.count, self.tick = (
            Text(size=30, color=color, anchor=(0, 0), shadow=(3, -3), shadow_color=INK, layer=LAYERS)
            for color in (LEMON, CREAM)
        )
        for row, line in enumerate((self.count, self.tick)):
            app.world.create_entity(Transform2D((left + 20, top - 46 - 38 * row)), line)

    def process(self, dt: float) -> None:
        self.count.text = f"{self.world.resource(Bunnies).count:,} bunnies"
        if self.app.tick % 15 == 1:
            self.tick.text = f"{self.app.tick_ms.percentile(50):.2f} ms a tick"


def build(*, count: int = FIRST, seed: int = 1, **options: Any) -> App:
    """The demo with ``count`` bunnies to begin with; ``options`` go to :class:`App`."""
    app = App("Bunnymark", seed=seed, **{"resolution": (WIDTH, HEIGHT), "bars": INK, **options})
    world = app.world
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT))
    world.create_entity(Transform2D(), Sprite(app.pictures.add(meadow(WIDTH, HEIGHT)), layer=-1))
    bunnies = Bunnies(app.pictures, app.random)
    world.add_resource(bunnies)
    bunnies.create(world, count, scattered=True)
    for system in (MoreSystem(), BounceSystem(), PanelSystem(app)):
        app.add_system(system)
    return app


def showcase(app: App) -> None:
    """Three seconds in, when the bunnies have found their bounce."""
    app.step(180, draw=False)
    app.step()


if __name__ == "__main__":
    build().run()
