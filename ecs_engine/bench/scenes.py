"""What is measured: worlds full of sprites, made the same each time."""

from __future__ import annotations

from time import perf_counter
from typing import Any, ClassVar

import numpy as np

from ecs_engine.app import App
from ecs_engine.assets.bunny import bunny
from ecs_engine.components import ParticleEmitter, Sprite, Text, Transform2D, Velocity
from ecs_engine.core.component import batch
from ecs_engine.core.selection import writable
from ecs_engine.core.system import Stage, System
from ecs_engine.systems import ParticleEffect, Particles

Array = np.ndarray[Any, Any]

PICTURES, LAYERS = 64, 8
HALF_WIDTH, HALF_HEIGHT = 620.0, 340.0
SMALL = (8.0, 8.0)


class BounceSystem(System):
    """Turns the velocity of what has left the field back towards it."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def on_add(self) -> None:
        self.distance: Array = np.empty(0, np.float32)
        self.outside: Array = np.empty(0, np.bool_)

    def process(self, dt: float) -> None:
        for rows in self.world.select(Transform2D, writable(Velocity)):
            transform, velocity = rows
            if len(rows) > len(self.distance):
                self.distance, self.outside = np.empty(len(rows), np.float32), np.empty(len(rows), np.bool_)
            distance, outside = self.distance[: len(rows)], self.outside[: len(rows)]
            # One axis at a time: numpy is slow where the innermost loop has only two rounds.
            for axis, limit in enumerate((HALF_WIDTH, HALF_HEIGHT)):
                position, speed = transform.position[:, axis], velocity.linear[:, axis]
                np.abs(position, out=distance)
                np.greater(distance, np.float32(limit), out=outside)
                gone = np.flatnonzero(outside)
                speed[gone] = -np.copysign(speed[gone], position[gone])


class BusySystem(System):
    """Python that keeps the interpreter to itself for some milliseconds of every tick."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, milliseconds: float) -> None:
        self.milliseconds = milliseconds

    def process(self, dt: float) -> None:
        until = perf_counter() + self.milliseconds * 1e-3
        steps = 0
        while perf_counter() < until:
            steps += 1


class ChangeSystem(System):
    """Gives every label other words at every tick, as a score has them: a name that stays and a number never seen."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def on_add(self) -> None:
        self.labels = [label for _, label in self.world.get_component(Text)]
        self.number = 100_000

    def process(self, dt: float) -> None:
        for label in self.labels:
            self.number += 7
            label.text = f"Score {self.number}"


def add_sprites(app: App, count: int, *, moving: bool, seed: int = 1) -> None:
    """Small sprites all over the field, with 64 pictures on 8 layers; moving ones drift and turn."""
    if not count:
        return
    rng = np.random.default_rng(seed)
    pictures = [int(app.pictures.add(bunny(variant), name=f"bunny {variant}")) for variant in range(PICTURES)]
    place = (rng.uniform(-1, 1, (count, 2)) * (HALF_WIDTH, HALF_HEIGHT)).astype(np.float32)
    components: list[Any] = [
        batch(Transform2D, position=place),
        batch(
            Sprite,
            picture=rng.choice(np.array(pictures, np.uint32), count),
            layer=rng.integers(0, LAYERS, count).astype(np.int16),
            size=np.array(SMALL, np.float32),
        ),
    ]
    if moving:
        speed = rng.uniform(-120, 120, (count, 2)).astype(np.float32)
        turning = rng.uniform(-3, 3, count).astype(np.float32)
        components.append(batch(Velocity, linear=speed, angular=turning))
    app.world.create_entities(count, *components)


def bunnymark(app: App, count: int) -> None:
    """``count`` sprites that move, bounce and rotate."""
    add_sprites(app, count, moving=True)
    app.add_system(BounceSystem())


def static(app: App, count: int) -> None:
    """``count`` sprites that stand still, and 1,000 that move."""
    add_sprites(app, count, moving=False)
    add_sprites(app, 1000, moving=True, seed=2)
    app.add_system(BounceSystem())


def particles(app: App, count: int) -> None:
    """``count`` living particles of four effects, out of 400 emitters, as many dying as are born; all of them fall,
    slow down, grow and fade. Lifetimes are even, so that every row in use is a living particle."""
    effects, emitters, seconds = 4, 100, 0.9  # over within the warm-up
    rng = np.random.default_rng(3)
    known = app.world.resource(Particles)
    for number in range(effects):
        effect = known.add(
            ParticleEffect(
                rate=count / (effects * emitters) / seconds,
                lifetime=seconds,
                speed=(20.0, 160.0),
                spread=1.5,
                gravity=(0.0, -120.0),
                drag=0.4,
                size=(2.0, 5.0),
                size_over_life=(0.4, 1.0, 0.2),
                color_over_life=((255, 240, 190), (255, 120, 80), (60, 40, 120, 0)),
                layer=number,
            )
        )
        place = (rng.uniform(-1, 1, (emitters, 2)) * (HALF_WIDTH, HALF_HEIGHT)).astype(np.float32)
        app.world.create_entities(emitters, batch(Transform2D, position=place), ParticleEmitter(effect))


def gil(app: App, count: int) -> None:
    """``count`` moving sprites beside a Python system that is busy for 6 ms of every tick."""
    bunnymark(app, count)
    app.add_system(BusySystem(6.0))


def text(app: App, count: int) -> None:
    """``count`` labels that change at every tick: half in the pixel font and half in the sans-serif one, a quarter with
    an outline."""
    rng = np.random.default_rng(1)
    for index, place in enumerate(rng.uniform((-560, -330), (560, 330), (count, 2)).tolist()):
        label = Text("", app.fonts.sans() if index % 2 else None, 20, outline=2.0 * (index % 4 == 1))
        app.world.create_entity(Transform2D(place), label)
    app.add_system(ChangeSystem())
