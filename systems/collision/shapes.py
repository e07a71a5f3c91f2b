"""The colliders of a world as flat arrays, and who overlaps whom."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ecs_engine.components import Collider, ColliderShape, Parent, Transform2D, WorldPose2D
from ecs_engine.core.world import World
from ecs_engine.systems.collision.grid import candidate_pairs
from ecs_engine.systems.collision.narrow import box_box, circle_box, circle_circle

Array = np.ndarray[Any, Any]


class Shapes(NamedTuple):
    """All colliders, one row each; sizes are in world units, scale applied."""

    entities: Array
    """(n,) int64."""
    shape: Array
    """(n,) uint8, ColliderShape."""
    x: Array
    """(n,) float64, as all that follow."""
    y: Array
    half_width: Array
    """Of a circle: its radius."""
    half_height: Array
    layer: Array
    """(n,) uint32."""
    mask: Array
    """(n,) uint32."""


NO_SHAPES = Shapes(*(np.empty(0, dtype) for dtype in ("i8", "u1", "f8", "f8", "f8", "f8", "u4", "u4")))


def read_shapes(world: World) -> Shapes:
    """All colliders. Entities with a parent are where they were drawn last, as this tick's poses come later."""
    roots = world.select(Transform2D, Collider, without=(Parent,))
    children = world.select(WorldPose2D, Collider, Parent)
    if not roots and not children:
        return NO_SHAPES
    parts: list[tuple[Array, ...]] = []
    with np.errstate(over="ignore", invalid="ignore"):  # infinite and NaN shapes meet nobody
        for rows in roots:
            transform, collider = rows
            parts.append(_part(rows.entities, transform.position, transform.scale, collider))
        for rows in children:
            pose, collider, _ = rows
            parts.append(_part(rows.entities, pose.pose[:, :2], pose.scale, collider))
    return Shapes(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _part(entities: Array, position: Array, scale: Array, collider: Any) -> tuple[Array, ...]:
    size = np.abs(scale).astype(np.float64)
    radius = collider.radius * size.max(axis=1)
    circle = collider.shape == ColliderShape.CIRCLE
    half = collider.half_size * size
    return (
        entities, collider.shape, position[:, 0].astype(np.float64), position[:, 1].astype(np.float64),
        np.where(circle, radius, half[:, 0]), np.where(circle, radius, half[:, 1]), collider.layer, collider.mask,
    )  # fmt: skip


def overlapping_pairs(shapes: Shapes) -> tuple[Array, Array]:
    """Rows (a, b) of the colliders that overlap and whose layers meet."""
    x, y, width, height = shapes.x, shapes.y, shapes.half_width, shapes.half_height
    with np.errstate(invalid="ignore"):
        edges = (x - width, y - height, x + width, y + height)
    a, b = candidate_pairs(*edges, layer=shapes.layer, mask=shapes.mask)
    hit = np.zeros(len(a), np.bool_)
    a_round, b_round = shapes.shape[a] == ColliderShape.CIRCLE, shapes.shape[b] == ColliderShape.CIRCLE

    both = a_round & b_round
    i, j = a[both], b[both]
    hit[both] = circle_circle(x[i], y[i], width[i], x[j], y[j], width[j]).hit

    neither = ~a_round & ~b_round
    i, j = a[neither], b[neither]
    hit[neither] = box_box(x[i], y[i], width[i], height[i], x[j], y[j], width[j], height[j]).hit

    mixed = a_round != b_round
    i, j = np.where(a_round, a, b)[mixed], np.where(a_round, b, a)[mixed]
    hit[mixed] = circle_box(x[i], y[i], width[i], x[j], y[j], width[j], height[j]).hit
    return a[hit], b[hit]
