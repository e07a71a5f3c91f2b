"""esper alone: slotted components, and its cached `get_components`."""

from __future__ import annotations

from importlib.metadata import version

import esper
from common import COMING, DT, Subject, run
from objects import KINDS, First, Position, Second, Third, Velocity


def move(count: int) -> Subject:
    for _ in range(count):
        esper.create_entity(Position(), Velocity())

    def frame() -> None:
        for _, (position, velocity) in esper.get_components(Position, Velocity):
            position.x += velocity.x * DT
            position.y += velocity.y * DT

    return Subject(frame)


def join(count: int) -> Subject:
    for index in range(count):
        esper.create_entity(First(), Second(), Third(), KINDS[index % len(KINDS)]())

    def frame() -> None:
        for _, (first, second, third) in esper.get_components(First, Second, Third):
            first.value += second.value * third.value

    return Subject(frame)


def handles(count: int) -> Subject:
    entities = [esper.create_entity(First()) for _ in range(count)]

    def frame() -> None:
        for entity in entities:
            esper.component_for_entity(entity, First).value += DT

    return Subject(frame)


def churn(count: int) -> Subject:
    for _ in range(count):
        esper.create_entity(Position(), Velocity())
    living: list[int] = []

    def frame() -> None:
        for entity in living:
            esper.delete_entity(entity, immediate=True)
        living[:] = [esper.create_entity(Position(), Velocity()) for _ in range(COMING)]

    return Subject(frame)


if __name__ == "__main__":
    run("esper", version("esper"), {"ecs-move": move, "ecs-join": join, "ecs-handles": handles, "ecs-churn": churn})
