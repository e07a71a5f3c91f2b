"""A picture at the entity's place."""

from __future__ import annotations

from enum import IntEnum

from ecs_engine.core.component import component
from ecs_engine.core.fields import Bool, Byte, Color, Float, PictureId, Short, UShort, UVec4, Vec2, Vec4


class Blend(IntEnum):
    """How a picture mixes with what is behind it."""

    ALPHA = 0
    """Over it, by the picture's alpha."""
    ADD = 1
    """Added to it: light, fire, sparks."""


@component
class SpriteDraw:
    """What the GPU and the draw list need of a sprite; derived by the SpriteSystem when the sprite changes."""

    rect: Vec4 = (0.0, 0.0, 0.0, 0.0)
    """The quad around the entity's position, before rotation: min x, min y, max x, max y in world units."""
    look: UVec4 = (0, 0, 0, 0)
    """Texels of two corners (16 bits each), tint, page: see ARCHITECTURE.md."""
    radius: Float = 0.0
    """Of the circle around the entity's position that holds the quad at any rotation."""
    key: UShort = 0
    """Sort key: see ecs_engine.frame.keys."""


@component(companions=(SpriteDraw,))
class Sprite:
    """A picture drawn at the entity's Transform2D."""

    picture: PictureId = 0
    """A Picture, or its id; 0 is a white pixel, so a sprite with only a size and a tint is a rectangle."""
    tint: Color = (255, 255, 255, 255)
    """Multiplies the picture: red, green, blue, alpha."""
    size: Vec2 = (0.0, 0.0)
    """In world units, before the transform's scale; (0, 0) is the picture's own size, a unit a pixel."""
    anchor: Vec2 = (0.5, 0.5)
    """The point of the picture that stands at the position: (0, 0) is its lower left corner, (1, 1) the upper right."""
    layer: Short = 0
    """Higher layers are drawn over lower ones: -512 to 511."""
    blend: Byte = 0
    """A :class:`Blend`."""
    flip_x: Bool = False
    flip_y: Bool = False
    visible: Bool = True
