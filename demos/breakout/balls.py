"""Balls: how they come."""

from __future__ import annotations

from math import cos, sin

import numpy as np

from ecs_engine import Collider, Gradient, ParticleEmitter, Shape, Transform2D, Velocity, World
from ecs_engine.assets.palette import CREAM, SKY
from ecs_engine.demos.breakout.components import Ball
from ecs_engine.demos.breakout.effects import Effects
from ecs_engine.demos.breakout.rules import (
    BALL_GROUP,
    BALL_LAYER,
    BALL_RADIUS,
    BRICK_GROUP,
    PADDLE_GROUP,
    WALL_GROUP,
)

Pair = tuple[float, float]


def create_ball(world: World, place: Pair, velocity: Pair = (0.0, 0.0), *, held: bool = False) -> int:
    """A ball with its trail."""
    return world.create_entity(
        Transform2D(place),
        Velocity(velocity),
        Shape.circle(BALL_RADIUS, fill=(*CREAM, 255), fill_to=(*SKY, 255), gradient=Gradient.RADIAL, layer=BALL_LAYER),
        Collider(radius=BALL_RADIUS, layer=BALL_GROUP, mask=BRICK_GROUP | PADDLE_GROUP | WALL_GROUP),
        ParticleEmitter(world.resource(Effects).trail, tint=(*SKY, 255), emitting=not held),
        Ball(held),
    )


def launch(world: World) -> None:
    """Let the ball go that lies on the paddle."""
    rng = world.resource(np.random.Generator)
    for _, (ball, velocity) in world.get_components(Ball, Velocity):
        if ball.held:
            ball.held = False
            angle = rng.uniform(-0.5, 0.5)
            velocity.linear = (sin(angle), cos(angle))  # the BallSystem gives it its speed


def triple(world: World) -> None:
    """Two more of each ball that flies."""
    for entity, (ball, velocity) in list(world.get_components(Ball, Velocity)):
        if ball.held:
            continue
        x, y = velocity.linear
        place = tuple(world.component_for_entity(entity, Transform2D).position)
        for turn in (-0.4, 0.4):
            turned = (x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn))
            create_ball(world, place, turned)
