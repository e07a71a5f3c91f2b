"""What a row of the shapes is: one quad, whose fragment shader knows how far each pixel is from an edge.

=========  ==========================================  ===================================  ===========
kind       form                                        extra                                paint z
=========  ==========================================  ===================================  ===========
ELLIPSE    half width, half height                     stroke width                         stroke
RECTANGLE  half width, half height, corner             stroke width                         stroke
ARC        mean radius, half thickness, mid angle,     stroke width, round ends             stroke
           half sweep
SEGMENT    x, y of one end, x, y of the other          the points before and after          width (bits
                                                       (an end by itself is a cap)          of a float)
TRIANGLE   x, y of two corners                         x, y of the third
=========  ==========================================  ===================================  ===========

All are relative to the row's pose. ``gradient`` is (x, y, offset) of a linear one, which is ``dot(p, xy) + offset`` of
the way at p, and (x, y, 1 / half width, 1 / half height) of a radial one around (x, y).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from ecs_engine.components import WorldPose2D
from ecs_engine.components.shapes import Shape, ShapeDraw, ShapeKind
from ecs_engine.core.component import field_of
from ecs_engine.systems.drawable import Drawable, EntityRows

Array = np.ndarray[Any, Any]

SEGMENT, TRIANGLE = len(ShapeKind), len(ShapeKind) + 1
KIND_BITS = 7
"""Of the flags, paint w."""
PIXELS = 1 << 3
"""Widths are in pixels instead of world units."""
GRADIENT_SHIFT, JOIN_SHIFT, CAP_SHIFT, EDGE_SHIFT = 4, 6, 8, 10
"""Two bits each; then three, for the edges of a triangle that are edges of its polygon (from corner 0, 1 and 2)."""
MITER_LIMIT = 4.0
"""A join that would reach farther, in half widths, is bevelled."""

POSE, PREVIOUS = field_of(WorldPose2D, "pose"), field_of(WorldPose2D, "previous")
FORM, EXTRA, PAINT, GRADIENT, RADIUS, KEY = (
    field_of(ShapeDraw, name) for name in ("form", "extra", "paint", "gradient", "radius", "key")
)

SHAPES = Drawable(
    name="shapes",
    columns={"pose": POSE, "prev": PREVIOUS, "form": FORM, "extra": EXTRA, "paint": PAINT, "gradient": GRADIENT},
    entities=EntityRows(requires=(Shape, WorldPose2D), pose=POSE, radius=RADIUS, key=KEY, previous=PREVIOUS),
)


class Join(IntEnum):
    """How two segments of a line meet."""

    MITER = 0
    """In a point, or cut off where that would be too far away."""
    ROUND = 1
    BEVEL = 2
    """Cut off."""


class Cap(IntEnum):
    """How an open line ends."""

    BUTT = 0
    """At its last point."""
    ROUND = 1
    SQUARE = 2
    """Half its width farther."""


@dataclass(slots=True)
class Rows:
    """Rows without a place: (n, 4) each, ``paint`` uint32 and the others float32."""

    form: Array
    extra: Array
    paint: Array
    gradient: Array

    def __len__(self) -> int:
        return len(self.form)

    def scaled(self, x: float, y: float) -> Rows:
        """Segments and triangles, stretched; widths by the mean of both."""
        if x == y == 1.0:
            return self
        both = np.array([x, y, x, y], np.float32)
        paint, gradient = self.paint.copy(), self.gradient.copy()
        lines = (paint[:, 3] & (KIND_BITS | PIXELS)) == SEGMENT
        widths = paint[lines, 2].view(np.float32) * np.float32(abs(x * y) ** 0.5)
        paint[lines, 2] = widths.view(np.uint32)
        radial = (paint[:, 3] >> GRADIENT_SHIFT & 3) == 2
        with np.errstate(all="ignore"):
            gradient[radial] *= (x, y, 1 / np.float64(x), 1 / np.float64(y))
            gradient[~radial, :2] /= both[:2]
        return Rows(self.form * both, self.extra * both, paint, gradient)


def joined(parts: list[Rows]) -> Rows:
    """All of them, one after the other."""
    return Rows(*(np.concatenate([getattr(part, name) for part in parts]) for name in Rows.__slots__))


def blank(count: int) -> Rows:
    return Rows(*(np.zeros((count, 4), dtype) for dtype in (np.float32, np.float32, np.uint32, np.float32)))


def path_rows(points: Array, width: float, flags: int, *, closed: bool) -> Rows:
    """The segments along points, (n, 2) of which neighbours differ; ``flags`` without the kind."""
    if closed:
        ends = np.concatenate([points[-1:], points, points[:2]])
    else:
        ends = np.concatenate([points[:1], points, points[-1:]])
    rows = blank(len(ends) - 3)
    rows.form[:, :2], rows.form[:, 2:] = ends[1:-2], ends[2:-1]
    rows.extra[:, :2], rows.extra[:, 2:] = ends[:-3], ends[3:]
    rows.paint[:, 2] = np.float32(width).view(np.uint32)
    rows.paint[:, 3] = SEGMENT | flags
    return rows


def line_rows(start: Array, end: Array, width: Array | float, flags: int) -> Rows:
    """Single segments from (n, 2) to (n, 2)."""
    rows = blank(len(start))
    rows.form[:, :2], rows.form[:, 2:] = start, end
    rows.extra[:] = rows.form
    rows.paint[:, 2] = np.broadcast_to(np.asarray(width, np.float32), len(rows)).view(np.uint32)
    rows.paint[:, 3] = SEGMENT | flags
    return rows
