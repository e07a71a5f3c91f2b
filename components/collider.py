"""What bumps into what."""

from __future__ import annotations

from enum import IntEnum

from ecs_engine.core.component import component
from ecs_engine.core.fields import Byte, Float, UInt, Vec2


class ColliderShape(IntEnum):
    """The form of a collider."""

    CIRCLE = 0
    BOX = 1
    """Axis-aligned: it does not turn with the entity."""


@component
class Collider:
    """A shape around the entity's position that is tested against others; the PhysicsSystem tells who met whom."""

    shape: Byte = 0
    """A :class:`ColliderShape`."""
    radius: Float = 0.5
    """Of a circle, in world units, before the transform's scale."""
    half_size: Vec2 = (0.5, 0.5)
    """Of a box: half its width and height, in world units, before the transform's scale."""
    layer: UInt = 1
    """Bits: the groups this collider is in."""
    mask: UInt = 0xFFFFFFFF
    """Bits: the groups it meets. Two colliders meet if each is in a group that the other's mask names."""
