"""The factors of parallax stay in the spare numbers of both poses, whatever happens to these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ecs_engine.components import Parallax, Parent, Transform2D, Velocity, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.world import World
from ecs_engine.systems import ParallaxSystem, PhysicsSystem, TransformSystem, teleport

POSE, PREVIOUS = field_of(WorldPose2D, "pose"), field_of(WorldPose2D, "previous")


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(PhysicsSystem(), TransformSystem(), ParallaxSystem())


def spare(world: World, entity: int) -> tuple[float, float]:
    location = world.location(entity)
    assert location is not None
    table, row = location
    return float(table.readable[POSE][row, 3]), float(table.readable[PREVIOUS][row, 3])


@pytest.mark.parametrize("kind", ["still", "moving", "child"])
def test_they_stay_while_poses_are_exchanged_settle_and_jump(world: World, kind: str) -> None:
    extras: list[Any] = []
    if kind == "moving":
        extras = [Velocity((5, 0))]
    elif kind == "child":
        extras = [Parent(world.create_entity(Transform2D(), Velocity((5, 0))))]
    one = world.create_entity(Transform2D(), Parallax((0.25, 0.5)), *extras)
    plain = world.create_entity(Transform2D(), *extras)
    for tick in range(8):
        if tick == 2:
            teleport(world, one, (99, 9))
        if tick == 4:
            world.component_for_entity(one, Transform2D).position = (1, 1)
        world.process(0.1)
        assert spare(world, one) == (0.75, 0.5), tick
        assert spare(world, plain) == (0, 0), tick
    world.component_for_entity(one, Parallax).factor = (1.5, 1)
    world.process(0.1)
    assert spare(world, one) == (-0.5, 0)
    world.remove_component(one, Parallax)
    world.process(0.1)
    assert spare(world, one) == (0, 0)
    world.add_component(one, Parallax((0, 0)))
    world.process(0.1)
    assert spare(world, one) == (1, 1)


def test_at_rest_nothing_is_written(world: World) -> None:
    one = world.create_entity(Transform2D(), Parallax((0.25, 0.5)))
    for _ in range(3):
        world.process(0.1)
    location = world.location(one)
    assert location is not None
    before = dict(location[0].versions)
    world.process(0.1)
    assert location[0].versions == before
