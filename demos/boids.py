"""Boids: 20,000 of them flock by what their neighbours do; a hawk hunts them, or follows the held mouse."""

from __future__ import annotations

from math import sin, tau
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine import (
    App,
    Camera2D,
    Float,
    Input,
    MouseButton,
    Sprite,
    System,
    Transform2D,
    Velocity,
    batch,
    component,
    writable,
)
from ecs_engine.assets.flock import dart, dusk
from ecs_engine.assets.palette import AMBER, CORAL, CREAM, LEMON, MINT, NIGHT, ROSE, SKY, VIOLET, mix
from ecs_engine.demos.words import write
from ecs_engine.systems import screen_to_world

BUDGET_MS = 12.0
COUNT = 20_000
WIDTH, HEIGHT = 1920.0, 1080.0
MARGIN = 110.0
"""As near to an edge boids turn back."""
CELL = 24.0
COLUMNS, ROWS = 82, 47
"""Of the grid. No boid is in one of the outermost cells, so that each has eight around its own."""
MIDDLE = np.array((COLUMNS // 2, ROWS // 2), np.float32)
SHIFT = np.array((0.7549, 0.5698), np.float32)
"""By how much of a cell the grid is moved on each tick."""
SLOWEST = 90.0
ALIGNMENT, COHESION, SEPARATION = 3.2, 1.6, 900.0
"""How much boids want to go the way the others go, to be among them, and not to touch them."""
CLOSEST = 5
"""How many of those that follow in its cell a boid keeps its distance to."""
FEAR, HAWK_REACH = 1500.0, 170.0
WHEEL = (CORAL, AMBER, LEMON, MINT, SKY, VIOLET, ROSE, CORAL)
"""Colours by heading."""
SHADES = 256

Floats = npt.NDArray[np.float32]


@component
class Boid:
    """One of the flock."""

    fastest: Float = 190.0
    """Units a second."""


def wheel() -> npt.NDArray[np.uint8]:
    """A colour for each of so many headings, (SHADES, 4)."""
    where = np.linspace(0, len(WHEEL) - 1, SHADES)
    channels = [np.interp(where, range(len(WHEEL)), [color[i] for color in WHEEL]) for i in range(3)]
    return np.stack([*channels, np.full(SHADES, 255)], axis=1).astype(np.uint8)


class FlockSystem(System):
    """Steers all boids at once. A grid finds the neighbours: who is in the same cell, or in one of the eight around.

    Sorting the boids by the number of their cell puts those of a cell next to each other. Then sums by cell are sums of
    runs, and who is close is found a few places further on.
    """

    def __init__(self, hawk: int) -> None:
        self.hawk = hawk
        self.colors = wheel()
        self.shift = np.zeros(2, np.float32)

    def process(self, dt: float) -> None:
        hawk = np.array(self.world.component_for_entity(self.hawk, Transform2D).position, np.float32)
        for transform, velocity, sprite, boid in self.world.select(
            writable(Transform2D), writable(Velocity), writable(Sprite), Boid
        ):
            place, speed = transform.position, velocity.linear
            # The grid lies elsewhere in each tick, as if by chance; else flocks would line up along its cells.
            self.shift = (self.shift + SHIFT) % 1
            cells = np.floor(place / np.float32(CELL) + self.shift) + MIDDLE
            np.clip(cells, 1, (COLUMNS - 2, ROWS - 2), out=cells)
            keys = (cells[:, 1] * COLUMNS + cells[:, 0]).astype(np.uint16)
            order = np.argsort(keys, kind="stable")  # of 16 bits: numpy sorts by radix, in no time
            push = np.empty_like(place)
            push[order] = self.steer(keys[order], place[order], speed[order])
            self.avoid(push, place, hawk)
            speed += push * np.float32(dt)
            fast = np.hypot(speed[:, 0], speed[:, 1])
            speed *= (np.clip(fast, SLOWEST, boid.fastest) / np.maximum(fast, 1e-3))[:, None]
            transform.rotation = np.arctan2(speed[:, 1], speed[:, 0])
            sprite.tint = self.colors[(transform.rotation * (SHADES / tau)).astype(np.int32) % SHADES]

    def steer(self, keys: npt.NDArray[np.uint16], place: Floats, speed: Floats) -> Floats:
        """What the neighbours make each boid do, (n, 2) units a second squared; all arrays sorted by key."""
        starts = np.flatnonzero(np.diff(keys, prepend=np.uint16(65535)))
        told = np.concatenate((np.ones((len(keys), 1), np.float32), place, speed), axis=1)
        grid = np.zeros((ROWS, COLUMNS, 5), np.float32)
        grid.reshape(-1, 5)[keys[starts]] = np.add.reduceat(told, starts, axis=0)
        rows = grid[:-2] + grid[1:-1] + grid[2:]
        grid[1:-1, 1:-1] = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
        around = grid.reshape(-1, 5)[keys]
        around[:, 1:] /= around[:, :1]  # from sums to means; a boid is one of its neighbours, so there is one
        push = COHESION * (around[:, 1:3] - place) + ALIGNMENT * (around[:, 3:] - speed)
        for step in range(1, CLOSEST + 1):
            apart = place[:-step] - place[step:]
            squared = apart[:, 0] ** 2 + apart[:, 1] ** 2
            apart *= ((keys[:-step] == keys[step:]) * np.float32(SEPARATION) / (squared + 4))[:, None]
            push[:-step] += apart
            push[step:] -= apart
        return push

    def avoid(self, push: Floats, place: Floats, hawk: Floats) -> None:
        """Add to the push what keeps boids away from the edges and the hawk."""
        for axis, half in enumerate((WIDTH / 2, HEIGHT / 2)):
            across = place[:, axis]
            beyond = np.maximum(np.abs(across) - np.float32(half - MARGIN), 0)
            push[:, axis] -= np.copysign(beyond * 9.0, across)
        away = place - hawk
        far = np.hypot(away[:, 0], away[:, 1])
        push += away * (FEAR * np.maximum(1 - far / HAWK_REACH, 0) / np.maximum(far, 1))[:, None]


class HawkSystem(System):
    """Moves the hawk: along a wide figure of eight, or to the mouse while a button is held."""

    def __init__(self, hawk: int, camera: int) -> None:
        self.hawk, self.camera = hawk, camera
        self.time = 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        mouse = self.world.resource(Input).mouse
        goal = WIDTH * 0.34 * sin(self.time * 0.41), HEIGHT * 0.3 * sin(self.time * 0.82 + 0.6)
        if self.world.resource(Input).down(MouseButton.LEFT):
            goal = screen_to_world(self.world, self.camera, *mouse.position)
        hawk = self.world.component_for_entity(self.hawk, Transform2D)
        place = np.array(hawk.position)
        way = np.array(goal) - place
        if np.hypot(*way) > 1:
            hawk.rotation = float(np.arctan2(way[1], way[0]))
            hawk.position = place + way * min(3.0 * dt, 1.0)


def build(*, count: int = COUNT, seed: int = 6, **options: Any) -> App:
    """The demo with so many boids; ``options`` go to :class:`App`."""
    app = App("Boids", seed=seed, **{"resolution": (1280, 720), "bars": NIGHT, **options})
    world, rng = app.world, app.random
    camera = world.create_entity(Transform2D(), Camera2D(height=HEIGHT, clear=(*NIGHT, 255)))
    world.create_entity(Transform2D(), Sprite(app.pictures.add(dusk()), size=(WIDTH, HEIGHT), layer=-1))
    picture = app.pictures.add(dart())
    hawk = world.create_entity(
        Transform2D((-600, 0)), Sprite(picture, size=(54, 36), tint=(*mix(CREAM, LEMON, 0.3), 255), layer=1)
    )
    heading = rng.uniform(0, tau, count)
    world.create_entities(
        count,
        batch(Transform2D, position=rng.uniform((-800, -420), (800, 420), (count, 2)).astype(np.float32)),
        batch(Velocity, linear=(140 * np.stack((np.cos(heading), np.sin(heading)), axis=1)).astype(np.float32)),
        Sprite(picture, size=(12, 8)),
        batch(Boid, fastest=rng.uniform(150, 230, count).astype(np.float32)),
    )
    for system in (HawkSystem(hawk, camera), FlockSystem(hawk)):
        app.add_system(system)
    write(world, (36 - WIDTH / 2, HEIGHT / 2 - 66), f"{count:,} boids", LEMON, size=40, layer=2)
    write(world, (36 - WIDTH / 2, 30 - HEIGHT / 2), "hold the mouse: the hawk comes", CREAM, size=30, layer=2)
    return app


def showcase(app: App) -> None:
    """Ten seconds in, when flocks have formed."""
    app.step(600, draw=False)
    app.step()


if __name__ == "__main__":
    build().run()
