"""Light, and the dark that it falls into."""

from __future__ import annotations

from math import tau

from ecs_engine.core.component import component
from ecs_engine.core.fields import Bool, Color, Float, Short, UShort, Vec4


@component
class LightDraw:
    """What the GPU and the draw list need of a light; derived by the LightSystem."""

    glow: Vec4 = (0.0, 0.0, 0.0, 0.0)
    """Radius and size in world units, falloff, half of the cone."""
    paint: Vec4 = (0.0, 0.0, 0.0, 0.0)
    """Red, green and blue times the intensity; how dark its shadows are."""
    reach: Float = 0.0
    """The radius, or -inf for a light that is off."""
    key: UShort = 0


@component(companions=(LightDraw,))
class PointLight:
    """A lamp at the entity's Transform2D. It shines on all that cameras show, but for layers above
    ``AmbientLight.last_layer``, and what has an Occluder stands in its way.

    At a distance of ``d`` it gives ``intensity * (1 - (d / radius)^2) ^ falloff``. A light with a number in it that is
    infinite or NaN is off, and so is one with a radius of 0 or less.
    """

    color: Color = (255, 255, 255, 255)
    radius: Float = 200.0
    """How far it reaches, in world units, before the transform's scale."""
    intensity: Float = 1.0
    """1 shows pictures in the middle of the light as they are (in white light), in the dark."""
    falloff: Float = 2.0
    """How fast it fades on the way: 0 not at all, 1 late, 4 soon."""
    size: Float = 8.0
    """Radius of the lamp itself: the larger, the softer the edges of shadows. Before the transform's scale."""
    shadows: Float = 1.0
    """0 to 1: how dark they are; 0 makes none, and costs less."""
    cone: Float = tau
    """The angle, in radians, into which it shines, around the entity's rotation; the whole turn by default."""
    visible: Bool = True


@component
class AmbientLight:
    """The light that is everywhere, also where no lamp shines. On an entity with a Camera2D it is for that camera; on
    any other for all cameras that have none. Without any it is white, 1: then lamps only make things brighter.
    """

    color: Color = (255, 255, 255, 255)
    intensity: Float = 1.0
    """0 is night."""
    last_layer: Short = 511
    """Higher layers are not lit: they show as they are, in the dark too. For scores and menus."""
