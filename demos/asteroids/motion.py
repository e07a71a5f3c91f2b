"""How things move: not at all in a pause, around the edges, and into each other."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ecs_engine import Stage, Transform2D, Velocity, writable
from ecs_engine.demos.asteroids.components import Bullet, Rock, Star, Wrap
from ecs_engine.demos.asteroids.rocks import break_rock
from ecs_engine.demos.asteroids.rules import HEIGHT, WIDTH, Game, GameSystem, Phase
from ecs_engine.demos.asteroids.ship import destroy_ship
from ecs_engine.systems import Contacts, PhysicsSystem, teleport


class PausablePhysicsSystem(PhysicsSystem):
    """The stock system, in whose place it stands, for a game that can be paused."""

    def process(self, dt: float) -> None:
        if self.world.resource(Game).phase is not Phase.PAUSED:
            super().process(dt)


class HitSystem(GameSystem):
    """What happens to those who met in this tick: bullets break rocks, and rocks break the ship."""

    stage: ClassVar[Stage] = Stage.PHYSICS
    priority = -1  # after the PhysicsSystem, which found the contacts

    def play(self, dt: float) -> None:
        world, game = self.world, self.world.resource(Game)
        gone: set[int] = set()
        for pair in world.resource(Contacts).entered.tolist():
            if gone.intersection(pair):
                continue
            rock, other = pair if world.has_component(pair[0], Rock) else pair[::-1]
            if other == game.ship:
                destroy_ship(world)
                gone.add(other)
            else:
                bullet = world.component_for_entity(other, Bullet)
                bullet.power -= 1
                if bullet.power <= 0:
                    world.delete_entity(other)
                    gone.add(other)
            break_rock(world, rock)
            gone.add(rock)


class WrapSystem(GameSystem):
    """What has left the arena comes back on the other side; teleported, it is not drawn on the way."""

    stage: ClassVar[Stage] = Stage.ANIMATE
    half = np.array([WIDTH / 2, HEIGHT / 2], np.float32)

    def play(self, dt: float) -> None:
        for rows in self.world.select(Transform2D, Wrap):
            transform, wrap = rows
            limit = self.half + wrap.margin[:, None]
            outside = np.abs(transform.position) > limit
            for row in np.flatnonzero(outside.any(axis=1)):
                place = transform.position[row]
                back = np.where(outside[row], -np.copysign(limit[row], place), place)
                teleport(self.world, int(rows.entities[row]), back)


class StarSystem(GameSystem):
    """The stars drift against the ship, the near ones more."""

    def play(self, dt: float) -> None:
        ship = self.world.resource(Game).ship
        flight = (60.0, 14.0) if ship is None else self.world.component_for_entity(ship, Velocity).linear
        against = -np.asarray(flight, np.float32)
        for star, velocity in self.world.select(Star, writable(Velocity)):
            velocity.linear += (against * star.depth[:, None] - velocity.linear) * 0.08


class BulletSystem(GameSystem):
    """Bullets do not fly for ever."""

    def play(self, dt: float) -> None:
        for rows in self.world.select(writable(Bullet)):
            (bullet,) = rows
            bullet.left -= dt
            over = bullet.left <= 0.0
            if over.any():
                self.world.delete_entities(rows.entities[over])
