"""The stock systems of the logic thread: physics, transform, culling and batching."""

from __future__ import annotations

if __name__ != "ecs_engine.systems":
    raise ImportError(
        f"'{__name__}' is the folder of the package 'ecs_engine.systems'; imported under another name, every "
        "class in it would exist twice and queries would miss: write 'import ecs_engine.systems' instead."
    )

from ecs_engine.systems.batching import BatchingSystem
from ecs_engine.systems.culling import CullingSystem
from ecs_engine.systems.drawable import SPRITES, Drawable, Drawables, EntityRows
from ecs_engine.systems.input import InputSystem
from ecs_engine.systems.particles import PARTICLES, EmissionShape, ParticleEffect, Particles, ParticleSystem
from ecs_engine.systems.physics import Contacts, PhysicsSystem
from ecs_engine.systems.pool import Pool
from ecs_engine.systems.publish import PublishSystem, make_exchange
from ecs_engine.systems.shapes import (
    SHAPES,
    Cap,
    DebugDraw,
    DebugDrawSystem,
    Join,
    PathSystem,
    Polygon,
    Polyline,
    ShapeSystem,
)
from ecs_engine.systems.sprites import SpriteSystem
from ecs_engine.systems.transform import TransformSystem, teleport

__all__ = [
    "PARTICLES",
    "SHAPES",
    "SPRITES",
    "BatchingSystem",
    "Cap",
    "Contacts",
    "CullingSystem",
    "DebugDraw",
    "DebugDrawSystem",
    "Drawable",
    "Drawables",
    "EmissionShape",
    "EntityRows",
    "InputSystem",
    "Join",
    "ParticleEffect",
    "ParticleSystem",
    "Particles",
    "PathSystem",
    "PhysicsSystem",
    "Polygon",
    "Polyline",
    "Pool",
    "PublishSystem",
    "ShapeSystem",
    "SpriteSystem",
    "TransformSystem",
    "make_exchange",
    "teleport",
]
