"""The stock systems of the logic thread: physics, transform, culling and batching."""

from __future__ import annotations

if __name__ != "ecs_engine.systems":
    raise ImportError(
        f"'{__name__}' is the folder of the package 'ecs_engine.systems'; imported under another name, every "
        "class in it would exist twice and queries would miss: write 'import ecs_engine.systems' instead."
    )

from ecs_engine.systems.animation import AnimationSystem, Clip, Clips, Play, StateMachine, StateMachines
from ecs_engine.systems.assets import Asset, Assets, AssetSystem, PictureAsset, Progress, Sheet, cut_sheet
from ecs_engine.systems.batching import BatchingSystem
from ecs_engine.systems.cameras import CameraState
from ecs_engine.systems.culling import CullingSystem
from ecs_engine.systems.drawable import SPRITES, Drawable, Drawables, EntityRows
from ecs_engine.systems.effects import CRT, Bloom, Effect, Effects, EffectSystem, Palette, Vignette
from ecs_engine.systems.input import InputSystem
from ecs_engine.systems.labels import TEXTS
from ecs_engine.systems.lights import LIGHTS, LightSystem, Occluder, ShadowSystem
from ecs_engine.systems.nine_slice import NINE_SLICES, NineSliceSystem
from ecs_engine.systems.parallax import ParallaxSystem
from ecs_engine.systems.particles import PARTICLES, EmissionShape, ParticleEffect, Particles, ParticleSystem
from ecs_engine.systems.physics import Contacts, PhysicsSystem
from ecs_engine.systems.pool import Pool
from ecs_engine.systems.poses import Pose, world_pose
from ecs_engine.systems.projection import camera_at, screen_to_world, world_to_screen, zoom_at
from ecs_engine.systems.publish import PublishSystem, make_exchange
from ecs_engine.systems.rigs import CameraSystem
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
from ecs_engine.systems.text import TextSystem
from ecs_engine.systems.tiles import TILES, TileMapSystem
from ecs_engine.systems.timers import Timer, Timers, TimerSystem
from ecs_engine.systems.transform import TransformSystem, teleport
from ecs_engine.systems.tweens import Ease, Playing, Tween, Tweens, TweenSystem
from ecs_engine.systems.viewports import corner, split

__all__ = [
    "CRT",
    "LIGHTS",
    "NINE_SLICES",
    "PARTICLES",
    "SHAPES",
    "SPRITES",
    "TEXTS",
    "TILES",
    "AnimationSystem",
    "Asset",
    "AssetSystem",
    "Assets",
    "BatchingSystem",
    "Bloom",
    "CameraState",
    "CameraSystem",
    "Cap",
    "Clip",
    "Clips",
    "Contacts",
    "CullingSystem",
    "DebugDraw",
    "DebugDrawSystem",
    "Drawable",
    "Drawables",
    "Ease",
    "Effect",
    "EffectSystem",
    "Effects",
    "EmissionShape",
    "EntityRows",
    "InputSystem",
    "Join",
    "LightSystem",
    "NineSliceSystem",
    "Occluder",
    "Palette",
    "ParallaxSystem",
    "ParticleEffect",
    "ParticleSystem",
    "Particles",
    "PathSystem",
    "PhysicsSystem",
    "PictureAsset",
    "Play",
    "Playing",
    "Polygon",
    "Polyline",
    "Pool",
    "Pose",
    "Progress",
    "PublishSystem",
    "ShadowSystem",
    "ShapeSystem",
    "Sheet",
    "SpriteSystem",
    "StateMachine",
    "StateMachines",
    "TextSystem",
    "TileMapSystem",
    "Timer",
    "TimerSystem",
    "Timers",
    "TransformSystem",
    "Tween",
    "TweenSystem",
    "Tweens",
    "Vignette",
    "camera_at",
    "corner",
    "cut_sheet",
    "make_exchange",
    "screen_to_world",
    "split",
    "teleport",
    "world_pose",
    "world_to_screen",
    "zoom_at",
]
