"""Emitters of particles, and what is known of each particle."""

from __future__ import annotations

from ecs_engine.core.component import component
from ecs_engine.core.fields import Bool, Color, Double, Float, Int, UInt, UVec2, Vec2, Vec4


@component
class EmitterState:
    """What the ParticleSystem remembers of an emitter."""

    owed: Double = 0.0
    """The part of a particle that the rate has brought since the last whole one."""
    anchor: Int = -1
    """Where its place is kept, for an effect whose particles are carried along; -1 while there is none."""


@component(companions=(EmitterState,))
class ParticleEmitter:
    """Particles come out of the entity's Transform2D: its position and rotation place and turn the effect's shape, its
    scale stretches that shape. Particles live on when their emitter is deleted."""

    effect: UInt = 0
    """What ``Particles.add`` returned; 0 is none. Any number of emitters share an effect."""
    rate: Float = 1.0
    """Multiplies the effect's rate; what is negative or no number counts as 0."""
    tint: Color = (255, 255, 255, 255)
    """Multiplies the colours of the particles to come."""
    emitting: Bool = True
    """Whether the rate counts; bursts come in any case."""
    pending: UInt = 0
    """Particles to throw out at once at the next tick, besides the rate; see :meth:`burst`."""

    def burst(self, count: int) -> None:
        """Throw out ``count`` particles at the next tick. For many emitters, add to their column ``pending``.

        Raises:
            ComponentError: ``count`` is below 0 or no whole number, or there are more than 4,294,967,295 pending.
        """
        self.pending += count


@component
class Particle:
    """Rows of particles; the games that read or write them do so in an override of ``ParticleSystem.move``."""

    place: Vec2 = (0.0, 0.0)
    """In world units."""
    before: Vec2 = (0.0, 0.0)
    """At the tick before."""
    velocity: Vec2 = (0.0, 0.0)
    """World units a second."""
    age: Float = 0.0
    """Seconds."""
    traits: Vec4 = (1.0, 1.0, 0.0, 0.0)
    """Lifetime in seconds, size in world units, angle in radians at birth, radians a second."""
    tag: UVec2 = (0, 0)
    """Tint RGBA8, effect."""
    anchor: Int = 0
    """Of an effect whose particles are carried along: which emitter's place they follow."""
