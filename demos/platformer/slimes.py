"""The slimes: they turn round at walls, and where the ground ends."""

from __future__ import annotations

import numpy as np

from ecs_engine import Contacts, Sprite, System, Transform2D, Velocity, writable
from ecs_engine.demos.platformer.game import Game, Slime

SPEED = 70.0


class SlimeSystem(System):
    """Moves are those of the PhysicsSystem, which tells of walls, too; this one sets where to."""

    def process(self, dt: float) -> None:
        game = self.world.resource(Game)
        for a, b in self.world.resource(Contacts).entered.tolist():
            for one, other in ((a, b), (b, a)):
                if not (self.world.entity_exists(one) and self.world.has_component(one, Slime)):
                    continue
                if other != game.hero and self.world.entity_exists(other):
                    self.turn_from(one, self.world.component_for_entity(other, Transform2D).position.x)
        for rows in self.world.select(writable(Transform2D), writable(Velocity), writable(Sprite), writable(Slime)):
            body, velocity, sprite, walker = rows
            walker.age += dt
            beat = 0.09 * np.sin(walker.age * 9)
            body.scale[:, 0], body.scale[:, 1] = 1 + beat, 1 - beat
            sprite.flip_x[:] = velocity.linear[:, 0] > 0
            for row in range(len(rows)):
                x, y = body.position[row].tolist()
                ahead = x + float(np.copysign(30, velocity.linear[row, 0]))
                if not game.level.tile("ground", *game.level.grid.cell_at(ahead, y - 40)):
                    velocity.linear[row, 0] = np.copysign(SPEED, x - ahead)

    def turn_from(self, slime: int, x: float) -> None:
        here = self.world.component_for_entity(slime, Transform2D).position.x
        self.world.component_for_entity(slime, Velocity).linear = (np.copysign(SPEED, here - x), 0)
