"""PyBevy: expressions over the columns of a `View`, which its performance guide asks for from 1,000 entities on.

Its systems run in threads of Bevy, so what is timed is the processor time of all threads.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from time import process_time_ns

import numpy as np
from common import COMING, DT, Subject, run
from pybevy.app import App, RunMode, ScheduleRunnerPlugin, Startup, Update
from pybevy.decorators import component
from pybevy.ecs import Commands, Component, Entity, Mut, Query, View, World
from pybevy.math import Vec2

# Without `from __future__ import annotations`: PyBevy reads the annotations of systems.


@component
@dataclass
class Position(Component):
    value: Vec2 = field(default_factory=lambda: Vec2(0.0, 0.0))


@component
@dataclass
class Velocity(Component):
    value: Vec2 = field(default_factory=lambda: Vec2(3.0, 4.0))


@component
@dataclass
class First(Component):
    value: float = 1.0


@component
@dataclass
class Second(Component):
    value: float = 1.0


@component
@dataclass
class Third(Component):
    value: float = 1.0


def kind(number: int) -> type:
    """A component of its own, which gives entities that have it a table of their own."""
    contents = {"__annotations__": {"value": float}, "value": 1.0}
    return component(dataclass(type(f"Kind{number}", (Component,), contents)))


KINDS = [kind(number) for number in range(10)]


def subject(spawn: Callable[..., None], system: Callable[..., None]) -> Subject:
    """An app of nothing but this system."""
    app = App()
    app.add_plugins(ScheduleRunnerPlugin(RunMode.Once()))
    app.add_systems(Startup, spawn)
    app.add_systems(Update, system)
    app.initialize()
    return Subject(app.update, clock=process_time_ns)


def move(count: int, system: Callable[..., None]) -> Subject:
    def spawn(world: World) -> None:
        places = Position.from_numpy(value=np.zeros((count, 2), np.float32))
        world.commands().spawn_batch(places, Velocity())

    return subject(spawn, system)


def join(count: int, system: Callable[..., None]) -> Subject:
    def spawn(world: World) -> None:
        ones = np.ones(count // len(KINDS))
        for kind in KINDS:
            world.commands().spawn_batch(First.from_numpy(value=ones), Second(), Third(), kind())

    return subject(spawn, system)


def handles(count: int) -> Subject:
    entities: list[Entity] = []

    def spawn(world: World) -> None:
        entities.extend(world.commands().spawn_batch(First(), count=count))

    def update(query: Query[Mut[First]]) -> None:
        for first in query.iter_many(entities):
            first.value += DT

    return subject(spawn, update)


def churn(count: int) -> Subject:
    living: list[Entity] = []

    def spawn(world: World) -> None:
        world.commands().spawn_batch(Position(), Velocity(), count=count)

    def update(commands: Commands) -> None:
        for entity in living:
            commands.entity(entity).despawn()
        living[:] = [commands.spawn(Position(), Velocity()).id() for _ in range(COMING)]

    return subject(spawn, update)


def update_positions(view: View[tuple[Mut[Position], Velocity]]) -> None:
    position, velocity = view.column_mut(Position).value, view.column(Velocity).value
    position.x += velocity.x * DT
    position.y += velocity.y * DT


def update_first(view: View[tuple[Mut[First], Second, Third]]) -> None:
    first = view.column_mut(First)
    first.value += view.column(Second).value * view.column(Third).value


if __name__ == "__main__":
    run(
        "PyBevy",
        version("pybevy"),
        {
            "ecs-move": lambda count: move(count, update_positions),
            "ecs-join": lambda count: join(count, update_first),
            "ecs-handles": handles,
            "ecs-churn": churn,
        },
    )
