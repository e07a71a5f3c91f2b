"""Shapes drawn at the entity's place: ellipses, rectangles and arcs, sharp at any zoom."""

from __future__ import annotations

from enum import IntEnum
from math import tau
from typing import Any

from ecs_engine.core.component import component
from ecs_engine.core.fields import Bool, Byte, Color, Float, Short, UShort, UVec4, Vec2, Vec4


class ShapeKind(IntEnum):
    """The form of a :class:`Shape`."""

    ELLIPSE = 0
    RECTANGLE = 1
    ARC = 2


class Gradient(IntEnum):
    """How a shape's fill goes over into its second colour."""

    NONE = 0
    LINEAR = 1
    """Along ``gradient_angle``, from edge to edge."""
    RADIAL = 2
    """From the middle to the edge."""


@component
class ShapeDraw:
    """What the GPU and the draw list need of a shape; derived by the ShapeSystem when it changes. What the numbers of
    each kind mean is in ``systems/shapes/rows.py``."""

    form: Vec4 = (0.0, 0.0, 0.0, 0.0)
    extra: Vec4 = (0.0, 0.0, 0.0, 0.0)
    paint: UVec4 = (0, 0, 0, 0)
    """Fill, second fill and stroke as RGBA8, flags."""
    gradient: Vec4 = (0.0, 0.0, 0.0, 0.0)
    radius: Float = 0.0
    """Of the circle around the entity's position that holds the shape at any rotation."""
    key: UShort = 0
    """Sort key: see ecs_engine.frame.keys."""


@component(companions=(ShapeDraw,))
class Shape:
    """A shape at the entity's Transform2D, whose scale stretches it. Make one by :meth:`circle`, :meth:`ellipse`,
    :meth:`rectangle`, :meth:`ring` or :meth:`arc`. Lengths are in world units; what is NaN or infinite is not drawn."""

    kind: Byte = 0
    """A :class:`ShapeKind`."""
    size: Vec2 = (100.0, 100.0)
    """Width and height; of an arc, both are the diameter of its outer edge."""
    corner: Float = 0.0
    """Radius of a rectangle's corners. More than 0 rounds the ends of an arc."""
    thickness: Float = 0.0
    """Of an arc, from its outer edge inwards."""
    start: Float = 0.0
    """Where an arc begins: radians, counter-clockwise from the x axis."""
    sweep: Float = tau
    """How far an arc goes, counter-clockwise; below 0 clockwise. A full turn or more is a ring."""
    fill: Color = (255, 255, 255, 255)
    """Red, green, blue, alpha."""
    fill_to: Color = (255, 255, 255, 255)
    """The second colour of a gradient."""
    gradient: Byte = 0
    """A :class:`Gradient`."""
    gradient_angle: Float = 0.0
    """Where to a linear gradient goes: radians, turned with the shape."""
    stroke: Color = (255, 255, 255, 255)
    stroke_width: Float = 0.0
    """Of a border inside of the edge; 0 is none."""
    layer: Short = 0
    """Higher layers are drawn over lower ones: -512 to 511."""
    blend: Byte = 0
    """A :class:`~ecs_engine.components.Blend`."""
    visible: Bool = True

    @classmethod
    def circle(cls, radius: float, **paint: Any) -> Shape:
        """A disc. ``paint``: any of the fields from ``fill`` on."""
        return cls(kind=ShapeKind.ELLIPSE, size=(2 * radius, 2 * radius), **paint)

    @classmethod
    def ellipse(cls, size: tuple[float, float], **paint: Any) -> Shape:
        """Of this width and height."""
        return cls(kind=ShapeKind.ELLIPSE, size=size, **paint)

    @classmethod
    def rectangle(cls, size: tuple[float, float], corner: float = 0.0, **paint: Any) -> Shape:
        """Of this width and height, with round corners of a radius."""
        return cls(kind=ShapeKind.RECTANGLE, size=size, corner=corner, **paint)

    @classmethod
    def ring(cls, radius: float, thickness: float, **paint: Any) -> Shape:
        """From an outer radius inwards."""
        return cls(kind=ShapeKind.ARC, size=(2 * radius, 2 * radius), thickness=thickness, **paint)

    @classmethod
    def arc(
        cls, radius: float, thickness: float, start: float, sweep: float, *, round_ends: bool = False, **paint: Any
    ) -> Shape:
        """A part of a ring; as thick as its radius, it is a slice of a pie."""
        return cls(
            kind=ShapeKind.ARC, size=(2 * radius, 2 * radius), thickness=thickness, start=start, sweep=sweep,
            corner=float(round_ends), **paint,
        )  # fmt: skip
