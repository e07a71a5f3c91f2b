"""tcod-ecs: slotted components, iterated together through `registry.Q[...]`, as its documentation shows."""

from __future__ import annotations

from importlib.metadata import version

import tcod.ecs
from common import COMING, DT, Subject, run
from objects import KINDS, First, Position, Second, Third, Velocity


def move(count: int) -> Subject:
    registry = tcod.ecs.Registry()
    for _ in range(count):
        registry.new_entity({Position: Position(), Velocity: Velocity()})

    def frame() -> None:
        for position, velocity in registry.Q[Position, Velocity]:
            position.x += velocity.x * DT
            position.y += velocity.y * DT

    return Subject(frame)


def join(count: int) -> Subject:
    registry = tcod.ecs.Registry()
    for index in range(count):
        kind = KINDS[index % len(KINDS)]
        registry.new_entity({First: First(), Second: Second(), Third: Third(), kind: kind()})

    def frame() -> None:
        for first, second, third in registry.Q[First, Second, Third]:
            first.value += second.value * third.value

    return Subject(frame)


def handles(count: int) -> Subject:
    registry = tcod.ecs.Registry()
    entities = [registry.new_entity({First: First()}) for _ in range(count)]

    def frame() -> None:
        for entity in entities:
            entity.components[First].value += DT

    return Subject(frame)


def churn(count: int) -> Subject:
    registry = tcod.ecs.Registry()
    for _ in range(count):
        registry.new_entity({Position: Position(), Velocity: Velocity()})
    living: list[tcod.ecs.Entity] = []

    def frame() -> None:
        for entity in living:
            entity.clear()
        living[:] = [registry.new_entity({Position: Position(), Velocity: Velocity()}) for _ in range(COMING)]

    return Subject(frame)


if __name__ == "__main__":
    run(
        "tcod-ecs",
        version("tcod-ecs"),
        {"ecs-move": move, "ecs-join": join, "ecs-handles": handles, "ecs-churn": churn},
    )
