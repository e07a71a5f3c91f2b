"""Balls bounce off walls, bricks and the paddle, and are lost below."""

from __future__ import annotations

from math import copysign, cos, hypot, sin
from typing import ClassVar

from ecs_engine import Collider, Contacts, ParticleEmitter, Shape, Stage, System, Transform2D, Velocity
from ecs_engine.assets.palette import AMBER, CORAL, SKY
from ecs_engine.demos.breakout.bricks import hit_brick
from ecs_engine.demos.breakout.components import Ball, Brick
from ecs_engine.demos.breakout.effects import Effects
from ecs_engine.demos.breakout.keep import Settings
from ecs_engine.demos.breakout.rules import (
    BALL_RADIUS,
    BOTTOM,
    FASTER,
    FLATTEST,
    LEAST_RISE,
    MOST_FASTER,
    PADDLE_SIZE,
    PADDLE_Y,
    Game,
)

Pair = tuple[float, float]


def bounce(position: Pair, box: Pair, half_size: Pair) -> tuple[Pair, Pair] | None:
    """Where a ball belongs that overlaps a box, and the side of the box that it met, as a normal; None if it does not.

    Corners count as the side that is nearer: at the seam of two bricks a ball bounces as off one.
    """
    dx, dy = position[0] - box[0], position[1] - box[1]
    out_x, out_y = abs(dx) - half_size[0], abs(dy) - half_size[1]
    if hypot(max(out_x, 0.0), max(out_y, 0.0)) >= BALL_RADIUS or max(out_x, out_y) >= BALL_RADIUS:
        return None
    if out_x > out_y:
        side = copysign(1.0, dx)
        return (box[0] + side * (half_size[0] + BALL_RADIUS), position[1]), (side, 0.0)
    side = copysign(1.0, dy)
    return (position[0], box[1] + side * (half_size[1] + BALL_RADIUS)), (0.0, side)


class BallSystem(System):
    """What happens to balls after they moved."""

    stage: ClassVar[Stage] = Stage.PHYSICS
    priority = -1  # after the PhysicsSystem, which finds out who overlaps

    def process(self, dt: float) -> None:
        if dt == 0.0:
            return  # paused
        world = self.world
        for a, b in world.resource(Contacts).touching.tolist():
            if world.has_component(a, Ball):
                self.meet(a, b)
            elif world.has_component(b, Ball):
                self.meet(b, a)
        game = world.resource(Game)
        speed = game.ball_speed * world.resource(Settings).speed
        for entity, (ball, velocity) in world.get_components(Ball, Velocity):
            transform = world.component_for_entity(entity, Transform2D)
            if ball.held:
                x = world.component_for_entity(game.paddle, Transform2D).position.x
                transform.position = (x, PADDLE_Y + PADDLE_SIZE[1] / 2 + BALL_RADIUS)
            elif transform.position.y < BOTTOM - 2 * BALL_RADIUS:
                world.resource(Effects).lose(tuple(transform.position))
                world.delete_entity(entity)
            else:
                velocity.linear = steady(tuple(velocity.linear), speed)

    def meet(self, entity: int, other: int) -> None:
        """A ball overlaps a brick, a wall or the paddle."""
        world, game = self.world, self.world.resource(Game)
        transform = world.component_for_entity(entity, Transform2D)
        velocity = world.component_for_entity(entity, Velocity)
        box, collider = world.component_for_entity(other, Transform2D), world.component_for_entity(other, Collider)
        met = bounce(tuple(transform.position), tuple(box.position), tuple(collider.half_size))
        if met is None or world.component_for_entity(entity, Ball).held:
            return
        (x, y), (nx, ny) = met
        brick = world.has_component(other, Brick)
        if brick and game.fire_left > 0:
            hit_brick(world, other)
            return  # it burns its way through
        vx, vy = velocity.linear
        towards = vx * nx + vy * ny
        if towards >= 0:
            return  # it has bounced already, off a neighbour
        transform.position = (x, y)
        if other == game.paddle and ny > 0:
            angle = (x - box.position.x) / (collider.half_size.x + BALL_RADIUS) * FLATTEST
            velocity.linear = (sin(angle), cos(angle))
            game.faster = min(game.faster * FASTER, MOST_FASTER)
            world.resource(Effects).bounce((x, y - BALL_RADIUS))
        else:
            velocity.linear = (vx - 2 * towards * nx, vy - 2 * towards * ny)
        if brick:
            hit_brick(world, other)


def steady(velocity: Pair, speed: float) -> Pair:
    """A velocity of this speed, and not too flat."""
    x, y = velocity
    length = hypot(x, y) or 1.0
    rise = y / length
    if abs(rise) < LEAST_RISE:
        rise = copysign(LEAST_RISE, rise)
    return copysign(speed * (1.0 - rise * rise) ** 0.5, x), speed * rise


class FireSystem(System):
    """Balls look as hot as they are."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def process(self, dt: float) -> None:
        on = self.world.resource(Game).fire_left > 0
        sparks = self.world.resource(Settings).sparks
        for _, (ball, shape, trail) in self.world.get_components(Ball, Shape, ParticleEmitter):
            color = (*(CORAL if on else SKY), 255)
            if tuple(shape.fill_to) != color:
                shape.fill_to = color
                trail.tint = (*(AMBER if on else SKY), 255)
            if trail.emitting != (sparks and not ball.held):
                trail.emitting = sparks and not ball.held
