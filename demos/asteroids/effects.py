"""Sparks, shards and shock waves: entities that grow, fade and go. All of a kind are made in one call."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import numpy.typing as npt

from ecs_engine import Blend, Sprite, Stage, Transform2D, Velocity, World, batch, writable
from ecs_engine.assets.palette import AMBER, CLOUD, CORAL, CREAM, MIST, SKY, Colour
from ecs_engine.demos.asteroids.art import Art
from ecs_engine.demos.asteroids.components import Fade, Lifetime
from ecs_engine.demos.asteroids.rules import FIRE_LAYER, GLOW_LAYER, GameSystem

Vector = npt.NDArray[np.float64]


def directions(angles: npt.NDArray[np.float64]) -> Vector:
    """Unit vectors, (n, 2), of angles, (n,)."""
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def sparks(
    world: World,
    place: Vector,
    count: int,
    colors: tuple[Colour, ...],
    *,
    speed: tuple[float, float],
    life: tuple[float, float],
    size: tuple[float, float] = (1.0, 0.2),
    drift: Vector | tuple[float, float] = (0.0, 0.0),
    spread: tuple[float, float] = (0.0, 2 * np.pi),
    blend: Blend = Blend.ADD,
    alpha: int = 255,
) -> None:
    """``count`` glowing dots from a place, each with a speed, a life and a direction out of the given ranges."""
    rng, art = world.resource(np.random.Generator), world.resource(Art)
    velocity = directions(rng.uniform(*spread, count)) * rng.uniform(*speed, (count, 1)) + np.asarray(drift)
    seconds = rng.uniform(*life, count).astype(np.float32)
    tints = np.array([(*color, alpha) for color in colors], np.uint8)
    world.create_entities(
        count,
        batch(Transform2D, position=np.asarray(place, np.float32), scale=np.full(2, size[0], np.float32)),
        batch(Velocity, linear=velocity.astype(np.float32)),
        batch(
            Sprite,
            picture=np.full(count, int(art.spark), np.uint32),
            tint=tints[rng.integers(0, len(tints), count)],
            layer=np.full(count, FIRE_LAYER if blend == Blend.ADD else GLOW_LAYER, np.int16),
            blend=np.full(count, int(blend), np.uint8),
        ),
        batch(Lifetime, left=seconds, total=seconds),
        Fade(first=size[0], last=size[1], alpha=alpha),
    )


def shards(world: World, place: Vector, count: int, stone: int, drift: Vector, reach: float) -> None:
    """Chips of one kind of stone that tumble away."""
    rng, art = world.resource(np.random.Generator), world.resource(Art)
    away = directions(rng.uniform(0, 2 * np.pi, count))
    seconds = rng.uniform(0.5, 1.1, count).astype(np.float32)
    pictures = np.array([int(picture) for picture in art.shards[stone::3]], np.uint32)
    world.create_entities(
        count,
        batch(Transform2D, position=(place + away * reach * rng.uniform(0, 0.7, (count, 1))).astype(np.float32)),
        batch(
            Velocity,
            linear=(away * rng.uniform(50, 190, (count, 1)) + drift).astype(np.float32),
            angular=rng.uniform(-9, 9, count).astype(np.float32),
        ),
        batch(
            Sprite,
            picture=pictures[rng.integers(0, len(pictures), count)],
            layer=np.full(count, GLOW_LAYER, np.int16),
        ),
        batch(Lifetime, left=seconds, total=seconds),
        Fade(first=1.0, last=0.45),
    )


def swell(
    world: World, place: Vector, picture: int, first: float, last: float, seconds: float, *, alpha: int = 255,
    blend: Blend = Blend.ADD, rise: float = 0.0,
) -> None:  # fmt: skip
    """One picture that grows and fades: a shock wave, a flash, the points of a rock."""
    layer = FIRE_LAYER if blend == Blend.ADD else FIRE_LAYER + 1
    world.create_entity(
        Transform2D(position=place, scale=(first, first)),
        Velocity(linear=(0.0, rise)),
        Sprite(picture=int(picture), layer=layer, blend=int(blend), tint=(255, 255, 255, alpha)),
        Lifetime(left=seconds, total=seconds),
        Fade(first=first, last=last, alpha=alpha),
    )


def burst_of_rock(world: World, place: Vector, drift: Vector, size: int, stone: int, radius: float) -> None:
    """A rock breaks."""
    art = world.resource(Art)
    glow = ((CREAM, CLOUD, SKY), (CREAM, AMBER, CORAL), (CREAM, CLOUD, MIST))[stone]
    sparks(world, place, (34, 22, 14)[size], glow, speed=(30, 320), life=(0.25, 0.8), size=(1.15, 0.15), drift=drift)
    smoke = ((MIST,), (MIST, CLOUD), (MIST,))[size]
    sparks(world, place, (12, 8, 4)[size], smoke, speed=(5, 70), life=(0.6, 1.2), size=(1.5, radius / 9),
           drift=drift, blend=Blend.ALPHA, alpha=70)  # fmt: skip
    shards(world, place, (11, 7, 4)[size], stone, drift, radius)
    swell(world, place, int(art.ring), radius / 180, radius / 46, 0.42, alpha=150)
    swell(world, place, int(art.flash), radius / 60, radius / 110, 0.13, alpha=230)
    swell(world, place, int(art.points[size]), 1.0, 1.0, 0.8, blend=Blend.ALPHA, rise=46.0)


def burst_of_ship(world: World, place: Vector, drift: Vector) -> None:
    """The ship is lost."""
    art = world.resource(Art)
    hot, warm = (CREAM, AMBER), (AMBER, CORAL, CORAL)
    sparks(world, place, 70, hot, speed=(60, 520), life=(0.3, 0.9), size=(1.1, 0.1), drift=drift)
    sparks(world, place, 60, warm, speed=(20, 240), life=(0.7, 1.7), size=(1.5, 0.1), drift=drift)
    sparks(world, place, 16, (MIST,), speed=(5, 80), life=(0.9, 1.8), size=(2.0, 7.0), blend=Blend.ALPHA, alpha=80)
    shards(world, place, 9, 1, drift, 14.0)
    swell(world, place, int(art.ring), 0.2, 3.2, 0.75, alpha=230)
    swell(world, place, int(art.ring), 0.1, 1.8, 0.5, alpha=200)
    swell(world, place, int(art.flash), 2.0, 0.7, 0.22)


class FadeSystem(GameSystem):
    """Ages what has a lifetime, all of it at once, and takes away what is over."""

    stage: ClassVar[Stage] = Stage.ANIMATE

    def play(self, dt: float) -> None:
        for rows in self.world.select(writable(Lifetime)):
            (lifetime,) = rows
            lifetime.left -= dt
            over = lifetime.left <= 0.0
            if over.any():
                self.world.delete_entities(rows.entities[over])
        for lifetime, fade, transform, sprite in self.world.select(
            Lifetime, Fade, writable(Transform2D), writable(Sprite)
        ):
            left = np.clip(lifetime.left / lifetime.total, 0.0, 1.0)
            transform.scale = (fade.last + (fade.first - fade.last) * left)[:, None]
            sprite.tint[:, 3] = fade.alpha * np.sqrt(left)
