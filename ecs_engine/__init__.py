"""ecs-engine: small games in plain Python and plain numpy, on two threads that never tear.

Everything a game needs is here by name. Importing this package loads neither OpenGL nor a window library: names that
need them are looked up when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ecs_engine.components import (
    Animation,
    AnimationState,
    Blend,
    Camera2D,
    CameraFollow,
    CameraShake,
    Collider,
    ColliderShape,
    Fill,
    Gradient,
    NineSlice,
    Parallax,
    Parent,
    ParticleEmitter,
    Shape,
    Sprite,
    Text,
    Transform2D,
    Velocity,
    WorldPose2D,
)
from ecs_engine.core import Stage, System, World, batch, component, writable
from ecs_engine.core.clipboard import Clipboard
from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import (
    GamepadAxisEvent,
    GamepadButtonEvent,
    GamepadEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    PasteEvent,
    ScrollEvent,
    TextEvent,
)
from ecs_engine.core.fields import (
    Bool,
    Byte,
    Color,
    Double,
    EntityId,
    Float,
    Int,
    Long,
    PictureId,
    Short,
    UInt,
    UShort,
    Vec2,
    Vec3,
    Vec4,
)
from ecs_engine.core.input import Input
from ecs_engine.core.keys import Action, GamepadAxis, GamepadButton, Key, MouseButton
from ecs_engine.core.screen import Screen

if TYPE_CHECKING:
    from ecs_engine.app import App
    from ecs_engine.loop import OnError
    from ecs_engine.pictures import Picture, Pictures
    from ecs_engine.systems.animation import Clips, Play, StateMachines
    from ecs_engine.systems.assets import Assets
    from ecs_engine.systems.particles import EmissionShape, ParticleEffect, Particles
    from ecs_engine.systems.physics import Contacts
    from ecs_engine.systems.poses import world_pose
    from ecs_engine.systems.shapes import Cap, DebugDraw, Join, Polygon, Polyline
    from ecs_engine.systems.timers import Timers
    from ecs_engine.systems.transform import teleport
    from ecs_engine.systems.tweens import Ease, Tween, Tweens
    from ecs_engine.text import Font, Fonts
    from ecs_engine.tilemap import MapObject, TileMap, load_map

__version__ = "0.1.0"

__all__ = [
    "Action",
    "Animation",
    "AnimationState",
    "App",
    "Assets",
    "Blend",
    "Bool",
    "Byte",
    "Camera2D",
    "CameraFollow",
    "CameraShake",
    "Cap",
    "Clipboard",
    "Clips",
    "Collider",
    "ColliderShape",
    "Color",
    "Contacts",
    "DebugDraw",
    "Double",
    "Ease",
    "EmissionShape",
    "EngineError",
    "EntityId",
    "Fill",
    "Float",
    "Font",
    "Fonts",
    "GamepadAxis",
    "GamepadAxisEvent",
    "GamepadButton",
    "GamepadButtonEvent",
    "GamepadEvent",
    "Gradient",
    "Input",
    "Int",
    "Join",
    "Key",
    "KeyEvent",
    "Long",
    "MapObject",
    "MouseButton",
    "MouseButtonEvent",
    "MouseMoveEvent",
    "NineSlice",
    "OnError",
    "Parallax",
    "Parent",
    "ParticleEffect",
    "ParticleEmitter",
    "Particles",
    "PasteEvent",
    "Picture",
    "PictureId",
    "Pictures",
    "Play",
    "Polygon",
    "Polyline",
    "Screen",
    "ScrollEvent",
    "Shape",
    "Short",
    "Sprite",
    "Stage",
    "StateMachines",
    "System",
    "Text",
    "TextEvent",
    "TileMap",
    "Timers",
    "Transform2D",
    "Tween",
    "Tweens",
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
    "load_map",
    "teleport",
    "world_pose",
    "writable",
]

_LATER = {
    "world_pose": "ecs_engine.systems.poses",
    "teleport": "ecs_engine.systems.transform",
    "Contacts": "ecs_engine.systems.physics",
    "Timers": "ecs_engine.systems.timers",
    "Tweens": "ecs_engine.systems.tweens",
    "Tween": "ecs_engine.systems.tweens",
    "Ease": "ecs_engine.systems.tweens",
    "StateMachines": "ecs_engine.systems.animation",
    "Play": "ecs_engine.systems.animation",
    "Clips": "ecs_engine.systems.animation",
    "App": "ecs_engine.app",
    "Font": "ecs_engine.text",
    "Fonts": "ecs_engine.text",
    "Cap": "ecs_engine.systems.shapes",
    "DebugDraw": "ecs_engine.systems.shapes",
    "EmissionShape": "ecs_engine.systems.particles",
    "Join": "ecs_engine.systems.shapes",
    "Assets": "ecs_engine.systems.assets",
    "OnError": "ecs_engine.loop",
    "ParticleEffect": "ecs_engine.systems.particles",
    "Particles": "ecs_engine.systems.particles",
    "Picture": "ecs_engine.pictures",
    "Pictures": "ecs_engine.pictures",
    "MapObject": "ecs_engine.tilemap",
    "TileMap": "ecs_engine.tilemap",
    "load_map": "ecs_engine.tilemap",
    "Polygon": "ecs_engine.systems.shapes",
    "Polyline": "ecs_engine.systems.shapes",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
