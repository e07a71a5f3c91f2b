"""A player made of code: it plays behind the title, and for pictures."""

from __future__ import annotations

from math import copysign, sin

from ecs_engine import Shape, System, Transform2D, Velocity
from ecs_engine.demos.breakout.components import Ball, Drop
from ecs_engine.demos.breakout.rules import LEFT, PADDLE_Y, RIGHT, Controls, Game, Phase


class PilotSystem(System):
    """Sets the :class:`Controls` in the player's place: at the title, or ``always``."""

    priority = 29  # after the ControlSystem

    def __init__(self, *, always: bool = False) -> None:
        self.always = always
        self.time = 0.0

    def process(self, dt: float) -> None:
        world, game, controls = self.world, self.world.resource(Game), self.world.resource(Controls)
        if not (self.always or game.phase is Phase.TITLE):
            return
        self.time += dt
        controls.launch = self.time % 1.0 < dt
        controls.aim = None
        x = world.component_for_entity(game.paddle, Transform2D).position.x
        target = self.target()
        if target is None:
            controls.move = 0.0
            return
        reach = world.component_for_entity(game.paddle, Shape).size.x * 0.3
        away = target + reach * sin(self.time * 1.7) - x
        controls.move = copysign(min(abs(away) / 30.0, 1.0), away)

    def target(self) -> float | None:
        """Where the next ball comes down, or else a drop to catch."""
        soonest, found = 1e9, None
        for entity, (_, velocity) in self.world.get_components(Ball, Velocity):
            x, y = self.world.component_for_entity(entity, Transform2D).position
            if velocity.linear.y < 0.0:
                time = (PADDLE_Y - y) / velocity.linear.y
                if 0.0 < time < soonest:
                    soonest, found = time, mirrored(x + velocity.linear.x * time)
        if soonest > 0.7:
            for transform, _ in self.world.select(Transform2D, Drop):
                return float(transform.position[transform.position[:, 1].argmin(), 0])
        return found


def mirrored(x: float) -> float:
    """Where a straight way leads that the walls at the sides throw back."""
    width = RIGHT - LEFT
    x = (x - LEFT) % (2 * width)
    return LEFT + min(x, 2 * width - x)
