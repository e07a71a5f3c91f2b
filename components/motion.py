"""How things move."""

from __future__ import annotations

from ecs_engine.core.component import component
from ecs_engine.core.fields import Float, Vec2


@component
class Velocity:
    """Change of the transform per second; integrated by the PhysicsSystem."""

    linear: Vec2 = (0.0, 0.0)
    """World units a second."""
    angular: Float = 0.0
    """Radians a second, counter-clockwise."""
