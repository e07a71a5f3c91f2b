"""Where things are: the transform a game sets, and the world pose the engine derives from it."""

from __future__ import annotations

from math import nan

from ecs_engine.core.component import component
from ecs_engine.core.fields import EntityId, Float, Vec2, Vec4

_UNKNOWN = (nan, nan, nan, nan)


@component
class WorldPose2D:
    """Where an entity is in the world, this tick and the tick before; written by the TransformSystem, read-only to
    games. The picture is drawn between the two."""

    pose: Vec4 = _UNKNOWN
    """x, y, angle (radians), and what the ParallaxSystem keeps there, or 0."""
    previous: Vec4 = _UNKNOWN
    """The same at the previous tick. Unknown (NaN) until the first tick: a new entity does not slide in."""
    scale: Vec2 = (1.0, 1.0)
    """World scale: the product of the scales from the root down (axis by axis: there is no shear)."""


@component(companions=(WorldPose2D,))
class Transform2D:
    """Position, rotation and scale, relative to the parent if there is one."""

    position: Vec2 = (0.0, 0.0)
    """World units; y points up."""
    rotation: Float = 0.0
    """Radians, counter-clockwise."""
    scale: Vec2 = (1.0, 1.0)


@component
class Parent:
    """Makes the entity's transform relative to another entity's. It is deleted together with its parent."""

    entity: EntityId = 0
    """The parent; 0 is none."""
