"""What every app has without being asked: the stock kinds of picture, and the stock systems."""

from __future__ import annotations

import esper

from ecs_engine.core.events import EventQueue
from ecs_engine.frame.exchange import Exchange
from ecs_engine.frame.snapshot import Frame
from ecs_engine.render import PipelineSource, sprite_source, text_source
from ecs_engine.render.kinds import nine_slice_source, particle_source, shape_source
from ecs_engine.render.lights import light_source
from ecs_engine.render.tiles import tile_source
from ecs_engine.systems import (
    LIGHTS,
    NINE_SLICES,
    PARTICLES,
    SHAPES,
    SPRITES,
    TEXTS,
    TILES,
    AnimationSystem,
    AssetSystem,
    BatchingSystem,
    CameraSystem,
    CullingSystem,
    DebugDrawSystem,
    Drawable,
    EffectSystem,
    InputSystem,
    LightSystem,
    NineSliceSystem,
    ParallaxSystem,
    ParticleSystem,
    PathSystem,
    PhysicsSystem,
    PublishSystem,
    ShadowSystem,
    ShapeSystem,
    SpriteSystem,
    TextSystem,
    TileMapSystem,
    TimerSystem,
    TransformSystem,
    TweenSystem,
)
from ecs_engine.text import Fonts


def stock_kinds(fonts: Fonts) -> tuple[tuple[Drawable, PipelineSource], ...]:
    """The kinds of picture, each with its shaders. Within a layer later ones are drawn over earlier ones: sprites stand
    on tiles, and words on everything."""
    return (
        (TILES, tile_source()),
        (SPRITES, sprite_source()),
        (NINE_SLICES, nine_slice_source()),
        (SHAPES, shape_source()),
        (PARTICLES, particle_source()),
        (TEXTS, text_source(fonts.atlas)),
        (LIGHTS, light_source()),
    )


def stock_systems(
    events: EventQueue, exchange: Exchange[Frame], *, development: bool = False
) -> tuple[esper.Processor, ...]:
    """The systems, in the order in which they run within their stages; ``development`` is as of an App."""
    return (
        AssetSystem(),
        InputSystem(events),
        TimerSystem(),
        PhysicsSystem(),
        TweenSystem(),
        AnimationSystem(),
        CameraSystem(),
        TransformSystem(),
        ParallaxSystem(),
        SpriteSystem(),
        NineSliceSystem(),
        ParticleSystem(),
        ShapeSystem(),
        PathSystem(),
        DebugDrawSystem(),
        TextSystem(),
        TileMapSystem(),
        LightSystem(),
        CullingSystem(),
        ShadowSystem(),
        BatchingSystem(),
        EffectSystem(development=development),
        PublishSystem(exchange),
    )
