"""The rows of one layer of a tile map: which cells are drawn, in which order, in which chunks."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.components import TileDraw
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.systems.pool import Pool
from ecs_engine.tilemap.grid import Grid
from ecs_engine.tilemap.layers import FLAGS, FLIP_DIAGONAL, FLIP_X, FLIP_Y, TURN_120, TileLayer
from ecs_engine.tilemap.tilesets import TileTable

Array = np.ndarray[Any, Any]

CELL = field_of(TileDraw, "cell")
BLOCK = 16
"""Columns and rows of a chunk: with fewer a map of a million tiles has too many circles to test, with more too many
tiles beyond the edges of the view are drawn."""
STRIP = 32
"""Columns of a chunk that is one row high."""
NUMBER_BITS, LAYER_BITS = 17, 10
_DIAGONAL, _TURN_SHIFT = FLIP_DIAGONAL, NUMBER_BITS + LAYER_BITS
_FLIPS = FLIP_X | FLIP_Y


class LayerRows:
    """The tiles of one layer in a pool of their own.

    All cells are sorted once, chunk by chunk and in draw order within each; a chunk's rows are those of its cells that
    hold a tile. A chunk that gets more tiles than it had room for moves to the end of the pool, with room for all.

    Args:
        in_strips: chunks are one row high: drawn after each other they keep the order of rows where tiles reach into
            those beside them.
        first_number, layer_number: what the tile numbers of the map begin with, and the layer's own.
    """

    def __init__(
        self, layer: TileLayer, grid: Grid, tiles: TileTable, first_number: int, layer_number: int, *, in_strips: bool
    ) -> None:
        self.layer = layer
        self._grid, self._tiles = grid, tiles
        self._first_number = first_number
        self._high_bits = layer_number << NUMBER_BITS
        self._in_strips = in_strips
        self._cells: Array = np.empty(0, np.int32)
        """Places in ``gids.flat``, chunk by chunk."""
        self._keys: Array = np.empty(0, np.int64)
        """(k,) number of each chunk, ascending."""
        self._starts: Array = np.zeros(1, np.int64)
        """(k + 1,) where the cells of each chunk begin."""
        self.boxes: Array = np.empty((0, 4), np.float32)
        """(k, 4) in steps: left, top, right and bottom of each chunk's cells."""
        self.pool = Pool(TileDraw)
        self.edits: set[tuple[int, int]] = set()
        """The cells that were set since the last update."""
        layer.watchers.append(self.edits)
        self._sort()
        self._fill()

    def _chunk_keys(self, column: Array, row: Array) -> Array:
        """The number of the chunk that each cell is in: chunks are drawn in its order."""
        sign_x, sign_y = self._grid.order if self._grid.orientation == "orthogonal" else (1, 1)
        if self._in_strips:
            across, down = self._grid.steps(column, row)
            across = across // STRIP
        else:
            across, down = column // BLOCK, row // BLOCK
        keys: Array = ((sign_y * down).astype(np.int64) << 32) + sign_x * across
        return keys

    def _sort(self) -> None:
        rows, columns = self.layer.gids.shape
        if not self.layer.gids.size:
            return
        first_column, first_row = self.layer.origin
        column: Array = np.tile(np.arange(first_column, first_column + columns, dtype=np.int32), rows)
        row: Array = np.repeat(np.arange(first_row, first_row + rows, dtype=np.int32), columns)
        across, down = self._grid.steps(column, row)
        limits = min(across.min(), down.min()), max(across.max(), down.max())
        if limits[0] < -(1 << 15) or limits[1] >= 1 << 15:
            raise EngineError(
                f"The layer {self.layer.name!r} has cells {max(-limits[0], limits[1])} steps away from the origin, "
                "and 32767 is the farthest that can be drawn: cut the map into several."
            )
        sign_x, sign_y = self._grid.order if self._grid.orientation == "orthogonal" else (1, 1)
        within = ((sign_y * down + (1 << 15)).astype(np.uint64) << np.uint64(16)) + (
            sign_x * across + (1 << 15)
        ).astype(np.uint64)
        keys = self._chunk_keys(column, row)
        order = np.lexsort((within, keys))
        self._cells = order.astype(np.int32)
        keys = keys[order]
        begins = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
        self._keys = keys[begins]
        self._starts = np.append(begins, len(keys))
        across, down = across[order], down[order]
        self.boxes = np.stack(
            [
                np.minimum.reduceat(across, begins),
                np.minimum.reduceat(down, begins),
                np.maximum.reduceat(across, begins),
                np.maximum.reduceat(down, begins),
            ],
            axis=1,
        ).astype(np.float32)

    def _rows_of(self, cells: Array) -> Array:
        """The rows (n, 2) of those of the cells that hold a tile."""
        gids = self.layer.gids.reshape(-1)[cells]
        cells, gids = cells[gids != 0], gids[gids != 0]
        row, column = np.divmod(cells, max(self.layer.gids.shape[1], 1))
        across, down = self._grid.steps(column + self.layer.origin[0], row + self.layer.origin[1])
        rows = np.empty((len(cells), 2), np.uint32)
        rows[:, 0] = (across & 0xFFFF).astype(np.uint32) | (down.astype(np.uint32) << np.uint32(16))
        numbers = self._tiles.numbers(gids & np.uint32(~FLAGS & 0xFFFFFFFF)) + self._first_number
        rows[:, 1] = numbers.astype(np.uint32) | np.uint32(self._high_bits) | (gids & np.uint32(_FLIPS))
        if self._grid.orientation == "hexagonal":
            turns = ((gids & np.uint32(_DIAGONAL)) != 0) + 2 * ((gids & np.uint32(TURN_120)) != 0)
            rows[:, 1] |= turns.astype(np.uint32) << np.uint32(_TURN_SHIFT)
        else:
            rows[:, 1] |= gids & np.uint32(_DIAGONAL)
        return rows

    def _fill(self) -> None:
        """Write the rows of all cells."""
        rows = self._rows_of(self._cells)
        held = np.zeros(len(self._cells) + 1, np.int64)
        np.cumsum(self.layer.gids.reshape(-1)[self._cells] != 0, out=held[1:])
        self.first = held[self._starts[:-1]]
        self.count = held[self._starts[1:]] - self.first
        self._room = self.count.copy()
        self.pool.resize(len(rows))
        self.pool.writable[CELL][...] = rows

    def update(self) -> bool:
        """Write the rows of the chunks in which tiles were set; whether one has more or fewer than before, so that the
        pool is to be cut again."""
        if not self.edits:
            return False
        before = self.count.copy()
        cells = np.array(list(self.edits), np.int32)
        self.edits.clear()
        column, row = cells[:, 1] + self.layer.origin[0], cells[:, 0] + self.layer.origin[1]
        for chunk in np.unique(np.searchsorted(self._keys, self._chunk_keys(column, row))).tolist():
            within = self._cells[self._starts[chunk] : self._starts[chunk + 1]]
            rows = self._rows_of(within)
            if len(rows) > self._room[chunk]:
                self.first[chunk], self._room[chunk] = self.pool.length, len(within)
                self.pool.resize(self.pool.length + len(within))
                self.pool.writable[CELL][self.first[chunk] :] = 0
            self.count[chunk] = len(rows)
            first = self.first[chunk]
            self.pool.writable[CELL][first : first + len(rows)] = rows
        self.pool.touch(CELL)
        return not np.array_equal(self.count, before)

    def close(self) -> None:
        """Follow the layer no more."""
        self.layer.watchers[:] = [one for one in self.layer.watchers if one is not self.edits]
