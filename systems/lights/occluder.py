"""What stands in the way of light."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import cos, pi, sin
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.components import Collider, ColliderShape
from ecs_engine.systems.shapes.paths import checked_points, distinct

Array = np.ndarray[Any, Any]

CIRCLE_SIDES = 12


@dataclass(frozen=True, eq=False)
class Occluder:
    """An outline at the entity's Transform2D that light does not pass. An object component: any number of entities may
    share it, and it never changes; add another one for another outline.

    Args:
        points: (n, 2) corners, world units around the entity's position, in either direction; 2 or more.
        closed: whether it goes back to its first point. An open one is a wall without thickness.
        lit: whether light falls on what is inside of a closed one: its shadow begins behind it. False: at its front.

    Raises:
        EngineError: too few points, or a number that is infinite or NaN.

    Example:
        >>> from ecs_engine import Occluder, Transform2D, World
        >>> world = World()
        >>> crate = world.create_entity(Transform2D((40, 0), rotation=0.3), Occluder.box(32, 32))
    """

    points: npt.ArrayLike
    closed: bool = True
    lit: bool = True
    edges: Array = field(init=False, repr=False)
    """(m, 4) float32: from x, y to x, y; of a closed one with its inside to the left."""
    reach: float = field(init=False, repr=False)
    """The radius around (0, 0) that holds it."""

    def __post_init__(self) -> None:
        corners = distinct(checked_points("Occluder", self.points, least=2), closed=self.closed)
        ends = np.roll(corners, -1, axis=0)
        twice_area = float(np.sum(corners[:, 0] * ends[:, 1] - corners[:, 1] * ends[:, 0]))
        edges = np.hstack([corners, ends]) if self.closed and len(corners) > 2 else np.hstack([corners, ends])[:-1]
        if self.closed and twice_area < 0:
            edges = edges[:, [2, 3, 0, 1]]
        object.__setattr__(self, "edges", edges.astype(np.float32))
        object.__setattr__(self, "reach", float(np.hypot(*corners.T).max()))

    @property
    def side(self) -> int:
        """On which side of an edge a light stands for that edge to be in its way: 1 left (inside), -1 right, 0 both."""
        if not self.closed or len(self.edges) < 3:
            return 0
        return 1 if self.lit else -1

    @classmethod
    def box(cls, width: float, height: float, *, lit: bool = True) -> Occluder:
        """A rectangle around the entity's position."""
        x, y = width / 2, height / 2
        return cls([(-x, -y), (x, -y), (x, y), (-x, y)], lit=lit)

    @classmethod
    def circle(cls, radius: float, *, sides: int = CIRCLE_SIDES, lit: bool = True) -> Occluder:
        """A polygon with so many corners on a circle."""
        turns = [2 * pi * corner / max(sides, 3) for corner in range(max(sides, 3))]
        return cls([(radius * cos(turn), radius * sin(turn)) for turn in turns], lit=lit)

    @classmethod
    def line(cls, *points: tuple[float, float]) -> Occluder:
        """A wall without thickness along points."""
        return cls(points, closed=False)

    @classmethod
    def of(cls, collider: Collider, *, lit: bool = True) -> Occluder:
        """The outline of a collider. As an occluder it turns with the entity, which a collider's box does not."""
        if collider.shape == ColliderShape.CIRCLE:
            return cls.circle(float(collider.radius), lit=lit)
        return cls.box(2 * float(collider.half_size[0]), 2 * float(collider.half_size[1]), lit=lit)
