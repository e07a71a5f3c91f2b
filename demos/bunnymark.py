"""Bunnymark: bouncing bunnies in 64 dresses on 8 layers; click, or press SPACE, for more."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine import (
    App,
    Camera2D,
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

WIDTH, HEIGHT = 1280, 720
FLOOR, WALL = -HEIGHT / 2 + 8, WIDTH / 2 - 16
LAYERS = 8
GRAVITY = 900.0
FIRST, MORE = 1000, 500


@component
class Bouncy:
    """Falls, and bounces off the ground and the walls."""

    leap: float = 0.0
    """Units a second, upward, with which it leaves the ground."""


class Bunnies:
    """Makes bunnies, each with its dress, layer and size."""

    def __init__(self, pictures: Pictures, rng: np.random.Generator) -> None:
        # Drawn twice as large as most are shown, so that the near ones are sharp.
        self.pictures = np.array([int(pictures.add(bunny.bunny(i, scale=2))) for i in range(bunny.VARIANTS)], np.uint32)
        self.rng = rng
        self.count = 0

    def create(self, world: World, count: int, *, scattered: bool = False) -> None:
        """``count`` more: thrown up from the middle, or ``scattered`` over the whole picture."""
        rng = self.rng
        nearness = rng.integers(0, LAYERS, count)
        size = (0.36 + 0.075 * nearness).astype(np.float32)
        spread = np.array([WALL, 330.0]) if scattered else np.array([30.0, 20.0])
        velocity = rng.uniform((-260, -100), (260, 700), (count, 2)).astype(np.float32)
        world.create_entities(
            count,
            batch(
                Transform2D,
                position=rng.uniform(-spread, spread, (count, 2)).astype(np.float32),
                scale=np.stack([size, size], axis=1),
            ),
            batch(Velocity, linear=velocity, angular=rng.uniform(-1.5, 1.5, count).astype(np.float32)),
            batch(
                Sprite,
                picture=self.pictures[rng.integers(0, bunny.VARIANTS, count)],
                layer=nearness.astype(np.int16),
            ),
            batch(Bouncy, leap=rng.uniform(350, 960, count).astype(np.float32)),
        )
        self.count += count


class BounceSystem(System):
    """Gravity and bounces, on whole columns; the PhysicsSystem does the moving."""

    def process(self, dt: float) -> None:
        for transform, velocity, bouncy in self.world.select(writable(Transform2D), writable(Velocity), Bouncy):
            place, speed = transform.position, velocity.linear
            speed[:, 1] -= GRAVITY * dt
            landed = place[:, 1] < FLOOR
            np.copyto(speed[:, 1], bouncy.leap, where=landed)
            np.copyto(place[:, 1], FLOOR, where=landed)
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
    """The count at every tick, and the times four times a second."""

    def __init__(self, app: App) -> None:
        self.app = app
        left, top = -WIDTH // 2 + 24, HEIGHT // 2 - 24
        panel = Sprite(size=(310, 138), anchor=(0, 1), tint=(*INK, 200), layer=LAYERS)
        app.world.create_entity(Transform2D((left, top)), panel)
        self.count, self.tick, self.render = (
            Text(size=30, color=color, anchor=(0, 0), shadow=(3, -3), shadow_color=INK, layer=LAYERS)
            for color in (LEMON, CREAM, CREAM)
        )
        for row, line in enumerate((self.count, self.tick, self.render)):
            app.world.create_entity(Transform2D((left + 20, top - 46 - 38 * row)), line)

    def process(self, dt: float) -> None:
        self.count.text = f"{self.world.resource(Bunnies).count:,} bunnies"
        if self.app.tick % 15 == 1:
            self.tick.text = f"{self.app.tick_ms.percentile(50):.2f} ms tick"
            self.render.text = f"{self.app.render_ms.percentile(50):.2f} ms render"


def build(*, count: int = FIRST, seed: int = 1, **options: Any) -> App:
    """The demo with ``count`` bunnies to begin with; ``options`` go to :class:`App`."""
    options.setdefault("resizable", False)  # the meadow has one shape
    app = App("Bunnymark", seed=seed, **options)
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
    app.step(150, draw=False)
    for _ in range(30):  # so that there is a time of drawing to show
        app.step()


if __name__ == "__main__":
    build().run()
