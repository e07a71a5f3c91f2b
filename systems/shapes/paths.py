"""Polygons and lines of many points, as components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import cos, isfinite, sin
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.components import Blend
from ecs_engine.components.shapes import Gradient
from ecs_engine.core.errors import EngineError
from ecs_engine.frame.keys import BLEND_SHIFT, HIGHEST_LAYER, first_key
from ecs_engine.systems.shapes.rows import (
    CAP_SHIFT,
    EDGE_SHIFT,
    GRADIENT_SHIFT,
    JOIN_SHIFT,
    MITER_LIMIT,
    TRIANGLE,
    Cap,
    Join,
    Rows,
    blank,
    joined,
    path_rows,
)
from ecs_engine.systems.shapes.triangulate import outer_edges, triangulate

Array = np.ndarray[Any, Any]
Color = Sequence[int]

WHITE = (255, 255, 255, 255)
MOST_CORNERS = 4096
"""Of a polygon: the time that triangles take grows with the square."""


@dataclass(frozen=True, eq=False)
class Polygon:
    """A filled polygon with any number of corners, convex or not, at the entity's Transform2D. An object component: any
    number of entities may share it, and it never changes; add another one to the entity for another look.

    Args:
        points: (n, 2) corners, world units around the entity's position, in either direction; 3 to 4,096 of them.
        fill, fill_to: red, green, blue and perhaps alpha, 0 to 255; ``fill_to`` is the second colour of a gradient.
        gradient, gradient_angle: as of a ``Shape``.
        stroke, stroke_width: a line along the edge, half its width to each side; 0 is none.
        join: how the stroke turns at corners.

    Raises:
        EngineError: too few or too many points, a number that is infinite or NaN, a colour that is none.
    """

    points: npt.ArrayLike
    fill: Color = WHITE
    fill_to: Color = WHITE
    gradient: Gradient = Gradient.NONE
    gradient_angle: float = 0.0
    stroke: Color = WHITE
    stroke_width: float = 0.0
    join: Join = Join.MITER
    layer: int = 0
    blend: Blend = Blend.ALPHA
    rows: Rows = field(init=False, repr=False)
    """What is drawn of it."""
    reach: float = field(init=False, repr=False)
    """The radius around (0, 0) that holds it."""

    def __post_init__(self) -> None:
        points = checked_points("Polygon", self.points, least=3)
        if len(points) > MOST_CORNERS:
            raise EngineError(f"A Polygon has {len(points)} corners: cut it into some of at most {MOST_CORNERS}.")
        fills = packed_color("Polygon", self.fill), packed_color("Polygon", self.fill_to)
        gradient = gradient_of(points, self.gradient, self.gradient_angle)
        corners = distinct(points, closed=True)
        parts = []
        if len(corners) >= 3:
            parts.append(_triangle_rows(corners, fills, gradient, int(self.gradient) << GRADIENT_SHIFT))
        width = checked_width("Polygon", self.stroke_width)
        if width and len(corners) >= 2:
            lines = path_rows(corners, width, int(self.join) << JOIN_SHIFT, closed=len(corners) > 2)
            lines.paint[:, :2] = packed_color("Polygon", self.stroke)
            parts.append(lines)
        object.__setattr__(self, "rows", joined(parts) if parts else blank(0))
        object.__setattr__(self, "reach", _reach(points, width))


@dataclass(frozen=True, eq=False)
class Polyline:
    """A line through many points at the entity's Transform2D; an object component, shared and unchanging as a Polygon.

    Args:
        points: (n, 2), world units around the entity's position; 2 or more.
        width: in world units, 0 or more. A line is never thinner than a pixel, but then the paler.
        color, color_to: red, green, blue and perhaps alpha; ``color_to`` is the second colour of a gradient.
        gradient, gradient_angle: across all that the points span, as of a ``Shape``.
        closed: whether it goes back to its first point.
        join, cap: how it turns, and how it ends where it is open.

    Raises:
        EngineError: too few points, a number that is infinite or NaN, a colour that is none.
    """

    points: npt.ArrayLike
    width: float = 2.0
    color: Color = WHITE
    color_to: Color = WHITE
    gradient: Gradient = Gradient.NONE
    gradient_angle: float = 0.0
    closed: bool = False
    join: Join = Join.MITER
    cap: Cap = Cap.BUTT
    layer: int = 0
    blend: Blend = Blend.ALPHA
    rows: Rows = field(init=False, repr=False)
    reach: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        points = checked_points("Polyline", self.points, least=2)
        colors = packed_color("Polyline", self.color), packed_color("Polyline", self.color_to)
        width = checked_width("Polyline", self.width)
        flags = int(self.gradient) << GRADIENT_SHIFT | int(self.join) << JOIN_SHIFT | int(self.cap) << CAP_SHIFT
        corners = distinct(points, closed=self.closed)
        if len(corners) == 1:  # all points are one: only round and square caps show
            corners = np.concatenate([corners, corners])
        rows = path_rows(corners, width, flags, closed=self.closed and len(corners) > 2)
        rows.paint[:, :2] = colors
        rows.gradient[:] = gradient_of(points, self.gradient, self.gradient_angle)
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "reach", _reach(points, width))


def checked_points(name: str, points: npt.ArrayLike, least: int) -> Array:
    """(n, 2) float64.

    Raises:
        EngineError: another shape, fewer than ``least``, or not finite.
    """
    try:
        array = np.asarray(points, np.float64)
    except (TypeError, ValueError):
        array = np.empty(0)
    article = "An" if name[0] in "AEIOU" else "A"
    if array.ndim != 2 or array.shape[1] != 2 or len(array) < least:
        raise EngineError(
            f"{article} {name} was given points of shape {array.shape}: give {least} or more of two numbers each, "
            "(n, 2)."
        )
    if not (np.abs(array) < 1e18).all():  # also of NaN
        row = int(np.flatnonzero(~(np.abs(array) < 1e18).all(axis=1))[0])
        raise EngineError(
            f"{article} {name} has the point {array[row].tolist()} at {row}: give finite numbers below 1e18."
        )
    return array


def checked_width(name: str, width: float) -> float:
    """A width of 0 or more.

    Raises:
        EngineError: it is below, infinite or NaN.
    """
    if not (isfinite(width) and width >= 0.0):
        raise EngineError(f"A {name} has a width of {width!r}: give a finite number of 0 or more.")
    return float(width)


def packed_color(name: str, color: Any) -> int:
    """Red, green, blue and perhaps alpha as RGBA8.

    Raises:
        EngineError: it is no colour.
    """
    try:
        red, green, blue, alpha = (*color, 255)[: max(len(color), 4)]
        return int.from_bytes(bytes((int(red), int(green), int(blue), int(alpha))), "little")
    except (TypeError, ValueError, OverflowError):
        raise EngineError(
            f"A {name} was given the colour {color!r}: give red, green, blue and perhaps alpha, each 0 to 255."
        ) from None


def gradient_of(points: Array, gradient: Gradient, angle: float) -> tuple[float, float, float, float]:
    """The ``gradient`` of rows that is drawn across all that points span, (4,)."""
    low, high = points.min(axis=0), points.max(axis=0)
    (x, y), (width, height) = ((low + high) / 2).tolist(), ((high - low) / 2).tolist()
    if gradient == Gradient.RADIAL:
        return x, y, 1 / max(width, 1e-9), 1 / max(height, 1e-9)
    c, s = (cos(angle), sin(angle)) if isfinite(angle) else (1.0, 0.0)
    length = max(2 * (abs(c) * width + abs(s) * height), 1e-9)
    return c / length, s / length, 0.5 - (c * x + s * y) / length, 0.0


def distinct(points: Array, *, closed: bool) -> Array:
    """Without points that are where the one before is; float32 as they are drawn."""
    points = points.astype(np.float32)
    keep = np.append(True, (points[1:] != points[:-1]).any(axis=1))
    points = points[keep]
    while closed and len(points) > 1 and (points[0] == points[-1]).all():
        points = points[:-1]
    return points


def sort_key(layer: int, blend: int) -> int:
    """Of one thing that is drawn; a layer out of range is the nearest."""
    return first_key(min(layer, HIGHEST_LAYER)) | min(blend, 3) << BLEND_SHIFT


def _triangle_rows(corners: Array, fills: tuple[int, int], gradient: tuple[float, ...], flags: int) -> Rows:
    triangles = triangulate(corners.astype(np.float64))
    rows = blank(len(triangles))
    places = corners[triangles]
    rows.form[:, :2], rows.form[:, 2:], rows.extra[:, :2] = places[:, 0], places[:, 1], places[:, 2]
    edges = outer_edges(triangles, len(corners)) @ np.array([1, 2, 4])
    rows.paint[:, :2] = fills
    rows.paint[:, 3] = TRIANGLE | flags | edges << EDGE_SHIFT
    rows.gradient[:] = gradient
    return rows


def _reach(points: Array, width: float) -> float:
    return float(np.hypot(*points.T).max()) + width / 2 * MITER_LIMIT * 1.1
