"""The ECS loop alone: a system over columns, with nothing drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.bench.timing import measure_calls
from ecs_engine.core.component import component
from ecs_engine.core.fields import Float, Vec2
from ecs_engine.core.selection import writable
from ecs_engine.core.system import System
from ecs_engine.core.world import World

Array = np.ndarray[Any, Any]
TABLES = 10
COMING = 167
"""Entities that come, and go a tick later: 10,000 a second."""


@component
class Position:
    value: Vec2 = (0.0, 0.0)


@component
class Speed:
    value: Vec2 = (3.0, 4.0)


@component
class First:
    value: Float = 1.0


@component
class Second:
    value: Float = 1.0


@component
class Third:
    value: Float = 1.0


def _kind(number: int) -> type:
    return component(type(f"Kind{number}", (), {"__annotations__": {"value": Float}, "value": 1.0}))


KINDS = [_kind(number) for number in range(TABLES)]
"""Each tenth of the entities of the join has one of these as well, and so a table of its own."""


class MoveSystem(System):
    """Position += speed * dt."""

    def on_add(self) -> None:
        self.way: Array = np.empty((0, 2), np.float32)

    def process(self, dt: float) -> None:
        for rows in self.world.select(writable(Position), Speed):
            position, speed = rows
            if len(self.way) < len(rows):
                self.way = np.empty((len(rows), 2), np.float32)
            way = self.way[: len(rows)]
            np.multiply(speed.value, np.float32(dt), out=way)
            position.value += way


class JoinSystem(System):
    """First += second * third."""

    def on_add(self) -> None:
        self.product: Array = np.empty(0, np.float32)

    def process(self, dt: float) -> None:
        for rows in self.world.select(writable(First), Second, Third):
            first, second, third = rows
            if len(self.product) < len(rows):
                self.product = np.empty(len(rows), np.float32)
            product = self.product[: len(rows)]
            np.multiply(second.value, third.value, out=product)
            first.value += product


class HandleSystem(System):
    """Value += dt, through the handles of entities, one by one."""

    def __init__(self, entities: list[int]) -> None:
        self.entities = entities

    def process(self, dt: float) -> None:
        for entity in self.entities:
            self.world.component_for_entity(entity, First).value += dt


class ChurnSystem(System):
    """Makes entities one by one, and deletes them a tick later."""

    def on_add(self) -> None:
        self.living: list[int] = []

    def process(self, dt: float) -> None:
        for entity in self.living:
            self.world.delete_entity(entity)
        self.living = [self.world.create_entity(Position(), Speed()) for _ in range(COMING)]


def measure_move(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Milliseconds for a tick that moves ``count`` entities."""
    with World() as world:
        world.create_entities(count, Position(), Speed())
        world.add_processor(MoveSystem())
        return {"name": "ecs-move", "count": count, **measure_calls(lambda: world.process(1 / 60), ticks)}


def measure_join(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Milliseconds for a tick that joins three components of ``count`` entities in ten tables."""
    with World() as world:
        for kind in KINDS:
            world.create_entities(count // TABLES, First(), Second(), Third(), kind())
        world.add_processor(JoinSystem())
        return {"name": "ecs-join", "count": count, **measure_calls(lambda: world.process(1 / 60), ticks)}


def measure_handles(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Milliseconds for a tick that reads and writes a field of ``count`` entities, one by one."""
    with World() as world:
        world.add_processor(HandleSystem([int(entity) for entity in world.create_entities(count, First())]))
        return {"name": "ecs-handles", "count": count, **measure_calls(lambda: world.process(1 / 60), ticks)}


def measure_coming(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Milliseconds for a tick in which 167 entities come and as many go, one by one, beside ``count`` that stay."""
    with World() as world:
        world.create_entities(count, Position(), Speed())
        world.add_processor(ChurnSystem())
        return {"name": "ecs-churn", "count": count, **measure_calls(lambda: world.process(1 / 60), ticks)}
