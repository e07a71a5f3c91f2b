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
    Parallax,
    Parent,
    Sprite,
    Text,
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
    from ecs_engine.systems.animation import Clips, Play, StateMachines
    from ecs_engine.systems.timers import Timers
    from ecs_engine.systems.tweens import Ease, Tween, Tweens
    from ecs_engine.text import Font, Fonts

__version__ = "0.1.0"

__all__ = [
    "Action",
    "Animation",
    "AnimationState",
    "App",
    "Blend",
    "Bool",
    "Byte",
    "Camera2D",
    "CameraFollow",
    "CameraShake",
    "Clips",
    "Collider",
    "ColliderShape",
    "Color",
    "Double",
    "Ease",
    "EngineError",
    "EntityId",
    "Float",
    "Font",
    "Fonts",
    "Input",
    "Int",
    "Key",
    "KeyEvent",
    "Long",
    "MouseButton",
    "MouseButtonEvent",
    "OnError",
    "Parallax",
    "Parent",
    "Picture",
    "Pictures",
    "Play",
    "Screen",
    "Short",
    "Sprite",
    "Stage",
    "StateMachines",
    "System",
    "Text",
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
    "writable",
]

_LATER = {
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
    "OnError": "ecs_engine.loop",
    "Picture": "ecs_engine.pictures",
    "Pictures": "ecs_engine.pictures",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
