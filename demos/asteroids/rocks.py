"""Rocks: how a level begins, and what becomes of a rock that is hit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ecs_engine import Collider, Sprite, Transform2D, Velocity, World, batch
from ecs_engine.demos.asteroids.art import Art
from ecs_engine.demos.asteroids.components import Rock, Wrap
from ecs_engine.demos.asteroids.effects import burst_of_rock, directions
from ecs_engine.demos.asteroids.rules import (
    BULLET_GROUP,
    HEIGHT,
    PACE,
    POINTS,
    RADII,
    ROCK_GROUP,
    ROCK_LAYER,
    ROCK_SPEEDS,
    ROCKS,
    SHIP_GROUP,
    VARIANTS,
    WIDTH,
    Game,
)

Array = npt.NDArray[np.float64]


def create_rocks(world: World, size: int, places: Array, velocities: Array, variants: npt.NDArray[np.int64]) -> None:
    """Rocks of one size at places (n, 2) with velocities (n, 2)."""
    rng, art, count = world.resource(np.random.Generator), world.resource(Art), len(places)
    radius = RADII[size]
    world.create_entities(
        count,
        batch(
            Transform2D,
            position=places.astype(np.float32),
            rotation=rng.uniform(0, 2 * np.pi, count).astype(np.float32),
        ),
        batch(
            Velocity,
            linear=velocities.astype(np.float32),
            angular=(rng.uniform(0.15, 1.1, count) * rng.choice((-1, 1), count) * (1 + 0.5 * size)).astype(np.float32),
        ),
        batch(
            Sprite,
            picture=np.array([int(art.rocks[size][variant]) for variant in variants], np.uint32),
            layer=np.full(count, ROCK_LAYER, np.int16),
        ),
        Collider(radius=radius * 0.94, layer=ROCK_GROUP, mask=SHIP_GROUP | BULLET_GROUP),
        batch(Rock, size=np.full(count, size, np.int32), variant=variants.astype(np.int32)),
        Wrap(margin=radius * 1.3),
    )


def create_level(world: World, level: int) -> None:
    """Large rocks that come in from the edges, one more at each level."""
    rng = world.resource(np.random.Generator)
    count = min(3 + level, 11)
    # Around an ellipse outside the middle, evenly but for chance, so that no level begins lopsided.
    turns = (np.arange(count) + rng.uniform(-0.3, 0.3, count)) * 2 * np.pi / count + rng.uniform(0, 2 * np.pi)
    places = directions(turns) * (WIDTH * 0.47, HEIGHT * 0.45) * rng.uniform(0.85, 1.1, (count, 1))
    speeds = rng.uniform(*ROCK_SPEEDS[0], (count, 1)) * (1 + PACE * level)
    velocities = directions(turns + np.pi + rng.uniform(-1.1, 1.1, count)) * speeds
    create_rocks(world, 0, places, velocities, rng.permutation(max(VARIANTS, count))[:count] % VARIANTS)


def create_drifting(world: World) -> None:
    """Some rocks of every size, for the title to look at."""
    rng = world.resource(np.random.Generator)
    for size, count in enumerate((5, 6, 7)):
        turns = (np.arange(count) + rng.uniform(-0.4, 0.4, count)) * 2 * np.pi / count + size
        places = directions(turns) * (WIDTH * 0.42, HEIGHT * 0.42) * rng.uniform(0.75, 1.1, (count, 1))
        velocities = directions(rng.uniform(0, 2 * np.pi, count)) * rng.uniform(*ROCK_SPEEDS[size], (count, 1)) * 0.6
        create_rocks(world, size, places, velocities, rng.integers(0, VARIANTS, count))


def break_rock(world: World, entity: int) -> None:
    """Score for a rock, delete it, and leave two of the next size in its place."""
    game, rng = world.resource(Game), world.resource(np.random.Generator)
    rock = world.component_for_entity(entity, Rock)
    place = np.array(world.component_for_entity(entity, Transform2D).position, np.float64)
    velocity = np.array(world.component_for_entity(entity, Velocity).linear, np.float64)
    size, stone = rock.size, rock.variant % 3
    game.add_points(POINTS[size])
    game.shake = max(game.shake, (0.34, 0.22, 0.14)[size])
    burst_of_rock(world, place, velocity * 0.5, size, stone, RADII[size])
    world.delete_entity(entity)
    if size + 1 < len(ROCKS):
        turn = rng.uniform(0, np.pi)
        away = directions(np.array([turn, turn + np.pi + rng.uniform(-0.6, 0.6)]))
        speeds = rng.uniform(*ROCK_SPEEDS[size + 1], (2, 1)) * (1 + PACE * game.level)
        variants = rng.integers(0, VARIANTS // 3, 2) * 3 + stone
        create_rocks(world, size + 1, place + away * RADII[size + 1] * 0.6, velocity * 0.55 + away * speeds, variants)
