"""Shape against shape, for whole arrays of pairs: do they touch, in which direction, and how deep.

The normal is a unit vector from the first shape to the second: moving the second along it by `depth` (or the first
by as much against it) parts them. Shapes that only touch count as a hit of depth 0, so that a thing at rest on
another stays in contact. Whatever is not a shape never hits: a NaN, an infinite number, a negative size, or sizes and
distances whose sum overflows float64. Any thread may call these; nothing is kept.

The formulas are those of Ericson, "Real-Time Collision Detection", sections 4.2.1, 4.3.1 and 5.2.5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ecs_engine.systems.collision.arrays import Bools, CollisionError, Floats, bits, floats

# Nearer than this two centres are one point: below, x / distance has too few bits left for a unit vector.
_COINCIDENT = 1e-290


class Overlaps(NamedTuple):
    """The result for n pairs. Where `hit` is False the other columns are 0."""

    hit: Bools
    """Shape (n,) bool: the shapes overlap or touch."""
    normal_x: Floats
    """Shape (n,) float64: the unit normal, from the first shape to the second."""
    normal_y: Floats
    depth: Floats
    """Shape (n,) float64, in world units, never negative."""


def circle_circle(
    ax: npt.ArrayLike,
    ay: npt.ArrayLike,
    a_radius: npt.ArrayLike,
    bx: npt.ArrayLike,
    by: npt.ArrayLike,
    b_radius: npt.ArrayLike,
) -> Overlaps:
    """Circles a against circles b, pair by pair; with one centre for both, the normal is +x.

    Args:
        ax, ay, bx, by: shape (n,) real numbers, centres in world units.
        a_radius, b_radius: shape (n,) real numbers, in world units; 0 makes a point.

    Raises:
        CollisionError: if the arrays are not one-dimensional, of real numbers and of one length.
    """
    ax, ay, a_radius, bx, by, b_radius = floats(ax=ax, ay=ay, a_radius=a_radius, bx=bx, by=by, b_radius=b_radius)
    with np.errstate(over="ignore", invalid="ignore"):
        dx, dy = bx - ax, by - ay
        distance = np.hypot(dx, dy)
        depth = a_radius + b_radius - distance
        normal_x, normal_y = _unit(dx, dy, distance)
        return _overlaps((a_radius >= 0.0) & (b_radius >= 0.0), normal_x, normal_y, depth)


def box_box(
    ax: npt.ArrayLike,
    ay: npt.ArrayLike,
    a_half_width: npt.ArrayLike,
    a_half_height: npt.ArrayLike,
    bx: npt.ArrayLike,
    by: npt.ArrayLike,
    b_half_width: npt.ArrayLike,
    b_half_height: npt.ArrayLike,
) -> Overlaps:
    """Axis-aligned boxes a against boxes b, pair by pair.

    The normal is the axis on which they overlap less; of two equal ones it is y, so that a corner lands on a floor
    rather than being pushed off it. Where the centres agree on that axis, it is positive.

    Args:
        ax, ay, bx, by: shape (n,) real numbers, centres in world units.
        a_half_width, a_half_height, b_half_width, b_half_height: shape (n,) real numbers, half the sizes.

    Raises:
        CollisionError: if the arrays are not one-dimensional, of real numbers and of one length.
    """
    ax, ay, a_half_width, a_half_height, bx, by, b_half_width, b_half_height = floats(
        ax=ax,
        ay=ay,
        a_half_width=a_half_width,
        a_half_height=a_half_height,
        bx=bx,
        by=by,
        b_half_width=b_half_width,
        b_half_height=b_half_height,
    )
    with np.errstate(over="ignore", invalid="ignore"):
        dx, dy = bx - ax, by - ay
        depth_x = a_half_width + b_half_width - np.abs(dx)
        depth_y = a_half_height + b_half_height - np.abs(dy)
        valid = (a_half_width >= 0.0) & (a_half_height >= 0.0) & (b_half_width >= 0.0) & (b_half_height >= 0.0)
        valid &= np.isfinite(depth_x) & np.isfinite(depth_y)
        sideways = depth_x < depth_y
        normal_x = np.where(sideways, _sign(dx), 0.0)
        normal_y = np.where(sideways, 0.0, _sign(dy))
        return _overlaps(valid, normal_x, normal_y, np.minimum(depth_x, depth_y))


def circle_box(
    ax: npt.ArrayLike,
    ay: npt.ArrayLike,
    a_radius: npt.ArrayLike,
    bx: npt.ArrayLike,
    by: npt.ArrayLike,
    b_half_width: npt.ArrayLike,
    b_half_height: npt.ArrayLike,
) -> Overlaps:
    """Circles a against axis-aligned boxes b, pair by pair.

    With the circle's centre outside the box the normal leads from it to the nearest point of the box; with the
    centre inside, it leads away from the nearest face (of two equally near ones, a face across y).

    Args:
        ax, ay, bx, by: shape (n,) real numbers, centres in world units.
        a_radius: shape (n,) real numbers, in world units; 0 makes a point.
        b_half_width, b_half_height: shape (n,) real numbers, half the size of the box.

    Raises:
        CollisionError: if the arrays are not one-dimensional, of real numbers and of one length.
    """
    ax, ay, a_radius, bx, by, b_half_width, b_half_height = floats(
        ax=ax, ay=ay, a_radius=a_radius, bx=bx, by=by, b_half_width=b_half_width, b_half_height=b_half_height
    )
    with np.errstate(over="ignore", invalid="ignore"):
        dx, dy = bx - ax, by - ay
        valid = (a_radius >= 0.0) & (b_half_width >= 0.0) & (b_half_height >= 0.0)
        valid &= np.isfinite(b_half_width) & np.isfinite(b_half_height)
        # From the circle's centre to the nearest point of the box; (0, 0) if the centre is inside.
        gap_x = dx - np.clip(dx, -b_half_width, b_half_width)
        gap_y = dy - np.clip(dy, -b_half_height, b_half_height)
        distance = np.hypot(gap_x, gap_y)
        outside_x, outside_y = _unit(gap_x, gap_y, distance)
        inside = distance < _COINCIDENT
        face_x, face_y = b_half_width - np.abs(dx), b_half_height - np.abs(dy)
        sideways = face_x < face_y
        normal_x = np.where(inside, np.where(sideways, _sign(dx), 0.0), outside_x)
        normal_y = np.where(inside, np.where(sideways, 0.0, _sign(dy)), outside_y)
        face = np.maximum(np.minimum(face_x, face_y), 0.0)
        depth = np.where(inside, a_radius + face, a_radius - distance)
        return _overlaps(valid, normal_x, normal_y, depth)


def layer_filter(layer_a: npt.ArrayLike, mask_a: npt.ArrayLike, layer_b: npt.ArrayLike, mask_b: npt.ArrayLike) -> Bools:
    """Which pairs may collide: each one's mask must have a bit of the other one's layer.

    Args:
        layer_a, mask_a, layer_b, mask_b: uint32 bit masks, scalars or arrays that broadcast together.

    Returns:
        bool array of the broadcast shape.

    Raises:
        CollisionError: if one does not hold integers of at most 32 bits, or if the shapes do not broadcast.
    """
    columns = [
        bits("layer_a", layer_a),
        bits("mask_a", mask_a),
        bits("layer_b", layer_b),
        bits("mask_b", mask_b),
    ]
    try:
        a, wants_a, b, wants_b = np.broadcast_arrays(*columns)
    except ValueError:
        shapes = ", ".join(str(column.shape) for column in columns)
        raise CollisionError(
            f"Layers and masks of shapes {shapes} do not pair up: give all of them one shape."
        ) from None
    hit: Bools = np.bitwise_and(a, wants_b) != 0
    hit &= np.bitwise_and(b, wants_a) != 0
    return hit


def _sign(x: Floats) -> Floats:
    return np.where(x < 0.0, -1.0, 1.0)


def _unit(dx: Floats, dy: Floats, distance: Floats) -> tuple[Floats, Floats]:
    """(dx, dy) / distance, or +x where there is no distance."""
    apart = distance >= _COINCIDENT
    divisor = np.where(apart, distance, 1.0)
    return np.where(apart, dx / divisor, 1.0), np.where(apart, dy / divisor, 0.0)


def _overlaps(valid: Bools, normal_x: Floats, normal_y: Floats, depth: Floats) -> Overlaps:
    hit: Bools = valid & (depth >= 0.0) & (depth < np.inf)
    return Overlaps(hit, np.where(hit, normal_x, 0.0), np.where(hit, normal_y, 0.0), np.where(hit, depth, 0.0))
