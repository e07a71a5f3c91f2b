"""The pose of one entity, as the TransformSystem will work it out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ecs_engine.components import Parent, Transform2D, Velocity, WorldPose2D
from ecs_engine.core.errors import ComponentError, MissingError
from ecs_engine.core.world import World
from ecs_engine.systems import TransformSystem, world_pose

MakeWorld = Callable[..., World]


def test_it_is_what_the_transform_system_makes_of_it(make_world: MakeWorld, rng: np.random.Generator) -> None:
    world = make_world(TransformSystem())
    entities: list[int] = []
    for _ in range(60):
        line = [Parent(int(rng.choice(entities)))] if entities and rng.random() < 0.8 else []
        transform = Transform2D(rng.uniform(-9, 9, 2), float(rng.uniform(-3, 3)), rng.uniform(-1.5, 1.5, 2))
        entities.append(world.create_entity(transform, *line))
    told = {entity: world_pose(world, entity) for entity in entities}
    world.process(0.1)
    for rows in world.select(WorldPose2D):
        (world_poses,) = rows
        for entity, pose in zip(rows.entities.tolist(), world_poses.pose, strict=True):
            assert told[entity] == pytest.approx(pose[:3], rel=1e-3, abs=1e-3)


def test_parents_that_cannot_carry_it_are_passed_over(make_world: MakeWorld) -> None:
    world = make_world()
    bare = world.create_entity(Velocity())
    for parent in (0, bare, 999):
        assert world_pose(world, world.create_entity(Transform2D((1, 2), 3.0), Parent(parent))) == (1.0, 2.0, 3.0)


def test_what_has_no_place_is_an_error(make_world: MakeWorld) -> None:
    world = make_world()
    with pytest.raises(MissingError, match="has no Transform2D"):
        world_pose(world, world.create_entity(Velocity()))
    one, other = world.create_entity(Transform2D()), world.create_entity(Transform2D())
    world.add_component(one, Parent(other))
    world.add_component(other, Parent(one))
    with pytest.raises(ComponentError, match="is its own ancestor through Parent"):
        world_pose(world, one)
