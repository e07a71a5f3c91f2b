"""Things move."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Transform2D, Velocity
from ecs_engine.core.selection import writable
from ecs_engine.core.system import Stage, System

Array = np.ndarray[Any, Any]


class PhysicsSystem(System):
    """Integrates velocities. Override :meth:`integrate` to move things otherwise."""

    stage: ClassVar[Stage] = Stage.PHYSICS

    def on_add(self) -> None:
        self._scratch: Array = np.empty(0, np.float32)

    def process(self, dt: float) -> None:
        self.integrate(dt)

    def integrate(self, dt: float) -> None:
        """position += linear * dt, rotation += angular * dt (semi-implicit Euler, as velocities change before)."""
        step = np.float32(dt)
        for rows in self.world.select(writable(Transform2D), Velocity):
            transform, velocity = rows
            if len(rows) * 2 > len(self._scratch):
                self._scratch = np.empty(len(rows) * 4, np.float32)
            change = self._scratch[: len(rows) * 2].reshape(-1, 2)
            np.multiply(velocity.linear, step, out=change)
            transform.position += change
            angular = velocity.angular
            if angular.any():
                turn = self._scratch[: len(rows)]
                np.multiply(angular, step, out=turn)
                transform.rotation += turn
