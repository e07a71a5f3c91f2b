"""A picture whose borders keep their size."""

from __future__ import annotations

from enum import IntEnum

from ecs_engine.core.component import component
from ecs_engine.core.fields import Bool, Byte, Color, Float, PictureId, Short, UShort, UVec4, Vec2, Vec4


class Fill(IntEnum):
    """How the parts between the corners of a nine-slice become as large as they must be."""

    STRETCH = 0
    TILE = 1
    """Repeated, a whole number of times, and stretched by as much as is missing to that."""


@component
class NineSliceDraw:
    """What the GPU and the draw list need of a nine-slice; derived by the NineSliceSystem."""

    rect: Vec4 = (0.0, 0.0, 0.0, 0.0)
    """The quad around the entity's position, before rotation: min x, min y, max x, max y in world units."""
    look: UVec4 = (0, 0, 0, 0)
    """As of a sprite; bit 16 of the page says whether it is tiled."""
    extent: Vec2 = (0.0, 0.0)
    """Width and height in texels."""
    radius: Float = 0.0
    key: UShort = 0


@component(companions=(NineSliceDraw,))
class NineSlice:
    """A frame, a button, a speech bubble: a picture cut into three by three parts, drawn at the entity's Transform2D.
    The corners keep their size, the edges and the middle fill what is between them.

    It is drawn instead of a Sprite: an entity with both shows both.
    """

    picture: PictureId = 0
    """A Picture, or its id."""
    border: Vec4 = (0.0, 0.0, 0.0, 0.0)
    """Pixels of the picture that are corner and edge: at the left, the bottom, the right and the top."""
    size: Vec2 = (0.0, 0.0)
    """In world units, before the transform's scale; (0, 0) is the picture's own size. Where it is less than the borders
    take, they shrink."""
    pixel: Float = 1.0
    """World units that a pixel of the border is large, before the transform's scale."""
    tint: Color = (255, 255, 255, 255)
    """Multiplies the picture: red, green, blue, alpha."""
    anchor: Vec2 = (0.5, 0.5)
    """The point of it that stands at the position: (0, 0) is its lower left corner, (1, 1) the upper right."""
    layer: Short = 0
    """Higher layers are drawn over lower ones: -512 to 511."""
    blend: Byte = 0
    """A :class:`Blend`."""
    fill: Byte = 0
    """A :class:`Fill`."""
    visible: Bool = True
