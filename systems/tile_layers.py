"""The layers of a shown map: their place, colour and parallax in the lookup, and where their chunks are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, sin
from operator import attrgetter
from typing import Any

import numpy as np

from ecs_engine.components import TileDraw
from ecs_engine.frame.keys import HIGHEST_LAYER, first_key
from ecs_engine.systems.pool import Pool
from ecs_engine.systems.tile_rows import CELL, NUMBER_BITS, LayerRows
from ecs_engine.tilemap import ImageLayer, Layer

Array = np.ndarray[Any, Any]

LAYER_ROWS = 4
"""Rows of the lookup ``tile_layers`` that one layer has."""
BEYOND = 4096.0
"""How far, in pixels of the map, a repeated picture goes on beyond its edges."""
_MOST_REPEATS = 4096
Point = tuple[float, float]
Look = tuple[Any, ...]
look_of: Callable[[Layer], Look] = attrgetter("offset", "parallax", "tint", "opacity", "visible", "draw_layer")
"""All that a game may change on a layer, besides its tiles."""


@dataclass(frozen=True)
class MapPlace:
    """Where a map is."""

    now: tuple[float, float, float]
    """x, y and angle."""
    before: tuple[float, float, float]
    """The same at the tick before."""
    scale: tuple[float, float]


def turned(x: Any, y: Any, angle: float) -> tuple[Any, Any]:
    """Points turned counter-clockwise about the origin."""
    c, s = cos(angle), sin(angle)
    return c * x - s * y, s * x + c * y


class ShownLayer:
    """One layer that is drawn.

    Args:
        step: width and height of a step from cell to cell.
        corner: the lower left corner of the cell at (0, 0), in pixels of the map.
        reach: (4,) the box that tiles may fill, around the lower left corner of their cell.
        rows: of a tile layer; an image layer is made by :meth:`of_image`.
    """

    def __init__(
        self,
        layer: Layer,
        step: tuple[float, float],
        corner: tuple[float, float],
        reach: Array,
        rows: LayerRows | None = None,
    ) -> None:
        self.layer = layer
        self._step, self._corner, self._reach = step, corner, reach
        self.rows = rows
        self.pool = Pool(TileDraw) if rows is None else rows.pool
        self._boxes: Array | None = None if rows is None else rows.boxes
        """None: everywhere."""
        self._look: Look = ()
        self._circles = (np.zeros((0, 2), np.float32), np.zeros(0, np.float32))
        self._eyes: list[Point] = []
        """What the pool's circles hold the places for."""
        self.lookup: Array = np.zeros((LAYER_ROWS, 4), np.float32)
        """Its rows of the lookup ``tile_layers``: see the vertex shader."""

    @classmethod
    def of_image(
        cls, layer: ImageLayer, size: tuple[float, float], map_size: tuple[float, float], number: int, layer_number: int
    ) -> ShownLayer:
        """An image layer: its picture once, or as often as it takes to cover the map and BEYOND."""
        made = cls(layer, size, (0.0, -size[1]), np.array([0, 0, *size], np.float32))
        across, down = (
            range(-int(BEYOND // side) - 1, int((length + BEYOND) // side) + 1) if repeats else range(1)
            for side, length, repeats in zip(size, map_size, layer.repeat, strict=True)
        )
        column, row = (axis.ravel() for axis in np.meshgrid(np.array(across), np.array(down)))
        column, row = column[:_MOST_REPEATS], row[:_MOST_REPEATS]
        made.pool.resize(len(column))
        cells = made.pool.writable[CELL]
        cells[:, 0] = (column & 0xFFFF).astype(np.uint32) | (row & 0xFFFF).astype(np.uint32) << np.uint32(16)
        cells[:, 1] = number | layer_number << NUMBER_BITS
        if len(column) == 1:
            made._boxes = np.zeros((1, 4), np.float32)
        return made

    def _cut(self) -> None:
        """Tell the pool which rows are in which chunk."""
        first, count = ([0], [self.pool.length]) if self.rows is None else (self.rows.first, self.rows.count)
        key = first_key(min(self.layer.draw_layer, HIGHEST_LAYER))
        self.pool.chunks.cut(first, count, np.full(len(first), key, np.uint16))

    @property
    def drifts(self) -> bool:
        """Whether it is somewhere else for every camera: then :meth:`drift` is to follow each :meth:`update`."""
        return self.layer.parallax != (1.0, 1.0)

    def update(self, look: Look, place: MapPlace, moved: bool, parallax_origin: Point) -> bool:
        """Follow what changed since the last call; whether :attr:`lookup` is another.

        Args:
            look: of the layer.
            moved: whether the place is not that of the last call.
        """
        cut = self.rows is not None and self.rows.update()
        changed = moved or look != self._look
        if cut or look[-1:] != self._look[-1:]:
            self._cut()
        self._look = look
        if changed:
            self.lookup = self._lookup(place, parallax_origin)
            self._circles = self._make_circles(place)
        if cut or changed:
            self._eyes = []
            if not self.drifts:
                self.pool.chunks.bound(*self._circles)
        return changed

    def drift(self, eyes: list[Point]) -> None:
        """Tell the pool where the chunks of a layer with parallax are.

        Args:
            eyes: where the cameras are, and were. The circles hold the places for all of them: with one camera that is
                no more than the way it went.
        """
        if eyes == self._eyes:
            return
        self._eyes = eyes
        across, up = self.lookup[2, 2:].tolist()
        moved = [complex(x * across, y * up) for x, y in eyes]
        middle = sum(moved) / len(moved)
        spread = max(abs(one - middle) for one in moved)
        center, radius = self._circles
        away: Array = center.view(np.complex64) + np.complex64(middle)  # numpy is slow where a row has only two numbers
        self.pool.chunks.bound(away.view(np.float32), radius + np.float32(spread))

    def _lookup(self, place: MapPlace, parallax_origin: tuple[float, float]) -> Array:
        layer = self.layer
        drift = 1 - layer.parallax[0], 1 - layer.parallax[1]
        rows = np.zeros((LAYER_ROWS, 4), np.float32)
        for row, pose in enumerate((place.now, place.before)):
            x, y = self._corner_in_world(pose, place.scale)
            origin_x, origin_y = turned(
                parallax_origin[0] * place.scale[0], parallax_origin[1] * place.scale[1], pose[2]
            )
            rows[row] = (
                x - drift[0] * (pose[0] + origin_x),
                y - drift[1] * (pose[1] + origin_y),
                pose[2],
                self._step[row],
            )
        rows[2] = (*place.scale, *drift)
        red, green, blue, alpha = layer.tint
        rows[3] = (red / 255, green / 255, blue / 255, alpha / 255 * layer.opacity)
        return rows

    def _corner_in_world(self, pose: tuple[float, float, float], scale: tuple[float, float]) -> tuple[float, float]:
        (offset_x, offset_y), (own_x, own_y) = self.layer.offset, self._corner
        x, y = turned((offset_x + own_x) * scale[0], (offset_y + own_y) * scale[1], pose[2])
        return pose[0] + x, pose[1] + y

    def _make_circles(self, place: MapPlace) -> tuple[Array, Array]:
        """Centres (k, 2) and radii (k,) of the chunks, for a camera at the origin; both float32."""
        chunks = len(self.pool.chunks)
        if not self.layer.visible or self._boxes is None:
            radius = np.inf if self.layer.visible else -np.inf
            return np.zeros((chunks, 2), np.float32), np.full(chunks, radius, np.float32)
        left, bottom, right, top = self._reach.tolist()
        boxes, (across, down) = self._boxes, self._step
        low_x, high_x = boxes[:, 0] * across + left, boxes[:, 2] * across + right
        low_y, high_y = bottom - boxes[:, 3] * down, top - boxes[:, 1] * down
        scale_x, scale_y = place.scale
        x, y = (low_x + high_x) / 2 * scale_x, (low_y + high_y) / 2 * scale_y
        radius = np.hypot((high_x - low_x) / 2 * scale_x, (high_y - low_y) / 2 * scale_y)
        center = np.stack(turned(x, y, place.now[2]), axis=1) + self.lookup[0, :2]
        if place.before != place.now:
            earlier = np.stack(turned(x, y, place.before[2]), axis=1) + self.lookup[1, :2]
            radius += np.hypot(*(center - earlier).T)
        return center.astype(np.float32), radius.astype(np.float32)
