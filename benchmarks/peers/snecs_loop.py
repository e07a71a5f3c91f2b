"""snecs: slotted components, and queries compiled outside the loop, as its documentation asks."""

from __future__ import annotations

from importlib.metadata import version

import objects
import snecs
from common import COMING, DT, Subject, run


def registered(base: type) -> type:
    """A component of snecs with the slots and values of one of ours."""
    return snecs.register_component(type(base.__name__, (base, snecs.Component), {"__slots__": ()}))


Position, Velocity = registered(objects.Position), registered(objects.Velocity)
First, Second, Third = registered(objects.First), registered(objects.Second), registered(objects.Third)
KINDS = [registered(kind) for kind in objects.KINDS]


def move(count: int) -> Subject:
    world = snecs.World()
    for _ in range(count):
        snecs.new_entity((Position(), Velocity()), world)
    query = snecs.Query((Position, Velocity), world).compile()

    def frame() -> None:
        for _, (position, velocity) in query:
            position.x += velocity.x * DT
            position.y += velocity.y * DT

    return Subject(frame)


def join(count: int) -> Subject:
    world = snecs.World()
    for index in range(count):
        snecs.new_entity((First(), Second(), Third(), KINDS[index % len(KINDS)]()), world)
    query = snecs.Query((First, Second, Third), world).compile()

    def frame() -> None:
        for _, (first, second, third) in query:
            first.value += second.value * third.value

    return Subject(frame)


def handles(count: int) -> Subject:
    world = snecs.World()
    entities = [snecs.new_entity((First(),), world) for _ in range(count)]

    def frame() -> None:
        for entity in entities:
            snecs.entity_component(entity, First, world).value += DT

    return Subject(frame)


def churn(count: int) -> Subject:
    world = snecs.World()
    for _ in range(count):
        snecs.new_entity((Position(), Velocity()), world)
    living: list[int] = []

    def frame() -> None:
        for entity in living:
            snecs.delete_entity_immediately(entity, world)
        living[:] = [snecs.new_entity((Position(), Velocity()), world) for _ in range(COMING)]

    return Subject(frame)


if __name__ == "__main__":
    run("snecs", version("snecs"), {"ecs-move": move, "ecs-join": join, "ecs-handles": handles, "ecs-churn": churn})
