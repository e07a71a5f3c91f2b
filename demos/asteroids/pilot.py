"""A player made of code, for pictures of the game: it hunts the rocks, large ones first."""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from ecs_engine import Stage, System, Transform2D, Velocity
from ecs_engine.demos.asteroids.components import Rock
from ecs_engine.demos.asteroids.rules import BULLET_SPEED, Controls, Game, Phase

Vector = npt.NDArray[np.float64]
DANGER = 150.0
"""A rock nearer than this comes first, whatever its size."""


class PilotSystem(System):
    """Sets the :class:`Controls` in the keyboard's place."""

    stage: ClassVar[Stage] = Stage.INPUT
    priority = -2  # after the keyboard

    def process(self, dt: float) -> None:
        game, controls = self.world.resource(Game), self.world.resource(Controls)
        controls.start = game.phase in (Phase.TITLE, Phase.OVER)
        controls.turn, controls.thrust, controls.fire = 0.0, False, False
        if game.ship is None:
            return
        transform = self.world.component_for_entity(game.ship, Transform2D)
        velocity = np.array(self.world.component_for_entity(game.ship, Velocity).linear)
        target = self.choose_rock(np.array(transform.position), velocity)
        if target is None:
            return
        (x, y), distance = target
        aim = (atan2(y, x) - transform.rotation + pi) % (2 * pi) - pi
        controls.turn = min(max(aim * 6.0, -1.0), 1.0)
        controls.fire = abs(aim) < 0.1 and distance < 620.0
        ahead = velocity[0] * cos(transform.rotation) + velocity[1] * sin(transform.rotation)
        controls.thrust = distance > 250.0 and abs(aim) < 0.5 and ahead < 170.0 and hypot(*velocity) < 260.0

    def choose_rock(self, place: Vector, velocity: Vector) -> tuple[tuple[float, float], float] | None:
        """Where the rock to shoot at will be when a bullet gets there, from the ship, and how far it is."""
        least, best = np.inf, None
        for transform, motion, rock in self.world.select(Transform2D, Velocity, Rock):
            offset = transform.position - place
            distance = np.hypot(*offset.T)
            cost = np.where(distance < DANGER, 0.0, rock.size * 220.0) + distance
            row = int(cost.argmin())
            if cost[row] < least:
                least = float(cost[row])
                meet = offset[row] + (motion.linear[row] - velocity) * (distance[row] / BULLET_SPEED)
                best = (float(meet[0]), float(meet[1])), float(distance[row])
        return best
