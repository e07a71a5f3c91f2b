"""Who walks about: the traveller by the keys, and rabbits by their whims. All are sorted by how near they are."""

from __future__ import annotations

from math import pi, tau
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ecs_engine import (
    Animation,
    AnimationState,
    App,
    Clips,
    Float,
    Input,
    Int,
    Key,
    Sprite,
    Stage,
    StateMachines,
    System,
    Transform2D,
    Vec2,
    batch,
    component,
    writable,
)
from ecs_engine.assets import bunny
from ecs_engine.assets.evening import shadow as shadow_picture
from ecs_engine.demos.isometric.level import FLOWERS, Island, layers
from ecs_engine.demos.traveller import FEET, SIZE, frames

SPEED, HOP_SPEED = 150.0, 95.0
FLAT = 0.5
"""Up and down on the screen is twice as far on the ground."""
HOP_HEIGHT = 15.0
SECONDS = 0.42
"""Of a hop."""


@component
class Walker:
    """Stands and walks on the ground."""

    ground: Vec2 = (0.0, 0.0)
    """The place of its feet."""
    way: Vec2 = (0.0, 0.0)
    """Units a second."""
    height: Float = 0.0
    """Above the ground."""


@component
class Whim:
    """A rabbit's: hop for a while, sit for a while."""

    until: Float = 0.0
    """Seconds to the next one."""
    hop: Float = 0.0
    """Seconds since the last hop began."""


@component
class Shadow:
    """Lies where its owner stands."""

    owner: Int = 0
    """The row among all walkers."""


class KeysSystem(System):
    """Arrows send the traveller along, and SPACE plants a flower where it stands."""

    def __init__(self, app: App, traveller: int) -> None:
        self.traveller, self.state = traveller, "idle"
        clips, pictures = app.world.resource(Clips), frames(app, 0)
        self.machine = app.world.resource(StateMachines).add(
            {"idle": clips.add(pictures["idle"], fps=6), "walk": clips.add(pictures["walk"], fps=11)},
            [("idle", "walk", "walk"), ("walk", "idle", "idle")],
            name="traveller",
        )
        app.world.component_for_entity(traveller, AnimationState).machine = int(self.machine)

    def process(self, dt: float) -> None:
        keys, of = self.world.resource(Input), self.world.component_for_entity
        across = keys.axis(Key.LEFT, Key.RIGHT) + keys.axis(Key.A, Key.D)
        up = keys.axis(Key.DOWN, Key.UP) + keys.axis(Key.S, Key.W)
        walker = of(self.traveller, Walker)
        length = max(np.hypot(across, up), 1.0)
        walker.way = (SPEED * across / length, SPEED * FLAT * up / length)
        state = "walk" if across or up else "idle"
        if state != self.state:
            self.state = state
            of(self.traveller, AnimationState).signal = self.machine.signal(state)
        if across:
            of(self.traveller, Sprite).flip_x = across < 0
        if keys.pressed(Key.SPACE):
            island = self.world.resource(Island)
            column, row = island.level.grid.cell_at(*walker.ground)
            island.level.set_tile("flowers", column, row, 1 + FLOWERS + (column + row) % 2)


class WhimSystem(System):
    """Rabbits hop to and fro, and eat the flowers they land on."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def process(self, dt: float) -> None:
        island = self.world.resource(Island)
        for whim, walker, sprite in self.world.select(writable(Whim), writable(Walker), writable(Sprite)):
            whim.until -= dt
            over = np.flatnonzero(whim.until <= 0)
            if len(over):
                whim.until[over] = self.rng.uniform(0.6, 3.0, len(over))
                angle, goes = self.rng.uniform(0, tau, len(over)), self.rng.random(len(over)) < 0.65
                way = np.stack((np.cos(angle), FLAT * np.sin(angle)), axis=1) * (HOP_SPEED * goes)[:, None]
                walker.way[over] = way
            moves = walker.way.any(axis=1)
            whim.hop = np.where(moves, whim.hop + dt, 0.0)
            landed = whim.hop >= SECONDS
            whim.hop[landed] -= SECONDS
            walker.height = HOP_HEIGHT * np.sin(pi * whim.hop / SECONDS)
            np.copyto(sprite.flip_x, walker.way[:, 0] < 0, where=moves)
            rows, columns = island.cells(walker.ground[landed])
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
                if island.flowers[row, column]:
                    island.level.set_tile("flowers", column, row, 0)


class WalkSystem(System):
    """Moves everybody as far as the ground goes, and sorts them by the row they stand in."""

    stage: ClassVar[Stage] = Stage.PHYSICS

    def process(self, dt: float) -> None:
        island = self.world.resource(Island)
        grounds = []
        for walker, transform, sprite in self.world.select(writable(Walker), writable(Transform2D), writable(Sprite)):
            ground = walker.ground.copy()
            for axis in (0, 1):  # one after the other, so that one slides along what is in the way
                ahead = ground.copy()
                ahead[:, axis] += walker.way[:, axis] * dt
                np.copyto(ground, ahead, where=island.is_free(ahead)[:, None])
            walker.ground = ground
            transform.position[:, 0] = ground[:, 0]
            transform.position[:, 1] = ground[:, 1] + walker.height
            sprite.layer = layers(ground[:, 1])
            grounds.append(ground)
        places = np.concatenate(grounds)
        for shadow, transform, sprite in self.world.select(Shadow, writable(Transform2D), writable(Sprite)):
            transform.position = places[shadow.owner]
            sprite.layer = layers(places[shadow.owner, 1]) - 1


def create_traveller(app: App, place: tuple[float, float]) -> int:
    """The one that the keys move."""
    return app.world.create_entity(
        Transform2D(place), Sprite(size=SIZE, anchor=(0.5, FEET)), Walker(place), Animation(), AnimationState()
    )


def create_rabbits(app: App, places: npt.NDArray[np.float32], rng: np.random.Generator) -> None:
    """A rabbit on each of the places."""
    count = len(places)
    pictures: Any = np.array([int(app.pictures.add(bunny.bunny(i, scale=2))) for i in range(8)], np.uint32)
    app.world.create_entities(
        count,
        batch(Transform2D, position=places),
        batch(Walker, ground=places),
        batch(Sprite, picture=pictures[np.arange(count) % 8], size=(27.0, 38.0), anchor=(0.5, 0.08)),
        batch(Whim, until=rng.uniform(0, 2, count).astype(np.float32)),
    )


def create_shadows(app: App, count: int) -> None:
    """One for everybody."""
    picture = app.pictures.add(shadow_picture())
    app.world.create_entities(
        count,
        Transform2D(),
        Sprite(picture, size=(36, 14), tint=(255, 255, 255, 130)),
        batch(Shadow, owner=np.arange(count, dtype=np.int32)),
    )
