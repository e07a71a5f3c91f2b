"""The ship: one entity, steered through the handles of its components."""

from __future__ import annotations

from math import cos, exp, hypot, pi, sin

import numpy as np

from ecs_engine import Blend, Collider, Sprite, Transform2D, Velocity, World
from ecs_engine.assets.asteroids import BULLET_RADIUS, SHIP_RADIUS
from ecs_engine.demos.asteroids.art import Art
from ecs_engine.demos.asteroids.components import Bullet, Ship, Wrap
from ecs_engine.demos.asteroids.effects import appear, burst_of_ship, exhaust, muzzle
from ecs_engine.demos.asteroids.rules import (
    BULLET_GROUP,
    BULLET_LIFE,
    BULLET_SPEED,
    DRAG,
    FIRE_LAYER,
    MOST_SPEED,
    RELOAD,
    RESPAWN,
    ROCK_GROUP,
    SHIELD,
    SHIP_GROUP,
    SHIP_LAYER,
    THRUST,
    TURN,
    TURN_GAIN,
    Controls,
    Game,
    GameSystem,
    blink,
)


def create_ship(world: World) -> None:
    """A new ship in the middle, nose up, that nothing can hit for a while."""
    world.resource(Game).ship = world.create_entity(
        Transform2D(rotation=pi / 2),
        Velocity(),
        Sprite(world.resource(Art).ship, layer=SHIP_LAYER),
        Collider(radius=SHIP_RADIUS * 0.8, layer=SHIP_GROUP, mask=0),
        Wrap(margin=34.0),
        Ship(shield=SHIELD),
    )
    appear(world, np.zeros(2))


def destroy_ship(world: World) -> None:
    """Lose the ship, and with it a life."""
    game = world.resource(Game)
    if game.ship is None:
        return
    place = np.array(world.component_for_entity(game.ship, Transform2D).position, np.float64)
    drift = np.array(world.component_for_entity(game.ship, Velocity).linear, np.float64) * 0.4
    burst_of_ship(world, place, drift)
    world.delete_entity(game.ship)
    game.ship, game.until_ship, game.shake = None, RESPAWN, 1.0
    game.lives -= 1


class ShipSystem(GameSystem):
    """Turns, drives, fires and blinks."""

    def play(self, dt: float) -> None:
        entity = self.world.resource(Game).ship
        if entity is None:
            return
        ship = self.world.component_for_entity(entity, Ship)
        transform = self.world.component_for_entity(entity, Transform2D)
        velocity = self.world.component_for_entity(entity, Velocity)
        controls = self.world.resource(Controls)
        self.steer(controls, transform, velocity, dt)
        self.guard(entity, ship, controls.thrust, dt)
        ship.cooldown = max(ship.cooldown - dt, 0.0)
        if controls.fire and ship.cooldown == 0.0:
            ship.cooldown = RELOAD
            self.fire(transform, velocity)

    def steer(self, controls: Controls, transform: Transform2D, velocity: Velocity, dt: float) -> None:
        """Turn towards the wanted rate, push, and lose speed slowly."""
        change = controls.turn * TURN - velocity.angular
        velocity.angular += min(max(change, -TURN_GAIN * dt), TURN_GAIN * dt)
        x, y = velocity.linear
        angle = transform.rotation
        if controls.thrust:
            x, y = x + cos(angle) * THRUST * dt, y + sin(angle) * THRUST * dt
            self.exhaust(transform, (x, y))
        keep = exp(-DRAG * dt) * min(1.0, MOST_SPEED / max(hypot(x, y), 1.0))
        velocity.linear = (x * keep, y * keep)

    def exhaust(self, transform: Transform2D, drift: tuple[float, float]) -> None:
        """Sparks out of the nozzle."""
        angle = transform.rotation
        nozzle = np.array(transform.position) - np.array((cos(angle), sin(angle))) * 34.0
        exhaust(self.world, nozzle, angle, drift)

    def guard(self, entity: int, ship: Ship, thrust: bool, dt: float) -> None:
        """Show the flame; blink, and be out of reach, while the shield lasts."""
        art = self.world.resource(Art)
        rng = self.world.resource(np.random.Generator)
        sprite = self.world.component_for_entity(entity, Sprite)
        sprite.picture = art.flames[rng.integers(len(art.flames))] if thrust else art.ship
        if ship.shield > 0.0:
            ship.shield -= dt
            sprite.visible = ship.shield <= 0.0 or not blink(ship.shield, 6.0)
            if ship.shield <= 0.0:
                self.world.component_for_entity(entity, Collider).mask = ROCK_GROUP

    def fire(self, transform: Transform2D, velocity: Velocity) -> None:
        """A bullet from the nose, as fast as the ship and its own speed together."""
        angle = transform.rotation
        ahead = np.array((cos(angle), sin(angle)))
        nose = np.array(transform.position) + ahead * 34.0
        drift = np.array(velocity.linear)
        self.world.create_entity(
            Transform2D(position=nose, rotation=angle),
            Velocity(linear=drift + ahead * BULLET_SPEED),
            Sprite(self.world.resource(Art).bullet, layer=FIRE_LAYER, blend=int(Blend.ADD)),
            Collider(radius=BULLET_RADIUS, layer=BULLET_GROUP, mask=ROCK_GROUP),
            Wrap(margin=18.0),
            Bullet(left=BULLET_LIFE),
        )
        muzzle(self.world, nose, angle, drift)
