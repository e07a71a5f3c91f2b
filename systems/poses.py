"""Poses: of the tick before for whole tables, and of this moment for one entity."""

from __future__ import annotations

from math import cos, sin
from typing import Any, NamedTuple

import numpy as np

from ecs_engine.components import Parent, Transform2D, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import ComponentError
from ecs_engine.core.table import Table
from ecs_engine.core.world import World

Array = np.ndarray[Any, Any]

_POSE = field_of(WorldPose2D, "pose")
_PREVIOUS = field_of(WorldPose2D, "previous")


def begin_history(table: Table) -> Array:
    """Rows whose previous pose is unknown (NaN: new, or teleported) get the present one; which they are, (k,) int64."""
    previous = table.writable[_PREVIOUS]
    unknown = np.flatnonzero(np.isnan(previous[:, 0]))
    if len(unknown):
        previous[unknown] = table.writable[_POSE][unknown]
        table.touch(_PREVIOUS)
    return unknown


class Pose(NamedTuple):
    """A place in the world and a direction."""

    x: float
    """World units."""
    y: float
    angle: float
    """Radians, counter-clockwise; the sum of the rotations from the root down."""


def world_pose(world: World, entity: int) -> Pose:
    """Where one entity is in the world right now, from its transform and those of its parents.

    It is what the TransformSystem will make of them at the end of the tick. To read many, select WorldPose2D, which
    holds those of the last tick.

    Raises:
        MissingError: no such entity, or it has no Transform2D.
        ComponentError: it is its own ancestor.

    Example:
        >>> from ecs_engine import Parent, Transform2D, World
        >>> from ecs_engine.systems import world_pose
        >>> world = World()
        >>> tank = world.create_entity(Transform2D(position=(10, 0), scale=(2, 2)))
        >>> muzzle = world.create_entity(Transform2D(position=(3, 1)), Parent(tank))
        >>> world_pose(world, muzzle)
        Pose(x=16.0, y=2.0, angle=0.0)
    """
    chain = {entity: world.component_for_entity(entity, Transform2D)}
    parent = world.try_component(entity, Parent)
    while parent is not None and (above := world.try_component(parent.entity, Transform2D)) is not None:
        if parent.entity in chain:
            raise ComponentError(
                f"Entity {parent.entity} is its own ancestor through Parent: give one of its line another parent, or 0."
            )
        chain[parent.entity] = above
        parent = world.try_component(parent.entity, Parent)
    x, y, angle, scale_x, scale_y = 0.0, 0.0, 0.0, 1.0, 1.0
    for transform in reversed(chain.values()):
        right, up = transform.position.x * scale_x, transform.position.y * scale_y
        x, y = x + cos(angle) * right - sin(angle) * up, y + sin(angle) * right + cos(angle) * up
        angle += transform.rotation
        scale_x, scale_y = scale_x * transform.scale.x, scale_y * transform.scale.y
    return Pose(x, y, angle)
