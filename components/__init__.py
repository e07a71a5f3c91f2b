"""The stock components: plain data declarations, stored as numpy columns."""

from __future__ import annotations

if __name__ != "ecs_engine.components":
    raise ImportError(
        f"'{__name__}' is the folder of the package 'ecs_engine.components'; imported under another name, every "
        "class in it would exist twice and queries would miss: write 'import ecs_engine.components' instead."
    )

from ecs_engine.components.animation import Animation, AnimationFrame, AnimationState
from ecs_engine.components.camera import Camera2D, CameraFollow, CameraMotion, CameraShake, Parallax
from ecs_engine.components.collider import Collider, ColliderShape
from ecs_engine.components.light import AmbientLight, LightDraw, PointLight
from ecs_engine.components.motion import Velocity
from ecs_engine.components.nine_slice import Fill, NineSlice, NineSliceDraw
from ecs_engine.components.particles import Particle, ParticleEmitter
from ecs_engine.components.shapes import Gradient, Shape, ShapeDraw, ShapeKind
from ecs_engine.components.sprite import Blend, Sprite, SpriteDraw
from ecs_engine.components.text import Text
from ecs_engine.components.tiles import TileDraw
from ecs_engine.components.transform import Parent, Transform2D, WorldPose2D

__all__ = [
    "AmbientLight",
    "Animation",
    "AnimationFrame",
    "AnimationState",
    "Blend",
    "Camera2D",
    "CameraFollow",
    "CameraMotion",
    "CameraShake",
    "Collider",
    "ColliderShape",
    "Fill",
    "Gradient",
    "LightDraw",
    "NineSlice",
    "NineSliceDraw",
    "Parallax",
    "Parent",
    "Particle",
    "ParticleEmitter",
    "PointLight",
    "Shape",
    "ShapeDraw",
    "ShapeKind",
    "Sprite",
    "SpriteDraw",
    "Text",
    "TileDraw",
    "Transform2D",
    "Velocity",
    "WorldPose2D",
]
