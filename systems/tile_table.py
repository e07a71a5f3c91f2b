"""The tiles of a map as the GPU needs them: where each is drawn in its cell, and its texels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ecs_engine.pictures import Pictures
from ecs_engine.tilemap import Grid, TileMap, TileSet

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class TileLooks:
    """All tiles of a map by number, and after them the pictures of its image layers."""

    rects: Array
    """(n, 4) float32: left, bottom, right and top, from the lower left corner of the cell, y up."""
    looks: Array
    """(n, 4) uint32: texels of two corners (16 bits each), page, 0."""


def tile_looks(tile_map: TileMap, ids: Array, image_ids: list[int], pictures: Pictures) -> TileLooks:
    """Look up where the pictures lie.

    Args:
        ids: (tiles,) uint32 pictures of the tiles, by number.
        image_ids: those of the image layers.
    """
    table = pictures.table
    every = np.concatenate([ids, np.array(image_ids, np.uint32)])
    looks = np.zeros((len(every), 4), np.uint32)
    looks[:, :2] = table.uv[every]
    looks[:, 2] = table.page[every]
    size = table.size[every]
    rects = np.zeros((len(every), 4), np.float32)
    rects[:, 2:] = size
    tiles = tile_map.tiles
    for index, tile_set in enumerate(tiles.sets):
        own = np.flatnonzero(tiles.owner == index)
        rects[own] = _rects(tile_set, tile_map.grid, size[own], ids[own] == int(pictures.missing))
    return TileLooks(rects, looks)


def _rects(tile_set: TileSet, grid: Grid, size: Array, missing: Array) -> Array:
    size = np.where(missing[:, None], np.array(tile_set.tile_size, np.float32), size)
    corner = np.zeros_like(size)
    if tile_set.fits_grid:
        cell = np.array((grid.tile_width, grid.tile_height), np.float32)
        fitted = size * (cell / size).min(axis=1, keepdims=True) if tile_set.keeps_aspect else 0 * size + cell
        corner, size = (cell - fitted) / 2, fitted
    corner = corner + np.array(tile_set.offset, np.float32)
    return np.concatenate([corner, corner + size], axis=1)


def reaches_over(looks: TileLooks, tiles: int, grid: Grid, *, turned: bool) -> bool:
    """Whether tiles reach into other cells in such a way that chunks of several rows would draw them in a wrong order.

    On orthogonal and isometric maps a tile may be as tall as it likes, since what it covers is above it, in the same
    columns of chunks. On staggered and hexagonal ones rows lie within each other, and it may not.

    Args:
        tiles: how many of the looks are tiles.
        turned: whether there are tiles whose width and height are exchanged.
    """
    if not tiles:
        return False
    left, bottom = looks.rects[:tiles, :2].min(axis=0).tolist()
    right, top = looks.rects[:tiles, 2:].max(axis=0).tolist()
    if turned:
        sides = (looks.rects[:tiles, 2:] - looks.rects[:tiles, :2]).max()
        right, top = max(right, left + sides), max(top, bottom + sides)
    sideways = left < 0 or right > grid.tile_width
    return bool(sideways or (grid.orientation in ("staggered", "hexagonal") and (bottom < 0 or top > grid.tile_height)))
