"""Bricks: how they come, crack, break, and go off."""

from __future__ import annotations

from functools import partial
from math import hypot, pi

import numpy as np

from ecs_engine import Collider, ColliderShape, Ease, Gradient, Shape, Timers, Transform2D, Tween, Tweens, World
from ecs_engine.assets.palette import CREAM, INK, LEMON, NIGHT, Colour, mix
from ecs_engine.demos.breakout.components import Brick
from ecs_engine.demos.breakout.drops import perhaps_drop
from ecs_engine.demos.breakout.effects import Effects
from ecs_engine.demos.breakout.levels import KINDS, NUMBERS, pattern
from ecs_engine.demos.breakout.rules import (
    BALL_GROUP,
    BLAST,
    BRICK_GROUP,
    BRICK_LAYER,
    BRICK_SIZE,
    BRICK_STEP,
    COMBO_TIME,
    FIRST_ROW,
    FUSE,
    MOST_COMBO,
    Game,
    Phase,
)


def create_bricks(world: World, level: int) -> None:
    """The wall of a level, which grows into place row by row."""
    _, rows = pattern(level)
    tweens = world.resource(Tweens)
    for row, letters in enumerate(rows):
        for column, letter in enumerate(letters):
            if letter in NUMBERS:
                x = (column - (len(letters) - 1) / 2) * BRICK_STEP[0]
                entity = create_brick(world, NUMBERS[letter], (x, FIRST_ROW - row * BRICK_STEP[1]))
                grow = Tween(Transform2D, "scale", (1, 1), 0.35, Ease.OUT_BACK)
                tweens.play(entity, 0.04 * row + 0.02 * column, grow)


def create_brick(world: World, number: int, place: tuple[float, float]) -> int:
    """A brick that is too small to be seen at first."""
    kind = KINDS[number]
    return world.create_entity(
        Transform2D(place, scale=(0.01, 0.01)),
        look(kind.color, bomb=kind.bomb),
        Collider(
            ColliderShape.BOX, half_size=(BRICK_SIZE[0] / 2, BRICK_SIZE[1] / 2), layer=BRICK_GROUP, mask=BALL_GROUP
        ),
        Brick(number, kind.hits),
    )


def look(color: Colour, *, bomb: bool = False, cracked: bool = False) -> Shape:
    """A brick, lit from above."""
    light, dark = mix(color, CREAM, 0.32), mix(color, INK, 0.22)
    if bomb:
        light, dark = mix(LEMON, CREAM, 0.3), mix(color, NIGHT, 0.35)
    elif cracked:
        light, dark = mix(color, NIGHT, 0.2), mix(color, NIGHT, 0.55)
    return Shape.rectangle(
        BRICK_SIZE,
        corner=7,
        fill=(*light, 255),
        fill_to=(*dark, 255),
        gradient=Gradient.RADIAL if bomb else Gradient.LINEAR,
        gradient_angle=-pi / 2,
        stroke=(*mix(color, CREAM, 0.6), 255),
        stroke_width=2,
        layer=BRICK_LAYER,
    )


def hit_brick(world: World, entity: int) -> None:
    """A ball or a blast hits a brick. One that is broken already, and gone with the end of the tick, takes no more."""
    brick = world.component_for_entity(entity, Brick)
    if brick.hits == 0:
        return
    kind = KINDS[brick.kind]
    place = tuple(world.component_for_entity(entity, Transform2D).position)
    effects = world.resource(Effects)
    brick.hits -= 1
    if brick.hits > 0:
        shape, cracked = world.component_for_entity(entity, Shape), look(kind.color, cracked=True)
        shape.fill, shape.fill_to = cracked.fill, cracked.fill_to
        effects.crack(place, kind.color)
        return
    world.delete_entity(entity)
    score(world, kind.points, place, kind.color)
    if kind.bomb:
        effects.blast(place)
        blast(world, entity, place)
    else:
        effects.break_brick(place, kind.color)
        perhaps_drop(world, place)


def score(world: World, points: int, place: tuple[float, float], color: Colour) -> None:
    """Points for a brick: the more, the quicker it followed on others."""
    game = world.resource(Game)
    game.combo = min(game.combo + 1, MOST_COMBO)
    game.combo_left = COMBO_TIME
    game.score += points * game.combo
    if game.phase is Phase.PLAYING:
        world.resource(Effects).points(place, points * game.combo, game.combo, color)


def blast(world: World, bomb: int, place: tuple[float, float]) -> None:
    """What is near a bomb is hit a moment later, so that a chain of bombs runs through the wall."""
    timers = world.resource(Timers)
    for rows in world.select(Transform2D, Brick):
        transform, _ = rows
        near = np.hypot(*(transform.position - np.asarray(place)).T) < BLAST
        for entity, (x, y) in zip(rows.entities[near].tolist(), transform.position[near].tolist(), strict=True):
            if entity != bomb:
                delay = FUSE * hypot(x - place[0], y - place[1]) / BRICK_STEP[0]
                timers.after(delay, partial(hit_later, world, entity))


def hit_later(world: World, entity: int) -> None:
    """A blast reaches a brick, if that is still there."""
    if world.entity_exists(entity):
        hit_brick(world, entity)
