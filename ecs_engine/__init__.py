"""ecs-engine: small games in plain Python and plain numpy, on two threads that never tear.

Everything a game needs is here by name. Importing this package loads neither OpenGL nor a window library: names that
need them are looked up when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ecs_engine.components import (
    Blend,
    Camera2D,
    Collider,
    ColliderShape,
    Gradient,
    Parent,
    ParticleEmitter,
    Shape,
    Sprite,
    Transform2D,
    Velocity,
    WorldPose2D,
)
from ecs_engine.core import Stage, System, World, batch, component, writable
from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import KeyEvent, MouseButtonEvent
from ecs_engine.core.fields import (
    Bool,
    Byte,
    Color,
    Double,
    EntityId,
    Float,
    Int,
    Long,
    Short,
    UInt,
    UShort,
    Vec2,
    Vec3,
    Vec4,
)
from ecs_engine.core.input import Input
from ecs_engine.core.keys import Action, Key, MouseButton
from ecs_engine.core.screen import Screen

if TYPE_CHECKING:
    from ecs_engine.app import App
    from ecs_engine.loop import OnError
    from ecs_engine.pictures import Picture, Pictures
    from ecs_engine.systems.particles import EmissionShape, ParticleEffect, Particles
    from ecs_engine.systems.shapes import Cap, DebugDraw, Join, Polygon, Polyline

__version__ = "0.1.0"

__all__ = [
    "Action",
    "App",
    "Blend",
    "Bool",
    "Byte",
    "Camera2D",
    "Cap",
    "Collider",
    "ColliderShape",
    "Color",
    "DebugDraw",
    "Double",
    "EmissionShape",
    "EngineError",
    "EntityId",
    "Float",
    "Gradient",
    "Input",
    "Int",
    "Join",
    "Key",
    "KeyEvent",
    "Long",
    "MouseButton",
    "MouseButtonEvent",
    "OnError",
    "Parent",
    "ParticleEffect",
    "ParticleEmitter",
    "Particles",
    "Picture",
    "Pictures",
    "Polygon",
    "Polyline",
    "Screen",
    "Shape",
    "Short",
    "Sprite",
    "Stage",
    "System",
    "Transform2D",
    "UInt",
    "UShort",
    "Vec2",
    "Vec3",
    "Vec4",
    "Velocity",
    "World",
    "WorldPose2D",
    "batch",
    "component",
    "writable",
]

_LATER = {
    "App": "ecs_engine.app",
    "Cap": "ecs_engine.systems.shapes",
    "DebugDraw": "ecs_engine.systems.shapes",
    "EmissionShape": "ecs_engine.systems.particles",
    "Join": "ecs_engine.systems.shapes",
    "OnError": "ecs_engine.loop",
    "ParticleEffect": "ecs_engine.systems.particles",
    "Particles": "ecs_engine.systems.particles",
    "Picture": "ecs_engine.pictures",
    "Pictures": "ecs_engine.pictures",
    "Polygon": "ecs_engine.systems.shapes",
    "Polyline": "ecs_engine.systems.shapes",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
