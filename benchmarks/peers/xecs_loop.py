"""xecs: whole-column operations in Rust, in systems of an app, as its documentation shows.

The app works the query out anew before each call of a system, and that takes most of the time.
"""

from importlib.metadata import version

import xecs as xx
from common import DT, Subject, run

# Without `from __future__ import annotations`: xecs reads the annotations of systems.


class Velocity(xx.Component):
    value: xx.Vec2


class First(xx.Component):
    value: xx.Float


class Second(xx.Component):
    value: xx.Float


class Third(xx.Component):
    value: xx.Float


KINDS = [type(f"Kind{number}", (xx.Component,), {"__annotations__": {"value": xx.Float}}) for number in range(10)]


def update_positions(query: xx.Query[tuple[xx.Transform2, Velocity]]) -> None:
    (transform, velocity) = query.result()
    transform.translation += velocity.value * DT


def update_first(query: xx.Query[tuple[First, Second, Third]]) -> None:
    (first, second, third) = query.result()
    first.value += second.value * third.value


def move(count: int) -> Subject:
    app = xx.RealTimeApp()
    app.add_pool(xx.Transform2.create_pool(count))
    app.add_pool(Velocity.create_pool(count))

    def spawn(commands: xx.Commands, world: xx.World) -> None:
        _, velocities = commands.spawn(components=(xx.Transform2, Velocity), num=count)
        velocity = world.get_view(Velocity, velocities)
        velocity.value.x.fill(3)
        velocity.value.y.fill(4)

    app.add_startup_system(spawn)
    app.add_system(update_positions)
    return Subject(app.update)


def join(count: int) -> Subject:
    app = xx.RealTimeApp()
    for component in (First, Second, Third):
        app.add_pool(component.create_pool(count))
    for kind in KINDS:
        app.add_pool(kind.create_pool(count // len(KINDS)))

    def spawn(commands: xx.Commands, world: xx.World) -> None:
        for kind in KINDS:
            parts = (First, Second, Third, kind)
            for part, indices in zip(parts, commands.spawn(components=parts, num=count // len(KINDS)), strict=True):
                world.get_view(part, indices).value.fill(1)

    app.add_startup_system(spawn)
    app.add_system(update_first)
    return Subject(app.update)


if __name__ == "__main__":
    run("xecs", version("xecs"), {"ecs-move": move, "ecs-join": join})
