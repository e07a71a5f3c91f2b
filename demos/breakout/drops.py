"""Drops: what falls out of bricks, and what it does for who catches it."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np

from ecs_engine import (
    Collider,
    ColliderShape,
    Contacts,
    Gradient,
    Parent,
    Shape,
    Stage,
    System,
    Text,
    Transform2D,
    Velocity,
    World,
)
from ecs_engine.assets.palette import CORAL, CREAM, INK, LEMON, MINT, ROSE, SKY, Colour, mix
from ecs_engine.demos.breakout.balls import triple
from ecs_engine.demos.breakout.components import Drop, Power
from ecs_engine.demos.breakout.effects import Effects
from ecs_engine.demos.breakout.rules import (
    BOTTOM,
    DROP_CHANCE,
    DROP_GROUP,
    DROP_LAYER,
    DROP_SPEED,
    MOST_LIVES,
    PADDLE_GROUP,
    Game,
)

SIZE = (76.0, 26.0)


@dataclass(frozen=True)
class Kind:
    """What a drop looks like, and how often it comes beside the others."""

    word: str
    color: Colour
    weight: float
    seconds: float = 0.0


KINDS = {
    Power.WIDE: Kind("WIDE", SKY, 3, 14.0),
    Power.TRIPLE: Kind("x3", MINT, 3),
    Power.FIRE: Kind("FIRE", CORAL, 2, 6.0),
    Power.SLOW: Kind("SLOW", LEMON, 2, 9.0),
    Power.LIFE: Kind("+1", ROSE, 1),
}
_WEIGHTS = np.array([kind.weight for kind in KINDS.values()])


def perhaps_drop(world: World, place: tuple[float, float]) -> None:
    """Now and then something falls out of a brick."""
    rng = world.resource(np.random.Generator)
    if rng.random() < DROP_CHANCE:
        create_drop(world, Power(int(rng.choice(len(KINDS), p=_WEIGHTS / _WEIGHTS.sum()))), place)


def create_drop(world: World, power: Power, place: tuple[float, float]) -> int:
    """A capsule with a word on it."""
    kind = KINDS[power]
    drop = world.create_entity(
        Transform2D(place),
        Velocity((0, -DROP_SPEED)),
        Shape.rectangle(
            SIZE,
            corner=SIZE[1] / 2,
            fill=(*mix(kind.color, CREAM, 0.45), 255),
            fill_to=(*kind.color, 255),
            gradient=Gradient.LINEAR,
            gradient_angle=-pi / 2,
            stroke=(*CREAM, 255),
            stroke_width=2,
            layer=DROP_LAYER,
        ),
        Collider(ColliderShape.BOX, half_size=(SIZE[0] / 2, SIZE[1] / 2), layer=DROP_GROUP, mask=PADDLE_GROUP),
        Drop(power),
    )
    words = Text(
        kind.word, size=16, color=INK, font=world.resource(Effects).font, anchor=(0.5, 0.5), layer=DROP_LAYER + 1
    )
    world.create_entity(Transform2D(), Parent(drop), words)
    return drop


class DropSystem(System):
    """Drops are caught, or lost; what they do wears off."""

    stage: ClassVar[Stage] = Stage.PHYSICS
    priority = -2

    def process(self, dt: float) -> None:
        world, game = self.world, self.world.resource(Game)
        for pair in world.resource(Contacts).entered.tolist():
            for entity in pair:
                if world.entity_exists(entity) and world.has_component(entity, Drop):
                    self.catch(entity)
        for rows in world.select(Transform2D, Drop):
            transform, _ = rows
            gone = transform.position[:, 1] < BOTTOM - SIZE[1]
            if gone.any():
                world.delete_entities(rows.entities[gone])
        game.wide_left = max(game.wide_left - dt, 0.0)
        game.fire_left = max(game.fire_left - dt, 0.0)
        game.slow_left = max(game.slow_left - dt, 0.0)

    def catch(self, entity: int) -> None:
        """The paddle has it."""
        world, game = self.world, self.world.resource(Game)
        power = Power(world.component_for_entity(entity, Drop).power)
        kind = KINDS[power]
        world.resource(Effects).catch(tuple(world.component_for_entity(entity, Transform2D).position), kind.color)
        world.delete_entity(entity)
        match power:
            case Power.WIDE:
                game.wide_left = kind.seconds
            case Power.FIRE:
                game.fire_left = kind.seconds
            case Power.SLOW:
                game.slow_left = kind.seconds
            case Power.LIFE:
                game.lives = min(game.lives + 1, MOST_LIVES)
            case Power.TRIPLE:
                triple(world)
