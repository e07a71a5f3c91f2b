"""What is measured: worlds full of sprites, made the same each time."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter
from typing import Any, ClassVar

import numpy as np

from ecs_engine.app import App
from ecs_engine.assets.bunny import bunny
from ecs_engine.components import (
    Animation,
    AnimationState,
    Blend,
    ParticleEmitter,
    Sprite,
    Text,
    Transform2D,
    Velocity,
)
from ecs_engine.core.component import batch
from ecs_engine.core.selection import writable
from ecs_engine.core.system import Stage, System
from ecs_engine.systems import Clips, ParticleEffect, Particles, Play, StateMachines

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


class HandleSystem(System):
    """Python for each entity: turns one after the other through its handle."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, entities: list[int]) -> None:
        self.entities = entities

    def process(self, dt: float) -> None:
        for entity in self.entities:
            self.world.component_for_entity(entity, Transform2D).rotation += dt


class SpawnSystem(System):
    """Makes ``rate`` sprites a second one by one, and deletes them a tick later."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.due = 0.0
        self.living: Iterable[int] = ()

    def process(self, dt: float) -> None:
        self.delete(self.living)
        self.due += self.rate * dt
        count, self.due = int(self.due), self.due % 1.0
        self.living = self.make(count)

    def delete(self, entities: Iterable[int]) -> None:
        for entity in entities:
            self.world.delete_entity(entity)

    def make(self, count: int) -> Iterable[int]:
        return [
            self.world.create_entity(Transform2D((i, 0)), Velocity(linear=(1, 0)), Sprite(size=SMALL))
            for i in range(count)
        ]


class BulkSpawnSystem(SpawnSystem):
    """The same by one call for all that come and one for all that go."""

    def delete(self, entities: Iterable[int]) -> None:
        self.world.delete_entities(entities)

    def make(self, count: int) -> Iterable[int]:
        place = np.zeros((count, 2), np.float32)
        place[:, 0] = np.arange(count)
        return self.world.create_entities(
            count, batch(Transform2D, position=place), Velocity(linear=(1, 0)), Sprite(size=SMALL)
        )


def add_sprites(
    app: App,
    count: int,
    *more: Any,
    moving: bool,
    seed: int = 1,
    spread: float = 1.0,
    layers: int = LAYERS,
    blends: int = 1,
) -> None:
    """Small sprites with 64 pictures on some layers, all over a field ``spread`` times as wide and high as the window;
    moving ones drift and turn. Their blends are the first ``blends`` ones, and ``more`` further components."""
    if not count:
        return
    rng = np.random.default_rng(seed)
    pictures = [int(app.pictures.add(bunny(variant), name=f"bunny {variant}")) for variant in range(PICTURES)]
    place = (rng.uniform(-spread, spread, (count, 2)) * (HALF_WIDTH, HALF_HEIGHT)).astype(np.float32)
    components: list[Any] = [
        batch(Transform2D, position=place),
        batch(
            Sprite,
            picture=rng.choice(np.array(pictures, np.uint32), count),
            layer=rng.integers(0, layers, count).astype(np.int16),
            blend=rng.integers(0, blends, count).astype(np.uint8),
            size=np.array(SMALL, np.float32),
        ),
    ]
    if moving:
        speed = rng.uniform(-120, 120, (count, 2)).astype(np.float32)
        turning = rng.uniform(-3, 3, count).astype(np.float32)
        components.append(batch(Velocity, linear=speed, angular=turning))
    app.world.create_entities(count, *components, *more)


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


class SignalSystem(System):
    """Has a hundredth of all state machines answer to a signal in every tick."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, signals: list[int]) -> None:
        self.signals = np.array(signals, np.uint16)
        self.rng = np.random.default_rng(1)

    def process(self, dt: float) -> None:
        for rows in self.world.select(writable(AnimationState)):
            (state,) = rows
            asked = self.rng.integers(0, len(rows), len(rows) // 100)
            state.signal[asked] = self.rng.choice(self.signals, len(asked))


def animation(app: App, count: int) -> None:
    """``count`` animated sprites of 8 frames at 4 to 20 a second, each with a state machine; none of them moves."""
    first = len(app.pictures)
    clips = app.world.resource(Clips)
    plays = {"idle": Play.LOOP, "walk": Play.LOOP, "run": Play.PING_PONG, "jump": Play.ONCE}
    states = {
        name: clips.add(range(first + 8 * i, first + 8 * i + 8), fps=12, play=play)
        for i, (name, play) in enumerate(plays.items())
    }
    transitions = [("*", "stop", "idle"), ("*", "go", "walk"), ("walk", "go", "run"), ("*", "up", "jump")]
    machine = app.world.resource(StateMachines).add(states, [*transitions, ("jump", "end", "idle")])
    speed = np.random.default_rng(2).uniform(0.3, 1.7, count).astype(np.float32)
    add_sprites(app, count, batch(Animation, speed=speed), AnimationState(machine), moving=False)
    app.add_system(SignalSystem([machine.signal(name) for name in ("stop", "go", "up")]))


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


def visible(app: App, count: int) -> None:
    """``count`` moving sprites, of which the window shows a fiftieth."""
    add_sprites(app, count, moving=True, spread=50**0.5)


def spawn(app: App, count: int) -> None:
    """10,000 sprites that move, and ``count`` a second that come and go."""
    add_sprites(app, 10_000, moving=True)
    app.add_system(BounceSystem())
    app.add_system(SpawnSystem(count))


def spawn_bulk(app: App, count: int) -> None:
    """The same by calls for many at once."""
    add_sprites(app, 10_000, moving=True)
    app.add_system(BounceSystem())
    app.add_system(BulkSpawnSystem(count))


def materials(app: App, count: int) -> None:
    """``count`` moving sprites on 16 layers, each with 64 pictures and both blends."""
    add_sprites(app, count, moving=True, layers=16, blends=len(Blend))
    app.add_system(BounceSystem())


def handles(app: App, count: int) -> None:
    """``count`` sprites that a Python system turns one by one, through handles."""
    add_sprites(app, count, moving=False)
    app.add_system(HandleSystem([entity for rows in app.world.select(Sprite) for entity in rows.entities.tolist()]))
