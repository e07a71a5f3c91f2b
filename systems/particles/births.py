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
    when = np.where(number < sources.streamed[of], np.clip(when, 0.0, 1.0), 1.0).astype(np.float32)
    lots = rng.random((8, len(of)), np.float32)
    # Single precision is what is stored, and half the time; of many numbers, one axis at a time is quickest.
    end, way = sources.pose.T.astype(np.float32), (sources.previous - sources.pose).T.astype(np.float32)
    scale, carried = sources.scale.T.astype(np.float32), (effect.inherit * sources.velocity).T.astype(np.float32)

    off_x, off_y = _offsets(effect.shape, effect.extent, lots[0], lots[1])
    angle = np.arctan2(off_y, off_x) if effect.outward else np.full(len(of), effect.direction, np.float32)
    x, y, turn = (end[axis][of] + way[axis][of] * (1.0 - when) for axis in range(3))
    off_x, off_y = off_x * scale[0][of], off_y * scale[1][of]
    c, s = np.cos(turn), np.sin(turn)
    angle += turn + effect.spread * (lots[2] - 0.5)
    speed = _drawn(effect.range("speed"), lots[3])
    age = (1.0 - when) * np.float32(dt)
    place, velocity = np.empty((len(of), 2), np.float32), np.empty((len(of), 2), np.float32)
    velocity[:, 0] = np.cos(angle) * speed + carried[0][of]
    velocity[:, 1] = np.sin(angle) * speed + carried[1][of]
    place[:, 0] = x + c * off_x - s * off_y + velocity[:, 0] * age
    place[:, 1] = y + s * off_x + c * off_y + velocity[:, 1] * age

    traits = np.empty((len(of), 4), np.float32)
    for column, name in enumerate(("lifetime", "size", "angle", "spin")):
        traits[:, column] = _drawn(effect.range(name), lots[4 + column])
    traits[:, 2] += turn
    tag = np.empty((len(of), 2), np.uint32)
    tag[:, 0], tag[:, 1] = sources.tint[of], sources.effect[of]
    return Newborn(place, place - velocity * np.float32(dt), velocity, age, traits, tag, sources.anchor[of])


def _drawn(limits: tuple[float, float], lots: Array) -> Array:
    return np.float32(limits[0]) + np.float32(limits[1] - limits[0]) * lots


def _offsets(shape: EmissionShape, extent: tuple[float, float], u: Array, v: Array) -> tuple[Array, Array]:
    """Places in a shape around (0, 0), x and y, evenly strewn; ``u`` and ``v`` are (n,) float32 lots from 0 to 1."""
    first, second = extent
    if shape == EmissionShape.BOX:
        return (u - 0.5) * first, (v - 0.5) * second
    if shape == EmissionShape.LINE:
        return (u - 0.5) * first, np.zeros_like(u)
    # The area within a radius grows with its square. A point is a circle of no size, yet with every direction.
    inner, outer = (first, second) if shape == EmissionShape.RING else (0.0, first)
    if shape == EmissionShape.POINT:
        inner = outer = 1e-6
    radius = np.sqrt(inner * inner + (outer * outer - inner * inner) * u)
    return radius * np.cos(np.float32(2 * np.pi) * v), radius * np.sin(np.float32(2 * np.pi) * v)
