"""Where particles begin, and how fast: all that one effect brings forth in a tick, in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ecs_engine.systems.particles.effect import EmissionShape, ParticleEffect

Array = np.ndarray[Any, Any]


@dataclass(slots=True)
class Sources:
    """What particles come out of: emitters, and places of single bursts. One row each."""

    effect: Array
    """(k,) int64."""
    pose: Array
    """(k, 3) float64: x, y, angle."""
    previous: Array
    """The same at the tick before."""
    scale: Array
    """(k, 2) float64."""
    velocity: Array
    """(k, 2) float64, world units a second."""
    tint: Array
    """(k,) uint32, RGBA8."""
    anchor: Array
    """(k,) int32."""
    owed: Array
    """(k,) float64: the part of a particle it owed when the tick began."""
    per_tick: Array
    """(k,) float64: particles that the rate brings in this tick."""
    streamed: Array
    """(k,) int64: how many to make for the rate, at even distances in time,"""
    burst: Array
    """(k,) int64: and how many at the end of the tick."""

    def take(self, rows: Array) -> Sources:
        """Some of the rows."""
        return Sources(*(getattr(self, name)[rows] for name in self.__slots__))

    def cut(self, room: int) -> None:
        """Leave out particles from the end on, so that there are no more than ``room``."""
        ends = np.minimum(np.cumsum(self.streamed.astype(np.float64) + self.burst), room).astype(np.int64)
        counts = np.diff(ends, prepend=0)
        self.streamed = np.minimum(self.streamed, counts)
        self.burst = counts - self.streamed


def joined(parts: list[Sources]) -> Sources:
    """All of them, one after the other."""
    return Sources(*(np.concatenate([getattr(part, name) for part in parts]) for name in Sources.__slots__))


@dataclass(slots=True)
class Newborn:
    """The columns of ``Particle`` for those that begin, (n,) or (n, k) float32 or as there."""

    place: Array
    before: Array
    velocity: Array
    age: Array
    traits: Array
    tag: Array
    anchor: Array

    def __len__(self) -> int:
        return len(self.age)


def give_birth(effect: ParticleEffect, sources: Sources, dt: float, rng: np.random.Generator) -> Newborn:
    """The particles that the sources owe. What the rate brings is spread over the tick, in time and along the way that
    the source took, so that a fast one leaves an even trail."""
    counts = sources.streamed + sources.burst
    of = np.repeat(np.arange(len(counts)), counts)
    number = np.arange(len(of)) - np.repeat(np.cumsum(counts) - counts, counts)
    with np.errstate(divide="ignore", invalid="ignore"):
        when = (number + 1 - sources.owed[of]) / sources.per_tick[of]
    when = np.where(number < sources.streamed[of], np.clip(when, 0.0, 1.0), 1.0)
    lots = rng.random((8, len(of)), np.float32)

    offset = _offsets(effect.shape, effect.extent, lots[0], lots[1])
    angle = np.arctan2(offset[:, 1], offset[:, 0]) if effect.outward else np.full(len(of), float(effect.direction))
    pose = sources.previous[of] + (sources.pose - sources.previous)[of] * when[:, None]
    offset = _turned(offset * sources.scale[of], pose[:, 2])
    angle += pose[:, 2] + effect.spread * (lots[2] - 0.5)
    speed = _drawn(effect.range("speed"), lots[3])
    velocity = np.stack([np.cos(angle) * speed, np.sin(angle) * speed], axis=1)
    velocity += effect.inherit * sources.velocity[of]
    age = (1.0 - when) * dt
    place = pose[:, :2] + offset + velocity * age[:, None]

    traits = np.empty((len(of), 4), np.float32)
    for column, name in enumerate(("lifetime", "size", "angle", "spin")):
        traits[:, column] = _drawn(effect.range(name), lots[4 + column])
    traits[:, 2] += pose[:, 2]
    tag = np.stack([sources.tint[of], sources.effect[of].astype(np.uint32)], axis=1)
    return Newborn(place, place - velocity * dt, velocity, age, traits, tag, sources.anchor[of])


def _drawn(limits: tuple[float, float], lots: Array) -> Array:
    return limits[0] + (limits[1] - limits[0]) * lots


def _turned(vectors: Array, angle: Array) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * vectors[:, 0] - s * vectors[:, 1], s * vectors[:, 0] + c * vectors[:, 1]], axis=1)


def _offsets(shape: EmissionShape, extent: tuple[float, float], u: Array, v: Array) -> Array:
    """Places in a shape around (0, 0), (n, 2), evenly strewn; ``u`` and ``v`` are (n,) lots from 0 to 1."""
    first, second = extent
    if shape == EmissionShape.BOX:
        return np.stack([(u - 0.5) * first, (v - 0.5) * second], axis=1)
    if shape == EmissionShape.LINE:
        return np.stack([(u - 0.5) * first, np.zeros_like(u)], axis=1)
    # The area within a radius grows with its square. A point is a circle of no size, yet with every direction.
    inner, outer = (first, second) if shape == EmissionShape.RING else (0.0, first)
    if shape == EmissionShape.POINT:
        inner = outer = 1e-6
    radius = np.sqrt(inner**2 + (outer**2 - inner**2) * u)
    return np.stack([radius * np.cos(2 * np.pi * v), radius * np.sin(2 * np.pi * v)], axis=1)
