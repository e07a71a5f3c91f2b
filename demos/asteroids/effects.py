"""Sparks, shards and shock waves: particles, of effects that are defined once."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi, sqrt, tau
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine import Blend, EmissionShape, ParticleEffect, Particles, Picture, World
from ecs_engine.assets.palette import AMBER, CLOUD, CORAL, CREAM, MINT, MIST, SKY, Colour
from ecs_engine.demos.asteroids.art import Art
from ecs_engine.demos.asteroids.rules import FIRE_LAYER, GLOW_LAYER, RADII, Game, Phase
from ecs_engine.systems import ParticleSystem

Vector = npt.NDArray[np.float64]


def directions(angles: npt.NDArray[np.float64]) -> Vector:
    """Unit vectors, (n, 2), of angles, (n,)."""
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def fading(alpha: int) -> list[tuple[float, float, float, float]]:
    """The colours of something white that fades out, at last quickly."""
    return [(255, 255, 255, alpha * sqrt(1 - step / 16)) for step in range(17)]


class Effects:
    """A resource: the numbers of all effects. Sizes are those of the pictures, times what ``sizes`` says from birth to
    death; all particles keep the velocity of where they come from."""

    def __init__(self, particles: Particles, art: Art) -> None:
        self.particles = particles

        def add(
            picture: Picture, sizes: Sequence[float], *, alpha: int = 255, blend: Blend = Blend.ADD, **more: Any
        ) -> int:
            layer = FIRE_LAYER if blend == Blend.ADD else GLOW_LAYER
            options = {"layer": layer, "inherit": 1.0, "size": picture.height, **more}
            effect = ParticleEffect(
                picture=picture, size_over_life=sizes, color_over_life=fading(alpha), blend=blend, **options
            )
            return particles.add(effect)

        def smoke(sizes: Sequence[float], alpha: int, **more: Any) -> int:
            return add(art.spark, sizes, alpha=alpha, blend=Blend.ALPHA, **more)

        self.appear = add(art.spark, (0.9, 0.1), speed=(120, 260), lifetime=(0.3, 0.6))
        self.exhaust = add(art.spark, (0.75, 0.1), speed=(130, 260), lifetime=(0.2, 0.5), direction=pi, spread=0.6)
        self.muzzle = add(art.spark, (0.8, 0.1), speed=(40, 160), lifetime=(0.08, 0.18), direction=0.0, spread=1.4)
        self.rock_sparks = add(art.spark, (1.15, 0.15), speed=(30, 320), lifetime=(0.25, 0.8))
        self.rock_smoke = [smoke((1.5, r / 9), 70, speed=(5, 70), lifetime=(0.6, 1.2)) for r in RADII]
        self.rock_rings = [add(art.ring, (r / 180, r / 46), alpha=150, lifetime=0.42, inherit=0.0) for r in RADII]
        self.rock_flashes = [add(art.flash, (r / 60, r / 110), alpha=230, lifetime=0.13, inherit=0.0) for r in RADII]
        self.points = [
            add(
                points, (1, 1), blend=Blend.ALPHA, lifetime=0.8, inherit=0.0, layer=FIRE_LAYER + 1, speed=46, spread=0.0
            )
            for points in art.points
        ]
        chip: dict[str, Any] = {"blend": Blend.ALPHA, "outward": True, "spread": 0.0, "lifetime": (0.5, 1.1),
                                "speed": (50, 190), "spin": (-9, 9), "angle": (0, tau)}  # fmt: skip
        disc: dict[str, Any] = {
            "shape": EmissionShape.CIRCLE,
            "extent": (0.7, 0.0),
        }  # of radius 1, but for the outermost
        self.shards = [[add(shard, (1, 0.45), **chip, **disc) for shard in art.shards[stone::3]] for stone in range(3)]
        self.hot = add(art.spark, (1.1, 0.1), speed=(60, 520), lifetime=(0.3, 0.9))
        self.warm = add(art.spark, (1.5, 0.1), speed=(20, 240), lifetime=(0.7, 1.7))
        self.ship_smoke = smoke((2.0, 7.0), 80, speed=(5, 80), lifetime=(0.9, 1.8))
        self.ship_rings = [
            add(art.ring, sizes, alpha=alpha, lifetime=seconds, inherit=0.0)
            for sizes, alpha, seconds in (((0.2, 3.2), 230, 0.75), ((0.1, 1.8), 200, 0.5))
        ]
        self.ship_flash = add(art.flash, (2.0, 0.7), lifetime=0.22, inherit=0.0)

    def throw(
        self, effect: int, place: Vector, count: int, colors: Sequence[Colour], drift: Any = (0, 0), angle: float = 0.0
    ) -> None:
        """Throw out particles, as many of each colour as of any other."""
        counts = [count // len(colors) + (number < count % len(colors)) for number in range(len(colors))]
        places = np.tile(place, (len(colors), 1))
        self.particles.burst(
            effect, places, counts, velocity=drift, angle=angle, tint=[(*color, 255) for color in colors]
        )


def shards(effects: Effects, place: Vector, count: int, stone: int, drift: Vector, reach: float) -> None:
    """Chips of one kind of stone that tumble away."""
    for number, effect in enumerate(effects.shards[stone]):
        half = count // 2 + number * (count % 2)
        effects.particles.burst(effect, place, half, velocity=drift, scale=reach)


def burst_of_rock(world: World, place: Vector, drift: Vector, size: int, stone: int, radius: float) -> None:
    """A rock breaks."""
    effects = world.resource(Effects)
    glow = ((CREAM, CLOUD, SKY), (CREAM, AMBER, CORAL), (CREAM, CLOUD, MIST))[stone]
    effects.throw(effects.rock_sparks, place, (34, 22, 14)[size], glow, drift)
    effects.throw(effects.rock_smoke[size], place, (12, 8, 4)[size], ((MIST,), (MIST, CLOUD), (MIST,))[size], drift)
    shards(effects, place, (11, 7, 4)[size], stone, drift, radius)
    for effect in (effects.rock_rings[size], effects.rock_flashes[size], effects.points[size]):
        effects.particles.burst(effect, place, 1)


def burst_of_ship(world: World, place: Vector, drift: Vector) -> None:
    """The ship is lost."""
    effects = world.resource(Effects)
    effects.throw(effects.hot, place, 70, (CREAM, AMBER), drift)
    effects.throw(effects.warm, place, 60, (AMBER, CORAL, CORAL), drift)
    effects.throw(effects.ship_smoke, place, 16, (MIST,), drift)
    shards(effects, place, 9, 1, drift, 14.0)
    for effect in (*effects.ship_rings, effects.ship_flash):
        effects.particles.burst(effect, place, 1)


def exhaust(world: World, nozzle: Vector, angle: float, drift: Any) -> None:
    """Three sparks a tick out of the ship's nozzle."""
    effects = world.resource(Effects)
    effects.throw(effects.exhaust, nozzle, 3, (CREAM, AMBER, CORAL), drift, angle)


def muzzle(world: World, nose: Vector, angle: float, drift: Any) -> None:
    """A few sparks where a bullet leaves."""
    effects = world.resource(Effects)
    effects.throw(effects.muzzle, nose, 3, (MINT, CREAM), drift, angle)


def appear(world: World, place: Vector) -> None:
    """A new ship is there."""
    effects = world.resource(Effects)
    effects.throw(effects.appear, place, 40, (SKY, MINT, CREAM))


class PausableParticleSystem(ParticleSystem):
    """The stock system, in whose place it stands, for a game that can be paused."""

    def process(self, dt: float) -> None:
        super().process(0.0 if self.world.resource(Game).phase is Phase.PAUSED else dt)
