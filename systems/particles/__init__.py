"""Particles: emitters, effects, and the rows they are drawn from."""

from __future__ import annotations

from ecs_engine.systems.particles.drawable import PARTICLES
from ecs_engine.systems.particles.effect import EmissionShape, ParticleEffect
from ecs_engine.systems.particles.particles import Particles
from ecs_engine.systems.particles.ring import Ring
from ecs_engine.systems.particles.system import ParticleSystem

__all__ = ["PARTICLES", "EmissionShape", "ParticleEffect", "ParticleSystem", "Particles", "Ring"]
